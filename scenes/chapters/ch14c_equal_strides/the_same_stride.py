"""Close to the start: the first steps of the race, and the same directions scaled to one ring of equal KL."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Ink, Marks, rule
from scenes.engine.lettering import halo, paragraph, text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.legend import SIZE
from scenes.parts.plane import Plane
from scenes.theme import FloatArray

LEVELS = np.arange(0.1, 1.0, 0.02).tolist()  # of the mountain, close by
MARGIN = 1.2  # of the window, around all that is shown
SAME = (
    ("same", "the same start"),
    ("same", "the same random numbers"),
    ("scale", "the same stride after every batch"),
    ("exact", "exact critics"),
)


class TheSameStride(Stage):
    """Close to the start: the first steps of the race, and the same directions scaled to one ring of equal KL."""

    traces = ("six_objectives", "equal_strides")
    hyperparameters = ("sampling.seed",)

    def build(self) -> None:
        race, equal = self.trace("six_objectives"), self.trace("equal_strides")
        self.bring(statement("What if all six change the policy *equally much per batch?*"))
        room = layout.square(theme.PICTURE, "start")
        start = race["theta"][0, 0, 0]
        first, scaled, ring = race["theta"][0, :, 1], equal["theta"][0, 0, :, 1], equal["ring"][0]
        plane = window(room, start, np.concatenate([first, scaled, ring]))
        ground = plane.contour(
            race["grid_u"], race["grid_v"], race["true_j"], LEVELS, stroke=theme.RAMP[3], pen=theme.FINE, quiet=True
        )
        self.bring(ground, layer="grid")
        self.steps(plane, start, first, scaled)
        self.ring(plane, ring, float(equal["strides"][0]))
        self.words(layout.trimmed(theme.PICTURE, left=room.width + 2 * theme.WIDE))
        seed = self.hyper("sampling.seed")
        self.bring(source(f"First step of each rule, seed {seed}. Thin lines: equal expected reward, exact.", SIZE))

    def ring(self, plane: Plane, ring: FloatArray, stride: float) -> None:
        # All policies that are one stride away from the start.
        line = Ink(plane.points(ring[:, 0], ring[:, 1]), stroke=theme.SYMBOLS["kl"], pen=theme.PEN, casing=theme.FINE)
        self.put(line, "line", shown=False)
        self.show(line, at="ring", over=0.1)
        self.draw(line, at="ring")
        low = ring[int(ring[:, 1].argmin())]
        x, y = (float(at) for at in plane.pixels(*low))
        tag = text(f"KL = {stride:g} nats", x, y + theme.STATEMENT, theme.BODY, theme.SYMBOLS["kl"], "center")
        self.bring(halo(tag), ("ring", theme.SLOW))

    def steps(self, plane: Plane, start: FloatArray, first: FloatArray, scaled: FloatArray) -> None:
        # Six steps as they were in the race; then each keeps its direction and ends on the ring.
        origin = plane.centre(*start)
        before, after = (plane.points(ends[:, 0], ends[:, 1])[:, :2] for ends in (first, scaled))
        for k, look in enumerate(theme.OBJECTIVES.values()):
            line = rule(0, 0, 1, 1, stroke=look.colour, pen=theme.BOLD, casing=theme.FINE)
            mark = Marks(
                before[k : k + 1], look.marker, theme.TIGHT, fill=look.colour, stroke=theme.CASING, pen=theme.FINE
            )
            for thing in (line, mark):
                self.put(thing, "mover", shown=False)
                self.show(thing, at=("start", theme.REST + 0.15 * k))

            def write(share: float, line: Ink = line, mark: Marks = mark, k: int = k) -> None:
                end = before[k] + share * (after[k] - before[k])
                line.write(np.array([[*origin, 0.0], [*end, 0.0]]))
                mark.place(end[None])

            write(0.0)
            self.write([line, mark], write, at="scale", over=2 * theme.REST, ease=theme.smooth)
        self.bring(Marks(origin[None], "circle", theme.TIGHT, fill=theme.TEXT, stroke=theme.CASING, pen=theme.FINE))
        x, y = (float(at) + theme.GUTTER for at in plane.pixels(*start))
        tag = text("start", x, y, theme.BODY)
        self.bring(halo(tag))

    def words(self, room: theme.Area) -> None:
        # What is held equal, and then the question.
        names = [
            text(f"*{look.label}*", room.left + theme.GAP, 0.0, theme.BODY, look.colour)
            for look in theme.OBJECTIVES.values()
        ]
        places = layout.grid(layout.trimmed(room, bottom=room.height - 2 * theme.NUMBER), 3, 2, gap=0)
        for word, place, look in zip(names, places, theme.OBJECTIVES.values(), strict=True):
            layout.at(word, x=place.left + theme.GAP, y=place.top + theme.BODY)
            mark = Marks(
                theme.points(place.left + theme.TIGHT, place.top + theme.GUTTER)[:, :2],
                look.marker,
                theme.TIGHT,
                fill=look.colour,
            )
            self.bring(word)
            self.bring(mark, layer="text")
        y = layout.area(*places).bottom + theme.WIDE
        for k, (cue, words) in enumerate(SAME):
            self.bring(text(words, room.left, y + k * theme.WIDE, theme.STATEMENT), (cue, 0.4 * (k == 1)))
        ask = paragraph("*Which rule will win now?*", room.left, 0.0, room.width, theme.TITLE)
        layout.shifted(ask, 0.0, room.bottom - layout.area(ask).bottom)
        self.bring(ask, "guess")


def window(room: theme.Area, start: FloatArray, ends: FloatArray) -> Plane:
    """A square window that holds the start and all ends."""
    points = np.vstack([start[None], ends])
    low, high = points.min(0), points.max(0)
    (u, v), half = (low + high) / 2, MARGIN * float((high - low).max()) / 2
    return Plane(*layout.rectangle(room), (u - half, u + half), (v - half, v + half))
