"""The expected reward of every policy is a height: the mountain, and the hiker on it."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch02_what_are_we_climbing.common import COLUMN, mesh_ink, policies
from scenes.chapters.ch02_what_are_we_climbing.knobs import Climb
from scenes.engine.ink import rule
from scenes.engine.lettering import formula, halo, text
from scenes.engine.stage import Stage
from scenes.parts.answers import Answers
from scenes.parts.headings import source, statement
from scenes.parts.map_panel import MapPanel, levels
from scenes.parts.plane import Plane
from traces.store import Trace

PITCH = 132.0
CHANCE, REWARD, PAID = (theme.column(k)[0] for k in (2, 4, 6))
STEPS = 3  # updates that are shown
SPOTS = {"summit": ("always A", 0.8), "shelf": ("always B", 0.16)}  # how far to the right each is named


class OurMountain(Stage):
    """The expected reward of every policy is a height: the mountain, and the hiker on it."""

    traces = ("six_objectives", "two_knobs")

    def build(self) -> None:
        trace = self.trace("six_objectives")
        self.bring(statement("Height: *what a policy earns on average*"))
        plane = policies(trace)
        panel = MapPanel(plane, trace)
        self.bring(panel.frame())
        self.dim(self.bring(mesh_ink(plane), layer="grid"), to=0.0, at=("height", theme.QUICK), over=theme.CHANGE)
        self.sum(trace)
        # Every point has a height: dark to pale, and lines of equal height.
        self.bring(panel.surface(trace["true_j"]), "height", over=theme.SLOW)
        heights = levels(trace)
        self.bring(panel.territory(heights, pen=3.0, dash=(3, 8)), ("height", theme.SLOW))
        for tag in panel.heights(heights, theme.NOTE):
            self.bring(tag, ("height", theme.REST), "mover")
        self.bring(panel.corners(theme.STATEMENT), ("height", theme.REST))
        falling = bool((np.diff(trace["rewards"]) < 0).all())  # as the narration asks
        for cue, (always, across) in SPOTS.items():
            words = f"*{cue}*" if falling else always
            x, y = plane.x + across * plane.width, plane.y + theme.DISPLAY + theme.WIDE
            self.bring(halo(text(words, x, y, theme.BODY, anchor="center")), cue)
        # The hiker: each update is a step, here along the exact slope.
        climb = Climb(plane, self.trace("two_knobs")["policy_path"], [], [])
        self.bring(climb.hiker, layer="mover")
        self.put(climb.trail, "mover")
        name = halo(text("the hiker", *self.beside(plane, trace), theme.BODY))
        self.bring(name, "hiker")
        steps = min(STEPS, len(climb.path) - 1)
        climb.go(self, 0, steps, at=("hiker", theme.REST), over=theme.SLOW * steps / 2)
        self.bring(
            source("Exact, for every policy of the three answers. Numbers on the lines: expected reward."), "height"
        )

    @staticmethod
    def beside(plane: Plane, trace: Trace) -> tuple[float, float]:
        """Where words stand beside the start."""
        x, y = (float(at[0]) for at in plane.pixels(*(trace["theta"][0, 0, 0][k : k + 1] for k in (0, 1))))
        return x + theme.GUTTER, y + theme.GAP

    def sum(self, trace: Trace) -> None:
        # Chance times reward, one answer a row; their sum is the height.
        rows = Answers(self, theme.LEFT, COLUMN.top + PITCH, PITCH)
        chances, rewards = trace["start_probs"], trace["rewards"]
        rows.heading("chance", CHANCE, anchor="center")
        rows.column(CHANCE, [f"{float(p):.2f}" for p in chances])
        rows.heading("reward", REWARD, anchor="center")
        rows.column(REWARD, [f"{float(r):.1f}" for r in rewards], ("ask", theme.SLOW))
        signs = (((CHANCE + REWARD) / 2, "×"), ((REWARD + PAID) / 2, "="))
        for x, sign in signs:
            rows.column(x, [sign] * 3, ("ask", theme.REST), size=theme.FORMULA, colour=theme.MUTED)
        rows.heading("together", PAID, ("ask", 2 * theme.REST), anchor="center")
        paid = [f"{float(p * r):.2f}" for p, r in zip(chances, rewards, strict=True)]
        rows.column(PAID, paid, ("ask", 2 * theme.REST), theme.QUICK)
        y = rows.base(2) + theme.GAP
        self.bring(rule(PAID - theme.WIDE, y, PAID + theme.WIDE, y, stroke=theme.AXIS, pen=theme.FINE), "sum")
        total = f"*{float(trace['j'][0, 0, 0]):.2f}*"
        self.bring(text(total, PAID, y + theme.DISPLAY, theme.DISPLAY, anchor="center"), "sum")
        self.bring(text("expected reward", theme.LEFT, y + theme.DISPLAY, theme.TITLE), "expected")
        letter = formula("J =", PAID - 2 * theme.WIDE, y + theme.DISPLAY, theme.TITLE, anchor="right")
        self.bring(letter, "sum")
