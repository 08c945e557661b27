"""Nobody pays for length: the reward rises, answers grow to the length of a full tally, and what they look like."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch11_rules_instead_of_judges.common import ANSWER, GRPO, size
from scenes.engine import layout
from scenes.engine.lettering import halo, percent, text
from scenes.engine.stage import Stage, When
from scenes.parts.chart import Chart
from scenes.parts.headings import source, statement
from scenes.theme import Area, FloatArray
from traces.store import Trace

UPPER, FOOT = layout.rows(theme.PICTURE, (12, 1), gap=theme.GUTTER)
CHARTS, ASIDE = layout.columns(UPPER, (8, 5), gap=theme.WIDE)
PLOTS = [
    layout.trimmed(row, left=theme.WIDE + theme.GUTTER, top=theme.GAP, right=theme.NUMBER, bottom=theme.GAP)
    for row in layout.rows(CHARTS, 2, gap=theme.GAP)
]
MOMENTS = layout.trimmed(ASIDE, top=theme.GAP)
LETTERS = 7  # of a long answer, before it is cut


class AnswersGrow(Stage):
    """Nobody pays for length: the reward rises, answers grow to a full tally, and what they look like."""

    traces = ("length_growth",)
    hyperparameters = ("length_growth.prompt", "tally.bits")

    def build(self) -> None:
        trace = self.trace("length_growth")
        self.bring(statement("What does practice do to the *length* of an answer?"))
        longest = float(max(trace["length"].max(), trace["needed"].mean()))
        top = max(2.0, float(np.ceil(longest + 1)))
        up = {0.0: "0", 1.0: "1"}
        reward = self.chart(PLOTS[0], trace["j"], 1.0, "reward", up, "axes")
        length = self.chart(
            PLOTS[1], trace["length"], top, "tokens in an answer", {0.0: "0", top: f"{top:.0f}"}, "guess"
        )
        self.curve(reward, trace["j"], ".2f", "run")
        self.curve(length, trace["length"], ".1f", "length")
        self.full(length, float(trace["needed"].mean()))
        self.answers(trace)
        words = "R1-Zero: “from generating *hundreds to thousands* of reasoning tokens”"
        self.bring(text(words, theme.LEFT, FOOT.bottom - theme.TIGHT, theme.BODY, theme.MUTED), "zero")
        runs, batches = trace["j"].shape[0], trace["j"].shape[1] - 1
        told = f"Tally, GRPO, {size(runs, batches)}, exact; answers of the first."
        self.bring(source(f"{told} R1-Zero: DeepSeek-AI 2025 (2501.12948v1), section 2.2.4."))

    def chart(self, place: Area, many: FloatArray, top: float, name: str, up: dict[float, str], at: When) -> Chart:
        batches = many.shape[1] - 1
        chart = Chart(*layout.rectangle(place), (0.0, float(batches)), (0.0, top))
        start = chart.pixels(0.0, float(many[:, 0].mean()))[1]  # where the curve's own number stands
        up = {level: word for level, word in up.items() if abs(chart.pixels(0.0, level)[1] - start) > theme.BODY}
        self.show(
            *chart.put(self, "batch", {0.0: "0", float(batches): f"{batches}"}, name, up, False, theme.NOTE), at=at
        )
        return chart

    def curve(self, chart: Chart, many: FloatArray, form: str, at: str) -> None:
        # Every run quietly, their mean brightly, and where it begins and ends.
        across, mean = np.arange(float(many.shape[1])), many.mean(0)
        ghosts = chart.fan(across, many, stroke=GRPO, pen=theme.FINE, stroke_opacity=0.4)
        line = chart.curve(across, mean, stroke=GRPO, pen=theme.BOLD)
        for part, grow in ((ghosts, chart.spreading(ghosts, across, many)), (line, chart.growing(line, across, mean))):
            self.put(part, "mark", shown=False)
            self.show(part, at=at, over=0.1)
            self.write(part, grow, at=at, over=theme.REST)
        for k, anchor, aside in ((0, "right", -theme.TIGHT), (-1, "left", theme.TIGHT)):
            x, y = chart.pixels(float(across[k]), float(mean[k]))
            word = text(f"*{mean[k]:{form}}*", x + aside, y + theme.NOTE / 3, theme.BODY, GRPO, anchor)
            self.bring(word, (at, 0.0 if k == 0 else theme.REST), over=theme.QUICK)

    def full(self, chart: Chart, needed: float) -> None:
        # How long full tallies are.
        level = chart.curve(
            np.array(chart.plane.u), np.full(2, needed), stroke=theme.TEXT, pen=theme.FINE, dash=theme.DASHED
        )
        self.bring(level, "why")
        x, y = chart.pixels(chart.plane.u[0], needed)
        self.bring(halo(text(f"a full tally: *{needed:.1f}*", x + theme.TIGHT, y - theme.TIGHT, theme.BODY)), "why")

    def answers(self, trace: Trace) -> None:
        # The answer to one prompt by the likeliest tokens, of the first policy and of later ones.
        prompt = str(self.hyper("length_growth.prompt"))[: int(self.hyper("tally.bits"))]
        self.bring(
            text(f"answers to *{prompt}*, each token the likeliest", ASIDE.left, ASIDE.top, theme.BODY, theme.MUTED)
        )
        moments = trace["moments"]
        for k, (row, moment) in enumerate(zip(layout.rows(MOMENTS, len(moments)), moments, strict=True)):
            at = ("length", k * theme.CHANGE) if k else None
            said, right = str(trace["greedy"][k]), bool(trace["greedy_right"][k])
            marks = said.removesuffix(ANSWER)
            words = [f"*{mark}*" for mark in marks[:LETTERS]] + (["..."] if len(marks) > LETTERS else [])
            words += ["answer"] if said.endswith(ANSWER) else []
            when = f"after {moment} {'batch' if moment == 1 else 'batches'}" if k else "at first"
            verdict, colour = ("right", theme.UP) if right else ("wrong", theme.DOWN)
            chance = percent(float(trace["greedy_chance"][k]))
            y = row.top + theme.NOTE
            self.bring(text(f"{when}: in *{chance}* of its answers", row.left, y, theme.NOTE, theme.MUTED), at)
            self.bring(text(" ~ ".join(words), row.left, y + theme.TITLE, theme.STATEMENT), at)
            self.bring(text(verdict, row.right, y + theme.TITLE, theme.BODY, colour, "right"), at)
