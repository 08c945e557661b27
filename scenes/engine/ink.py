"""Two mobjects made of arrays: `Ink` (lines, areas, dots) and `Picture` (an image). Painter draws both through Cairo.

They carry no updaters. A scene changes what they show by writing their arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from manim import Mobject

from scenes import theme
from scenes.theme import FloatArray


class Ink(Mobject):
    """Straight-line paths with one pen: stroke, fill, dash and casing.

    `points` [n, 3] in Manim units; `starts` are the indices where sub-paths begin. Widths and dashes are in pixels of
    the 1080p canvas. `reveal` in 0..1 draws that share of the total length. A casing is a darker, wider line below.
    """

    def __init__(
        self,
        points: FloatArray,
        *,
        starts: Sequence[int] = (0,),
        stroke: str | None = None,
        pen: float = 3.0,
        fill: str | None = None,
        dash: Sequence[float] = (),
        closed: bool = False,
        casing: float = 0.0,
        casing_opacity: float = 0.75,
        stroke_opacity: float = 1.0,
        fill_opacity: float = 1.0,
        round_joins: bool = True,
        quiet: bool = False,
    ):
        super().__init__()
        self.points = np.array(points, dtype=float).reshape(-1, 3)
        self.starts = tuple(int(s) for s in starts)
        self.stroke, self.pen, self.dash = stroke, pen, tuple(dash)
        self.fill, self.closed, self.casing = fill, closed, casing
        self.stroke_opacity, self.fill_opacity, self.round_joins = stroke_opacity, fill_opacity, round_joins
        self.casing_opacity, self.quiet = casing_opacity, quiet
        self.reveal = 1.0
        self.curve = ""
        """What curve of a chart this is; a curve needs time to be taken in."""

    def write(self, points: FloatArray, starts: Sequence[int] | None = None) -> None:
        """Replace the points (and sub-path starts)."""
        self.points = points
        if starts is not None:
            self.starts = tuple(starts)

    def pieces(self) -> list[FloatArray]:
        """The sub-paths [n_i, 2] to draw, cut where `reveal` ends."""
        if not len(self.points):
            return []
        xy = self.points[:, :2]
        ends = (*self.starts[1:], len(xy))
        parts = [xy[a:b] for a, b in zip(self.starts, ends, strict=True) if b - a > 1 and np.ptp(xy[a:b], axis=0).any()]
        if self.reveal >= 1.0:
            return parts
        lengths = [np.hypot(*np.diff(p, axis=0).T) for p in parts]
        left = self.reveal * sum(float(s.sum()) for s in lengths)
        out = []
        for part, steps in zip(parts, lengths, strict=True):
            if left <= 0.0:
                break
            along = np.concatenate([[0.0], np.cumsum(steps)])
            if along[-1] <= left:
                out.append(part)
            else:
                k = int(np.searchsorted(along, left, side="right")) - 1
                share = (left - along[k]) / max(steps[k], 1e-12)
                out.append(np.vstack([part[: k + 1], part[k] + share * (part[k + 1] - part[k])]))
            left -= float(along[-1])
        return out


def line(x: npt.ArrayLike, y: npt.ArrayLike, **style: Any) -> Ink:
    """A polyline through canvas pixels."""
    return Ink(theme.points(x, y), **style)


def box(x: float, y: float, width: float, height: float, **style: Any) -> Ink:
    """A rectangle with its top left corner at canvas pixel (x, y)."""
    xs, ys = np.array([x, x + width, x + width, x, x]), np.array([y, y, y + height, y + height, y])
    return Ink(theme.points(xs, ys), closed=True, **style)


def rule(x0: float, y0: float, x1: float, y1: float, **style: Any) -> Ink:
    """One straight line between two canvas pixels."""
    return line([x0, x1], [y0, y1], **style)


def shape_points(marker: str, radius: float) -> FloatArray:
    """Outline [n, 2] of a marker around the origin, y up; the area of each is near that of the circle of `radius`."""
    corners = {"square": 4, "triangle": 3, "diamond": 4, "hexagon": 6}
    if marker == "circle":
        angle = np.linspace(0, 2 * np.pi, 41)
        reach = np.full(len(angle), radius)
    elif marker == "star":
        angle = np.pi / 2 + np.arange(11) * np.pi / 5
        reach = np.where(np.arange(11) % 2 == 0, 1.5, 0.72) * radius
    else:
        n = corners[marker]
        turn = {"square": np.pi / 4, "triangle": np.pi / 2, "diamond": np.pi / 2, "hexagon": 0.0}[marker]
        side = radius * np.sqrt(2 * np.pi / (n * np.sin(2 * np.pi / n)))
        reach = np.full(n + 1, side)
        angle = turn + np.arange(n + 1) * 2 * np.pi / n
    outline: FloatArray = reach[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return outline


class Marks(Ink):
    """The same marker at many places: `centres` [n, 2] in Manim units, `radius` in pixels."""

    def __init__(self, centres: FloatArray, marker: str = "circle", radius: float = 8.0, **style: Any):
        self.outline = theme.length(1.0) * shape_points(marker, radius)
        self.centres = np.array(centres, dtype=float).reshape(-1, 2)
        super().__init__(np.zeros((0, 3)), closed=True, **style)
        self.place(self.centres)

    def place(self, centres: FloatArray) -> None:
        """Move the markers to `centres` [n, 2]; places with NaN are left out."""
        self.centres = np.asarray(centres, dtype=float).reshape(-1, 2)
        kept = self.centres[np.isfinite(self.centres).all(axis=1)]
        xy = kept[:, None, :] + self.outline[None]
        self.points = np.concatenate([xy, np.zeros((*xy.shape[:2], 1))], axis=2).reshape(-1, 3)
        self.starts = tuple(range(0, len(self.points), len(self.outline)))


class Picture(Mobject):
    """An image stretched over a rectangle: `rgb` [h, w, 3] and optional `alpha` [h, w], both in 0..1, row 0 on top."""

    def __init__(
        self, x: float, y: float, width: float, height: float, rgb: FloatArray, alpha: FloatArray | None = None
    ):
        super().__init__()
        corners = np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]], dtype=float)
        self.points = theme.points(corners[:, 0], corners[:, 1])
        self.paint(rgb, alpha)

    def paint(self, rgb: FloatArray, alpha: FloatArray | None = None) -> None:
        """Replace the image."""
        a = np.ones(rgb.shape[:2]) if alpha is None else alpha
        rgba = np.concatenate([rgb * a[..., None], a[..., None]], axis=2)  # Cairo wants premultiplied colours
        self.rgba = np.ascontiguousarray(np.round(255 * np.clip(rgba, 0, 1)).astype(np.uint8))


def travelled(path: FloatArray) -> FloatArray:
    """How far along a polyline [n, 2] each of its points lies, [n], in the path's own units."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])
