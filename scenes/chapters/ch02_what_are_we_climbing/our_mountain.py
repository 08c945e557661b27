"""The average score of every policy is a height; with a real model it is only guessed, from a few answers."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch02_what_are_we_climbing.common import mesh_lines
from scenes.engine.ink import Ink, rule
from scenes.engine.lettering import formula
from scenes.engine.stage import Stage
from scenes.parts.answers import Answers
from scenes.parts.batch import Batch
from scenes.parts.headings import source, statement
from scenes.parts.map_panel import MapPanel, levels
from scenes.parts.mountain import HEIGHTS, name_corner, plane_of
from scenes.parts.say import appear, say
from traces.store import Trace


class OurMountain(Stage):
    """The average score of every policy is a height; with a real model it is only guessed, from a few answers."""

    traces = ("six_objectives",)
    ODDS, SCORE, PAID = 320.0, 520.0, 740.0

    def build(self) -> None:
        trace = self.trace("six_objectives")
        seen = self.put(statement("Height: *what a policy earns on average*"), "text")
        self.hide(seen, at=("blind", -0.1))
        appear(self, statement("Nobody sees the mountain: *a few answers, and a map*"), "text", ("blind", 0.3))
        plane = plane_of(trace)
        panel = MapPanel(plane, trace)
        self.put(panel.frame(), "grid")
        self.put(panel.start(trace["theta"][0, 0, 0], 13), "mover")
        self.sum(trace)
        self.mountain(trace, panel)
        self.blind(trace, panel)

    def sum(self, trace: Trace) -> None:
        # Odds times score, one answer a row; their sum is the height.
        rows = Answers(self, theme.LEFT, 340, 150)
        odds, scores = trace["start_probs"], trace["rewards"]
        rows.heading("odds", self.ODDS, anchor="center")
        rows.column(self.ODDS, [f"{float(p):.2f}" for p in odds])
        rows.heading("score", self.SCORE, anchor="center")
        rows.column(self.SCORE, [f"{float(r):.1f}" for r in scores])
        rows.column((self.ODDS + self.SCORE) / 2, ["×"] * 3, ("height", 0.4), size=40, colour=theme.MUTED)
        rows.column((self.SCORE + self.PAID) / 2, ["="] * 3, ("height", 0.8), size=40, colour=theme.MUTED)
        rows.column(self.PAID, [f"{float(p * r):.2f}" for p, r in zip(odds, scores, strict=True)], ("height", 0.8), 0.3)
        line = rule(self.PAID - 70, 690, self.PAID + 70, 690, stroke=theme.AXIS, pen=2.5)
        height = float(trace["j"][0, 0, 0])
        rows.keep(appear(self, line, "grid", ("height", 2.0)))
        rows.keep(say(self, f"*{height:.2f}*", self.PAID, 760, 60, anchor="center", at=("height", 2.0)))
        rows.keep(say(self, "expected reward", 556, 760, 44, anchor="right", at=("height", 3.0)))
        rows.keep(appear(self, formula("J =", 576, 760, 52), "text", ("height", 3.0)))
        self.hide(*rows.parts, at=("few", -0.5))

    def mountain(self, trace: Trace, panel: MapPanel) -> None:
        # Dark to pale, and the contour lines that stay for the whole film.
        plane = panel.plane
        flat, starts = mesh_lines(plane)
        mesh = Ink(plane.points(flat[:, 0], flat[:, 1]), starts=starts, stroke=theme.AXIS, pen=1.6)
        self.dim(self.put(mesh, "grid"), to=0.0, at=("height", 0.4), over=theme.CHANGE)
        self.ground = appear(self, panel.surface(trace["true_j"]), "ground", "height", theme.SLOW)
        heights = levels(trace)
        contours = appear(self, panel.territory(heights, pen=3.0, dash=(3, 8)), "line", ("height", 1.0))
        tags = [
            appear(self, tag, "mover", ("mountain", 0.2 * k)) for k, tag in enumerate(panel.heights(heights, HEIGHTS))
        ]
        for cue, words in (("summit", "always A"), ("shelf", "always B")):
            name_corner(self, plane, words, at=cue)
        words = "Exact expected reward of every policy. The dot: where training starts."
        exact = self.put(source(words, theme.LABEL), "text")
        # Nobody sees the mountain: it goes, with its contour lines.
        self.hide(self.ground, contours, *tags, exact, at=("blind", 0.3), over=theme.SLOW)

    def blind(self, trace: Trace, panel: MapPanel) -> None:
        # What one sees instead: some answers, and the map that a rule draws from them.
        answers, groups = trace["batch_answer"], trace["batch_group"]
        across, down = int((groups == groups[0]).sum()), len(np.unique(groups))
        pitch, gap = min(50.0, 800 / across), min(62.0, 560 / down)
        batch = Batch(answers, groups, theme.LEFT + 24, 236, pitch, gap)
        for marks in batch.marks:
            appear(self, marks, "mark", ("few", 0.1))
        say(self, f"{len(answers)} answers that it wrote", theme.LEFT, 824, 40, at=("few", 0.1))
        appear(self, panel.surface(trace["surface"][0]), "ground", ("map", 0.2), theme.SLOW)
        say(self, "the map that they give", theme.LEFT, 888, 40, at=("map", 0.4))
        note = source("The map is the one that REINFORCE draws. Not exact: sampled.", theme.LABEL)
        appear(self, note, "text", ("few", 0.1))
