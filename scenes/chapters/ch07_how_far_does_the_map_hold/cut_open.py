"""Maps cut open along a line: what each handful's map promises there, and what is true.

cut = CutOpen(trace, x, y, 610, 470)
cut.put(stage)                                  # one map and the truth
cut.fan_out(stage, at="maps")                   # then all of them
cut.near(stage, at="near", colour)              # how far the ring of the start reaches on the line
cut.spread(stage, at="thick")                   # how far they disagree where the line ends
stage.hide(*cut.parts, at="ring")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine.ink import box, rule
from scenes.engine.lettering import text
from scenes.parts.chart import Chart
from traces.store import Trace

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

MAP = theme.RAMP[-1]


class CutOpen:
    """Gains along `cut_at`: `cut_promise` [map, point], the truth `cut_gain` and its spread `cut_error`."""

    def __init__(self, trace: Trace, x: float, y: float, width: float, height: float):
        self.at, self.promise, self.gain = trace["cut_at"], trace["cut_promise"], trace["cut_gain"]
        self.error, self.ring = float(trace["cut_error"][-1]), float(trace["cut_ring"])
        self.low = min(0.0, float(self.promise.min()))
        self.high = max(float(self.promise.max()), float(self.gain.max()), 1e-6)
        span = 1.06 * (self.high - self.low)
        self.chart = Chart(x, y, width, height, (0.0, float(self.at[-1])), (self.high - span, self.low + span))
        self.parts: list[Mobject] = []
        self.truth = 0.0  # pixel from which the name of the truth hangs

    def end(self, value: float) -> tuple[float, float]:
        """The pixel of a gain where the line ends, kept in the chart."""
        return self.chart.pixels(float(self.at[-1]), float(np.clip(value, *self.chart.plane.v)))

    def put(self, stage: Stage) -> None:
        """Put axes, the truth, and the map that errs most on stage."""
        chart = self.chart
        whole = range(int(np.ceil(self.low)), int(np.floor(self.high)) + 1)
        ticks = {float(k): f"{k}" for k in whole if len(whole) < 6 or k % (len(whole) // 4) == 0}
        self.parts += chart.put(stage, "along the dashed line", {}, "promised gain (reward)", ticks, size=28)
        shown = self.promise[int(np.abs(self.promise[:, -1] - self.gain[-1]).argmax())]
        lines = ((shown, "one map", {"stroke": MAP, "pen": 5.0}), (self.gain, "truth", {"pen": 6.0, "dash": (3, 9)}))
        below = -np.inf
        for values, name, style in lines:
            look = {"stroke": theme.TEXT, **style}
            x, y = self.end(float(values[-1]))
            if abs(y - below) < 40:  # the truth's name goes under that of a map which is right
                y = below + 40
            self.truth, below = y, y
            self.parts += [
                stage.put(chart.curve(self.at, values, **look), "mark"),
                stage.put(text(name, x + 18, y + 10, 32, str(look["stroke"])), "text"),
            ]

    def fan_out(self, stage: Stage, at: When, over: float = 1.8) -> None:
        """Let all maps grow from the start."""
        fan = stage.put(self.chart.fan(self.at, self.promise, stroke=MAP, pen=2.5), "line")
        stage.write(fan, self.chart.spreading(fan, self.at, self.promise), at=at, over=over, ease=theme.smooth)
        self.parts.append(fan)

    def spread(self, stage: Stage, at: When) -> None:
        """Show the true gain at the end, and beside it the spread of what is promised there."""
        (x, low), (_, high) = (self.end(float(self.gain[-1]) + sign * self.error) for sign in (-1, 1))
        bar = stage.put(rule(x, low, x, high, stroke=theme.TEXT, pen=5.0), "mover", shown=False)
        words = f"{float(self.gain[-1]):.2f} *± {self.error:.2f}*"
        wide = stage.put(text(words, x + 18, self.truth + 54, 32), "text", shown=False)
        stage.show(bar, wide, at=at)
        self.parts += [bar, wide]

    def near(self, stage: Stage, at: When, colour: str) -> None:
        """Mark where the line is still inside the ring of the start: there the odds have hardly moved."""
        p = self.chart.plane
        x, _ = self.chart.pixels(min(self.ring, float(self.at[-1])), 0.0)
        band = box(p.x, p.y, max(3.0, x - p.x), p.height + 14, fill=colour, fill_opacity=0.7, round_joins=False)
        words = text("here the odds hardly move", p.x, p.y + p.height + 92, 32)
        parts = [stage.put(band, "ground", shown=False), stage.put(words, "text", shown=False)]
        stage.show(*parts, at=at)
        self.parts += parts
