"""The probability triangle: the same position as on the map, told in answers.

    triangle = Triangle(x, y, 600, size=theme.LABEL)
    stage.bring(triangle)                                  # frame, letters and marks
    stage.bring(triangle.marker(probs, look), layer="mover")

It stands on its tip, so that A, B and C are where `map_panel.Corners` names them on every map: A on the right and B on
the left, both on top, C at the bottom.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine.ink import Ink, Marks, line
from scenes.engine.lettering import text
from scenes.parts.batch import Batch
from scenes.theme import FloatArray, Look


class Triangle:
    """Probabilities of three answers as a point in a triangle; each corner is certainty.

    `x`, `y` are the top left corner and `side` the length of an edge, in pixels of the canvas.
    """

    def __init__(
        self, x: float, y: float, side: float, labels: Sequence[str] = ("A", "B", "C"), size: float = theme.TICK
    ):
        height = side * np.sqrt(3) / 2
        self.corners = np.array([[x + side, y], [x, y], [x + side / 2, y + height]])
        xs, ys = self.corners[[0, 1, 2, 0]].T
        self.frame = line(xs, ys, stroke=theme.AXIS, pen=2.0)
        drops = (-0.7, -0.7, 1.4)  # baselines from the corners, in ems
        self.names = [
            text(label, cx, cy + drop * size, size, theme.MUTED, "center")
            for label, (cx, cy), drop in zip(labels, self.corners, drops, strict=True)
        ]
        self.marks = [
            Batch.sample(cx - 0.95 * size, cy + (drop - 0.33) * size, k, 0.85 * size)
            for k, ((cx, cy), drop) in enumerate(zip(self.corners, drops, strict=True))
        ]

    @property
    def parts(self) -> list[Mobject]:
        """Frame, letters, and each answer's mark beside its letter."""
        return [self.frame, *self.names, *self.marks]

    def points(self, probs: FloatArray) -> FloatArray:
        """Manim points [n, 3] of probabilities [n, 3]."""
        xy = np.asarray(probs, float).reshape(-1, 3) @ self.corners
        return theme.points(xy[:, 0], xy[:, 1])

    def path(self, probs: FloatArray, look: Look, pen: float = 4.0, **style: Any) -> Ink:
        """The way through the triangle."""
        return Ink(self.points(probs), stroke=look.colour, pen=pen, **style)

    def marker(self, probs: FloatArray, look: Look, radius: float = 8.0) -> Marks:
        """Where the policy stands."""
        return Marks(self.points(probs)[:, :2], look.marker, radius, fill=look.colour, stroke=theme.CASING, pen=2.0)
