"""How often a group is mixed: by hand for a hard prompt, and over a training run as stacked shares."""

from __future__ import annotations

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.chapters.ch12_where_does_the_signal_go.common import COLOURS, KINDS, MIXED, OFF, RIGHT, WRONG
from scenes.engine import layout
from scenes.engine.ink import Ink, Marks, box
from scenes.engine.lettering import percent, text
from scenes.engine.stage import Stage
from scenes.engine.timeline import Write
from scenes.parts.chart import Chart, cut
from scenes.parts.headings import source, statement
from scenes.parts.spoken import Spoken
from scenes.theme import FloatArray
from traces.store import Trace

FORMULA = "P( #word[mixed] ) = 1 - {{ (1 - p)^G : wrong }} - {{ p^G : right }}"
RULE, PICTURE = layout.rows(theme.PICTURE, (1, 5), gap=theme.GAP)
ANSWERS, SUMS = layout.rows(PICTURE, (2, 3), gap=theme.WIDE)
PLOT = layout.trimmed(PICTURE, left=theme.NUMBER, top=theme.GAP, right=2 * theme.NUMBER, bottom=theme.TITLE)
PLACES = {"mixed": 0.12, "all right": 0.66, "all wrong": 0.25}  # of their names, as a share of the run
SIZE = -2  # the size of a group of the trace that is asked


class MixedGroups(Stage):
    """How often a group is mixed: by hand for a hard prompt, and over a training run as stacked shares."""

    traces = ("dynamic_sampling",)

    def build(self) -> None:
        trace = self.trace("dynamic_sampling")
        self.bring(statement("How often is a group *mixed?*"))
        self.hand(trace)
        formula = Spoken(FORMULA, size=theme.DISPLAY)
        layout.centred(formula, RULE)
        formula.enter(self, at="mixed")
        formula.light(self, "wrong", at=("mixed", theme.CHANGE))
        formula.light(self, "right", at=("read", -theme.QUICK))
        formula.rest(self, at=("read", theme.CHANGE))
        self.training(trace)
        runs, size = trace["mixed"].shape[1], int(trace["sizes"][SIZE])
        self.bring(source(f"First: exact. Then: DAPO without its filter, groups of {size}, average of {runs} runs."))

    def hand(self, trace: Trace) -> None:
        # The answers to a hard prompt; then how likely it is that they agree, as parts of a bar of certainty.
        size, hard = int(trace["sizes"][SIZE]), float(trace["hard"])
        x = layout.middles(ANSWERS, size)
        places = theme.points(x, np.full(size, ANSWERS.middle[1]))[:, :2]
        marks = Marks(places, "circle", theme.GUTTER, stroke=theme.MUTED, pen=theme.PEN)
        words = text(
            f"{size} answers, each right with *p = {percent(hard)}*",
            ANSWERS.left,
            ANSWERS.top + theme.GUTTER,
            theme.STATEMENT,
        )
        parts: list[Mobject] = [self.bring(marks, layer="mark"), self.bring(words)]
        wrong, right, mixed = (float(trace[name][SIZE]) for name in ("all_wrong_hard", "all_right_hard", "mixed_hard"))
        bar = layout.rows(SUMS, 3, gap=0)[1]
        told = (
            ("wrong", "all wrong", wrong, WRONG, f"${1 - hard:.2f}^{size}$ = *{percent(wrong)}*"),
            ("right", "all right", right, RIGHT, f"${hard:.2f}^{size}$: *hardly ever*"),
            ("mixed", "mixed", mixed, MIXED, f"the rest: *{percent(mixed)}*"),
        )
        left = bar.left
        for cue, name, share, colour, sum_ in told:
            wide = share * bar.width
            parts.append(self.bring(box(left, bar.top, wide, bar.height, fill=colour, round_joins=False), cue, "mark"))
            x_, y = (left, bar.top - theme.GUTTER) if cue != "right" else (left, bar.bottom + theme.WIDE)
            for words_ in (f"{name}: {sum_}",):
                parts.append(self.bring(text(words_, x_, y, theme.STATEMENT), cue))
            left += wide
        self.hide(*parts, at=("axes", -theme.QUICK))

    def training(self, trace: Trace) -> None:
        # Shares of the groups of every batch, one above the other: mixed, all right, all wrong.
        mixed, right = (trace[name][OFF].mean(0) for name in ("mixed", "all_right"))
        batches = len(mixed)
        chart = Chart(*layout.rectangle(PLOT), (0.0, float(batches - 1)), (0.0, 1.0))
        ends = {0.0: "1", float(batches - 1): f"{batches}"}
        axis = chart.put(self, "batch", ends, "shares of the groups", {0.0: "0", 1.0: percent(1.0)}, False, theme.NOTE)
        self.show(*axis, at="axes")
        tops = [np.zeros(batches), mixed, mixed + right, np.ones(batches)]
        across = np.arange(float(batches))
        for name, colour, low, high in zip(KINDS, COLOURS, tops, tops[1:], strict=False):
            area = Ink(np.zeros((0, 3)), fill=colour, closed=True, round_joins=False)
            self.put(area, "line")
            self.write(area, filling(chart, area, across, low, high), at="run", over=2 * theme.REST)
            x, y = chart.pixels(
                float(PLACES[name] * batches), float(np.interp(PLACES[name] * batches, across, (low + high) / 2))
            )
            tag = text(
                f"*{name}*",
                x,
                y + theme.BODY / 3,
                theme.BODY,
                theme.CANVAS if name == KINDS[0] else theme.TEXT,
                "center",
            )
            self.bring(tag, ("run", 2 * theme.REST))
        expected = trace["mixed_expected"][OFF].mean(0)
        curve = chart.curve(across, expected, stroke=theme.TEXT, pen=theme.BOLD, dash=theme.DASHED, casing=theme.FINE)
        self.put(curve, "mark", shown=False)
        self.show(curve, at="line", over=0.1)
        self.draw(curve, at="line")
        for k, share in ((0, mixed[0]), (batches - 1, mixed[-1])):
            x, y = chart.pixels(float(k), float(share))
            anchor, aside = ("right", -theme.TIGHT) if k == 0 else ("left", theme.TIGHT)
            tag = text(f"*{percent(share)}*", x + aside, y + theme.BODY / 3, theme.BODY, MIXED, anchor)
            self.bring(tag, ("run", 2 * theme.REST))


def filling(chart: Chart, area: Ink, x: FloatArray, low: FloatArray, high: FloatArray) -> Write:
    """A function of the share that fills the room between two curves up to there."""

    def write(share: float) -> None:
        at, edges = cut(x, np.stack([low, high], axis=1), share)
        area.write(chart.plane.points(np.append(at, at[::-1]), np.append(edges[:, 0], edges[::-1, 1])), [0])

    return write
