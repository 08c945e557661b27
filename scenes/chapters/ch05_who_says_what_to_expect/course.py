"""A small picture over lambda from 0 to 1: how far off, or how noisy, a gradient is for critics of some ages.

course = Course(stage, "off course, on average", x, y, width, height, span(bias), at="young")
course.curve(bias[0], "after 5 batches", place=0.5, at=("young", 0.4))

The axis goes down to zero unless the values change by little of their size: then it is cut, and says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scenes import theme
from scenes.engine.lettering import halo, text
from scenes.parts.say import appear, say
from scenes.parts.value_strip import ValueStrip
from scenes.theme import FloatArray

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

POINTS = 200  # across the picture


def span(values: FloatArray) -> tuple[float, float]:
    """An axis for all values: from zero, or around them where they lie close together, with round ends."""
    low, high = float(np.min(values)), float(np.max(values))
    if low < 0.6 * high or high <= 0:
        return 0.0, 1.12 * max(high, 1e-3)
    room = max(high - low, 0.15 * high)  # what hardly changes is to look level
    step = _step(room)
    ends = np.floor((low - 0.4 * room) / step), np.ceil((high + 0.2 * room) / step)
    return max(0.0, round(float(ends[0]) * step, 9)), round(float(ends[1]) * step, 9)


def _step(least: float) -> float:
    """The smallest of 1, 2, 5, 10, ... of any power of ten that is not below `least`."""
    power = 10.0 ** np.floor(np.log10(least))
    return float(power * next(unit for unit in (1, 2, 5, 10) if unit * power >= least * (1 - 1e-9)))


class Course:
    """Named axes in a rectangle of canvas pixels, values from the low to the high end of `reach`."""

    def __init__(
        self,
        stage: Stage,
        name: str,
        x: float,
        y: float,
        width: float,
        height: float,
        reach: tuple[float, float],
        at: When,
    ):
        self.stage = stage
        low, high = reach
        ticks: tuple[float, ...] = reach  # a cut axis has its ends only, and the curve's own numbers
        if low == 0:
            step = _step(high / 4)
            ticks = tuple(np.round(np.arange(0, high + 1e-6 * step, step), 9).tolist())
        self.strip = ValueStrip(x, y, width, height, POINTS, reach, ticks, 28)
        for ink in self.strip.axes:
            appear(stage, ink, "grid", at=at)
        for word in self.strip.words:
            appear(stage, word, "text", at=at)
        say(stage, name, x, y - 14, 40, at=at)
        for tick, across, anchor in (("λ = 0", x, "left"), ("1", x + width, "right")):
            say(stage, tick, across, y + height + 38, theme.LABEL, theme.MUTED, anchor, at=at)
        if low > 0:
            say(stage, f"axis from {low:g}", x + width / 2, y + height + 38, theme.LABEL, theme.MUTED, "center", at=at)

    def curve(self, values: FloatArray, words: str, place: float, at: When, **style: object) -> None:
        """One curve over lambda, drawn from `at` on, with words above it at the share `place`."""
        stage, start = self.stage, self.stage.time(at)
        values = np.interp(np.linspace(0, 1, POINTS + 1), np.linspace(0, 1, len(values)), values)
        curve = self.strip.curve(values, **{"stroke": theme.TEXT, "pen": 6.0, **style})
        appear(stage, curve, "mark", at=start, over=0.1)
        stage.draw(curve, at=start, over=1.2)
        k = round(place * POINTS)
        px, py = self.strip.plane.pixels(np.array([float(k)]), values[k : k + 1])
        label = halo(text(words, float(px[0]), float(py[0]) - 18, theme.LABEL))
        appear(stage, label, "text", at=start + 0.6, over=0.4)

    def ends(self, values: FloatArray, at: When) -> None:
        """What a curve is at both its ends, in numbers below it, or above it where there is no room."""
        plane, pair = self.strip.plane, values[[0, -1]]
        digits = 2 if round(float(pair[0]), 2) != round(float(pair[1]), 2) else 3
        steps, points = np.arange(POINTS + 1.0), np.linspace(0, POINTS, len(values))
        x, y = plane.pixels(steps, np.interp(steps, points, values))
        sides = ((plane.x, "left"), (plane.x + plane.width, "right"))
        for value, (side, anchor) in zip(pair, sides, strict=True):
            beside = y[np.abs(x - side) < 64]  # of the curve, what the number has to keep clear of
            low, high = float(beside.max()) + 42, float(beside.min()) - 18
            where = low if low < plane.y + plane.height - 8 else high
            number = text(f"*{float(value):.{digits}f}*", side, where, 32, anchor=anchor)
            appear(self.stage, halo(number), "text", at=at)
