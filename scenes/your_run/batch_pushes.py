"""A batch of answers under the twelve rules: the rewards, then what each rule would push."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import box, rule
from scenes.engine.lettering import number, plain, text
from scenes.engine.stage import Stage
from scenes.parts.headings import corner, source, statement
from scenes.parts.pushes import Pushes
from scenes.theme import FloatArray

SHARE = 0.7
WORDS = 2
GREY = 0.5


class BatchPushes(Stage):
    """A batch of answers under the twelve rules."""

    traces = ("your_batch",)
    hyperparameters = ("rules", "names", "told")

    def build(self) -> None:
        """The rewards, then a rule after the other, then how many answers each really uses."""
        trace = self.trace("your_batch")
        self.bring(statement("What each rule would push"))
        self.bring(corner("effective answers", size=theme.TICK), at="effective")
        names = ["reward", *self.hyper("names")]
        places = layout.rows(layout.trimmed(theme.PICTURE, bottom=theme.TIGHT), len(names), 0)
        left = theme.column(WORDS)[0]
        right = theme.column(11)[0]
        step = (right - left) / trace["rewards"].shape[0]
        self.groups(trace["group"], trace["counts"], layout.area(*places), left, step)
        # The rewards first: they are what all rules are given.
        self.row(names[0], trace["rewards"], places[0], left, step, at=0.0)
        # Then the rules, one after the other, each in proportion to its own largest push.
        gap = (self.time("effective") - self.time("rules") - theme.SLOW) / len(self.hyper("rules"))
        for k, name in enumerate(self.hyper("rules")):
            look = theme.OBJECTIVES.get(name)
            at = self.time("rules") + k * gap
            place, colour = places[k + 1], look.colour if look else theme.TEXT
            self.row(names[k + 1], trace["pushes"][k], place, left, step, at, colour)
            foot = place.middle[1] + theme.TIGHT
            word = text(number(trace["effective"][k], digits=1), theme.RIGHT, foot, theme.LABEL, anchor="right")
            self.bring(word, at="effective")
        self.bring(source(plain(self.hyper("told")), theme.NOTE))

    def row(
        self, name: str, values: FloatArray, place: theme.Area, left: float, step: float, at: float, colour: str = ""
    ) -> None:
        """A rule's name, and a bar for each answer from the middle of its row."""
        middle = place.middle[1]
        word = text(plain(name), theme.LEFT, middle + theme.TIGHT, theme.LABEL, colour or theme.TEXT)
        line = rule(left, middle, left + step * len(values), middle, stroke=theme.AXIS, pen=theme.FINE)
        high = (place.height / 2 - theme.PEN) * values / max(float(np.abs(values).max()), 1e-300)
        bars = Pushes(values, theme.FINE)
        lefts = left + step * (np.arange(len(values)) + (1 - SHARE) / 2)
        full = np.stack([lefts, np.full(len(values), middle), np.full(len(values), step * SHARE), high], axis=1)
        flat = full * [1, 1, 1, 0]
        bars.write(flat)
        for ink in bars.inks:
            self.put(ink, "mark")
        self.bring(word, at=at or None)
        self.bring(line, at=at or None)
        self.write(bars.inks, bars.between(flat, full), at=at, over=theme.CHANGE)

    def groups(self, group: FloatArray, counts: FloatArray, area: theme.Area, left: float, step: float) -> None:
        """A post between two groups, and grey ground where a group has no contrast."""
        edges = [0, *(np.flatnonzero(np.diff(group)) + 1).tolist(), len(group)]
        for first, last in pairwise(edges):
            x, width = left + first * step, (last - first) * step
            if not counts[first]:
                self.bring(
                    box(x, area.top, width, area.height, fill=theme.HAIRLINE, fill_opacity=GREY, quiet=True),
                    layer="ground",
                )
            if first:
                self.bring(rule(x, area.top, x, area.bottom, stroke=theme.AXIS, pen=theme.FINE), layer="ground")
