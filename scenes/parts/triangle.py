"""The probability triangle: the same position as on the map, told in answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scenes import theme
from scenes.engine.ink import Ink, Marks, line
from scenes.engine.lettering import text
from scenes.theme import FloatArray, Look


class Triangle:
    """Probabilities of three answers as a point in a triangle; each corner is certainty.

    `x`, `y` are the top left corner and `side` the length of an edge, in pixels of the canvas.
    """

    def __init__(
        self, x: float, y: float, side: float, labels: Sequence[str] = ("A", "B", "C"), size: float = theme.TICK
    ):
        height = side * np.sqrt(3) / 2
        self.corners = np.array([[x + side / 2, y], [x, y + height], [x + side, y + height]])
        xs, ys = self.corners[[0, 1, 2, 0]].T
        self.frame = line(xs, ys, stroke=theme.AXIS, pen=2.0)
        offsets = ((0, -0.45 * size, "center"), (0, 1.15 * size, "center"), (0, 1.15 * size, "center"))
        self.names = [
            text(label, cx + dx, cy + dy, size, theme.MUTED, anchor)
            for label, (cx, cy), (dx, dy, anchor) in zip(labels, self.corners, offsets, strict=True)
        ]

    def points(self, probs: FloatArray) -> FloatArray:
        """Manim points [n, 3] of probabilities [n, 3]."""
        xy = np.asarray(probs, float).reshape(-1, 3) @ self.corners
        return theme.points(xy[:, 0], xy[:, 1])

    def path(self, probs: FloatArray, look: Look, pen: float = 4.0, **style: object) -> Ink:
        """The way through the triangle."""
        return Ink(self.points(probs), stroke=look.colour, pen=pen, **style)  # type: ignore[arg-type]

    def marker(self, probs: FloatArray, look: Look, radius: float = 8.0) -> Marks:
        """Where the policy stands."""
        return Marks(self.points(probs)[:, :2], look.marker, radius, fill=look.colour, stroke=theme.CASING, pen=2.0)
