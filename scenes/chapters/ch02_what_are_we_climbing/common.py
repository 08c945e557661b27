"""What the clips of this chapter share: a map on the right, a column on the left, and the logits of a point."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Ink
from scenes.parts.plane import Plane
from scenes.parts.triangle import Triangle
from scenes.theme import Area, FloatArray
from traces.store import Trace

SIDE = theme.PICTURE.height - theme.WIDE
MAP = Area(theme.RIGHT - SIDE, theme.PICTURE.top, theme.RIGHT, theme.PICTURE.top + SIDE)
"""The square of the map, with room for its axis below."""
COLUMN = Area(theme.LEFT, theme.PICTURE.top, MAP.left - 2 * theme.WIDE, theme.PICTURE.bottom)


def plane_over(across: FloatArray, up: FloatArray) -> Plane:
    """The square of the map over the ranges of a grid."""
    return Plane(MAP.left, MAP.top, SIDE, SIDE, (float(across[0]), float(across[-1])), (float(up[0]), float(up[-1])))


def policies(trace: Trace) -> Plane:
    """The square of the map as the plane of policies."""
    return plane_over(trace["grid_u"], trace["grid_v"])


def triangle_of() -> Triangle:
    """The triangle of chances in the place of the map, with room for its letters."""
    place = layout.inset(MAP, theme.WIDE)
    return Triangle(place.left, place.top + theme.GUTTER, place.width, size=theme.TITLE)


def mesh(plane: Plane, count: int = 13, steps: int = 80) -> tuple[FloatArray, list[int]]:
    """A mesh over the plane: points [n, 2] of lines of equal u, then of equal v, and where each begins."""
    u, v = np.linspace(*plane.u, count), np.linspace(*plane.v, count)
    fine_u, fine_v = np.linspace(*plane.u, steps), np.linspace(*plane.v, steps)
    upright = [np.stack([np.full(steps, a), fine_v], axis=1) for a in u]
    level = [np.stack([fine_u, np.full(steps, b)], axis=1) for b in v]
    return np.concatenate([*upright, *level]), list(range(0, 2 * count * steps, steps))


def mesh_ink(plane: Plane) -> Ink:
    """That mesh as lines."""
    flat, starts = mesh(plane)
    return Ink(plane.points(flat[:, 0], flat[:, 1]), starts=starts, stroke=theme.AXIS, pen=theme.FINE)


def logits_of(uv: FloatArray) -> FloatArray:
    """Logits [n, 3] that sum to zero, of plane points [n, 2]: u = (zA - zB)/sqrt 2, v = (zA + zB - 2 zC)/sqrt 6."""
    u, v = uv[:, 0] / np.sqrt(2), uv[:, 1] / np.sqrt(6)
    return np.stack([u + v, v - u, -2 * v], axis=1)


def softmax(z: FloatArray) -> FloatArray:
    """Probabilities [n, 3] of logits [n, 3]."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))


def there_and_back(share: float) -> float:
    """From 0 to 1, a rest, and back, for shares from 0 to 1."""
    return theme.smooth(min(1.0, 2.4 * share)) * (1.0 - theme.smooth(max(0.0, min(1.0, 2.4 * share - 1.4))))


def beside_map() -> list[Area]:
    """The column in three parts: knobs, height, and what is said of them."""
    return layout.rows(COLUMN, (4, 1.5, 2.5), theme.GAP)
