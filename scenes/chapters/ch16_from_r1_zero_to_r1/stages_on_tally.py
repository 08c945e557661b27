"""The four stages run on Tally: right answers and marks in the prompt's dialect, stage after stage."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch16_from_r1_zero_to_r1.common import READABLE, RIGHT, SHARES, STAGES, UP
from scenes.engine import layout
from scenes.engine.ink import rule
from scenes.engine.lettering import counted, halo, percent, plain, text
from scenes.engine.stage import Stage, When
from scenes.parts.chart import Chart
from scenes.parts.headings import statement
from scenes.parts.settings import foot, quote, sources
from scenes.theme import Area
from traces.store import Trace

CUES = ("imitate", "practise", "kept", "again")
QUOTED = ("stage_imitate", "stage_practise", "stage_kept", "stage_again")
HEADS, GRAPH, AIME = layout.rows(theme.PICTURE, (1, 8, 2), gap=theme.WIDE)
PLOT = layout.trimmed(GRAPH, left=theme.NUMBER, right=2 * theme.NUMBER, bottom=theme.TITLE)
ROOMS = layout.columns(PLOT, len(CUES), gap=theme.GAP)


class StagesOnTally(Stage):
    """The four stages run on Tally: right answers and marks in the prompt's dialect, stage after stage."""

    traces = ("staged_pipeline", "papers")

    def build(self) -> None:
        trace = self.trace("staged_pipeline")
        self.bring(statement("The four stages, *on Tally*"))
        for words, colour, x, at in (
            ("*line:* right answers", RIGHT, HEADS.left, "axes"),
            ("*dashes:* marks in the prompt's dialect", READABLE, ROOMS[1].left, "dialect"),
        ):
            self.bring(text(words, x, HEADS.top + theme.GUTTER, theme.BODY, colour), at)
        charts = [self.panel(trace, k, room) for k, room in enumerate(ROOMS)]
        self.alone(trace, charts)
        quotes = [quote(self.trace("papers"), key) for key in QUOTED]
        words = "R1's score at AIME after these stages, *the paper's own*"
        self.bring(text(words, PLOT.left, AIME.top + theme.TIGHT, theme.BODY, theme.MUTED), "paper")
        for of, room in zip(quotes, ROOMS, strict=True):
            words = f"*{of.shown} \\%*"
            x = room.middle[0]
            self.bring(text(words, x, AIME.bottom - theme.TIGHT, theme.STATEMENT, anchor="center"), "paper")
        runs = len(trace["accuracy"])
        ours = f"Curves: a toy, average of {counted(runs, 'run')}, exact. "
        self.bring(foot(ours + plain(sources(quotes))))

    def panel(self, trace: Trace, k: int, room: Area) -> Chart:
        # One stage: what is done, for how long, and the two curves.
        first, last = int(trace["ends"][k]), int(trace["ends"][k + 1])
        steps = last - first - 1
        chart = Chart(*layout.rectangle(room), (0.0, float(steps)), UP)
        unit = "batch" if k % 2 else "update"
        name = counted(steps, unit) if k % 2 == 0 else f"{steps} {unit if steps == 1 else 'batches'}"
        ticks = SHARES if k == 0 else dict.fromkeys(SHARES, "")
        axis = chart.put(self, name, {}, "", {y: word for y, word in ticks.items() if word}, False, theme.NOTE)
        for level in SHARES:
            if k:
                y = chart.pixels(0.0, level)[1]
                pen = {"stroke": theme.HAIRLINE, "pen": theme.FINE, "quiet": True}
                axis.append(self.put(rule(room.left, y, room.right, y, **pen), "ground", shown=False))
        self.show(*axis, at="axes")
        done = list(STAGES.values())[k][0]
        self.bring(text(f"*{k + 1}*  {done}", room.left, GRAPH.top - theme.TIGHT, theme.BODY))
        across = np.arange(steps + 1.0)
        for key, colour, dash, order in (
            ("readable", READABLE, theme.DASHED, 1),
            ("accuracy", RIGHT, (), 0),
        ):
            values = trace[key][:, first:last].mean(0)
            curve = chart.curve(across, values, stroke=colour, pen=theme.BOLD, dash=dash)
            self.put(curve, "mark")
            at: When = (CUES[k], theme.QUICK) if order == 0 or k else ("tongue", 0.0)
            self.write(curve, chart.growing(curve, across, values), at=at, over=theme.REST)
        self.number(trace, k, chart, last - 1)
        return chart

    def number(self, trace: Trace, k: int, chart: Chart, end: int) -> None:
        # How often it is right where the stage ends, below its curve.
        share = float(trace["accuracy"][:, end].mean())
        x, y = chart.pixels(chart.plane.u[1], share)
        y = min(max(y + theme.WIDE, PLOT.top + theme.WIDE), PLOT.bottom - theme.TIGHT)
        word = halo(text(f"*{percent(share)}*", x, y, theme.STATEMENT, RIGHT, "right"))
        self.bring(word, (CUES[k], theme.REST))

    def alone(self, trace: Trace, charts: list[Chart]) -> None:
        # What practice alone has after as many batches, as a level across the stages.
        share = float(trace["zero_accuracy"][:, -1].mean())
        y = charts[0].pixels(0.0, share)[1]
        style = {"stroke": theme.OBJECTIVES["grpo"].colour, "pen": theme.PEN, "dash": theme.DOTTED}
        self.bring(rule(PLOT.left, y, PLOT.right, y, **style), "alone")
        x, base = PLOT.right + theme.GUTTER, min(y, PLOT.bottom - theme.STATEMENT)
        for words, size, low in (
            ("practice alone", theme.NOTE, 0.0),
            (f"*{percent(share)}*", theme.STATEMENT, theme.STATEMENT),
        ):
            self.bring(text(words, x, base + low, size, theme.OBJECTIVES["grpo"].colour), "alone")
