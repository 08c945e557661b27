"""The mountain where these chapters show it: on the right, with its contour lines, its corners and the start.

panel = mountain(stage, trace, trace["start"])           # contour lines only
name_corner(stage, plane_of(trace), "always A", at="summit")
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from scenes import theme
from scenes.parts.map_panel import MapPanel, levels
from scenes.parts.plane import Plane, spans
from scenes.parts.say import say
from scenes.theme import FloatArray

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When
    from traces.store import Trace

TOP, SIDE = 148.0, 784.0
LEFT = theme.RIGHT - SIDE
HEIGHTS = 28.0  # size of the numbers beside the contour lines
CORNERS = {"always B": 0.14, "always A": 0.81}  # how far to the right each is named


def plane_of(trace: Trace | Mapping[str, Any]) -> Plane:
    """The square of the map with the ranges of a trace."""
    return Plane(LEFT, TOP, SIDE, SIDE, *spans(trace))


def name_corner(stage: Stage, plane: Plane, words: str, at: When | None = None) -> None:
    """Say what the policy does far out on one side."""
    x, y = plane.x + CORNERS[words] * plane.width, plane.y + 0.16 * plane.height
    say(stage, words, x, y, 36, anchor="center", at=at, edge=True)


def mountain(stage: Stage, trace: Trace, start: FloatArray, at: When | None = None, left: float = LEFT) -> MapPanel:
    """Put the mountain on stage as contour lines, with A, B and C in its corners and the start marked."""
    plane = Plane(left, TOP, SIDE, SIDE, *spans(trace))
    panel = MapPanel(plane, trace)
    heights = levels(trace)
    stage.bring(panel.frame(), at, "grid")
    stage.bring(panel.territory(heights, pen=3.0, dash=(3, 8)), at, "grid")
    for part in (*panel.heights(heights, HEIGHTS), panel.corners(theme.STATEMENT)):
        stage.bring(part, at, "text")
    stage.bring(panel.start(start, 13), at, "mover")
    return panel
