"""Maps from the side: what the map of each batch promises along a straight line, and what is true.

view = SideView(trace, area)                  # or SideView(trace, area, reach=4): up to four times the ring
view.axes(stage, at="axes")
view.one(stage, at="axes", over=2.0)          # the map that errs most
view.truth(stage, at="true")
view.fan(stage, at="maps")                    # all of them
view.ends(stage, at="far")                    # what they promise where the line ends
view.band(stage, at="inside", colour=RING)    # where the line is inside the trust region
stage.hide(view, at="shape")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.chapters.ch07_how_far_does_the_map_hold.common import DOTTED
from scenes.engine import layout
from scenes.engine.ink import box
from scenes.engine.lettering import halo, text
from scenes.parts.chart import Chart
from scenes.theme import Area
from traces.store import Trace

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

MAP = theme.RAMP[-1]
ROOM = 5 * theme.LABEL  # to the right of the chart, for what stands at the ends of its curves
MOST = 6  # ticks upwards


class SideView:
    """Gains along `cut_at`: `cut_promise` [map, point] and the truth `cut_gain`, in an area."""

    def __init__(self, trace: Trace, area: Area, reach: float = 0.0):
        self.ring = float(trace["cut_ring"])
        near = trace["cut_at"] <= (reach * self.ring or np.inf)
        self.whole = not reach
        self.at, self.promise, self.gain = trace["cut_at"][near], trace["cut_promise"][:, near], trace["cut_gain"][near]
        low = min(0.0, float(self.promise.min()))
        high = max(float(self.promise.max()), float(self.gain.max()), 1e-6)
        inset = 2 * theme.LABEL
        self.chart = Chart(
            area.left + inset,
            area.top + inset,
            area.width - inset - (ROOM if self.whole else 0.0),
            area.height - 2 * inset,
            (0.0, float(self.at[-1])),
            (low, high),
        )
        self.low, self.high = low, high
        self.parts: list[Mobject] = []

    def axes(self, stage: Stage, at: When | None = None) -> None:
        """Bring the axes, with what they mean."""
        step = next(s for s in (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0) if (self.high - self.low) / s < MOST)
        steps = np.arange(np.ceil(self.low / step), self.high / step)
        ticks = {float(step * k): f"{step * k + 0.0:.2g}" for k in steps}
        ends = {0.0: "start", float(self.at[-1]): "summit"} if self.whole else {0.0: "start", self.ring: "ring"}
        name = "gain that the map promises"
        parts = self.chart.put(stage, "", ends, name, ticks, shown=at is None, size=theme.LABEL)
        if at is not None:
            stage.show(*parts, at=at)
        self.parts += parts

    def one(self, stage: Stage, at: When, over: float) -> None:
        """Let the map that errs most at the end of the line grow from the start."""
        shown = self.promise[int(np.abs(self.promise[:, -1] - self.gain[-1]).argmax())]
        curve = stage.put(self.chart.curve(self.at, shown, stroke=MAP, pen=theme.BOLD), "mark")
        stage.write(curve, self.chart.growing(curve, self.at, shown), at=at, over=over, ease=theme.smooth)
        self.parts.append(curve)

    def truth(self, stage: Stage, at: When, over: float = theme.SLOW) -> None:
        """Let the true gain grow from the start."""
        curve = stage.put(self.chart.curve(self.at, self.gain, stroke=theme.TEXT, pen=theme.BOLD, dash=DOTTED), "mover")
        stage.write(curve, self.chart.growing(curve, self.at, self.gain), at=at, over=over, ease=theme.smooth)
        self.parts.append(curve)

    def fan(self, stage: Stage, at: When, over: float = 2 * theme.SLOW) -> None:
        """Let all maps grow from the start."""
        fan = stage.put(self.chart.fan(self.at, self.promise, stroke=MAP, pen=3.0), "line")
        fan.curve = "the fan of maps"
        stage.write(fan, self.chart.spreading(fan, self.at, self.promise), at=at, over=over, ease=theme.smooth)
        self.parts.append(fan)

    def ends(self, stage: Stage, at: When) -> None:
        """Say what the highest map promises where the line ends, and what is true there."""
        told = ((self.high, "up to", MAP), (float(self.gain[-1]), "true:", theme.TEXT))
        lowest = -np.inf
        for value, words, colour in told:
            x, y = self.chart.pixels(float(self.at[-1]), value)
            y = lowest = max(y + theme.LABEL / 3, lowest + theme.STATEMENT)
            word = halo(text(f"{words} *{value:.1f}*", x + theme.TIGHT, y, theme.BODY, colour))
            self.parts.append(stage.bring(word, at))

    def band(self, stage: Stage, at: When, colour: str) -> None:
        """Mark where the line is inside the trust region of the start."""
        plane = self.chart.plane
        x, _ = self.chart.pixels(min(self.ring, float(self.at[-1])), 0.0)
        wide = max(theme.PEN, x - plane.x)
        style = {"fill": colour, "fill_opacity": 0.3, "round_joins": False, "quiet": True}
        band = box(plane.x, plane.y, wide, plane.height, **style)
        self.parts.append(stage.bring(band, at, "ground"))

    @property
    def area(self) -> Area:
        """The rectangle of the chart."""
        return layout.area(self.chart)
