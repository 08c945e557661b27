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
SQUARE = Plane(theme.RIGHT - SIDE, theme.TOP, SIDE, SIDE, (0, 1), (0, 1))
HEAD = 78


class SixHikers(Stage):
    """Six hikers start on one spot with the same dice, and part."""

    traces = ("centrepiece",)
    hyperparameters = ("sampling.iterations",)

    def build(self) -> None:
        trace = self.trace("centrepiece")
        us, vs = trace["grid_u"], trace["grid_v"]
        plane = Plane(SQUARE.x, SQUARE.y, SIDE, SIDE, (float(us[0]), float(us[-1])), (float(vs[0]), float(vs[-1])))
        panel = MapPanel(plane, trace)

        # The mountain is there from the first picture on.
        self.put(panel.surface(trace["true_j"]), "ground")
        contours = self.put(panel.territory(pen=2.5), "grid", shown=False)
        self.show(contours, at=0.0, over=theme.SLOW)
        start = self.put(panel.start(trace["theta"][0, 0, 0], radius=13), "mark")

        # Six names, then six hikers at one spot.
        names, markers = self.names()
        paths = trace["theta"][0]  # seed 0: [objective, state, 2]
        trails, hikers = [], []
        for k, look in enumerate(theme.OBJECTIVES.values()):
            trails.append(self.put(panel.trail(paths[k], look), "mover"))
            hikers.append(self.put(panel.hiker(look, 13), "mover", shown=False))
            hikers[k].place(plane.centre(*paths[k, 0])[None])
        self.gather(hikers, plane.centre(*paths[0, 0]))
        self.walk(trails, hikers, paths, plane)
        self.show(*[m for pair in zip(markers, names, strict=True) for m in pair], at="names", over=0.5, each=0.12)

        # The title, over the same picture.
        lines = ["Same answers.", "Same rewards.", "*Six rules for learning.*"]
        title = [
            self.put(text(words, theme.LEFT, theme.TOP + 66 + k * HEAD, theme.TITLE if k < 2 else 62), "text", shown=False)
            for k, words in enumerate(lines)
        ]
        self.show(*title, at="title", each=0.55)
        note = self.put(source(f"A real run: {self.hyper('sampling.iterations')} iterations, one seed; exact expected reward below."), "text", False)
        self.show(note, at="part")
        self.start_dot = start

    def names(self) -> tuple[list, list]:
        names, markers = [], []
        for k, look in enumerate(theme.OBJECTIVES.values()):
            y = theme.TOP + 66 + 3 * HEAD + 96 + k * 74
            mark = Marks(theme.points(theme.LEFT + 16, y - 13)[:, :2], look.marker, 14, fill=look.colour)  # type: ignore[arg-type]
            markers.append(self.put(mark, "text", shown=False))
            names.append(self.put(text(look.label, theme.LEFT + 56, y, theme.STATEMENT, look.colour), "text", shown=False))
        return names, markers

    def gather(self, hikers: list[Marks], spot: np.ndarray) -> None:
        # They stand in a ring around the spot, then step onto it.
        angle = np.pi / 2 - np.arange(6) * np.pi / 3
        ring = spot + theme.length(46) * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        for k, hiker in enumerate(hikers):
            hiker.place(ring[k][None])
            self.show(hiker, at=("open", 0.5 + 0.15 * k), over=0.4)

            def step(share: float, k: int = k, hiker: Marks = hiker) -> None:
                hiker.place((ring[k] + share * (spot - ring[k]))[None])

            self.write(hiker, step, at=("walk", -0.8), over=0.7, ease=theme.smooth)

    def walk(self, trails: list[Ink], hikers: list[Marks], paths: np.ndarray, plane: Plane) -> None:
        over = max(4.0, self.time("names") - self.time("walk"))
        last = paths.shape[1] - 1
        for k in range(len(trails)):

            def go(share: float, k: int = k) -> None:
                at = share * last
                here = along(paths[k], at)
                so_far = np.vstack([paths[k, : int(at) + 1], here[None]])
                trails[k].write(*plane.trail(so_far[:, 0], so_far[:, 1]))

            def stand(share: float, k: int = k) -> None:
                here = along(paths[k], share * last)
                inside = plane.inside(here[:1], here[1:])[0]
                hikers[k].place(plane.centre(*here)[None] if inside else plane.points(*edge(plane, here))[:, :2])

            self.write(trails[k], go, at="walk", over=over)
            self.write(hikers[k], stand, at=("walk", 0.0), over=over)


def edge(plane: Plane, here: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nearest point of the panel's edge to a place outside it."""
    return np.clip(here[:1], *plane.u), np.clip(here[1:], *plane.v)
