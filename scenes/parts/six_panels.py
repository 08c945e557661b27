"""Six identical panels, two rows of three: a difference between panels is a difference between objectives.

Each panel has a header (name and short formula), a square map on the left and a column beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from manim import MathTypst, Typst

from scenes import theme
from scenes.engine.ink import Marks
from scenes.engine.lettering import formula, text
from scenes.parts.plane import Plane, spans
from scenes.parts.rules import SHORT
from scenes.theme import Look
from traces.store import Trace

GAP_X, GAP_Y = 44, 16
TOP = 134
FOOT = 40  # room for one line that says where the pictures come from
CELL_W = (theme.RIGHT - theme.LEFT - 2 * GAP_X) / 3
CELL_H = (theme.BOTTOM - FOOT - TOP - GAP_Y) / 2
HEADER = 56
MAP = CELL_H - HEADER
COLUMN_GAP = 26


@dataclass(frozen=True)
class Cell:
    """One panel's rectangles, in canvas pixels."""

    name: str
    look: Look
    x: float
    y: float
    plane: Plane

    @property
    def column(self) -> tuple[float, float]:
        """Left edge and width of the column beside the map."""
        left = self.x + MAP + COLUMN_GAP
        return left, self.x + CELL_W - left

    def heading(self) -> tuple[Marks, Typst]:
        """Marker and name."""
        baseline = self.y + 36
        marker = Marks(
            theme.points(self.x + 13, baseline - 11)[:, :2],
            self.look.marker,
            11,
            fill=self.look.colour,
        )
        return marker, text(f"*{self.look.label}*", self.x + 36, baseline, 36, self.look.colour)

    def short(self, written: Mapping[str, str] = SHORT) -> MathTypst:
        """The rule's short formula, on the name's baseline."""
        return formula(written[self.name], self.x + CELL_W, self.y + 36, theme.LABEL, anchor="right")


def cells(trace: Trace | Mapping[str, Any]) -> list[Cell]:
    """The six panels in teaching order, over the trace's plane."""
    out = []
    for k, name in enumerate(theme.OBJECTIVES):
        x = theme.LEFT + (k % 3) * (CELL_W + GAP_X)
        y = TOP + (k // 3) * (CELL_H + GAP_Y)
        plane = Plane(x, y + HEADER, MAP, MAP, *spans(trace))
        out.append(Cell(name, theme.OBJECTIVES[name], x, y, plane))
    return out
