"""What a map promises along a walk on it, against what the walk truly earns.

promise = Promise(stage, x, y, width, height, seen, best=1.0)    # seen [..., updates + 1]: every reward it has to hold
curves, write = promise.curves(promised, true)
stage.write(curves, write, at="walk", over=4)
promise.names(float(promised[-1]), float(true[-1]), at="promise")
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from manim import Typst

from scenes import theme
from scenes.engine.ink import Ink, rule
from scenes.engine.lettering import halo, text
from scenes.parts.chart import Chart
from scenes.parts.say import say
from scenes.theme import FloatArray

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

PROMISED, TRUE = theme.SYMBOLS["ratio"], theme.TERRITORY
SIZE = theme.NOTE
APART = theme.STATEMENT  # least distance between the baselines of two names


class Promise:
    """Axes of updates and reward in a rectangle of canvas pixels, with a dashed line at the most that is ever paid."""

    def __init__(self, stage: Stage, x: float, y: float, width: float, height: float, seen: FloatArray, best: float):
        self.stage, steps = stage, np.asarray(seen).shape[-1] - 1
        low, high = min(0.0, float(seen.min())), max(best, float(seen.max())) * 1.08 + 0.02
        step = 0.5 if high - low < 4 else float(np.ceil((high - low) / 6))
        ticks = {float(v): f"{v:g}" for v in np.arange(np.ceil(low / step) * step, high, step)}
        self.chart = Chart(x, y, width, height, (0, steps), (low, high))
        self.chart.put(stage, "update", {0: "0", steps: f"{steps}"}, "reward", ticks, size=SIZE)
        top = self.chart.pixels(0, best)[1]
        self.right, self.limit, self.foot = x + width, top - theme.TIGHT, y + height - theme.TIGHT
        stage.put(rule(x, top, x + width, top, stroke=theme.MUTED, pen=theme.FINE, dash=theme.DASHED), "grid")
        words = text("the most that any answer pays", self.right, self.limit, SIZE, theme.MUTED, "right")
        stage.put(halo(words), "text")

    def curves(self, promised: FloatArray, true: FloatArray) -> tuple[list[Ink], Callable[[float], None]]:
        """Both curves, put on stage, and a function of the share that cuts them there."""
        time = np.arange(len(true), dtype=float)
        dotted = self.stage.put(self.chart.curve(time, true, stroke=TRUE, pen=theme.BOLD, dash=theme.DOTTED), "mark")
        solid = self.stage.put(self.chart.curve(time, promised, stroke=PROMISED, pen=theme.BOLD), "mark")
        grow = [self.chart.growing(dotted, time, true), self.chart.growing(solid, time, promised)]

        def write(share: float) -> None:
            for cut in grow:
                cut(share)

        return [dotted, solid], write

    def names(self, promised: float, true: float, at: When) -> list[Typst]:
        """Names at the right ends, above the upper curve and below the lower one, clear of the words on the limit."""
        ends = [self.chart.pixels(0, value)[1] for value in (max(promised, true), min(promised, true))]
        high, low = ends[0] - theme.GUTTER, min(ends[1] + APART, self.foot)
        if abs(low - self.limit) < APART:
            under = self.limit + APART
            low = under if under <= self.foot else self.limit - APART
        high = min(high, low - APART)
        if abs(high - self.limit) < APART:
            high = self.limit - APART
        named = [("promised", PROMISED), ("true", TRUE)]
        named = named if promised >= true else named[::-1]
        return [
            say(self.stage, f"*{words}*", self.right - theme.BOLD, y, theme.BODY, colour, "right", at=at, edge=True)
            for (words, colour), y in zip(named, (high, low), strict=True)
        ]
