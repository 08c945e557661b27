"""The cat becomes a robot, and no number changes."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch01_what_is_a_policy.common import QUIET, RIGHT, hidden, house_of
from scenes.engine.ink import Ink
from scenes.engine.lettering import counted, text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement


class AnotherSkin(Stage):
    """The cat becomes a robot, and no number changes."""

    traces = ("maze_policy",)

    def build(self) -> None:
        trace = self.trace("maze_policy")
        self.put(statement("The same numbers, *another skin*"), "text")
        house = house_of(self, trace)
        old, new = (
            {str(r): str(n) for r, n in zip(trace["roles"], names, strict=True)} for names in trace["skins"][:2]
        )
        self.put(house.heat(trace["values"][-1]), "ground")
        self.put(house.odds(trace["policy"][-1]), "line")
        for price in house.prices():
            self.put(price, "text")
        kept = [
            word
            for word, room in zip(house.worths(trace["values"][-1]), np.flatnonzero(house.open), strict=True)
            if room != house.home
        ]
        for word in kept:
            self.put(word, "text")
        self.hide(*kept, at="walk")
        # Names, one under the other.
        y = 236.0
        for k, role in enumerate(("who", "good", "bad", "where", "state")):
            base = y + 88 * k
            self.put(text(old[role], RIGHT, base, 52), "text")
            turned = [
                text("becomes", RIGHT + 250, base, QUIET, theme.MUTED),
                text(f"*{new[role]}*", RIGHT + 430, base, 52),
            ]
            for word in turned:
                self.put(word, "text", shown=False)
            self.show(*turned, at=("name", 0.3 + 0.7 * k))
        steps = int(trace["walk_steps"][1])
        path = house.walk(trace["walk_room"][1, : steps + 1], trace["walk_action"][1, :steps])
        trail = self.put(Ink(theme.points(path[:, 0], path[:, 1]), stroke=theme.TEXT, pen=6.0, casing=2.0), "mark")
        for part in house.who.parts:
            self.put(part, "mover")
        house.who.become(self, new["who"], at=("name", 0.4))
        for kind, role, after in (("food", "good", 1.1), ("vacuum", "bad", 1.8)):
            for thing in house.things[kind]:
                thing.become(self, new[role], at=("name", after))
        same = text("the same odds, the same values, the same rewards", RIGHT, 732, 40)
        self.show(self.put(same, "text", shown=False), at="same")
        self.draw(trail, at=("walk", 0.3), over=2.4, ease=theme.linear)
        house.who.follow(self, path, at=("walk", 0.3), over=2.4)
        self.show(*hidden(self, text(counted(steps, "step"), RIGHT, 820, 60)), at=("walk", 2.4))
        self.show(*hidden(self, source("Dice as in the first walk.", theme.LABEL)), at="walk")
