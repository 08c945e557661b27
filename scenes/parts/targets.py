"""Bars of what a prefix is told to expect, and arches along which a score is passed back.

targets = Targets(stage, stops=(300, 720, 1140, 1570), floor=846, unit=550, score=0.8)
targets.take(2, 0.8, "as it is", at="whole"); targets.take(1, 0.72, "× γ", at="two")
targets.lift(1, 0.8, at="flat")       # what it was stays as a dashed line

bar = Column(x, floor, unit)          # a reward of 1 is `unit` pixels high
stage.put(bar.ink, "mark"); stage.write(bar.ink, lambda s: bar.write(0.8 * s), at="cue", over=0.8)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from manim import Typst

from scenes import theme
from scenes.engine.ink import Ink, line, rule
from scenes.parts.say import appear, say
from scenes.theme import FloatArray

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When


VALUE, REWARD, ADVANTAGE = (theme.SYMBOLS[name] for name in ("value", "reward", "advantage"))
PROMPT = "What is 2+2?"
WIDE = theme.NUMBER + 2 * theme.GUTTER  # of a bar
RISE = theme.STATEMENT  # of an arch
HEAD = theme.GUTTER  # of an arrow
EASE = theme.smooth
RUN = 0.6  # seconds that an arch takes, and after it the bar that it leads to


def edges(left: float, right: float, tokens: int) -> FloatArray:
    """Canvas x of the gaps between tokens: before the first, between two, after the last; [tokens + 1]."""
    return np.linspace(left, right, tokens + 1)


def middles(gaps: FloatArray) -> FloatArray:
    """Canvas x of the tokens themselves, [tokens]."""
    return (gaps[1:] + gaps[:-1]) / 2


def shortly(value: float) -> str:
    """A number to two digits behind the point, without zeros at its end: 0.8, 0.36."""
    return f"{round(value, 2) + 0.0:g}"


class Column:
    """One bar that stands on `floor`, `wide` pixels wide, centred at x."""

    def __init__(self, x: float, floor: float, unit: float, wide: float = WIDE, **style: object):
        self.x, self.floor, self.unit, self.wide = x, floor, unit, wide
        self.ink = Ink(np.zeros((0, 3)), closed=True, round_joins=False, **style)  # type: ignore[arg-type]
        self.write(0.0)

    def top(self, value: float) -> float:
        """Canvas y of a value."""
        return self.floor - self.unit * value

    def write(self, value: float) -> None:
        """Set the bar's height; one of less than a pixel is a point, and not drawn."""
        top = self.top(value)
        half = self.wide / 2 if self.floor - top > 1.0 else 0.0
        a, b = self.x - half, self.x + half
        self.ink.write(theme.points(np.array([a, a, b, b]), np.array([self.floor, top, top, self.floor])), [0])


class Targets:
    """A score at the last of the stops (canvas x), and what each stop before it is told when it is passed back."""

    def __init__(self, stage: Stage, stops: Sequence[float], floor: float, unit: float, score: float):
        self.stage, self.stops, self.floor, self.unit = stage, stops, floor, unit
        self.taken: dict[int, tuple[Column, float, list[Typst | Ink], Typst]] = {}
        paid = Column(stops[-1], floor, unit, fill=theme.SYMBOLS["reward"])
        paid.write(score)
        stage.put(paid.ink, "mark")
        self._number(score, stops[-1], theme.SYMBOLS["reward"], None)

    def _number(self, value: float, x: float, colour: str, at: When | None) -> Typst:
        y = self.floor - self.unit * value - theme.GUTTER
        return say(self.stage, f"*{value:.3g}*", x, y, theme.TITLE, colour, "center", at=at)

    def take(self, k: int, value: float, words: str, at: When) -> None:
        """The score travels from the stop behind to stop `k`, where it is worth `value`."""
        stage, x, start = self.stage, self.stops[k], self.stage.time(at)
        top = self.floor - self.unit * value
        column = Column(x, self.floor, self.unit, fill=theme.SYMBOLS["value"])
        stage.put(column.ink, "mark")
        aside, before = column.wide / 2 + theme.GUTTER, start - RUN
        arc = arch(self.stops[k + 1] - aside, x + aside, top - RISE, RISE, stroke=theme.MUTED, pen=theme.PEN)
        appear(stage, arc, "line", at=before, over=RUN / 2)
        stage.draw(arc, at=before, over=RUN)
        middle, y = (self.stops[k + 1] + x) / 2, top - 2 * RISE - theme.GUTTER
        name = say(stage, words, middle, y, theme.STATEMENT, anchor="center", at=before)
        stage.write(column.ink, lambda s: column.write(s * value), at=start - 0.1, over=RUN, ease=EASE)
        self.taken[k] = column, value, [arc, name], self._number(value, x, theme.SYMBOLS["value"], start + 0.2)

    def lift(self, k: int, value: float, at: When) -> None:
        """Raise stop `k` to another value; where it stood stays as a dashed line with its number beside it."""
        if self.unit * abs(value - self.taken[k][1]) < 1.0:
            return
        stage, start = self.stage, self.stage.time(at)
        column, low, above, number = self.taken[k]
        y, reach = self.floor - self.unit * low, column.wide / 2 + theme.GUTTER
        ghost = rule(column.x - reach, y, column.x + reach, y, stroke=theme.TEXT, pen=theme.PEN, dash=theme.DASHED)
        appear(stage, ghost, "mover", at=start, over=theme.QUICK)
        say(stage, f"{low:.3g}", column.x + reach + theme.TIGHT, y + theme.LABEL / 3, colour=theme.MUTED, at=start)
        stage.hide(number, at=start)
        up = np.array([0.0, theme.length(self.unit * (value - low)), 0.0])
        for part in above:
            stage.move(part, lambda m: m.shift(up), at=start + theme.QUICK)
        change = lambda s: column.write(low + s * (value - low))  # noqa: E731
        stage.write(column.ink, change, at=start + theme.QUICK, over=theme.CHANGE, ease=EASE)
        self._number(value, column.x, theme.SYMBOLS["value"], start + theme.CHANGE)


def arch(x0: float, x1: float, y: float, rise: float, **style: object) -> Ink:
    """A flat arch from canvas (x0, y) to (x1, y), `rise` pixels high, with a head at x1."""
    s = np.linspace(0, 1, 49)
    xs, ys = x0 + s * (x1 - x0), y - rise * 4 * s * (1 - s)
    slope = np.array([xs[-1] - xs[-3], ys[-1] - ys[-3]])
    along = slope / np.hypot(*slope)
    across = np.array([-along[1], along[0]])
    barbs = [np.array([x1, y]) - HEAD * along + side * HEAD / 2 * across for side in (1, -1)]
    xs = np.concatenate([xs, [barbs[0][0], x1, barbs[1][0]]])
    ys = np.concatenate([ys, [barbs[0][1], y, barbs[1][1]]])
    return line(xs, ys, **style)
