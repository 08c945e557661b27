"""A policy is a chance for each step in each room; a walk follows the dice."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch01_what_is_a_policy.common import COLUMN, house_of
from scenes.engine import layout
from scenes.engine.ink import Ink, Marks
from scenes.engine.lettering import counted, text
from scenes.engine.stage import Stage
from scenes.parts.bars import Bars
from scenes.parts.headings import source, statement
from scenes.parts.house import ODDS, House, signed
from scenes.parts.spoken import Spoken
from scenes.theme import Area, FloatArray
from traces.store import Trace

PI = "{{ pi : logp }} thin ( thin {{ #word[action] : act }} {{ | #word[state] : state }} thin )"
DOTS = 10  # dots in a row and in a column: a hundred walks


class ChanceOfEachStep(Stage):
    """A policy is a chance for each step in each room; a walk follows the dice."""

    traces = ("maze_policy",)

    def build(self) -> None:
        trace = self.trace("maze_policy")
        asked = self.bring(statement("How does the cat *decide?*"))
        self.hide(asked, at="policy")
        self.bring(statement("A policy: *a chance for each step, in each room*"), ("policy", theme.QUICK))
        house = house_of(self, trace)
        for price in house.prices():
            self.bring(price)
        odds = trace["policy"][0]
        upper, lower = layout.rows(COLUMN, (3, 5), theme.WIDE)
        # In every room, each step has a chance; first the cat's own room, large.
        self.bring(house.odds(odds), ("ask", theme.REST), over=theme.SLOW)
        pi = Spoken(PI, x=upper.left, y=upper.top + theme.DISPLAY, size=theme.DISPLAY)
        pi.enter(self, {"logp": "pi", "act": "given", "state": "state"})
        pi.rest(self, at="even")
        shown = self.bars(trace, odds[house.home], lower.top, lower.height)
        self.walk(house, trace)
        self.hide(*shown, at="few")
        self.hundred(float(trace["chance_food"][0]), house, lower.top)

    def bars(self, trace: Trace, odds: FloatArray, top: float, height: float) -> list[object]:
        # The chances in the cat's own room, as bars up to certainty.
        labels = [str(name) for name in trace["actions"]]
        foot = height - 2 * theme.WIDE
        bars = Bars(COLUMN.left, top + theme.GAP, COLUMN.width * 3 / 4, foot, ODDS, labels, theme.BODY)
        bars.write(odds)
        whole = layout.beside(text("certain", size=theme.LABEL, colour=theme.MUTED), bars.top, theme.GUTTER)
        title = text("in the cat's room", bars.x, bars.y - theme.GUTTER, theme.LABEL, theme.MUTED)
        numbers = [
            layout.above(text(percent(p), left, 0, theme.FORMULA), Area(left, y, left + bars.bar, y), 12, "middle")
            for left, p in zip(bars.lefts, odds, strict=True)
            for y in [bars.y + bars.height * (1 - float(p))]
        ]
        shown = [title, whole, bars.top, bars.base, *bars.names, bars.ink, *numbers]
        for part in shown:
            self.bring(part, "even")
        return list(shown)

    def walk(self, house: House, trace: Trace) -> None:
        # One walk with these chances: a line that remembers, and the cat at its end.
        steps = int(trace["walk_steps"][0])
        rooms = trace["walk_room"][0, : steps + 1]
        path = house.walk(rooms, trace["walk_action"][0, :steps])
        trail = self.put(
            Ink(theme.points(path[:, 0], path[:, 1]), stroke=theme.TEXT, pen=theme.BOLD, casing=2.0), "mark"
        )
        self.bring(house.who, layer="mover")
        over = self.time("met") - self.time("dice") - theme.QUICK
        self.draw(trail, at="dice", over=over, ease=theme.linear)
        house.who.follow(self, path, at="dice", over=over)
        paid = float(trace["enter"][int(rooms[-1])])
        end = f", then *{signed(paid)}*" if house.kinds[int(rooms[-1])] in house.things else ", and no end"
        words = text(f"This walk: {counted(steps, 'step')}{end}", COLUMN.left, COLUMN.bottom, theme.STATEMENT)
        self.bring(words, "met")
        self.hide(words, at="few")
        self.bring(source("One walk from dice. The share of all walks is exact."), "met")

    def hundred(self, chance: float, house: House, top: float) -> None:
        # A hundred walks as dots; as many as find the food are filled.
        pitch, found = theme.GAP, round(chance * DOTS**2)
        rows, columns = np.divmod(np.arange(DOTS**2), DOTS)
        xs, ys = COLUMN.left + pitch * (columns + 0.5), top + pitch * (rows + 0.5)
        dots = theme.points(xs, ys)[:, :2]
        rest = Marks(dots[found:], "circle", pitch / 4, stroke=theme.AXIS, pen=theme.FINE)
        full = Marks(dots[:found], "circle", pitch / 3, fill=theme.TEXT)
        self.bring(rest, ("few", theme.QUICK), "mark")
        self.bring(full, ("few", theme.SLOW), "mark")
        words = [
            text(f"*{found}* of a hundred walks", size=theme.STATEMENT),
            text(f"find the {'fish' if house.names['good'] == 'food' else house.names['good']}", size=theme.STATEMENT),
        ]
        layout.at(words[0], x=xs.max() + theme.WIDE, y=top + 2 * pitch)
        layout.lines(*words, pitch=theme.DISPLAY)
        self.bring(words[0], ("few", theme.SLOW))
        self.bring(words[1], ("few", theme.SLOW))


def percent(share: float) -> str:
    """A probability in words of Typst."""
    return f"{float(share):.0%}".replace("%", "\\%")
