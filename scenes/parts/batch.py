"""A batch of sampled answers: one mark each, a row of marks a group."""

from __future__ import annotations

from typing import Any

import numpy as np

from scenes import theme
from scenes.engine.ink import Marks
from scenes.theme import FloatArray

# Answer A filled, B hollow, C a small dot: told apart without colour.
SHAPES = (("star", 1.15), ("circle", 0.85), ("diamond", 0.5))


class Batch:
    """Marks of answers [N] in groups [N], laid out in a rectangle at (x, y) with `pitch` pixels between neighbours."""

    def __init__(
        self, answers: np.ndarray, groups: np.ndarray, x: float, y: float, pitch: float, gap: float | None = None
    ):
        gap = pitch if gap is None else gap
        place = np.zeros((len(answers), 2))
        for g in np.unique(groups):
            members = np.flatnonzero(groups == g)
            place[members, 0] = x + pitch * np.arange(len(members))
            place[members, 1] = y + gap * int(g)
        self.places = theme.points(place[:, 0], place[:, 1])[:, :2]
        self.marks = [self.drawn(self.places[answers == k], k, pitch) for k in range(3)]

    @classmethod
    def sample(cls, x: float, y: float, answer: int, pitch: float) -> Marks:
        """One mark at a canvas pixel, for a legend."""
        return cls.drawn(theme.point(x, y)[None, :2], answer, pitch)

    @staticmethod
    def drawn(centres: FloatArray, answer: int, pitch: float) -> Marks:
        """Marks of one answer at Manim points."""
        marker, scale = SHAPES[answer]
        style: dict[str, Any] = {"fill": theme.TEXT} if answer != 1 else {"stroke": theme.MUTED, "pen": 2.5}
        return Marks(centres, marker, 0.36 * pitch * scale, **style)
