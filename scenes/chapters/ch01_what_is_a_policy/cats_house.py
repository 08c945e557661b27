"""State, action, reward: where am I, what can I do, what follows."""

from __future__ import annotations

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.chapters.ch01_what_is_a_policy.common import COLUMN, house_of
from scenes.engine import layout
from scenes.engine.ink import Ink
from scenes.engine.lettering import text
from scenes.engine.stage import Stage, When
from scenes.parts.definition import Definition
from scenes.parts.glyphs import Glyph
from scenes.parts.headings import statement
from scenes.parts.house import House, signed
from scenes.theme import Area


class CatsHouse(Stage):
    """State, action, reward: where am I, what can I do, what follows."""

    traces = ("maze_policy",)

    def build(self) -> None:
        trace = self.trace("maze_policy")
        self.bring(statement("What is *a policy?*"))
        hook = Definition("policy", "a way of deciding what to do", COLUMN.left, COLUMN.middle[1])
        self.bring(hook)
        self.hide(hook, at="cat")
        house = house_of(self, trace)
        self.bring(house.who, "cat", "mover")
        places = layout.rows(COLUMN, 3, theme.WIDE)
        # Where is it now? In one of so many rooms: the rooms light up, one after the other.
        rooms = np.flatnonzero(house.open)
        each = theme.REST / len(rooms)
        for k, room in enumerate(rooms):
            light = self.bring(house.light([int(room)]), ("where", 0.5 + k * each), over=each)
            self.hide(light, at=("where", 0.5 + (k + 4) * each), over=theme.QUICK)
        self.question("Where is it now?", places[0], "where")
        self.answer("State", "state", f"one of {len(rooms)} rooms", ("where", theme.REST), places[0])
        here = self.bring(house.light([house.home]), "state")
        # What can it do? The four steps that it can take from here.
        home = np.zeros(len(house.kinds), dtype=bool)
        home[house.home] = True
        points, starts = house.arrows(np.ones_like(trace["policy"][0]), home)
        self.bring(Ink(points, starts=starts, fill=theme.TEXT, closed=True), ("what", theme.SLOW), each=0.3)
        self.hide(here, at="what")
        self.question("What can it do?", places[1], "what")
        steps = ", ".join(str(name) for name in trace["actions"])
        self.answer("Action", "actions", steps, ("what", theme.REST), places[1])
        # And what does it get? The prices stand in the house and in the column.
        self.question("What does it get?", places[2], "follows")
        self.answer("Reward", "reward", "", "reward", places[2])
        self.prices(house, trace["enter"], places[2])

    def question(self, words: str, place: Area, at: str) -> None:
        # A question, quiet, above the term that answers it.
        self.bring(text(f"_{words}_", place.left, place.top + theme.BODY, theme.STATEMENT, theme.MUTED), at)

    def answer(self, term: str, at: When, words: str, before: When, place: Area) -> None:
        # The plain words first; then the term above them, large.
        self.bring(text(f"*{term}*", place.left, place.top + theme.BODY + 2 * theme.STATEMENT, theme.DISPLAY), at)
        if words:
            self.bring(text(words, place.left, place.top + theme.BODY + 2 * theme.DISPLAY, theme.STATEMENT), before)

    def prices(self, house: House, enter: np.ndarray, place: Area) -> None:
        # What each thing pays: below it in the house, and once in the column, beside its drawing.
        words = iter(house.prices())
        x, y = place.left, place.bottom
        for kind, at in (("food", "fish"), ("vacuum", "bad")):
            parts: list[Mobject] = [next(words) for _ in house.things[kind]]
            if parts:
                thing = house.things[kind][0]
                glyph = Glyph(thing.name, x + theme.GAP, y, theme.GAP, thing.colour).ink
                pays = text(signed(float(enter[house.kinds.index(kind)])), size=theme.TITLE)
                parts += [glyph, layout.beside(pays, glyph, theme.GUTTER)]
                x = layout.area(pays).right + theme.WIDE
            for part in parts:
                self.bring(part, at)
