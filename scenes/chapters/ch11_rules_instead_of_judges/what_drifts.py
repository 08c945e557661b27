"""Two dialects that are equally right: every run drifts; a consistency reward, and its price."""

from __future__ import annotations

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.chapters.ch11_rules_instead_of_judges.common import GRPO, middle, size, tally, token
from scenes.engine import layout
from scenes.engine.lettering import percent, text
from scenes.engine.stage import Stage
from scenes.parts.chart import Chart
from scenes.parts.headings import source, statement
from scenes.theme import Area, FloatArray
from traces.store import Trace

MIXED, CHARTS, WORDS = layout.rows(theme.PICTURE, (4, 17, 5), gap=theme.GAP)
FREE, PAID = (
    layout.trimmed(half, left=theme.WIDE, top=theme.WIDE + theme.GAP, right=theme.NUMBER, bottom=theme.TIGHT)
    for half in layout.columns(CHARTS, 2, gap=theme.GAP)
)
NAMES = ("paid: right answers", "paid: right answers, + %s × share of capitals")
SAMPLE = "1011"  # the marks that are written in both dialects are those of its tally
APART = 0.1  # shares that are closer than that have one label


class WhatDrifts(Stage):
    """Two dialects that are equally right: every run drifts; a consistency reward, and its price."""

    traces = ("two_dialects",)
    hyperparameters = ("dialects.consistency",)

    def build(self) -> None:
        trace = self.trace("two_dialects")
        self.bring(statement("What becomes of what *nobody asks for?*"))
        self.dialects()
        for kind, (place, at) in enumerate(((FREE, "run"), (PAID, "one"))):
            self.runs(trace, kind, place, "axes" if kind == 0 else "one", at)
        self.price(trace)
        runs, batches = trace["share"].shape[1], trace["share"].shape[2] - 1
        told = f"Tally in two dialects, GRPO, {size(runs, batches)} each, exact."
        self.bring(source(f"{told} R1: DeepSeek-AI 2025 (2501.12948v1), section 2.3.2."))

    def dialects(self) -> None:
        # The same tally in either dialect, and in both.
        marks = "".join(tally(SAMPLE))
        mixed = "".join(mark.lower() if k % 2 else mark for k, mark in enumerate(marks))
        for k, (place, written) in enumerate(zip(layout.columns(MIXED, 3), (marks, marks.lower(), mixed), strict=True)):
            cells = layout.columns(layout.trimmed(place, right=theme.NUMBER), len(written), gap=theme.TIGHT)
            for cell, sign in zip(cells, written, strict=True):
                small = sign.islower()
                at = ("small", k * theme.CHANGE) if k else None
                token(self, cell, sign, at, GRPO if small else theme.TEXT)
            x, y = cells[-1].right + theme.TIGHT, middle(place, theme.NOTE)
            self.bring(text("right", x, y, theme.BODY, theme.UP), ("small", 2 * theme.REST + k * theme.QUICK))

    def runs(self, trace: Trace, kind: int, place: Area, axes: str, at: str) -> None:
        # The share of small letters in every run.
        share: FloatArray = trace["share"][kind]
        batches = share.shape[1] - 1
        chart = Chart(*layout.rectangle(place), (0.0, float(batches)), (0.0, 1.0))
        ends = {0.0: "0", float(batches): f"{batches}"}
        up = {0.0: "0", 1.0: percent(1.0)}
        parts: list[Mobject] = chart.put(self, "batch", ends, "share of small letters", up, False, theme.NOTE)
        self.show(*parts, at=axes)
        paid = NAMES[kind] % f"{float(self.hyper('dialects.consistency')):g}" if kind else NAMES[kind]
        paid = paid.replace("+", "\\+")
        self.bring(text(f"*{paid}*", place.left, place.top - theme.WIDE, theme.BODY), "pay" if kind else axes)
        across = np.arange(float(batches + 1))
        fan = chart.fan(across, share, stroke=GRPO, pen=theme.PEN, quiet=False)
        fan.curve = "the runs"
        self.put(fan, "mark", shown=False)
        self.show(fan, at=at, over=0.1)
        self.write(fan, chart.spreading(fan, across, share), at=at, over=theme.REST)
        low, high = float(share[:, -1].min()), float(share[:, -1].max())
        for level in (high, low) if high - low > APART else (high,):
            x, y = chart.pixels(float(batches), level)
            word = text(f"*{percent(level)}*", x + theme.TIGHT, y + theme.BODY / 3, theme.BODY, GRPO)
            self.bring(word, (at, theme.REST), over=theme.QUICK)

    def price(self, trace: Trace) -> None:
        # How many answers are right after as many batches.
        for kind, place in enumerate((FREE, PAID)):
            share = float(trace["accuracy"][kind, :, -1].mean())
            words = f"right answers, in the end: *{percent(share)}*"
            self.bring(
                text(words, place.left, WORDS.top + theme.STATEMENT, theme.STATEMENT), ("cost", kind * theme.CHANGE)
            )
        quote = text(
            "R1's authors: “a slight degradation”", theme.RIGHT, WORDS.bottom, theme.BODY, theme.MUTED, "right"
        )
        self.bring(quote, "r1")
