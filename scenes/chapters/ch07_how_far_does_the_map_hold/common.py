"""What the clips of this chapter share: a square picture on the left, a column on the right, letters of a window."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.parts.map_panel import Corners, MapPanel
from scenes.parts.plane import Plane, spans
from scenes.parts.trust_region_closeup import TrustRegionCloseup
from scenes.theme import Area
from traces.store import Trace

MAP = layout.square(theme.PICTURE, "start")
COLUMN = Area(MAP.right + 2 * theme.WIDE, theme.PICTURE.top, theme.RIGHT, theme.PICTURE.bottom)
DOTTED = (theme.PEN, 2 * theme.PEN)  # the dash of what is true


def map_panel(trace: Trace) -> MapPanel:
    """The whole plane of policies, on the left."""
    return MapPanel(Plane(*layout.rectangle(MAP), *spans(trace)), trace)


def closeup(trace: Trace, times: float = 1.0) -> TrustRegionCloseup:
    """The window around the start, on the left."""
    return TrustRegionCloseup(trace, MAP.left, MAP.top, MAP.width, times)


def directions() -> Corners:
    """Towards A, B and C from the middle of the window: in the corners where every map has them."""
    return Corners(Plane(*layout.rectangle(MAP), (-1.0, 1.0), (-1.0, 1.0)), theme.STATEMENT)
