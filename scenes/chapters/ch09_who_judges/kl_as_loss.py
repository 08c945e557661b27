"""The three estimators as losses: which gradient each has on average, beside that of the true KL."""

from __future__ import annotations

from typing import Any

import numpy as np

from scenes import theme
from scenes.chapters.ch09_who_judges.common import CHANCE, KL, slots, span
from scenes.engine import layout
from scenes.engine.ink import Ink, rule
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.chart import Chart
from scenes.parts.headings import source, statement
from scenes.parts.spoken import Spoken
from scenes.theme import Area, FloatArray

FAR = 1  # the policy far from the reference
AVERAGE = '{{{{ EE bracket.l nabla upright("{name}") bracket.r : kl }}}}'
TRUE = {
    "k1": "0",
    "k2": '{{ nabla upright("KL")(pi_theta || pi_(upright("ref"))) : kl-2 }}',
    "k3": '{{ nabla upright("KL")(pi_(upright("ref")) || pi_theta) : kl-2 }}',
}
GRADIENTS = {name: f"{AVERAGE.format(name=name)} = {true}" for name, true in TRUE.items()}
NAMES = {"k2": "reverse", "k3": "forward"}


class KlAsLoss(Stage):
    """The three estimators as losses: which gradient each has on average, beside that of the true KL."""

    traces = ("kl_estimators",)

    def build(self) -> None:
        trace = self.trace("kl_estimators")
        self.bring(statement("Which of them belongs *in a loss?*"))
        push, want = -trace["gradient"][FAR], -trace["reverse_gradient"][FAR]
        up = span(push, want)
        for k, (name, place) in enumerate(zip(GRADIENTS, layout.columns(theme.PICTURE, 3, theme.WIDE), strict=True)):
            self.one(name, place, push[k], want, up)
        self.bring(source("Our toy, the same policy; exact averages."))

    def one(self, name: str, place: Area, push: FloatArray, want: FloatArray, up: tuple[float, float]) -> None:
        # Outlines: the gradient of the true KL. Bars: that of the estimator.
        plot = layout.trimmed(place, top=theme.NUMBER, bottom=2 * theme.NUMBER - theme.GAP)
        chart = slots(plot, len(push), up)
        self.bring(text(f"*{name}* in the loss", place.left, place.top + theme.STATEMENT, theme.STATEMENT))
        zero = chart.pixels(0.0, 0.0)[1]
        self.bring(rule(plot.left, zero, plot.right, zero, stroke=theme.AXIS, pen=theme.FINE), layer="grid")
        axis = plot.bottom + 1.4 * theme.LABEL
        self.bring(text("flattery", plot.right, axis, theme.LABEL, theme.MUTED, "right"), at="axes")
        if name == "k1":
            told = text("pushed up", plot.right, plot.top + theme.LABEL, theme.BODY, theme.MUTED, "right")
            self.bring(told, at="axes")
            self.bring(text("pushed down", plot.left, plot.bottom, theme.BODY, theme.MUTED), at="axes")
        self.bring(signed(chart, want, stroke=KL, pen=3.0, quiet=True), ("axes", 2.0), "mark")
        self.bring(signed(chart, push, fill=CHANCE), name, "line")
        formula = Spoken(
            GRADIENTS[name], x=place.left, y=place.bottom - theme.WIDE - theme.GUTTER, size=theme.STATEMENT
        )
        formula.enter(self, at=(name, theme.CHANGE))
        if name in NAMES:
            word = text(f"*{NAMES[name]} KL*", place.left, place.bottom - theme.TIGHT, theme.TITLE, KL)
            self.bring(word, at=NAMES[name])


def signed(chart: Chart, values: FloatArray, **style: Any) -> Ink:
    """Bars of either sign, which stand on the zero of a chart or hang from it."""
    p = chart.plane
    middle, top = p.pixels(np.arange(len(values)) + 0.5, values)
    zero = np.full(len(values), p.pixels(0.0, 0.0)[1])
    half = p.width / len(values) / 3
    x = np.stack([middle - half, middle - half, middle + half, middle + half], axis=1).ravel()
    y = np.stack([zero, top, top, zero], axis=1).ravel()
    return Ink(theme.points(x, y), starts=range(0, len(x), 4), closed=True, round_joins=False, **style)
