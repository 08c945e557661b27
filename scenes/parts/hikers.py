"""The six policies on one mountain: their markers, their ways batch by batch, and who goes as one.

six = Hikers(trace, plane)
six.mountain(stage)                          # the mountain, its contour lines, A, B, C and the common start
six.gather(stage, at="start")                # they come in a ring, and step onto the start
six.walk(stage, at="walk", over=8)           # all at the same pace, to where the run ends
"""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine.ink import Ink, Marks
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage, When
from scenes.parts.map_panel import MapPanel, along, levels, together
from scenes.parts.plane import Plane
from traces.store import Trace

WIDER = 9.0  # pixels by which a trail that lies below another one is wider


class Hikers:
    """The first seed's six runs over `plane`; the trace is that of the six objectives."""

    def __init__(self, trace: Trace, plane: Plane, radius: float = 13.0, letters: float = theme.STATEMENT):
        self.trace, self.plane, self.panel = trace, plane, MapPanel(plane, trace)
        self.radius, self.letters = radius, letters
        self.paths = trace["theta"][0]  # seed 0: [objective, state, 2]
        self.looks = list(theme.OBJECTIVES.values())
        # Where two go as one, the lower trail and its hiker are wider, so that both are seen.
        self.groups = together(self.paths, plane)
        self.wider = [next(len(g) - 1 - g.index(k) for g in self.groups if k in g) for k in range(len(self.looks))]
        self.trails: list[Ink] = []
        self.hikers: list[Marks] = []

    def mountain(self, stage: Stage, start: bool = True) -> None:
        """The mountain is there from the first picture on."""
        stage.bring(self.panel.surface(self.trace["true_j"]))
        stage.bring(self.panel.territory(levels(self.trace), pen=theme.FINE, dash=(3, 8)), layer="grid")
        stage.bring(self.panel.corners(self.letters), layer="text")
        if start:
            stage.bring(self.panel.start(self.paths[0, 0], radius=self.radius), layer="mark")

    def gather(self, stage: Stage, at: When) -> None:
        """They come one by one, in a ring, and step onto the start."""
        self._put(stage)
        spot = self.plane.centre(*self.paths[0, 0])
        angle = np.pi / 2 - np.arange(len(self.hikers)) * 2 * np.pi / len(self.hikers)
        ring = spot + theme.length(theme.TITLE) * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        for k, hiker in enumerate(self.hikers):
            hiker.place(ring[k][None])
            stage.show(hiker, at=theme.QUICK * (k + 1) / 2, over=theme.QUICK)

            def step(share: float, k: int = k, hiker: Marks = hiker) -> None:
                hiker.place((ring[k] + share * (spot - ring[k]))[None])

            stage.write(hiker, step, at=at, over=theme.CHANGE, ease=theme.smooth)

    def walk(self, stage: Stage, at: When, over: float) -> None:
        """All of them go at the same pace, batch by batch."""
        for k, (trail, hiker) in enumerate(zip(self.trails, self.hikers, strict=True)):
            outline = hiker.outline

            def go(
                share: float, k: int = k, trail: Ink = trail, hiker: Marks = hiker, outline: np.ndarray = outline
            ) -> None:
                hiker.outline = outline * (1 + 0.75 * self.wider[k] * min(1.0, 8 * share))
                self._reach(k, share, trail, hiker)

            stage.write([trail, hiker], go, at=at, over=over)

    def arrived(self, stage: Stage) -> None:
        """They stand where the run ends, with the ways that they came, from the first picture on."""
        self._put(stage, shown=True)
        for k, (trail, hiker) in enumerate(zip(self.trails, self.hikers, strict=True)):
            hiker.outline = hiker.outline * (1 + 0.75 * self.wider[k])
            self._reach(k, 1.0, trail, hiker)

    def names_of_pairs(self, stage: Stage, at: When | None) -> None:
        """Names those who go as one, beside the end of their way: off the map, if that is near."""
        for group in self.groups:
            if len(group) > 1:
                self._pair(stage, [self.looks[k] for k in group], self.paths[group[-1]], at)

    def legend(self, stage: Stage, x: float, y: float, row: float, size: float) -> None:
        """Names the six, each beside its marker, from the first picture on."""
        for k, look in enumerate(self.looks):
            base = y + k * row
            centre = theme.point(x + size / 3, base - size / 3)[None, :2]
            stage.bring(Marks(centre, look.marker, size / 3, fill=look.colour), layer="text")
            stage.bring(text(look.label, x + size + theme.TIGHT, base, size, look.colour))

    def _put(self, stage: Stage, shown: bool = False) -> None:
        for k, look in enumerate(self.looks):
            dash = () if self.wider[k] else look.dash
            trail = self.panel.trail(self.paths[k], look, theme.BOLD + WIDER * self.wider[k], dash=dash)
            self.trails.append(stage.put(trail, "mover"))
            self.hikers.append(stage.put(self.panel.hiker(look, self.radius), "mover", shown=shown))

    def _reach(self, k: int, share: float, trail: Ink, hiker: Marks) -> None:
        """The way so far, and the hiker at its end."""
        at = share * (self.paths.shape[1] - 1)
        walked = np.vstack([self.paths[k, : int(at) + 1], along(self.paths[k], at)[None]])
        trail.write(*self.plane.trail(walked[:, 0], walked[:, 1]))
        hiker.place(self.plane.stop(walked[:, 0], walked[:, 1]))

    def _pair(self, stage: Stage, looks: list[theme.Look], path: np.ndarray, at: When | None) -> None:
        plane = self.plane
        x, y = (float(where) for where in plane.pixels(*path[-1]))
        half = len(looks) * theme.STATEMENT / 2
        y = min(max(y, plane.y + half), plane.y + plane.height - half)
        if x < plane.x + plane.width / 3 and not stage.upright:
            side, anchor = plane.x - theme.GUTTER, "right"
        elif x < plane.x + plane.width / 2:
            side, anchor = x + theme.STATEMENT, "left"
        else:
            side, anchor = min(x, plane.x + plane.width) - theme.STATEMENT, "right"
        for k, look in enumerate(looks):
            row = y + theme.TIGHT + theme.STATEMENT * (k - (len(looks) - 1) / 2)
            stage.bring(halo(text(f"*{look.label}*", side, row, theme.BODY, look.colour, anchor)), at, "mover")
