"""Nobody sees the mountain of a real model: a rule draws its map from some answers, and the map can be wrong."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.batch import Batch
from scenes.parts.definition import Definition
from scenes.parts.headings import source, statement
from scenes.parts.map_panel import MapPanel, levels
from scenes.parts.mountain import LEFT, plane_of
from scenes.parts.plane import Plane
from scenes.theme import Area, FloatArray
from traces.store import Trace

COLUMN = Area(theme.LEFT, theme.PICTURE.top, LEFT - 2 * theme.WIDE, theme.PICTURE.bottom)  # beside the map
SUMMIT = 0.8  # how far to the right the summit is named


class MapCanBeWrong(Stage):
    """Nobody sees the mountain of a real model: a rule draws its map from some answers, and the map can be wrong."""

    traces = ("six_objectives",)

    def build(self) -> None:
        trace = self.trace("six_objectives")
        first = self.bring(statement("The *mountain*, and a *map*"))
        plane = plane_of(trace)
        panel = MapPanel(plane, trace)
        self.bring(panel.frame())
        self.bring(panel.start(trace["theta"][0, 0, 0], theme.TIGHT), layer="mover")
        self.bring(panel.corners(theme.STATEMENT))
        # Nobody ever sees the mountain: it goes.
        ground = self.bring(panel.surface(trace["true_j"]))
        contours = self.bring(panel.territory(levels(trace), pen=3.0, dash=(3, 8)))
        upper, lower = layout.rows(COLUMN, (2, 1), theme.GAP)
        truth = "the true expected reward of every policy"
        mountain = self.bring(Definition("mountain", truth, upper.left, upper.top + theme.DISPLAY))
        self.hide(ground, contours, at="blind", over=theme.SLOW)
        self.hide(mountain, at="few")
        # Only some answers that it wrote; and from them a map.
        self.answers(trace, upper)
        self.hide(first, at="brightest")
        self.bring(statement("A map *can be wrong*"), ("brightest", theme.QUICK))
        self.bring(panel.surface(trace["surface"][0]), "map", over=theme.SLOW)
        word = Definition("map", "a rule's own estimate of the mountain", lower.left, lower.top + theme.DISPLAY)
        self.bring(word, "map")
        term = layout.below(
            text("papers: _surrogate objective_", size=theme.BODY, colour=theme.MUTED), word, theme.GUTTER
        )
        self.bring(layout.at(term, x=layout.area(word.meaning).left), "papers")
        # It is brightest there; but the summit is elsewhere.
        self.brightest(plane, trace, trace["surface"][0])
        self.bring(contours, "truth", over=theme.SLOW)
        if (np.diff(trace["rewards"]) < 0).all():  # as the narration asks
            x, y = plane.x + SUMMIT * plane.width, self.below(plane)
            self.bring(halo(text("*the summit*", x, y, theme.BODY, anchor="center")), "truth")
        self.bring(source("REINFORCE's map of its first batch, seed 0. Dotted: the mountain, exact."), "map")

    def brightest(self, plane: Plane, trace: Trace, heights: FloatArray) -> None:
        # Where the map is highest: a word there, clear of the letters in the corners.
        row, column = np.unravel_index(int(heights.argmax()), heights.shape)
        x, y = (float(c) for c in plane.pixels(trace["grid_u"][column], trace["grid_v"][row]))
        word = halo(text("*brightest*", x, max(y, self.below(plane)), theme.BODY, anchor="center"))
        box, frame = layout.area(word), layout.inset(plane, theme.TIGHT)
        across = max(0.0, frame.left - box.left) + min(0.0, frame.right - box.right)
        self.bring(layout.shifted(word, across, min(0.0, frame.bottom - box.bottom)), "brightest")

    @staticmethod
    def below(plane: Plane) -> float:
        """The baseline of a word below a letter in an upper corner."""
        return plane.y + theme.DISPLAY + theme.WIDE

    def answers(self, trace: Trace, place: Area) -> None:
        # The batch, one mark an answer, and how many there are of each.
        answers, groups = trace["batch_answer"], trace["batch_group"]
        across, down = int((groups == groups[0]).sum()), len(np.unique(groups))
        pitch = min(place.width / across, (place.height - theme.WIDE) / down)
        batch = Batch(answers, groups, place.left + pitch / 2, place.top + pitch / 2, pitch)
        for marks in batch.marks:
            self.bring(marks, "few", "mark")
        counts = [f"*{letter}* {int((answers == k).sum())}" for k, letter in enumerate("ABC")]
        words = text(f"{len(answers)} answers", place.left, place.bottom, theme.STATEMENT)
        self.bring(words, "few")
        told = layout.beside(text("#h(1.2em)".join(counts), size=theme.STATEMENT), words, theme.WIDE)
        self.bring(told, "why")
