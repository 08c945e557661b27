"""The value strip: what a rule expects at each iteration, against the reward that its policy truly earns."""

from __future__ import annotations

from typing import Any

import numpy as np

from scenes import theme
from scenes.engine.ink import Ink, rule
from scenes.engine.lettering import text
from scenes.parts.plane import Plane
from scenes.theme import FloatArray

Axis = tuple[tuple[float, float], tuple[float, ...]]  # a span, and the ticks on it


def scale(values: FloatArray, steps: int = 2) -> Axis:
    """An axis from zero, or below it, that holds all values: as many round steps as it takes, at least `steps`."""
    low, high = min(0.0, float(np.nanmin(values))), max(0.0, float(np.nanmax(values)))
    rough = (high - low) / steps if high > low else 1.0 / steps
    power = 10.0 ** np.floor(np.log10(rough) + 1e-9)
    step = power * max(unit for unit in (1.0, 2.0, 2.5, 5.0) if unit * power <= rough * (1 + 1e-9))
    first, last = np.floor(low / step + 1e-9), np.ceil(max(high, low + rough) / step - 1e-9)
    ticks = tuple(float(f"{step * k:.6g}") for k in range(int(first), int(last) + 1))
    return (ticks[0], ticks[-1]), ticks


class ValueStrip:
    """Axes with iterations across and reward up, in a rectangle of canvas pixels; reward runs over `span`."""

    def __init__(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        iterations: int,
        span: tuple[float, float] = (0.0, 1.0),
        ticks: tuple[float, ...] = (0.0, 0.5, 1.0),
        size: float = theme.TICK,
        named: bool = True,
    ):
        self.plane = Plane(x, y, width, height, (0.0, float(iterations)), span)
        self.axes: list[Ink] = []
        self.words = []
        for tick in ticks:
            _, py = self.plane.pixels(np.array([0.0]), np.array([tick]))
            strong = tick == 0.0 or (tick == ticks[0] and 0.0 not in ticks)
            style: dict[str, Any] = (
                {"stroke": theme.AXIS, "pen": 2.0} if strong else {"stroke": theme.HAIRLINE, "pen": 1.5, "quiet": True}
            )
            self.axes.append(rule(x, float(py[0]), x + width, float(py[0]), **style))
            if named:
                self.words.append(text(f"{tick:g}", x - 10, float(py[0]) + 0.32 * size, size, theme.MUTED, "right"))

    def curve(self, values: FloatArray, **style: Any) -> Ink:
        """A curve [n] of one value an iteration from 0 on; NaN leaves a gap."""
        at = np.arange(len(values), dtype=float)
        points, starts = self.plane.trail(at, np.asarray(values, float))
        return Ink(points, starts=starts, **style)

    def band(self, low: FloatArray, high: FloatArray, colour: str, opacity: float = 0.22) -> Ink:
        """The area between two curves [n], cut at the axes."""
        at = np.arange(len(low), dtype=float)
        bottom, top = self.plane.v
        up, down = np.clip(high, bottom, top), np.clip(low, bottom, top)
        ring = self.plane.points(np.concatenate([at, at[::-1]]), np.concatenate([up, down[::-1]]))
        return Ink(ring, fill=colour, fill_opacity=opacity, closed=True, quiet=True)
