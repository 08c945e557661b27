"""Three chances are a point in a triangle; behind them stand logits, and adding five to all changes nothing."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch02_what_are_we_climbing.common import COLUMN, MAP, logits_of, there_and_back
from scenes.engine.ink import Marks, rule
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.answers import Answers
from scenes.parts.card import source, statement
from scenes.parts.spoken import Spoken
from scenes.parts.triangle import Triangle
from scenes.theme import FloatArray

ADDED = 5.0  # what is added to all three logits; its name is said
SOFTMAX = "{{ pi_k : logp }} = {{ e^(z_k) : power }} {{ \\/ thin (e^(z_A) + e^(z_B) + e^(z_C)) : sum }}"
CANCELS = "= {{ e^5 e^(z_k) : power }} {{ \\/ thin e^5 (e^(z_A) + e^(z_B) + e^(z_C)) : sum }}"
PITCH = 132.0
CHANCE, LOGIT = theme.column(1)[0] + theme.GUTTER, theme.column(4)[0]  # where bars and tracks begin
WIDTH = 2 * theme.COLUMN


class ThreeLogits(Stage):
    """Three chances are a point in a triangle; behind them stand logits, and adding five to all changes nothing."""

    traces = ("six_objectives",)

    def build(self) -> None:
        trace = self.trace("six_objectives")
        self.bring(statement("Three chances, *three logits*"))
        probs, start = trace["start_probs"], logits_of(trace["theta"][0, 0, 0][None])[0]
        # Three chances that add up to one: a point in a triangle.
        self.rows = Answers(self, theme.LEFT, COLUMN.top + PITCH, PITCH)
        self.rows.heading("chance", CHANCE)
        bars = self.rows.bars(CHANCE, WIDTH, probs)
        triangle = Triangle(MAP.left, MAP.top + theme.WIDE, MAP.width, size=theme.TITLE)
        self.bring(triangle.frame, "triangle")
        for name in triangle.names:
            self.bring(name, "triangle")
        dot = Marks(triangle.points(probs)[:, :2], "circle", 15, fill=theme.TEXT, stroke=theme.CASING, pen=3)
        self.bring(dot, ("triangle", theme.CHANGE), "mover")

        def certain(share: float) -> None:
            p = probs + there_and_back(share) * (np.eye(3)[0] - probs)
            dot.place(triangle.points(p)[:, :2])
            self.rows.fill(bars, CHANCE, WIDTH, p)

        over = self.time("logits") - self.time("corner") - theme.QUICK
        self.write([dot, bars], certain, at="corner", over=over)
        # For each answer a number, the logit; and from the logits to the chances.
        beads = self.logits(start)
        soft = Spoken(SOFTMAX, x=theme.LEFT, y=self.rows.base(3) + theme.WIDE, size=theme.TITLE)
        soft.enter(self, {"logp": "softmax", "power": ("softmax", theme.CHANGE), "sum": "over"})
        soft.rest(self, at="softmax_rest")
        # Add five to all three logits: beads move, chances do not.
        added = text("*+5*", LOGIT + WIDTH / 2, self.rows.base(0) - PITCH, theme.TITLE, anchor="center")
        self.bring(added, "five")
        self.write(
            beads,
            lambda s: beads.place(self.places(start + s * ADDED)),
            at=("nothing", -theme.QUICK),
            over=theme.SLOW,
            ease=theme.smooth,
        )
        cancels = Spoken(CANCELS, x=theme.LEFT, y=self.rows.base(4) + theme.WIDE, size=theme.TITLE)
        cancels.enter(self, {"power": ("nothing", theme.REST), "sum": ("nothing", 2 * theme.REST)})
        cancels.rest(self, at="rest")
        self.bring(source("The dot: the policy with which training starts."), "triangle")

    def logits(self, z: FloatArray) -> Marks:
        # A bead on a track for each answer, with room for five more.
        self.low, self.high = 1.1 * float(min(z.min(), -1.0)), 1.1 * float(max(z.max(), 1.0) + ADDED)
        self.rows.heading("logit", LOGIT, "logits")
        zero = LOGIT + WIDTH * -self.low / (self.high - self.low)
        for k in range(3):
            y = self.rows.base(k) - theme.TIGHT
            for line in (
                rule(LOGIT, y, LOGIT + WIDTH, y, stroke=theme.AXIS, pen=theme.FINE),
                rule(zero, y - theme.TIGHT, zero, y + theme.TIGHT, stroke=theme.AXIS, pen=theme.FINE),
            ):
                self.bring(line, "logits", "grid")
        self.bring(text("0", zero, self.rows.base(2) + theme.GAP, theme.TICK, theme.MUTED, "center"), "logits")
        beads = Marks(self.places(z), "circle", 15, fill=theme.TEXT, stroke=theme.CASING, pen=3)
        return self.bring(beads, ("logits", theme.QUICK), "mover")

    def places(self, z: FloatArray) -> FloatArray:
        """Where the beads of logits [3] lie, as Manim points [3, 2]."""
        x = LOGIT + WIDTH * (np.asarray(z) - self.low) / (self.high - self.low)
        return theme.points(x, np.array([self.rows.base(k) - theme.TIGHT for k in range(3)]))[:, :2]
