"""Signed weights: how hard a rule pushes each answer up or down. Up is filled, down is hollow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scenes import theme
from scenes.engine.ink import Ink, box, rule
from scenes.engine.lettering import text
from scenes.theme import FloatArray


class Weights:
    """Bars of weights [answers] around a zero line, the largest of them `height / 2` pixels long."""

    def __init__(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        values: FloatArray,
        largest: float,
        labels: Sequence[str] = ("A", "B", "C"),
        size: float = theme.TICK,
    ):
        middle = y + height / 2
        slot = width / len(labels)
        self.zero = rule(x, middle, x + width, middle, stroke=theme.AXIS, pen=2.0)
        self.bars: list[Ink] = []
        self.names = []
        for k, (label, value) in enumerate(zip(labels, values, strict=True)):
            left, bar = x + k * slot + 0.16 * slot, 0.68 * slot
            tall = abs(float(value)) / largest * height / 2 if largest > 0 else 0.0
            if value >= 0:
                self.bars.append(box(left, middle - tall, bar, tall, fill=theme.UP))
            else:
                self.bars.append(box(left, middle, bar, tall, stroke=theme.DOWN, pen=3.0, round_joins=False))
            self.names.append(text(label, left + bar / 2, y + height + 1.2 * size, size, theme.MUTED, "center"))

    @staticmethod
    def means(values: FloatArray, answers: FloatArray) -> FloatArray:
        """Mean weight [3] of the samples of each answer; zero where an answer was not sampled."""
        return np.array([values[answers == k].mean() if (answers == k).any() else 0.0 for k in range(3)])
