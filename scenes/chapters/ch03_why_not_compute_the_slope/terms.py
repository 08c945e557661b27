"""The slope term by term: odds times score times the direction that makes an answer likelier, and their sum.

terms = Terms(stage, trace)                              # needs answers' odds, rewards, scores, terms and exact
terms.table("terms", "score", "way")                     # a row an answer; symbols and directions at their cues
terms.add(plane, "sum")                                  # the products fly to the hiker, end to end: the slope
terms.everywhere(plane, "field")
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from scenes import theme
from scenes.chapters.ch03_why_not_compute_the_slope.votes import named
from scenes.engine.ink import Ink
from scenes.parts import slopes
from scenes.parts.answers import Answers
from scenes.parts.cloud import Compass, arrow_points, arrows, fly
from scenes.parts.plane import Plane
from scenes.parts.say import appear, say

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

TOWARDS = theme.SYMBOLS["logp"]
ROWS, PITCH = 440.0, 174.0
ODDS, SCORE, WAY, PUSH = 296.0, 456.0, 656.0, 890.0  # middles of the columns
ORDER = (1, 0, 2)  # in which the products are laid end to end


class Terms:
    """The table of all answers on a stage, and what its rows add up to on a plane."""

    def __init__(self, stage: Stage, trace: Mapping[str, Any]):
        self.stage, self.trace = stage, trace
        field, count = trace["field"], len(trace["field"])
        steepest = max(float(np.linalg.norm(field, axis=1).max()), 1e-12)
        self.share = 0.92 / np.sqrt(count) / steepest  # of a plane's width, per unit of slope, in the field

    def table(self, odds: When, score: When, way: When) -> None:
        """The factors, each named by its symbol at its cue; the directions come with the last one."""
        stage, trace = self.stage, self.trace
        rows = Answers(stage, theme.LEFT, ROWS, PITCH, head=72)
        rows.heading("odds", ODDS, anchor="center")
        rows.heading("score", SCORE, anchor="center")
        rows.heading("makes it likelier", WAY, way, "center", TOWARDS)
        for symbol, x, at in ((slopes.ODDS, ODDS, odds), (slopes.SCORE, SCORE, score), (slopes.TOWARDS, WAY, way)):
            named(stage, symbol, x, ROWS - 114, at)
        rows.column(ODDS, [f"{float(p):.2f}" for p in trace["start_probs"]])
        rows.column(SCORE, [f"{float(r):.1f}" for r in trace["rewards"]])
        rows.column((ODDS + SCORE) / 2, ["×"] * 3, colour=theme.MUTED, size=44)
        rows.column((SCORE + WAY) / 2 - 20, ["×"] * 3, way, 0.15, colour=theme.MUTED, size=44)
        for k in range(3):
            half = trace["scores"][k] / 2
            arrow = Compass(0, 0, 0, 0, WAY, rows.base(k) - 16, 120.0).arrow(half, -half, pen=8, fill=TOWARDS)
            appear(stage, arrow, "mark", at=stage.time(way) + 0.15 * k)

    def add(self, plane: Plane, at: When) -> None:
        """The three products fly to the hiker, end to end: their sum is the slope."""
        stage, terms, begin = self.stage, self.trace["terms"], self.stage.time(at)
        here = self._around(plane)
        ends = self._ends()
        longest = float(np.linalg.norm(terms, axis=1).max())
        for j, k in enumerate(ORDER):
            y, when = ROWS + PITCH * k, begin + 0.1 * k
            say(stage, "=", (WAY + PUSH) / 2 + 30, y, 44, theme.MUTED, "center", at=when)
            if np.linalg.norm(terms[k]) < 1e-9:
                say(stage, "nothing", PUSH, y, 34, theme.MUTED, "center", at=when)
                continue
            row = Compass(0, 0, 0, 0, PUSH, y - 16, min(700.0, 160 / longest))
            appear(stage, row.arrow(terms[k] / 2, -terms[k] / 2, pen=8, fill=theme.TEXT), "mark", at=when)
            leaves, start = row.pixels(np.stack([-terms[k] / 2, terms[k] / 2])), begin + 0.7 + 0.3 * j
            flying = Ink(arrow_points(*leaves, 8.0), closed=True, fill=theme.MUTED)
            fly(stage, appear(stage, flying, "mover", start, 0.2), leaves, here.pixels(ends[j : j + 2]), at=start)
        total = here.arrow(self.trace["exact"], pen=12, fill=theme.TEXT, stroke=theme.CASING)
        appear(stage, total, "mover", at=begin + 2.2)

    def everywhere(self, plane: Plane, at: When) -> None:
        """The slope at many places of the plane."""
        places = self.trace["field_at"]
        middles = np.stack(plane.pixels(places[:, 0], places[:, 1]), axis=1)
        halves = self.share * plane.width * self.trace["field"] / 2 * [1, -1]
        field = arrows(np.stack([middles - halves, middles + halves], axis=1), 4.0, fill=theme.MUTED)
        appear(self.stage, field, "mark", at=at, over=theme.SLOW)

    def _ends(self) -> np.ndarray:
        """Where the products end when laid end to end, [4, 2]."""
        return np.concatenate([np.zeros((1, 2)), np.cumsum(self.trace["terms"][list(ORDER)], axis=0)])

    def _around(self, plane: Plane) -> Compass:
        """A compass around the hiker, as large as the products still fit on the plane."""
        start, ends = self.trace["start"], self._ends()
        px, py = (float(p[0]) for p in plane.pixels(start[:1], start[1:]))
        room = (plane.x + plane.width - px, px - plane.x, py - plane.y, plane.y + plane.height - py)
        reach = (ends[:, 0].max(), -ends[:, 0].min(), ends[:, 1].max(), -ends[:, 1].min())
        fits = min(max(side, 1.0) / max(float(far), 1e-9) for side, far in zip(room, reach, strict=True))
        scale = min(5 * self.share * plane.width, fits)
        return Compass(plane.x, plane.y, plane.width, plane.height, px, py, scale)
