"""Dynamic sampling: what it keeps, how many answers it draws for a batch, and what that costs in all."""

from __future__ import annotations

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.chapters.ch12_where_does_the_signal_go.common import FULL, OFF, SHORT, counts, tiles
from scenes.engine import layout
from scenes.engine.ink import rule
from scenes.engine.lettering import text
from scenes.engine.stage import Stage, When
from scenes.parts.chart import Chart
from scenes.parts.code import Code
from scenes.parts.headings import source, statement
from traces.store import Trace

WORDS, GRAPH = layout.columns(theme.PICTURE, 2, gap=2 * theme.WIDE)
PLOT = layout.trimmed(GRAPH, left=theme.WIDE, top=theme.WIDE, right=theme.GUTTER, bottom=theme.TITLE)
ABOVE, BELOW, SAID = layout.rows(WORDS, (5, 5, 2), gap=theme.GUTTER)
WHY = "Averaged over the mixed groups alone, a step is longer."
QUOTE = "“The overall training time is not significantly affected.”"
CODE = """
batch = []
while len(batch) < N:
    group = policy.write(prompts.next(), G)
    right = is_correct(group).sum()
    if 0 < right < G:
        batch.append(group)
"""
DAPO = theme.OBJECTIVES["dapo"].colour


class PriceOfDrawingAgain(Stage):
    """Dynamic sampling: what it keeps, how many answers it draws for a batch, and what that costs in all."""

    traces = ("dynamic_sampling",)

    def build(self) -> None:
        trace = self.trace("dynamic_sampling")
        self.bring(statement("What is the price of *dynamic sampling?*"))
        code = Code(CODE, y=ABOVE.top + theme.GAP, size=theme.LABEL, symbols={"right": "reward"})
        code.enter(self, at="again")
        code.light(self, 5, 6, at=("again", theme.REST))
        code.rest(self, at="axes")
        self.kept(trace)
        self.drawn(trace)
        self.totals(trace)
        whose = "DAPO, the paper's own words (arXiv 2503.14476), section 4.2"
        notes: tuple[tuple[str, str, str], ...] = (
            (WHY, theme.MUTED, "short"),
            (QUOTE, theme.TEXT, "paper"),
            (whose, theme.MUTED, "paper"),
        )
        for row, (words, colour, at) in zip(layout.rows(SAID, len(notes), gap=0), notes, strict=True):
            self.bring(text(words, row.left, row.bottom, theme.NOTE, colour), at)
        runs = trace["accuracy"].shape[1]
        self.bring(source(f"Columns: the first run, which draws whole batches. Table: averages of {runs} runs."))

    def drawn(self, trace: Trace) -> None:
        # For every batch of a run, the answers drawn for it.
        drawn, holds = trace["drawn"][FULL, 0], float(trace["batch_size"])
        drawn = drawn[drawn > 0]
        batches = max(1, len(drawn))
        top = max(holds, float(drawn.max(initial=0)))
        chart = Chart(*layout.rectangle(PLOT), (0.0, float(batches)), (0.0, 1.1 * top))
        ticks = {k * holds: f"{k * holds:.0f}" for k in (0, *range(1, int(top / holds) + 1, 2))}
        ends = {0.5: "1", batches - 0.5: f"{batches}"}
        axis = chart.put(self, "batch", ends, "answers drawn", ticks, False, theme.NOTE)
        self.show(*axis, at="axes")
        columns = chart.columns(drawn, fill=DAPO)
        columns.curve = ""
        final = columns.points.copy()
        foot = PLOT.bottom
        base = theme.points([0.0], [foot])[0, 1]

        def grow(share: float) -> None:
            points = final.copy()
            place = np.repeat(np.arange(len(drawn)) / batches, 4)
            shown = np.clip((share * 1.2 - place) / 0.2, 0.0, 1.0)
            points[:, 1] = base + shown * (final[:, 1] - base)
            columns.write(points)

        grow(0.0)
        self.put(columns, "mark")
        self.write(columns, grow, at="run", over=2 * theme.REST)
        y = chart.pixels(0.0, holds)[1]
        self.bring(rule(PLOT.left, y, PLOT.right, y, stroke=theme.TEXT, pen=theme.PEN, dash=theme.DASHED), "run")
        tag = text(
            f"dashed: a batch holds *{holds:.0f}*", PLOT.right, PLOT.top - theme.GUTTER, theme.NOTE, anchor="right"
        )
        self.bring(tag, "run")

    def kept(self, trace: Trace) -> None:
        # A batch whose groups are not all mixed; those that agree are left out, and leave it too small.
        tags: list[Mobject] = []
        place = layout.rows(GRAPH, 3, gap=theme.WIDE)[1]
        counted = counts(trace)
        for kind, _, tile in tiles(counted, place):
            self.bring(tile, layer="mark")
            if kind:
                self.hide(tile, at="again")
            tags.append(tile)
        words = text(f"only *{counted[0]}* of {sum(counted)} groups are mixed", size=theme.STATEMENT)
        tags.append(self.bring(layout.above(words, place)))
        self.hide(*tags, at=("axes", -theme.QUICK))

    def totals(self, trace: Trace) -> None:
        # Until the task is learnt: batches, and answers drawn.
        heads = layout.columns(BELOW, (4, 2, 3), gap=theme.GUTTER)
        rows = layout.rows(BELOW, 4, gap=0)
        done = f"until {100 * float(trace['done']):.0f} \\% are right"
        self.bring(text(done, heads[0].left, rows[0].bottom, theme.BODY, theme.MUTED), "until")
        for words, column in (("batches", heads[1]), ("answers", heads[2])):
            self.bring(text(words, column.right, rows[0].bottom, theme.BODY, theme.MUTED, "right"), "until")
        told: tuple[tuple[int, str, str, When], ...] = (
            (OFF, "no filter", theme.TEXT, "until"),
            (FULL, "draws again", DAPO, ("until", theme.REST)),
            (SHORT, "only leaves out", theme.MUTED, "short"),
        )
        for row, (kind, words, colour, at) in zip(rows[1:], told, strict=True):
            batches, answers = until(trace, kind)
            self.bring(text(words, heads[0].left, row.bottom, theme.STATEMENT, colour), at)
            for value, column in ((f"{batches:.0f}", heads[1]), (f"{answers:,.0f}".replace(",", " "), heads[2])):
                word = text(f"*{value}*", column.right, row.bottom, theme.STATEMENT, colour, "right")
                self.bring(word, at)


def until(trace: Trace, kind: int) -> tuple[float, float]:
    """Mean batches and mean answers drawn until the task is learnt."""
    batches, answers = trace["taught_batches"][kind], trace["taught_answers"][kind]
    return float(batches.mean()), float(answers.mean())
