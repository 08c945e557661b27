"""One rule's first map of the network, on the plane through its path, and the path on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scenes import theme
from scenes.parts.map_panel import MapPanel, along

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When
    from scenes.parts.plane import Plane
    from traces.store import Trace

LEVELS = (0.5, 0.7, 0.9)  # shares of right answers that have a contour line


def ground(trace: Trace, k: int) -> dict[str, np.ndarray]:
    """What a plane and a map panel read of a rule's own plane."""
    return {"grid_u": trace["grid_u"][k], "grid_v": trace["grid_v"][k], "true_j": trace["true_accuracy"][k]}


class NetworkMap:
    """Rule `k` of the six on a plane of the canvas."""

    def __init__(self, trace: Trace, k: int, plane: Plane):
        self.trace, self.k, self.plane = trace, k, plane
        self.look = list(theme.OBJECTIVES.values())[k]
        self.panel = MapPanel(plane, ground(trace, k))

    def put(self, stage: Stage, at: When | None = None, pen: float = 2.0) -> None:
        """Edge, map and the truth as lines."""
        stage.bring(self.panel.frame(), at, "grid")
        stage.bring(self.panel.surface(self.trace["surface"][self.k]), at)
        stage.bring(self.panel.territory(LEVELS, pen=pen), at, "line")

    def walk(self, stage: Stage, at: When, over: float) -> None:
        """The path, batch by batch, and the hiker at its end."""
        path, plane = self.trace["path"][self.k], self.plane
        trail = stage.put(self.panel.trail(path, self.look), "mover")
        hiker = stage.put(self.panel.hiker(self.look), "mover", shown=False)
        stage.show(hiker, at=at, over=theme.QUICK)
        stage.bring(self.panel.start(path[0]), at, "mover", over=theme.QUICK)

        def go(share: float) -> None:
            where = share * (len(path) - 1)
            walked = np.vstack([path[: int(where) + 1], along(path, where)[None]])
            trail.write(*plane.trail(walked[:, 0], walked[:, 1]))
            hiker.place(plane.stop(walked[:, 0], walked[:, 1]))

        stage.write([trail, hiker], go, at=at, over=over)
