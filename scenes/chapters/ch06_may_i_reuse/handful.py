"""A handful of sampled answers as marks in any arrangement: star A, circle B, diamond C.

    handful = Handful(kinds, x, y, pitch=50)        # kinds, x, y [n]
    handful.put(stage)
    stage.write(handful.marks, handful.going(x2, y2, 120), at="grow", over=1)
    handful.weigh([4.0, 1.0, 0.1])                  # areas of the marks of A, B and C, against the present ones

Where no mark is to be seen, two points on one spot keep the place: an actor without points would be left out for good.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from scenes import theme
from scenes.engine.ink import Marks
from scenes.parts.batch import SHAPES
from scenes.theme import FloatArray

if TYPE_CHECKING:
    from scenes.engine.stage import Stage

FILL = 0.36  # radius of a mark of scale 1, over the distance between neighbours


class Handful:
    """Marks of answers `kinds` [n] (0 = A, 1 = B, 2 = C) at canvas pixels x [n], y [n]."""

    def __init__(self, kinds: FloatArray, x: FloatArray, y: FloatArray, pitch: float):
        self.kinds = np.asarray(kinds)
        self.centres = theme.points(np.asarray(x, float), np.asarray(y, float))[:, :2]
        self.marks = [self._mark(k, pitch) for k in range(len(SHAPES))]
        self.outlines = [marks.outline for marks in self.marks]
        self.keep(np.ones(len(self.kinds), bool))

    @staticmethod
    def _mark(kind: int, pitch: float) -> Marks:
        marker, scale = SHAPES[kind]
        style: dict[str, object] = {"stroke": theme.MUTED, "pen": 2.5} if kind == 1 else {"fill": theme.TEXT}
        return Marks(np.zeros((0, 2)), marker, FILL * pitch * scale, **style)

    def put(self, stage: Stage, layer: str = "mark", shown: bool = True) -> list[Marks]:
        """Put the marks on stage; returns them."""
        return [stage.put(marks, layer, shown) for marks in self.marks]

    def keep(self, seen: FloatArray) -> None:
        """Show only the answers where `seen` [n] is true."""
        for k, marks in enumerate(self.marks):
            marks.place(self.centres[(self.kinds == k) & seen])
            if not len(marks.points):
                marks.write(np.zeros((2, 3)), (0,))

    def weigh(self, areas: Sequence[float] | FloatArray) -> None:
        """Scale the areas of the marks of each kind, against those they were made with."""
        for marks, outline, area in zip(self.marks, self.outlines, areas, strict=True):
            marks.outline = float(np.sqrt(area)) * outline
        self.keep(np.ones(len(self.kinds), bool))

    def going(self, x: FloatArray, y: FloatArray, pitch: float) -> Callable[[float], None]:
        """A function of the share that moves the marks to other pixels and another size."""
        there = Handful(self.kinds, x, y, pitch)
        before = [marks.points.copy() for marks in self.marks]

        def write(share: float) -> None:
            for marks, a, other in zip(self.marks, before, there.marks, strict=True):
                marks.write(a + share * (other.points - a))

        return write
