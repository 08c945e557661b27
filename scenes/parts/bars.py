"""Policy bars: the probability of each answer as a height between 0 and 1."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scenes import theme
from scenes.engine.ink import Ink, rule
from scenes.engine.lettering import text
from scenes.theme import FloatArray


class Bars:
    """One bar an answer, standing on a baseline at `y + height`; a full bar is a probability of one."""

    def __init__(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        colour: str,
        labels: Sequence[str] = ("A", "B", "C"),
        size: float = theme.TICK,
    ):
        self.x, self.y, self.width, self.height = x, y, width, height
        slot = width / len(labels)
        self.lefts = x + slot * np.arange(len(labels)) + 0.14 * slot
        self.bar = 0.72 * slot
        self.base = rule(x, y + height, x + width, y + height, stroke=theme.AXIS, pen=2.0)
        self.top = rule(x, y, x + width, y, stroke=theme.AXIS, pen=1.5, dash=(2, 7))
        self.names = [
            text(label, left + self.bar / 2, y + height + 1.15 * size, size, theme.MUTED, "center")
            for label, left in zip(labels, self.lefts, strict=True)
        ]
        self.ink = Ink(np.zeros((0, 3)), fill=colour, closed=True, round_joins=False)

    def write(self, probs: FloatArray) -> None:
        """Set the heights to probabilities [answers]."""
        corners = []
        for left, p in zip(self.lefts, probs, strict=True):
            top = self.y + self.height * (1 - float(p))
            bottom = self.y + self.height
            corners.append([[left, bottom], [left, top], [left + self.bar, top], [left + self.bar, bottom]])
        flat = np.array(corners).reshape(-1, 2)
        self.ink.write(theme.points(flat[:, 0], flat[:, 1]), range(0, len(flat), 4))
