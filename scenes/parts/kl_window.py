"""A rubber sheet: the map in a small window around one policy, which can be stretched along one knob.

    sheet = KLWindow(x, y, 768, us, vs, heights, reach=1.2)
    sheet.put(stage)
    stage.write(sheet.moving, lambda share: sheet.stretch(4.0**share), at="stretch", over=2)
    points = sheet.points(offsets)      # Manim points of offsets (du, dv) from the middle, as it is stretched now

Stretching by k draws the second knob sqrt(k) times longer and the first one as much shorter: area is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import contourpy
import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine.ink import Ink, Picture, box
from scenes.parts.cloud import arrow_points
from scenes.parts.map_panel import shade
from scenes.parts.plane import clip_path
from scenes.theme import FloatArray

if TYPE_CHECKING:
    from scenes.engine.stage import Stage

PIXELS = 192  # of the picture along each side


class KLWindow:
    """Heights [v, u] around the middle of the grid, in a square of `side` pixels that shows `reach` units each way."""

    def __init__(
        self,
        x: float,
        y: float,
        side: float,
        us: FloatArray,
        vs: FloatArray,
        heights: FloatArray,
        reach: float,
        lines: int = 13,
    ):
        self.x, self.y, self.side, self.reach = x, y, side, reach
        self.du, self.dv = us - (us[0] + us[-1]) / 2, vs - (vs[0] + vs[-1]) / 2
        near = np.ix_(np.abs(self.dv) <= reach * 1.001, np.abs(self.du) <= reach * 1.001)
        low, high = float(heights[near].min()), float(heights[near].max())
        self.levels = shade(np.clip(heights, low, high))
        generator = contourpy.contour_generator(self.du, self.dv, heights)
        steps = np.linspace(low, high, lines + 2)[1:-1]
        self.lines = [np.asarray(piece)[::2] for level in steps for piece in generator.lines(level)]
        self.scale = np.ones(2)
        self.ground = Picture(x, y, side, side, np.zeros((PIXELS, PIXELS, 3)))
        self.relief = Ink(np.zeros((2, 3)), stroke=theme.RAMP[-1], pen=1.6, stroke_opacity=0.6, quiet=True)
        self.frame = box(x, y, side, side, stroke=theme.HAIRLINE, pen=2.0, quiet=True)
        self.stretch(1.0)

    @property
    def moving(self) -> list[Mobject]:
        """What `stretch` writes."""
        return [self.ground, self.relief]

    def put(self, stage: Stage) -> None:
        """Put picture, contour lines and frame on stage."""
        stage.put(self.ground, "ground")
        stage.put(self.relief, "grid")
        stage.put(self.frame, "grid")

    def stretch(self, times: float) -> None:
        """Draw the second knob `times` as long, against the first, as at the beginning."""
        self.scale = np.array([times**-0.5, times**0.5])
        ticks = self.reach * np.linspace(-1, 1, PIXELS)
        rows = _interpolation(self.dv, ticks[::-1] / self.scale[1])
        columns = _interpolation(self.du, ticks / self.scale[0])
        self.ground.paint(theme.ramp(rows @ self.levels @ columns.T))
        self.relief.write(*self.path(self.lines))

    def points(self, offsets: FloatArray) -> FloatArray:
        """Manim points [n, 3] of offsets [n, 2] from the middle."""
        pixels = self.pixels(offsets)
        return theme.points(pixels[:, 0], pixels[:, 1])

    def pixels(self, offsets: FloatArray) -> FloatArray:
        """Canvas pixels [n, 2] of offsets [n, 2] from the middle."""
        unit = self.side / 2 / self.reach
        middle = np.array([self.x + self.side / 2, self.y + self.side / 2])
        return middle + np.asarray(offsets, float) * self.scale * [unit, -unit]

    def arrow(self, tip: FloatArray, share: float = 1.0, pen: float = 13.0) -> FloatArray:
        """Outline of an arrow from the middle, that share of the way to an offset [2]; Manim points."""
        tail, head = self.pixels(np.stack([np.zeros(2), tip]))
        return arrow_points(tail, tail + max(share, 0.02) * (head - tail), pen)

    def path(self, lines: list[FloatArray]) -> tuple[FloatArray, list[int]]:
        """Manim points and starts of polylines of offsets, cut at the frame."""
        span = (-self.reach, self.reach)
        pieces = [piece / self.scale for line in lines for piece in clip_path(line * self.scale, span, span)]
        if not pieces:
            return np.zeros((2, 3)), [0]
        starts = np.cumsum([0, *[len(piece) for piece in pieces[:-1]]]).tolist()
        return self.points(np.concatenate(pieces)), starts


def _interpolation(grid: FloatArray, at: FloatArray) -> FloatArray:
    """The matrix [len(at), len(grid)] that reads a function of an even grid at other places, linearly."""
    place = np.clip((at - grid[0]) / (grid[1] - grid[0]), 0, len(grid) - 1.000001)
    low = place.astype(int)
    out = np.zeros((len(at), len(grid)))
    out[np.arange(len(at)), low] = 1 - (place - low)
    out[np.arange(len(at)), low + 1] = place - low
    return out
