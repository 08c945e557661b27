"""Cold open: six hikers, one mountain, the same dice; they part."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.ink import Ink, Marks
from scenes.lettering import text
from scenes.parts.card import source
from scenes.parts.map_panel import MapPanel, along
from scenes.parts.plane import Plane
from scenes.stage import Stage

SIDE = theme.BOTTOM - theme.TOP - 40
LINES = (("dice", "Same answers."), ("scores", "Same rewards."), ("part", "*Six rules for learning.*"))


class SixHikers(Stage):
    """Six hikers start on one spot with the same dice, and part."""

    traces = ("centrepiece",)
    hyperparameters = ("sampling.iterations",)

    def build(self) -> None:
        trace = self.trace("centrepiece")
        us, vs = trace["grid_u"], trace["grid_v"]
        span = ((float(us[0]), float(us[-1])), (float(vs[0]), float(vs[-1])))
        plane = Plane(theme.RIGHT - SIDE - 16, theme.TOP, SIDE, SIDE, *span)
        panel = MapPanel(plane, trace)

        # The mountain is there from the first picture on.
        self.put(panel.surface(trace["true_j"]), "ground")
        self.put(panel.territory(pen=2.5), "grid")
        for tag in panel.heights():
            self.put(tag, "text")
        self.put(panel.start(trace["theta"][0, 0, 0], radius=13), "mark")

        # Six names, six hikers in a ring around one spot; they step onto it and walk.
        paths = trace["theta"][0]  # seed 0: [objective, state, 2]
        trails = [self.put(panel.trail(paths[k], look), "mover") for k, look in enumerate(theme.OBJECTIVES.values())]
        hikers = [self.put(panel.hiker(look, 13), "mover", shown=False) for look in theme.OBJECTIVES.values()]
        self.names()
        self.gather(hikers, plane.centre(*paths[0, 0]))
        self.walk(trails, hikers, paths, plane)

        # The title builds up with the sentence.
        for k, (cue, words) in enumerate(LINES):
            size = theme.TITLE if k < 2 else 64
            self.show(self.put(text(words, theme.LEFT, theme.TOP + 62 + k * 82, size), "text", shown=False), at=cue)
        count = self.hyper("sampling.iterations")
        note = source(f"A real run of {count} iterations, one seed. Ground: exact expected reward.")
        self.show(self.put(note, "text", shown=False), at="walk")

    def names(self) -> None:
        for k, look in enumerate(theme.OBJECTIVES.values()):
            y = 452 + k * 76
            centre = theme.point(theme.LEFT + 18, y - 14)[None, :2]
            mark = self.put(Marks(centre, look.marker, 15, fill=look.colour), "text", shown=False)
            name = self.put(text(look.label, theme.LEFT + 60, y, 46, look.colour), "text", shown=False)
            self.show(mark, name, at=("open", 0.4 + 0.25 * k), over=0.4)

    def gather(self, hikers: list[Marks], spot: np.ndarray) -> None:
        angle = np.pi / 2 - np.arange(6) * np.pi / 3
        ring = spot + theme.length(46) * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        for k, hiker in enumerate(hikers):
            hiker.place(ring[k][None])
            self.show(hiker, at=("open", 0.4 + 0.25 * k), over=0.4)

            def step(share: float, k: int = k, hiker: Marks = hiker) -> None:
                hiker.place((ring[k] + share * (spot - ring[k]))[None])

            self.write(hiker, step, at=("walk", -0.8), over=0.7, ease=theme.smooth)

    def walk(self, trails: list[Ink], hikers: list[Marks], paths: np.ndarray, plane: Plane) -> None:
        over = max(4.0, self.time("names") + 1.0 - self.time("walk"))
        last = paths.shape[1] - 1
        for k, (trail, hiker) in enumerate(zip(trails, hikers, strict=True)):

            def go(share: float, k: int = k, trail: Ink = trail, hiker: Marks = hiker) -> None:
                at = share * last
                walked = np.vstack([paths[k, : int(at) + 1], along(paths[k], at)[None]])
                trail.write(*plane.trail(walked[:, 0], walked[:, 1]))
                hiker.place(plane.stop(walked[:, 0], walked[:, 1]))

            self.write([trail, hiker], go, at="walk", over=over)
