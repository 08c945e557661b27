"""Why not search a tree: what the search does, how many texts there are of each length, and R1's own words."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch11_rules_instead_of_judges.common import GRPO
from scenes.engine import layout
from scenes.engine.ink import Ink, Marks
from scenes.engine.lettering import halo, paragraph, text
from scenes.engine.stage import Stage
from scenes.parts.chart import Chart
from scenes.parts.headings import source, statement
from traces.store import Trace

LEFT, RIGHT = layout.columns(theme.PICTURE, (4, 10), gap=theme.WIDE)
TREE, SAYS = layout.rows(LEFT, (5, 3), gap=theme.WIDE)
PLOT = layout.trimmed(RIGHT, left=theme.NUMBER, top=theme.GAP, right=3 * theme.NUMBER, bottom=theme.GAP)
LEVELS = 3
BRANCHES = 3  # of the tree that is drawn: Tally's
GOOD = (1, 2, 1)  # the edges of the way that the search follows
KNOWN = {3.0: "Tally:", 30.0: "chess: about", 128000.0: "a real model:"}
CUES = ("tally", "model")


class TooWideToSearch(Stage):
    """Why not search a tree: what the search does, how many texts there are of each length, and R1's own words."""

    traces = ("search_tree",)

    def build(self) -> None:
        trace = self.trace("search_tree")
        self.bring(statement("Why not *search* for good answers?"))
        self.tree()
        self.bring(text("*Monte Carlo tree search*", SAYS.left, SAYS.top, theme.STATEMENT), "name")
        lengths = np.append(0.0, trace["answer_length"].astype(float))
        answers = np.concatenate([np.zeros((len(trace["branches"]), 1)), trace["answers"]], axis=1)
        budget = float(trace["budget"])
        high = max(1.0, float(answers.max()), budget)
        step = nice(high / 2)
        up = {0.0: "1"} | {step * k: f"$10^{step * k:.0f}$" for k in (1, 2) if step * k <= high}
        chart = Chart(*layout.rectangle(PLOT), (0.0, float(lengths[-1])), (0.0, high))
        across = {0.0: "0", float(lengths[-1]): f"{lengths[-1]:.0f}"}
        self.show(*chart.put(self, "tokens", across, "how many texts there are", up, False, theme.NOTE), at="axes")
        self.counts(chart, trace, lengths, answers)
        self.budget(chart, trace, budget)
        words = "R1's authors: “an *exponentially larger* search space”"
        quote = paragraph(words, SAYS.left, 0.0, SAYS.width, theme.BODY)
        layout.shifted(quote, 0.0, SAYS.top + theme.WIDE - layout.area(quote).top)
        self.bring(quote, "r1")
        self.bring(source("Counted. R1: DeepSeek-AI 2025 (2501.12948v1), section 4.2."))

    def tree(self) -> None:
        # A tree of continuations, level by level, and the way that looks best.
        rows = [row.middle[1] for row in layout.rows(TREE, LEVELS + 1, gap=0)]
        middles = [layout.middles(TREE, BRANCHES**level) for level in range(LEVELS + 1)]
        node = 0
        way = [theme.point(float(middles[0][0]), rows[0])]
        for level in range(LEVELS):
            ends = [
                theme.points([middles[level][k // BRANCHES], x], [rows[level], rows[level + 1]])
                for k, x in enumerate(middles[level + 1])
            ]
            edges = Ink(np.concatenate(ends), starts=range(0, 2 * len(ends), 2), stroke=theme.AXIS, pen=theme.FINE)
            self.bring(edges, ("ask", level * theme.CHANGE))
            node = BRANCHES * node + GOOD[level]
            way.append(theme.point(float(middles[level + 1][node]), rows[level + 1]))
        best = self.put(Ink(np.stack(way), stroke=GRPO, pen=theme.BOLD), "mark", shown=False)
        self.show(best, at=("ask", (LEVELS + 1) * theme.CHANGE), over=0.1)
        self.draw(best, at=("ask", (LEVELS + 1) * theme.CHANGE))
        root = Marks(theme.points(middles[0], [rows[0]])[:, :2], "circle", theme.TIGHT, fill=theme.TEXT)
        self.bring(root, layer="mark")

    def counts(self, chart: Chart, trace: Trace, lengths: np.ndarray, answers: np.ndarray) -> None:
        # How many texts there are, a line a width of the tree; the first and the last are spoken of.
        ends = apart([chart.pixels(float(lengths[-1]), float(row[-1]))[1] for row in answers], theme.GAP)
        for k, (branch, row, y) in enumerate(zip(trace["branches"], answers, ends, strict=True)):
            at = CUES[0] if k == 0 else CUES[1]
            spoken = k in (0, len(answers) - 1)
            colour = GRPO if spoken else theme.MUTED
            line = chart.curve(lengths, row, stroke=colour, pen=theme.BOLD if spoken else theme.PEN)
            self.put(line, "mark", shown=False)
            self.show(line, at=at, over=0.1)
            self.draw(line, at=at)
            name = KNOWN.get(float(branch), "")
            words = f"{name} *{branch:,.0f}*".strip()
            self.bring(
                text(words, PLOT.right + theme.TIGHT, y + theme.NOTE / 3, theme.NOTE, colour), (at, theme.CHANGE)
            )

    def budget(self, chart: Chart, trace: Trace, budget: float) -> None:
        # What can be looked at, and how far it goes.
        level = chart.curve(
            np.array(chart.plane.u), np.full(2, budget), stroke=theme.TEXT, pen=theme.PEN, dash=theme.DASHED
        )
        self.bring(level, "budget")
        y = chart.pixels(0.0, budget)[1]
        word = halo(
            text(
                f"$10^{budget:.3g}$ texts",
                (PLOT.middle[0] + PLOT.right) / 2,
                y - theme.TIGHT,
                theme.BODY,
                anchor="center",
            )
        )
        self.bring(word, "budget")
        before = -float(theme.WIDTH)
        for k in (0, -1):
            far, depth = budget / float(np.log10(trace["branches"][k])), int(trace["depth"][k])
            if far <= chart.plane.u[1]:
                x, y = chart.pixels(far, budget)
                dot = Marks(theme.points([x], [y])[:, :2], "circle", theme.TIGHT, fill=GRPO, casing=theme.PEN)
                self.bring(dot, "covers", "mover")
                if abs(x - before) > theme.NUMBER:
                    tag = text(f"*{depth}*", x, y - theme.GUTTER, theme.BODY, GRPO, "center")
                    self.bring(halo(tag), "covers")
                before = x


def nice(value: float) -> float:
    """The largest of 1, 2, 5, 10, 20 ... that is not above a value; 1 at least."""
    power = 10.0 ** np.floor(np.log10(max(value, 1.0)))
    return float(max(factor * power for factor in (1, 2, 5) if factor * power <= max(value, 1.0)))


def apart(ys: list[float], least: float) -> list[float]:
    """Baselines that follow `ys`, from the lowest up, at least so far from each other."""
    out: list[float] = []
    for y in sorted(ys, reverse=True):
        out.append(min(y, out[-1] - least) if out else y)
    order = np.argsort(-np.array(ys), kind="stable")
    found = [0.0] * len(ys)
    for place, k in zip(out, order, strict=True):
        found[int(k)] = place
    return found
