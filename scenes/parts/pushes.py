"""Signed bars that travel: up is filled, down is hollow, and each can move from one rectangle to another.

    bars = Pushes(values)                               # signs decide who is filled
    for ink in bars.inks: stage.put(ink, "mark")
    stage.write(bars.inks, bars.between(first, second), at="spread", over=1.2)

A layout [n, 4] holds left, zero line, width and signed height in pixels, a row a bar.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scenes import theme
from scenes.engine.ink import Ink
from scenes.theme import FloatArray


class Pushes:
    """Bars of `values` [n]: two Inks, the filled ones and the hollow ones."""

    def __init__(self, values: FloatArray, pen: float = theme.PEN):
        self.up = np.asarray(values) >= 0
        self.filled = Ink(np.zeros((2, 3)), fill=theme.UP, closed=True, round_joins=False)
        self.hollow = Ink(np.zeros((2, 3)), stroke=theme.DOWN, pen=pen, closed=True, round_joins=False)
        self.inset = pen / 2

    @property
    def inks(self) -> list[Ink]:
        """What `write` sets."""
        return [self.filled, self.hollow]

    def write(self, layout: FloatArray) -> None:
        """Set the bars to a layout [n, 4]."""
        for ink, chosen, inset in ((self.filled, self.up, 0.0), (self.hollow, ~self.up, self.inset)):
            corners = []
            for left, zero, width, height in layout[chosen]:
                if abs(height) < 0.5:
                    continue
                a, b, far = left + inset, left + width - inset, zero - height + np.sign(height) * inset
                corners += [[a, zero], [a, far], [b, far], [b, zero]]
            flat = np.array(corners, dtype=float).reshape(-1, 2)
            if len(flat):
                ink.write(theme.points(flat[:, 0], flat[:, 1]), range(0, len(flat), 4))
            else:
                ink.write(np.zeros((2, 3)), [0])  # a point: nothing to see, but on stage

    def between(self, first: FloatArray, second: FloatArray) -> Callable[[float], None]:
        """A function of the share that moves every bar from one layout to another."""
        return lambda share: self.write(first + share * (second - first))
