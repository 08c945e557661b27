"""What the clips of this chapter share."""

from __future__ import annotations

import numpy as np

from scenes.parts.plane import Plane
from scenes.theme import FloatArray


def mesh_lines(plane: Plane, count: int = 13, steps: int = 80) -> tuple[FloatArray, list[int]]:
    """A mesh over the plane: points [n, 2] of lines of equal u, then of equal v, and where each begins."""
    u, v = np.linspace(*plane.u, count), np.linspace(*plane.v, count)
    fine_u, fine_v = np.linspace(*plane.u, steps), np.linspace(*plane.v, steps)
    upright = [np.stack([np.full(steps, a), fine_v], axis=1) for a in u]
    level = [np.stack([fine_u, np.full(steps, b)], axis=1) for b in v]
    return np.concatenate([*upright, *level]), list(range(0, 2 * count * steps, steps))
