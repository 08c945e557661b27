"""A square matrix as tiles with their numbers, and the same square cut ever finer: more parameters, more numbers.

matrix = Matrix(x, y, 470, fisher, names=("z_A", "z_B", "z_C"), colour=theme.OBJECTIVES["trpo"].colour)
stage.show(*matrix.put(stage), at="price")
grid = stage.put(matrix.cut(24), "grid", shown=False)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine.ink import Ink, box
from scenes.engine.lettering import formula, text
from scenes.theme import FloatArray

if TYPE_CHECKING:
    from scenes.engine.stage import Stage


class Matrix:
    """Values [n, n] in a square of `side` pixels at (x, y): the larger a number, the more of the colour."""

    def __init__(self, x: float, y: float, side: float, values: FloatArray, names: Sequence[str], colour: str):
        self.x, self.y, self.side, self.values, self.names, self.colour = x, y, side, values, names, colour

    def put(self, stage: Stage) -> list[Mobject]:
        """Put tiles, numbers and names on stage, hidden; returns them all."""
        cell, size = self.side / len(self.values), 36.0
        largest = float(np.abs(self.values).max()) or 1.0
        parts: list[Mobject] = []
        for (row, column), value in np.ndenumerate(self.values):
            shade = theme.mix(theme.CANVAS, self.colour, 0.08 + 0.46 * float(np.sqrt(abs(value) / largest)))
            x, y = self.x + column * cell, self.y + row * cell
            tile = box(x, y, cell, cell, fill=shade, stroke=theme.CANVAS, pen=3.0, quiet=True)
            number = text(f"{value:.2f}".replace("-", "−"), x + cell / 2, y + cell / 2 + 12, size, theme.TEXT, "center")
            parts += [stage.put(tile, "grid", False), stage.put(number, "text", False)]
        for k, name in enumerate(self.names):
            middle = (k + 0.5) * cell
            for x, y, anchor in (
                (self.x - 20, self.y + middle + 10, "right"),
                (self.x + middle, self.y - 18, "center"),
            ):
                parts.append(stage.put(formula(name, x, y, size, theme.MUTED, anchor), "text", False))
        return parts

    def cut(self, count: int, pen: float = 2.0) -> Ink:
        """The same square in `count` x `count` tiles, drawn as lines."""
        ticks = np.repeat(np.linspace(0, self.side, count + 1), 2)
        ends = np.tile([0.0, self.side], count + 1)
        x, y = self.x + np.concatenate([ticks, ends]), self.y + np.concatenate([ends, ticks])
        starts = range(0, len(x), 2)
        return Ink(theme.points(x, y), starts=starts, stroke=self.colour, pen=pen, round_joins=False)

    def full(self, opacity: float = 0.5) -> Ink:
        """The square when no tile can be told from the next."""
        return box(self.x, self.y, self.side, self.side, fill=self.colour, fill_opacity=opacity)
