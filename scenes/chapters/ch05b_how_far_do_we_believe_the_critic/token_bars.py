"""What each token of an answer is told, as signed bars around a zero line.

Credit is filled and blame is hollow, whatever the colour.

bars = TokenBars(edges, y, unit)
stage.put(bars.zero, "grid")
for part in bars.moving:
    stage.put(part, "mover")
    stage.write(part, lambda s: bars.write([0.1 * s, -0.6 * s]), at="cue", over=1.0)
"""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine.ink import Ink, rule
from scenes.parts.running_number import RunningNumbers
from scenes.theme import FloatArray


class TokenBars:
    """Bars in the middle between canvas x `edges` [tokens + 1], with zero at `y` and `unit` pixels to a reward of 1."""

    def __init__(self, edges: FloatArray, y: float, unit: float, size: float = theme.STATEMENT):
        self.centres, self.wide = (edges[1:] + edges[:-1]) / 2, 0.42 * float(edges[1] - edges[0])
        self.y, self.unit = y, unit
        self.zero = rule(float(edges[0]), y, float(edges[-1]), y, stroke=theme.AXIS, pen=2.0)
        self.up = Ink(np.zeros((0, 3)), fill=theme.UP, closed=True, round_joins=False)
        self.down = Ink(np.zeros((0, 3)), stroke=theme.DOWN, pen=4.0, closed=True, round_joins=False)
        self.numbers = RunningNumbers(size, anchor="center")
        self.write(np.zeros(len(self.centres)))

    @property
    def moving(self) -> tuple[Ink, Ink, RunningNumbers]:
        """What `write` changes."""
        return self.up, self.down, self.numbers

    def write(self, values: FloatArray) -> None:
        """Set the bars and their numbers to values [token]; one of less than a pixel is a point, and not drawn."""
        words = [f"{v:+.2f}" if abs(v) >= 0.005 else "0.00" for v in np.asarray(values, float)]
        tips = [self.y - self.unit * v + (-10 if v >= 0 else 0.75 * self.numbers.size + 10) for v in values]
        self.numbers.set(words, self.centres.tolist(), tips)
        for ink, sign in ((self.up, 1.0), (self.down, -1.0)):
            corners = []
            for x, value in zip(self.centres, values, strict=True):
                tall = sign * float(value) * self.unit
                half, top = (self.wide / 2, self.y - sign * tall) if tall > 1.0 else (0.0, self.y)
                corners += [[x - half, self.y], [x - half, top], [x + half, top], [x + half, self.y]]
            flat = np.array(corners, dtype=float)
            ink.write(theme.points(flat[:, 0], flat[:, 1]), range(0, len(flat), 4))
