"""Three ways to estimate the KL from samples, as histograms: which are right on average, and how they scatter."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch09_who_judges.common import KL
from scenes.engine import layout
from scenes.engine.ink import rule
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.chart import Chart
from scenes.parts.headings import source, statement
from scenes.parts.spoken import Spoken
from scenes.theme import Area, FloatArray
from traces.store import Trace

FAR = 1  # the policy far from the reference
KINDS = {
    "k1": '{{ upright("k1") : kl }} = - log x',
    "k2": '{{ upright("k2") : kl }} = (log x)^2 \\/ 2',
    "k3": '{{ upright("k3") : kl }} = x - 1 - log x',
}
TOLD = {"k1": "scatter", "k2": "off", "k3": "calm"}  # the cues at which each is judged
SUM = (
    '{{ upright("KL") : kl }} = {{ sum_o thin pi_theta (o) : mean }} thin'
    ' {{ log (pi_theta (o)) / (pi_(upright("ref"))(o)) : ratio }}'
)
X = 'x = ( {{ pi_(upright("ref")) : reference }} ) / ( {{ pi_theta : policy }} )'
BINS = 36
LEAST = 1e-3  # nats that the axis shows
MOST = 0.995  # of the estimates lie on the axes
TOP, ROW = layout.rows(theme.PICTURE, (2, 9), theme.GUTTER)


class ThreeEstimators(Stage):
    """Three ways to estimate the KL from samples, as histograms: which are right on average, and how they scatter."""

    traces = ("kl_estimators",)
    hyperparameters = ("kl_estimators.handful",)

    def build(self) -> None:
        trace = self.trace("kl_estimators")
        self.bring(statement("How do we *estimate* the KL?"))
        whole, part = layout.columns(TOP, (4, 5), theme.WIDE)
        base = TOP.middle[1]
        Spoken(SUM, x=whole.left, y=base, size=theme.STATEMENT).enter(self, at=-theme.CHANGE)
        ratio = Spoken(X, x=part.left, y=base, size=theme.TITLE)
        ratio.enter(self, at=("x", -theme.CHANGE))
        ratio.light(self, "reference", at="x")
        ratio.light(self, "policy", at=("x", 3.0))
        ratio.rest(self, at="axes")
        told = text("chance in the reference, over chance now", 0.0, 0.0, theme.BODY, theme.MUTED)
        self.bring(layout.beside(told, ratio, gap=theme.GAP), at="x")
        known = trace["estimates"][FAR]
        low, high = min(0.0, float(np.quantile(known, 1 - MOST))), float(np.quantile(known, MOST))
        high = max(high, low + LEAST)
        edges = np.linspace(low, high, BINS + 1)
        counts = np.stack([np.histogram(row, edges)[0] for row in known]).astype(float)
        places = layout.columns(ROW, len(KINDS), theme.WIDE)
        for k, (name, place) in enumerate(zip(KINDS, places, strict=True)):
            self.estimator(k, name, place, counts, edges, trace)
        size, redraws = int(self.hyper("kl_estimators.handful")), known.shape[1]
        self.bring(source(f"Our toy, a policy far from its reference. {redraws} estimates, {size} answers each."))

    def estimator(self, k: int, name: str, place: Area, counts: FloatArray, edges: FloatArray, trace: Trace) -> None:
        # Its formula, its histogram over the same axis as the others, the true KL, and its mean.
        low, high = float(edges[0]), float(edges[-1])
        plot = layout.trimmed(place, top=theme.NUMBER + theme.GAP, bottom=theme.GAP)
        chart = Chart(*layout.rectangle(plot), (low, high), (0.0, 1.1 * float(counts.max())))
        ticks = {float(t): f"{t}" for t in (int(np.ceil(low)), int(high))}
        chart.put(self, "estimate (nat)", ticks, "", {}, size=theme.LABEL)
        true = float(trace["true_kl"][FAR])
        x = chart.pixels(true, 0.0)[0]
        line = rule(x, plot.top, x, plot.bottom, stroke=KL, pen=theme.PEN, dash=theme.DASHED)
        self.bring(line, ("axes", theme.REST), "mark")
        formula = Spoken(KINDS[name], x=place.left, y=place.top + theme.DISPLAY + theme.TIGHT, size=theme.TITLE)
        formula.enter(self, at=name)
        slots = Chart(*layout.rectangle(plot), (0.0, float(BINS)), chart.plane.v)
        bars = slots.columns(counts[k], width=0.9, fill=theme.RAMP[4])
        self.bring(bars, TOLD[name], "line")
        mean = float(trace["mean"][FAR, k])
        at = chart.pixels(mean, 0.0)[0]
        word = text(f"average *{mean:.2f}*", plot.right, plot.top + theme.NUMBER, theme.BODY, anchor="right")
        self.bring(halo(word), at=(TOLD[name], theme.QUICK))
        post = rule(at, plot.top + theme.WIDE, at, plot.bottom, stroke=theme.TEXT, pen=theme.PEN)
        self.bring(post, (TOLD[name], theme.QUICK), "mark")
        if k == 0:
            told = text(f"true KL *{true:.2f}*", x + theme.GUTTER, plot.top + theme.BODY, theme.BODY, KL)
            self.bring(told, at=("axes", theme.REST))
