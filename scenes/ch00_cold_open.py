"""Cold open: six hikers, one mountain, the same dice; they part."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.ink import Ink, Marks
from scenes.lettering import halo, text
from scenes.parts.card import source
from scenes.parts.map_panel import MapPanel, along, levels, together
from scenes.parts.plane import Plane
from scenes.stage import Stage

SIDE = theme.BOTTOM - theme.TOP - 40
LINES = (
    ("", "One mountain."),
    ("dice", "Same dice."),
    ("scores", "Same judge."),
    ("part", "*Six rules for learning.*"),
)


class SixHikers(Stage):
    """Six hikers start on one spot with the same dice, and part."""

    traces = ("centrepiece",)
    hyperparameters = ("sampling.iterations", "sampling.seed")

    def build(self) -> None:
        trace = self.trace("centrepiece")
        us, vs = trace["grid_u"], trace["grid_v"]
        span = ((float(us[0]), float(us[-1])), (float(vs[0]), float(vs[-1])))
        plane = Plane(theme.RIGHT - SIDE - 16, theme.TOP, SIDE, SIDE, *span)
        panel = MapPanel(plane, trace)

        # The mountain is there from the first picture on.
        self.put(panel.surface(trace["true_j"]), "ground")
        heights = levels(trace)
        self.put(panel.territory(heights, pen=2.5, dash=(3, 8)), "grid")
        for tag in panel.heights(heights, theme.LABEL):
            self.put(tag, "text")
        self.put(panel.start(trace["theta"][0, 0, 0], radius=13), "mark")

        # Six names, six hikers in a ring around one spot; they step onto it and walk. Where two walk as one, the lower
        # trail and its hiker are wider, so that both are seen.
        paths = trace["theta"][0]  # seed 0: [objective, state, 2]
        looks = list(theme.OBJECTIVES.values())
        groups = together(paths, plane)
        wider = [next(len(g) - 1 - g.index(k) for g in groups if k in g) for k in range(len(looks))]
        trails, hikers = [], []
        for k, look in enumerate(looks):
            style = {"pen": 6.0 + 9.0 * wider[k], "dash": () if wider[k] else look.dash}
            trails.append(self.put(panel.trail(paths[k], look, **style), "mover"))
            hikers.append(self.put(panel.hiker(look, 13), "mover", shown=False))
        self.names()
        self.gather(hikers, plane.centre(*paths[0, 0]))
        self.walk(trails, hikers, paths, plane, wider)
        for group in groups:
            if len(group) > 1:
                self.pair([looks[k] for k in group], paths[group[-1]], plane)

        # The title builds up with the sentence.
        for k, (cue, words) in enumerate(LINES):
            size = 64 if words.startswith("*") else theme.TITLE
            line = self.put(
                text(words, theme.LEFT, theme.TOP + 62 + k * 82 + (8 if cue == "part" else 0), size),
                "text",
                shown=not cue,
            )
            if cue:
                self.show(line, at=cue)
        count = self.hyper("sampling.iterations")
        note = source(f"A real run of {count} batches, seed {self.hyper('sampling.seed')}. Brighter: more reward.", 28)
        self.put(note, "text")

    def names(self) -> None:
        for k, look in enumerate(theme.OBJECTIVES.values()):
            y = 490 + k * 74
            centre = theme.point(theme.LEFT + 18, y - 14)[None, :2]
            self.put(Marks(centre, look.marker, 15, fill=look.colour), "text")
            self.put(text(look.label, theme.LEFT + 60, y, 46, look.colour), "text")

    def pair(self, looks: list[theme.Look], path: np.ndarray, plane: Plane) -> None:
        """Name those who walk as one, beside the end of their way: off the map, if that is near."""
        x, y = (float(at) for at in plane.pixels(*path[-1]))
        half = 21 * len(looks) + 10
        y = min(max(y, plane.y + half), plane.y + plane.height - half)
        if x < plane.x + 0.2 * plane.width:
            side, anchor = plane.x - 24, "right"
        elif x < plane.x + 0.6 * plane.width:
            side, anchor = x + 44, "left"
        else:
            side, anchor = min(x, plane.x + plane.width) - 44, "right"
        for k, look in enumerate(looks):
            row = y + 12 + 42 * (k - (len(looks) - 1) / 2)
            words = halo(text(f"*{look.label}*", side, row, 36, look.colour, anchor))
            self.show(self.put(words, "mover", shown=False), at=("part", 0.6))

    def gather(self, hikers: list[Marks], spot: np.ndarray) -> None:
        angle = np.pi / 2 - np.arange(6) * np.pi / 3
        ring = spot + theme.length(56) * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        for k, hiker in enumerate(hikers):
            hiker.place(ring[k][None])
            self.show(hiker, at=0.1 + 0.2 * k, over=0.4)

            def step(share: float, k: int = k, hiker: Marks = hiker) -> None:
                hiker.place((ring[k] + share * (spot - ring[k]))[None])

            self.write(hiker, step, at=("walk", -0.8), over=0.7, ease=theme.smooth)

    def walk(self, trails: list[Ink], hikers: list[Marks], paths: np.ndarray, plane: Plane, wider: list[int]) -> None:
        over = max(4.0, self.time("names") + 1.0 - self.time("walk"))
        last = paths.shape[1] - 1
        for k, (trail, hiker) in enumerate(zip(trails, hikers, strict=True)):
            outline = hiker.outline

            def go(
                share: float, k: int = k, trail: Ink = trail, hiker: Marks = hiker, outline: np.ndarray = outline
            ) -> None:
                at = share * last
                hiker.outline = outline * (1 + 0.75 * wider[k] * min(1.0, 8 * share))
                walked = np.vstack([paths[k, : int(at) + 1], along(paths[k], at)[None]])
                trail.write(*plane.trail(walked[:, 0], walked[:, 1]))
                hiker.place(plane.stop(walked[:, 0], walked[:, 1]))

            self.write([trail, hiker], go, at="walk", over=over)
