"""State, action, reward: where am I, what can I do, what follows."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch01_what_is_a_policy.common import RIGHT, hidden, house_of
from scenes.engine.ink import Ink
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.glyphs import Glyph
from scenes.parts.headings import statement
from scenes.parts.house import signed


class CatsHouse(Stage):
    """State, action, reward: where am I, what can I do, what follows."""

    traces = ("maze_policy",)

    def build(self) -> None:
        trace = self.trace("maze_policy")
        self.put(statement("What is *a policy?*"), "text")
        house = house_of(self, trace)
        for part in house.who.parts:
            self.put(part, "mover")
        rooms = np.flatnonzero(house.open)
        each = 1.6 / len(rooms)
        for k, room in enumerate(rooms):
            light = self.put(house.light([int(room)]), "line", shown=False)
            self.show(light, at=("where", 0.5 + k * each), over=0.2)
            self.hide(light, at=("where", 1.1 + k * each), over=0.5)
        home = np.zeros(len(house.kinds), dtype=bool)
        home[house.home] = True
        steps, starts = house.arrows(np.ones_like(trace["policy"][0]), home)
        arrows = self.put(Ink(steps, starts=starts, fill=theme.TEXT, closed=True), "line", shown=False)
        self.show(arrows, at=("what", 0.5))
        self.show(*hidden(self, *house.prices()), at=("follows", 0.6), each=0.3)
        names = ", ".join(str(name) for name in trace["actions"])
        self.row(0, "where", "Where am I?", "State", f"one of {len(rooms)} rooms")
        self.row(1, "what", "What can I do?", "Action", f"a step: {names}")
        self.row(2, "follows", "What follows?", "Reward", "")
        x, y = RIGHT, self.baseline(2) + 146
        for kind, thing in house.things.items():
            if thing:
                glyph = Glyph(thing[0].name, x + 42, y - 16, 42, thing[0].colour)
                self.put(glyph.ink, "mark", shown=False)
                pays = float(trace["enter"][house.kinds.index(kind)])
                price = self.put(text(signed(pays), x + 108, y, 52), "text", shown=False)
                self.show(glyph.ink, price, at=("follows", 0.6 if kind == "food" else 1.4))
                x += 300

    @staticmethod
    def baseline(k: int) -> float:
        """Baseline of the question of row k."""
        return 216.0 + 262 * k

    def row(self, k: int, cue: str, question: str, name: str, words: str) -> None:
        # The three questions stand from the first; their answers come one by one.
        y = self.baseline(k)
        self.put(text(f"_{question}_", RIGHT, y, 48, theme.MUTED), "text")
        answers = [text(f"*{name}*", RIGHT, y + 74, 64)]
        if words:
            answers.append(text(words, RIGHT, y + 142, 46))
        for answer in answers:
            self.put(answer, "text", shown=False)
        self.show(*answers, at=(cue, 0.8), each=0.4)
