"""Chances of some answers as bars that lie on rails, a row each, with their percents beside them.

chances = Chances(x, rows=(296, 432, 568), width=300, probs=[0.03, 0.62, 0.35])
chances.put(stage)
stage.write(chances.moving, lambda s: chances.write(before + s * (after - before)), at="today", over=1.8)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from scenes import theme
from scenes.engine.ink import Ink, box
from scenes.parts.running_number import RunningNumbers
from scenes.theme import FloatArray

if TYPE_CHECKING:
    from scenes.engine.stage import Stage

TALL = 52.0  # pixels of a bar


class Chances:
    """Bars from canvas `x` to the right, the middle of each on a row; certainty is `width` pixels."""

    def __init__(self, x: float, rows: Sequence[float], width: float, probs: FloatArray, colour: str = theme.TEXT):
        self.x, self.rows, self.width = x, np.asarray(rows, float), width
        self.rails = [
            box(x, y - TALL / 2, width, TALL, fill=theme.HAIRLINE, fill_opacity=0.6, quiet=True) for y in self.rows
        ]
        self.bars = Ink(np.zeros((0, 3)), fill=colour, closed=True, round_joins=False)
        self.percents = RunningNumbers(theme.LABEL, colour, anchor="left")
        self.write(probs)

    @property
    def moving(self) -> tuple[Ink, RunningNumbers]:
        """What `write` changes."""
        return self.bars, self.percents

    def put(self, stage: Stage) -> None:
        """Put rails, bars and percents on stage."""
        for rail in self.rails:
            stage.put(rail, "ground")
        for part in self.moving:
            stage.put(part, "mover")

    def write(self, probs: FloatArray) -> None:
        """Set bars and percents to probabilities [answers]; a bar keeps two pixels."""
        probs = np.asarray(probs, float)
        wide = np.maximum(2.0, self.width * probs)
        xs = self.x + np.stack([0 * wide, wide, wide, 0 * wide], axis=1)
        ys = self.rows[:, None] + np.array([-TALL, -TALL, TALL, TALL]) / 2
        self.bars.write(theme.points(xs.ravel(), ys.ravel()), range(0, 4 * len(probs), 4))
        words = [f"{p:.{1 if p < 0.0095 or p > 0.9905 else 0}%}" for p in probs]
        self.percents.set(words, [self.x + self.width + 14] * len(words), (self.rows + 11).tolist())
