"""A policy is the odds of each step in each room; a walk is dice."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch01_what_is_a_policy.common import QUIET, RIGHT, WORDS, hidden, house_of
from scenes.engine.ink import Ink
from scenes.engine.lettering import counted, text
from scenes.engine.stage import Stage
from scenes.parts.bars import Bars
from scenes.parts.formula import Formula
from scenes.parts.headings import source, statement
from scenes.parts.house import ODDS, House, signed
from traces.store import Trace


class OnlyTheOdds(Stage):
    """A policy is the odds of each step in each room; a walk is dice."""

    traces = ("maze_policy",)

    def build(self) -> None:
        trace = self.trace("maze_policy")
        self.put(statement("A policy: *the odds of each step, in each room*"), "text")
        house = house_of(self, trace)
        for price in house.prices():
            self.put(price, "text")
        odds = trace["policy"][0]
        whole = self.put(house.odds(odds), "line", shown=False)
        self.show(whole, at=("odds", 0.2), over=theme.SLOW)
        self.bars(trace, odds[house.home])
        self.walk(house, trace)

    def bars(self, trace: Trace, odds: np.ndarray) -> None:
        # The odds of the cat's own room, large; then their name.
        labels = [str(name) for name in trace["actions"]]
        bars = Bars(RIGHT, 200, 760, 300, ODDS, labels, 36)
        bars.write(odds)
        for part in (
            text("odds in the cat's room", RIGHT, 180, QUIET, theme.MUTED),
            text("100\\%", RIGHT + 860, 212, QUIET, theme.MUTED, "right"),
            bars.top,
            bars.base,
            *bars.names,
        ):
            self.put(part, "text")
        numbers = [
            text(
                f"{float(p):.0%}".replace("%", "\\%"),
                left + bars.bar / 2,
                500 - 300 * float(p) - 18,
                42,
                anchor="center",
            )
            for left, p in zip(bars.lefts, odds, strict=True)
        ]
        self.put(bars.ink, "text", shown=False)
        self.show(bars.ink, *hidden(self, *numbers), at=("odds", 1.2))
        symbol = Formula("{{ pi : logp }} thin ( #word[step] | #word[room] )", RIGHT, 660, 72)
        symbol.put(self)
        symbol.enter(self, at="even")

    def walk(self, house: House, trace: Trace) -> None:
        # One walk with these odds: a line that remembers, and the cat at its end.
        steps = int(trace["walk_steps"][0])
        rooms = trace["walk_room"][0, : steps + 1]
        path = house.walk(rooms, trace["walk_action"][0, :steps])
        trail = self.put(Ink(theme.points(path[:, 0], path[:, 1]), stroke=theme.TEXT, pen=5.0, casing=2.0), "mark")
        for part in house.who.parts:
            self.put(part, "mover")
        over = self.time("met") - self.time("dice") - 0.6
        self.draw(trail, at="dice", over=over, ease=theme.linear)
        house.who.follow(self, path, at="dice", over=over)
        final = house.kinds[int(rooms[-1])]
        paid = float(trace["enter"][int(rooms[-1])])
        words = counted(steps, "step") + (f", then *{signed(paid)}*" if final in house.things else ", and no end")
        self.show(*hidden(self, text(words, RIGHT, 784, 56)), at="met")
        chance = f"{float(trace['chance_food'][0]):.0%}".replace("%", "\\%")
        found = self.put(
            text(f"Of all walks, {chance} find the {house.names['good']}.", RIGHT, 868, WORDS), "text", shown=False
        )
        self.show(found, at=("met", 1.2))
        note = "A step out of the house leads nowhere. One walk from dice; the share of all walks is exact."
        self.put(source(note, theme.LABEL), "text")
