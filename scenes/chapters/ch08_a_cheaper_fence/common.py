"""The window around the start on which this chapter draws its maps, and the colours of its two rules."""

from __future__ import annotations

from scenes import theme
from scenes.parts.map_panel import MapPanel
from scenes.parts.plane import Plane
from traces.store import Trace

PPO, TRPO = theme.OBJECTIVES["ppo"], theme.OBJECTIVES["trpo"]
MAP = (1040.0, 148.0, 784.0)  # left, top and side of the map, as in the chapters before
LEVELS = (0.3, 0.4, 0.5, 0.6, 0.7)  # of the way from the worst to the best reward


def map_panel(trace: Trace) -> MapPanel:
    """The window around the start, on the right of the frame."""
    us, vs = trace["grid_u"], trace["grid_v"]
    x, y, side = MAP
    return MapPanel(Plane(x, y, side, side, (float(us[0]), float(us[-1])), (float(vs[0]), float(vs[-1]))), trace)
