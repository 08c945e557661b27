"""The window around the start on which this chapter draws its maps, and the colours of its two rules."""

from __future__ import annotations

from typing import Any

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.parts.map_panel import MapPanel
from scenes.parts.plane import Plane, spans
from traces.store import Trace

PPO, TRPO = theme.OBJECTIVES["ppo"], theme.OBJECTIVES["trpo"]
ROOM = theme.Area(theme.LEFT, theme.PICTURE.top - theme.GUTTER, theme.RIGHT, theme.BOTTOM - theme.GAP)
MAP = layout.square(ROOM, "end")  # as in the chapters before
LEVELS = tuple(np.linspace(0.3, 0.7, 5))  # of the way from the worst to the best reward
TERRITORY: dict[str, Any] = {"pen": 3.0, "dash": theme.DOTTED}


def map_panel(trace: Trace) -> MapPanel:
    """The window around the start, on the right of the frame."""
    return MapPanel(Plane(*layout.rectangle(MAP), *spans(trace)), trace)
