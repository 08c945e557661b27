"""Bars of what a prefix is told to expect, and arches along which a score is passed back.

bar = Column(x, floor, unit)          # a reward of 1 is `unit` pixels high
stage.put(bar.ink, "mark"); stage.write(bar.ink, lambda s: bar.write(0.8 * s), at="cue", over=0.8)
"""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.ink import Ink, line


class Column:
    """One bar that stands on `floor`, `wide` pixels wide, centred at x."""

    def __init__(self, x: float, floor: float, unit: float, wide: float = 170.0, **style: object):
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


def arch(x0: float, x1: float, y: float, rise: float, **style: object) -> Ink:
    """A flat arch from canvas (x0, y) to (x1, y), `rise` pixels high, with a head at x1."""
    s = np.linspace(0, 1, 49)
    xs, ys = x0 + s * (x1 - x0), y - rise * 4 * s * (1 - s)
    slope = np.array([xs[-1] - xs[-4], ys[-1] - ys[-4]])
    along = slope / np.hypot(*slope)
    across = np.array([-along[1], along[0]])
    barbs = [np.array([x1, y]) - 20 * along + side * 11 * across for side in (1, -1)]
    xs = np.concatenate([xs, [barbs[0][0], x1, barbs[1][0]]])
    ys = np.concatenate([ys, [barbs[0][1], y, barbs[1][1]]])
    return line(xs, ys, **style)


if __name__ == "__main__":
    from scenes.preview import main

    main(__file__)
