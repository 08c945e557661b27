"""Six hikers start on one spot of one mountain, see the same dice, step each by its own rule, and part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenes import theme
from scenes.engine.ink import Ink, Marks
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.map_panel import MapPanel, along, levels, together
from scenes.parts.plane import Plane

RADIUS = 13.0  # of a hiker
WIDER = 9.0  # pixels by which a trail that lies below another one is wider
LINES = (
    ("", "One mountain."),
    ("start", "The same start."),
    ("dice", "The same dice."),
    ("part", "*Six rules, six strides.*"),
)


@dataclass(frozen=True)
class Layout:
    """Where things stand: left edges, baselines and sizes in canvas pixels; one number for each line of the title."""

    map: tuple[float, float, float]  # left, top, side
    title_x: float
    title_y: tuple[float, float, float, float]
    title_size: tuple[float, float]  # of the first three, and of the last
    names_x: float
    names_y: float
    names_row: float
    names_size: float
    letters: float
    note_size: float


SIDE = theme.BOTTOM - theme.TOP - theme.GAP
LYING = Layout(
    map=(theme.RIGHT - SIDE - theme.TIGHT, theme.TOP, SIDE),
    title_x=theme.LEFT,
    title_y=(116, 198, 280, 370),
    title_size=(theme.TITLE, 64),
    names_x=theme.LEFT,
    names_y=490,
    names_row=theme.WIDE,
    names_size=theme.STATEMENT,
    letters=theme.STATEMENT,
    note_size=theme.NOTE,
)
UPRIGHT = Layout(
    map=(theme.UPRIGHT.left + 17, 372, 512),
    title_x=theme.UPRIGHT.left,
    title_y=(120, 182, 244, 340),
    title_size=(theme.STATEMENT, 50),
    names_x=theme.UPRIGHT.right - 214,
    names_y=110,
    names_row=theme.BODY,
    names_size=theme.NOTE,
    letters=theme.BODY,
    note_size=theme.TICK,
)


class SixHikers(Stage):
    """Six hikers start on one spot of one mountain, see the same dice, step each by its own rule, and part."""

    traces = ("six_objectives",)
    hyperparameters = ("sampling.iterations", "sampling.seed")
    sizes = ("1080x1920",)

    def build(self) -> None:
        self.places = UPRIGHT if self.upright else LYING
        trace = self.trace("six_objectives")
        us, vs = trace["grid_u"], trace["grid_v"]
        span = ((float(us[0]), float(us[-1])), (float(vs[0]), float(vs[-1])))
        left, top, side = self.places.map
        plane = Plane(left, top, side, side, *span)
        panel = MapPanel(plane, trace)

        # The mountain is there from the first picture on.
        self.bring(panel.surface(trace["true_j"]))
        self.bring(panel.territory(levels(trace), pen=theme.FINE, dash=(3, 8)), layer="grid")
        self.bring(panel.corners(self.places.letters), layer="text")
        self.bring(panel.start(trace["theta"][0, 0, 0], radius=RADIUS), layer="mark")

        # Six hikers in a ring around one spot; they step onto it and go. Where two go as one, the lower trail and its
        # hiker are wider, so that both are seen.
        paths = trace["theta"][0]  # seed 0: [objective, state, 2]
        looks = list(theme.OBJECTIVES.values())
        groups = together(paths, plane)
        wider = [next(len(g) - 1 - g.index(k) for g in groups if k in g) for k in range(len(looks))]
        trails, hikers = [], []
        for k, look in enumerate(looks):
            dash = () if wider[k] else look.dash
            trails.append(self.put(panel.trail(paths[k], look, theme.BOLD + WIDER * wider[k], dash=dash), "mover"))
            hikers.append(self.put(panel.hiker(look, RADIUS), "mover", shown=False))
        self.names()
        self.gather(hikers, plane.centre(*paths[0, 0]))
        self.walk(trails, hikers, paths, plane, wider)
        for group in groups:
            if len(group) > 1:
                self.pair([looks[k] for k in group], paths[group[-1]], plane)

        # The title builds up with the sentences.
        for k, (cue, words) in enumerate(LINES):
            size = self.places.title_size[words.startswith("*")]
            self.bring(text(words, self.places.title_x, self.places.title_y[k], size), cue or None)
        count, seed = self.hyper("sampling.iterations"), self.hyper("sampling.seed")
        note = f"A real run of {count} batches, seed {seed}. Dotted: reward, exact."
        size = self.places.note_size
        self.bring(text(note, self.safe.left, self.safe.bottom - size / 3, size, theme.MUTED), layer="text")

    def names(self) -> None:
        """Name the six, each beside its marker."""
        left, size = self.places.names_x, self.places.names_size
        for k, look in enumerate(theme.OBJECTIVES.values()):
            y = self.places.names_y + k * self.places.names_row
            centre = theme.point(left + size / 3, y - size / 3)[None, :2]
            self.bring(Marks(centre, look.marker, size / 3, fill=look.colour), layer="text")
            self.bring(text(look.label, left + size + theme.TIGHT, y, size, look.colour))

    def pair(self, looks: list[theme.Look], path: np.ndarray, plane: Plane) -> None:
        """Name those who go as one, beside the end of their way: off the map, if that is near."""
        x, y = (float(at) for at in plane.pixels(*path[-1]))
        half = len(looks) * theme.STATEMENT / 2
        y = min(max(y, plane.y + half), plane.y + plane.height - half)
        if x < plane.x + plane.width / 3 and not self.upright:
            side, anchor = plane.x - theme.GUTTER, "right"
        elif x < plane.x + plane.width / 2:
            side, anchor = x + theme.STATEMENT, "left"
        else:
            side, anchor = min(x, plane.x + plane.width) - theme.STATEMENT, "right"
        for k, look in enumerate(looks):
            row = y + theme.TIGHT + theme.STATEMENT * (k - (len(looks) - 1) / 2)
            words = halo(text(f"*{look.label}*", side, row, theme.BODY, look.colour, anchor))
            self.bring(words, ("part", theme.QUICK), "mover")

    def gather(self, hikers: list[Marks], spot: np.ndarray) -> None:
        """Let the hikers come one by one, in a ring, and step onto the spot."""
        angle = np.pi / 2 - np.arange(len(hikers)) * 2 * np.pi / len(hikers)
        ring = spot + theme.length(theme.TITLE) * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        for k, hiker in enumerate(hikers):
            hiker.place(ring[k][None])
            self.show(hiker, at=theme.QUICK * (k + 1) / 2, over=theme.QUICK)

            def step(share: float, k: int = k, hiker: Marks = hiker) -> None:
                hiker.place((ring[k] + share * (spot - ring[k]))[None])

            self.write(hiker, step, at=("start", theme.QUICK), over=theme.CHANGE, ease=theme.smooth)

    def walk(self, trails: list[Ink], hikers: list[Marks], paths: np.ndarray, plane: Plane, wider: list[int]) -> None:
        """Let all of them go at the same pace, batch by batch."""
        over = max(4.0, self.time("why") - theme.QUICK - self.time("walk"))
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
