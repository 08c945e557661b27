"""Updates in a row, a dot each, filled once taken; above each the handful that it took, or a fan from a single one.

updates = Updates(stage, answers, left, right, foot=846, top=236, at="bill")   # answers [updates, size]: empty dots
updates.fresh(at=("bill", 1.0), over=4)       # column after column of handfuls, from the second one on
updates.forget(at="again")                    # the handfuls leave, and the steps are taken back
updates.lean(middle, wide, low, at="again", over=2.4)          # every step leans on one handful at `low`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scenes import theme
from scenes.chapters.ch06_may_i_reuse.handful import Handful
from scenes.engine.ink import Ink, Marks, rule
from scenes.parts.say import appear, say
from scenes.theme import FloatArray

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When


class Updates:
    """The updates of a run between canvas x `left` and `right`, on a line at `foot`; handfuls reach up to `top`."""

    def __init__(
        self, stage: Stage, answers: FloatArray, left: float, right: float, foot: float, top: float, at: When | None
    ):
        self.stage, self.answers, self.foot = stage, answers, foot
        count, size = answers.shape
        step = min(48.0, (right - left) / count)
        self.pitch = 0.86 * step
        self.x = left + step * (np.arange(count) + 0.5)
        self.rows = foot - 46 - min(1.5 * step, (foot - top) / size) * np.arange(size)[::-1]
        self.dots = theme.points(self.x, np.full(count, foot))[:, :2]
        appear(stage, rule(self.x[0], foot, self.x[-1], foot, stroke=theme.AXIS, pen=2.0), "ground", at=at)
        empty = Marks(self.dots, "circle", 6, fill=theme.CANVAS, stroke=theme.MUTED, pen=2.5)
        appear(stage, empty, "grid", at=at)
        self.taken = appear(stage, Marks(self.dots[:1], "circle", 7, fill=theme.TEXT), "mark", at=at)
        ends = {(count - 1) // 2: ("", 0, "center"), count - 1: ("", 12, "right"), 0: ("update ", -12, "left")}
        for n, (word, dx, anchor) in ends.items():
            say(stage, f"{word}{n + 1}", float(self.x[n]) + dx, foot + 46, theme.LABEL, theme.MUTED, anchor, at=at)
        later = answers[1:].ravel()
        self.column = 1 + np.arange(len(later)) // size
        self.rest = Handful(later, np.repeat(self.x[1:], size), np.tile(self.rows, count - 1), self.pitch)
        self.rest.put(stage)
        self.rest.keep(np.zeros(len(later), bool))

    def take(self, share: float) -> int:
        """Fill the dots up to a share of the way; returns how many are filled."""
        n = max(1, round(share * len(self.x)))
        self.taken.place(self.dots[:n])
        return n

    def fresh(self, at: When, over: float) -> None:
        """A handful over every step but the first, one after the other."""

        def draw(share: float) -> None:
            self.rest.keep(self.column < self.take(share))

        self.stage.write([*self.rest.marks, self.taken], draw, at=at, over=over)

    def forget(self, at: When) -> None:
        """Let the handfuls go, and take the steps back."""

        def untake(share: float) -> None:
            self.take(1 - share)

        self.stage.hide(*self.rest.marks, at=at, over=theme.CHANGE)
        self.stage.write(self.taken, untake, at=at, over=theme.CHANGE)

    def lean(self, middle: float, wide: float, low: float, at: When, over: float) -> None:
        """Take every step again, a line from each up to what lies `wide` pixels around `middle`, at `low`."""
        count = len(self.x)
        base = middle + wide * (np.arange(count) / max(count - 1, 1) - 0.5)
        lines = theme.points(np.stack([base, self.x], 1), np.tile([low, self.foot - 14], (count, 1)))
        fan = appear(self.stage, Ink(lines[:2], stroke=theme.AXIS, pen=2.0), "grid", at=at, over=0.2)

        def spread(share: float) -> None:
            n = self.take(share)
            fan.write(lines[: 2 * n], range(0, 2 * n, 2))

        self.stage.write([fan, self.taken], spread, at=at, over=over, ease=theme.smooth)
