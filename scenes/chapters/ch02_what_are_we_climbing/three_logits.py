"""Three chances are a point in a triangle; behind them stand logits, and adding five to all changes nothing."""

from __future__ import annotations

import numpy as np
from manim import Typst

from scenes import theme
from scenes.chapters.ch02_what_are_we_climbing.common import COLUMN, logits_of, there_and_back, triangle_of
from scenes.engine import layout
from scenes.engine.ink import Marks, rule
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.answers import Answers
from scenes.parts.headings import source, statement
from scenes.parts.spoken import Spoken
from scenes.theme import FloatArray

ADDED = 5.0  # what is added to all three logits; its name is said
SOFTMAX = "{{ pi_k : logp }} = frac({{ e^(z_k) : power }}, {{ e^(z_A) + e^(z_B) + e^(z_C) : sum }})"
CANCELS = "= frac({{ cancel(e^5) thin e^(z_k) : power }}, {{ cancel(e^5) thin (e^(z_A) + e^(z_B) + e^(z_C)) : sum }})"
PITCH = 132.0
CHANCE, LOGIT = theme.column(1)[0] + theme.GUTTER, theme.column(4)[0]  # where bars and tracks begin
WIDTH = 2 * theme.COLUMN
NUMBER = theme.column(6)[1] - theme.GAP  # where the logits end as numbers


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
        triangle = triangle_of()
        self.bring(triangle, "triangle")
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
        y = self.rows.base(3) + theme.WIDE
        soft = Spoken(SOFTMAX, x=theme.LEFT, y=y, size=theme.TITLE)
        soft.enter(self, {"logp": "softmax", "power": ("softmax", theme.CHANGE), "sum": "over"})
        soft.rest(self, at="softmax_rest")
        # Add five to all three logits: beads and numbers move, chances do not.
        self.bring(text("*+5*", LOGIT + WIDTH / 2, self.rows.base(0) - self.rows.head, theme.TITLE), "five")
        moves = ("nothing", -theme.QUICK)
        self.hide(*self.shown, at=moves)
        self.write(
            beads,
            lambda s: beads.place(self.places(start + s * ADDED)),
            at=moves,
            over=theme.SLOW,
            ease=theme.smooth,
        )
        for number in self.numbers(start + ADDED):
            self.bring(number, ("nothing", theme.CHANGE))
        cancels = Spoken(CANCELS, x=layout.area(*soft.parts).right + theme.GUTTER, y=y, size=theme.TITLE)
        cancels.enter(self, {"power": ("nothing", theme.REST), "sum": ("nothing", 2 * theme.REST)})
        cancels.rest(self, at="rest")
        self.bring(source("The dot: the policy with which training starts."), "triangle")

    def logits(self, z: FloatArray) -> Marks:
        # A bead on a track for each answer, with room for five more.
        self.low, self.high = 1.1 * float(min(z.min(), -1.0)), 1.1 * float(max(z.max(), 1.0) + ADDED)
        self.rows.heading("logit", LOGIT, "logit")
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
        self.shown = [self.bring(number, ("logits", theme.QUICK)) for number in self.numbers(z)]
        return self.bring(beads, ("logits", theme.QUICK), "mover")

    def numbers(self, z: FloatArray) -> list[Typst]:
        """The logits [3] as numbers, to the right of their tracks."""
        return [
            text(
                f"{float(x):.1f}".replace("-", "\N{MINUS SIGN}"),
                NUMBER,
                self.rows.base(k),
                theme.FORMULA,
                anchor="right",
            )
            for k, x in enumerate(z)
        ]

    def places(self, z: FloatArray) -> FloatArray:
        """Where the beads of logits [3] lie, as Manim points [3, 2]."""
        x = LOGIT + WIDTH * (np.asarray(z) - self.low) / (self.high - self.low)
        return theme.points(x, np.array([self.rows.base(k) - theme.TIGHT for k in range(3)]))[:, :2]
