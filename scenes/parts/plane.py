"""Where numbers land: a rectangle of the canvas with a range of data on each axis, and the lines drawn in it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import contourpy
import numpy as np
import numpy.typing as npt

from scenes import theme
from scenes.engine.ink import Ink
from scenes.theme import FloatArray
from traces.store import Trace


@dataclass(frozen=True)
class Plane:
    """Data ranges `u`, `v` over the rectangle at (x, y), `width` x `height` pixels; v grows upward."""

    x: float
    y: float
    width: float
    height: float
    u: tuple[float, float]
    v: tuple[float, float]

    def pixels(self, u: npt.ArrayLike, v: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Canvas pixels of data points."""
        px = self.x + (np.asarray(u, float) - self.u[0]) / (self.u[1] - self.u[0]) * self.width
        py = self.y + self.height - (np.asarray(v, float) - self.v[0]) / (self.v[1] - self.v[0]) * self.height
        return px, py

    def points(self, u: npt.ArrayLike, v: npt.ArrayLike) -> FloatArray:
        """Manim points [n, 3] of data points."""
        return theme.points(*self.pixels(u, v))

    def centre(self, u: float, v: float) -> FloatArray:
        """Manim point [2] of one data point."""
        return self.points(np.array([u]), np.array([v]))[0, :2]

    def inside(self, u: FloatArray, v: FloatArray) -> np.ndarray:
        """Which data points lie in the rectangle."""
        return (u >= self.u[0]) & (u <= self.u[1]) & (v >= self.v[0]) & (v <= self.v[1])

    def trail(self, u: FloatArray, v: FloatArray) -> tuple[FloatArray, list[int]]:
        """The path through data points, cut at the rectangle: Manim points and sub-path starts."""
        pieces = clip_path(np.stack([u, v], axis=1), self.u, self.v)
        if not pieces:
            return np.zeros((0, 3)), [0]
        starts = np.cumsum([0, *[len(p) for p in pieces[:-1]]]).tolist()
        uv = np.concatenate(pieces)
        return self.points(uv[:, 0], uv[:, 1]), starts

    def stop(self, u: FloatArray, v: FloatArray) -> FloatArray:
        """Where a walk [n] stands now, Manim point [1, 2]: its last point, or where it left the rectangle."""
        if self.inside(u[-1:], v[-1:])[0]:
            return self.points(u[-1:], v[-1:])[:, :2]
        points, _ = self.trail(u, v)
        return points[-1:, :2]

    def contour(self, us: FloatArray, vs: FloatArray, values: FloatArray, levels: Sequence[float], **style: Any) -> Ink:
        """Contour lines of values [v, u] given on a grid, at all `levels`, as one Ink."""
        generator = contourpy.contour_generator(us, vs, np.ma.masked_invalid(values))
        lines = [np.asarray(piece) for level in levels for piece in generator.lines(level)]
        cut = [piece for line in lines for piece in clip_path(line, self.u, self.v)]
        if not cut:
            return Ink(np.zeros((0, 3)), **style)
        starts = np.cumsum([0, *[len(p) for p in cut[:-1]]]).tolist()
        uv = np.concatenate(cut)
        return Ink(self.points(uv[:, 0], uv[:, 1]), starts=starts, **style)

    def hatch(self, us: FloatArray, vs: FloatArray, mask: FloatArray, spacing: float = 13.0, **style: Any) -> Ink:
        """Diagonal lines, `spacing` pixels apart, where mask [v, u] is at least one half."""
        segments: list[FloatArray] = []
        step = 1.5
        for offset in np.arange(-self.height, self.width, spacing):
            along = np.arange(0.0, self.height + step, step)
            px, py = self.x + offset + along, self.y + self.height - along
            keep = (px >= self.x) & (px <= self.x + self.width) & (py >= self.y)
            px, py = px[keep], py[keep]
            if len(px) < 2:
                continue
            u = self.u[0] + (px - self.x) / self.width * (self.u[1] - self.u[0])
            v = self.v[0] + (self.y + self.height - py) / self.height * (self.v[1] - self.v[0])
            on = _bilinear(us, vs, mask, u, v) >= 0.5
            edges = np.flatnonzero(np.diff(np.concatenate([[0], on.astype(int), [0]])))
            segments += [
                np.array([[px[a], py[a]], [px[b - 1], py[b - 1]]]) for a, b in edges.reshape(-1, 2) if b - a > 3
            ]
        if not segments:
            return Ink(np.zeros((0, 3)), **style)
        flat = np.concatenate(segments)
        return Ink(theme.points(flat[:, 0], flat[:, 1]), starts=range(0, len(flat), 2), round_joins=False, **style)


def spans(trace: Trace | Mapping[str, Any]) -> tuple[tuple[float, float], tuple[float, float]]:
    """The data ranges `u`, `v` of the grid that the maps of a trace are computed on."""
    us, vs = trace["grid_u"], trace["grid_v"]
    return (float(us[0]), float(us[-1])), (float(vs[0]), float(vs[-1]))


def clip_path(uv: FloatArray, u: tuple[float, float], v: tuple[float, float]) -> list[FloatArray]:
    """The parts of a polyline [n, 2] inside a rectangle, with the crossings as end points (Liang-Barsky)."""
    low, high = np.array([u[0], v[0]]), np.array([u[1], v[1]])
    if ((uv >= low) & (uv <= high)).all():
        return [uv] if len(uv) > 1 else []
    pieces: list[list[FloatArray]] = []
    current: list[FloatArray] = []
    for a, b in itertools.pairwise(uv):
        if not (np.isfinite(a).all() and np.isfinite(b).all()):
            current = []
            continue
        d = b - a
        with np.errstate(divide="ignore", invalid="ignore"):
            t0, t1 = (low - a) / d, (high - a) / d
        inside = (a >= low) & (a <= high)
        enter = np.where(d == 0, np.where(inside, -np.inf, np.inf), np.minimum(t0, t1)).max()
        leave = np.where(d == 0, np.where(inside, np.inf, -np.inf), np.maximum(t0, t1)).min()
        start, stop = max(0.0, enter), min(1.0, leave)
        if start > stop:
            current = []
            continue
        if not current or start > 0.0:
            current = [a + start * d]
            pieces.append(current)
        current.append(a + stop * d)
        if stop < 1.0:
            current = []
    return [np.array(p) for p in pieces if len(p) > 1]


def _bilinear(us: FloatArray, vs: FloatArray, values: FloatArray, u: FloatArray, v: FloatArray) -> FloatArray:
    i = np.clip(np.searchsorted(us, u) - 1, 0, len(us) - 2)
    j = np.clip(np.searchsorted(vs, v) - 1, 0, len(vs) - 2)
    a = np.clip((u - us[i]) / (us[i + 1] - us[i]), 0, 1)
    b = np.clip((v - vs[j]) / (vs[j + 1] - vs[j]), 0, 1)
    return (
        (1 - a) * (1 - b) * values[j, i]
        + a * (1 - b) * values[j, i + 1]
        + (1 - a) * b * values[j + 1, i]
        + a * b * values[j + 1, i + 1]
    )
