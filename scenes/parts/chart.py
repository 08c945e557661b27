"""A chart: axes with names, ticks and units, on a linear or a logarithmic scale, and curves in it.

    chart = Chart(x, y, 900, 600, across=(0, 60), up=(0.001, 10), log=True)
    chart.put(stage, "update", {0: "0", 60: "60"}, "KL (nat)", {0.01: "0.01", 1: "1"})
    curve = stage.put(chart.curve(updates, values, stroke=theme.TEXT), "mark")
    stage.write(curve, chart.growing(curve, updates, values), at="go", over=4)

A fan is many curves as one Ink, the ghosts behind their mean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine.ink import Ink, rule
from scenes.engine.lettering import text
from scenes.parts.plane import Plane
from scenes.theme import FloatArray

if TYPE_CHECKING:
    from scenes.engine.stage import Stage


class Chart:
    """A rectangle of canvas pixels with data ranges `across` and `up`; with `log`, `up` is in powers of ten."""

    def __init__(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        across: tuple[float, float],
        up: tuple[float, float],
        log: bool = False,
    ):
        self.log = log
        low, high = (np.log10(up[0]), np.log10(up[1])) if log else up
        self.plane = Plane(x, y, width, height, across, (float(low), float(high)))

    def level(self, values: FloatArray) -> FloatArray:
        """Where values stand on the upward axis; below the axis of a logarithm there is nothing."""
        values = np.asarray(values, float)
        if not self.log:
            return values
        return np.where(values > 0, np.log10(np.where(values > 0, values, 1.0)), np.nan)

    def pixels(self, x: float, y: float) -> tuple[float, float]:
        """The canvas pixel of one data point."""
        px, py = self.plane.pixels(np.array([x]), self.level(np.array([y])))
        return float(px[0]), float(py[0])

    def put(
        self,
        stage: Stage,
        x_name: str,
        x_ticks: Mapping[float, str],
        y_name: str,
        y_ticks: Mapping[float, str],
        shown: bool = True,
        size: float = theme.TICK,
    ) -> list[Mobject]:
        """Put axes, ticks and names on stage; returns them all."""
        p = self.plane
        foot = p.y + p.height
        parts: list[Mobject] = []
        parts.append(stage.put(rule(p.x, foot, p.x + p.width, foot, stroke=theme.AXIS, pen=2.0), "ground", shown))
        for value, word in y_ticks.items():
            y = self.pixels(p.u[0], value)[1]
            if abs(y - foot) > 1:
                line = rule(p.x, y, p.x + p.width, y, stroke=theme.HAIRLINE, pen=1.5, quiet=True)
                parts.append(stage.put(line, "ground", shown))
            parts.append(stage.put(text(word, p.x - 12, y + 0.32 * size, size, theme.MUTED, "right"), "text", shown))
        for value, word in x_ticks.items():
            x = float(p.pixels(np.array([value]), np.array([p.v[0]]))[0][0])
            parts.append(stage.put(text(word, x, foot + 1.4 * size, size, theme.MUTED, "center"), "text", shown))
        middle = p.x + p.width / 2
        names = ((x_name, middle, foot + 1.4 * size, "center"), (y_name, p.x, p.y - 18, "left"))
        for name, x, y, anchor in names:
            if name:
                parts.append(stage.put(text(name, x, y, size, theme.MUTED, anchor), "text", shown))
        return parts

    def curve(self, x: FloatArray, y: FloatArray, **style: Any) -> Ink:
        """A curve through data points, cut at the axes; NaN leaves a gap."""
        points, starts = self.plane.trail(np.asarray(x, float), self.level(y))
        ink = Ink(points, starts=starts, **style)
        ink.curve = "a curve of the chart"
        return ink

    def growing(self, curve: Ink, x: FloatArray, y: FloatArray) -> Callable[[float], None]:
        """A function of the share that cuts the curve at that share of its way across."""
        x, y = np.asarray(x, float), self.level(y)

        def write(share: float) -> None:
            curve.write(*self.plane.trail(*cut(x, y, share)))

        return write

    def columns(self, values: FloatArray, width: float = 0.66, **style: Any) -> Ink:
        """One upright bar for each value [n], in the middle of each unit across, from the foot of the chart."""
        p, foot = self.plane, self.plane.y + self.plane.height
        middle, top = p.pixels(np.arange(len(values)) + 0.5, self.level(values))
        half = width / 2 * p.width / (p.u[1] - p.u[0])
        x = np.stack([middle - half, middle - half, middle + half, middle + half], axis=1).ravel()
        y = np.stack([np.full(len(top), foot), top, top, np.full(len(top), foot)], axis=1).ravel()
        style = {"closed": True, "round_joins": False, **style}
        return Ink(theme.points(x, y), starts=range(0, len(x), 4), **style)

    def fan(self, x: FloatArray, many: FloatArray, **style: Any) -> Ink:
        """Many curves [n, len(x)] as one Ink: ghosts."""
        ink = Ink(np.zeros((0, 3)), **{"quiet": True, **style})
        self.spreading(ink, x, many)(1.0)
        return ink

    def spreading(self, fan: Ink, x: FloatArray, many: FloatArray) -> Callable[[float], None]:
        """A function of the share that cuts all curves of a fan there; values beyond the axes lie on them."""
        x, levels = np.asarray(x, float), np.clip(np.nan_to_num(self.level(many), nan=self.plane.v[0]), *self.plane.v)

        def write(share: float) -> None:
            at, cuts = cut(x, levels.T, share)
            count = cuts.shape[1]
            fan.write(self.plane.points(np.tile(at, count), cuts.T.ravel()), range(0, len(at) * count, len(at)))

        return write


def cut(x: FloatArray, y: FloatArray, share: float) -> tuple[FloatArray, FloatArray]:
    """The first `share` of a polyline x [n], y [n, ...], its last point interpolated; two points at least."""
    at = share * (len(x) - 1)
    k = min(int(at), len(x) - 2)
    part = at - k
    end = y[k] + part * (y[k + 1] - y[k])
    return np.append(x[: k + 1], x[k] + part * (x[k + 1] - x[k])), np.concatenate([y[: k + 1], np.asarray(end)[None]])
