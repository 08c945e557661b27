"""A critic learns to forecast: one answer and one step by hand, then four hundred answers."""

from __future__ import annotations

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Ink, box, rule
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.chart import Chart
from scenes.parts.code import Code
from scenes.parts.definition import Definition
from scenes.parts.headings import source, statement
from scenes.parts.targets import PROMPT, REWARD, VALUE, shortly
from traces.store import Trace

LEFT, RIGHT = layout.columns(theme.PICTURE, (7, 5), gap=theme.WIDE)
BARS = layout.trimmed(layout.inset(LEFT, theme.WIDE), left=3 * theme.WIDE - theme.GUTTER)
PLOT = layout.trimmed(LEFT, left=theme.WIDE, top=theme.WIDE, bottom=theme.GAP)
TALL = theme.TITLE  # of a bar
FIRST, AFTER = 18, 5  # lines of the bush: it stands for many more


class CriticLearns(Stage):
    """A critic learns to forecast: one answer and one step by hand, then four hundred answers."""

    traces = ("token_values",)
    hyperparameters = ("gradient_clouds.vocabulary",)

    def build(self) -> None:
        trace = self.trace("token_values")
        title = self.bring(statement("Too many prefixes for a tree: *learn to forecast*"))
        self.hide(title, at="learn")
        self.bring(statement("From answer to answer: *how far off are the forecasts?*"), at=("learn", theme.QUICK))
        meaning = "a second network: it reads a prefix, and forecasts the reward"
        word = Definition(
            "critic (value model)", meaning, RIGHT.left, width=RIGHT.width, symbol="value", size=theme.TITLE
        )
        layout.shifted(word, 0.0, RIGHT.top - layout.area(word).top)
        self.bring(word.meaning, at="network")
        for part in (word.term, word.accent):
            self.bring(part, at="critic")
        self.bush()
        gone = self.one_answer(trace)
        self.hide(*gone, at="learn")
        self.code()
        self.many_answers(trace)

    def bush(self) -> None:
        # Why no tree: a real model has too many choices at every token.
        root, middle, tips = (LEFT.left + theme.GAP, LEFT.middle[1]), LEFT.middle[0], LEFT.right
        first = np.linspace(LEFT.top + theme.WIDE, LEFT.bottom - theme.WIDE, FIRST)
        last = np.linspace(LEFT.top, LEFT.bottom - theme.GAP, FIRST * AFTER)
        xs = [[root[0], middle] for _ in first] + [[middle, tips] for _ in last]
        ys = [[root[1], y] for y in first] + [[first[k // AFTER], y] for k, y in enumerate(last)]
        flat = theme.points(np.array(xs).ravel(), np.array(ys).ravel())
        lines = Ink(
            flat, starts=range(0, len(flat), 2), stroke=theme.AXIS, pen=theme.FINE, stroke_opacity=0.6, quiet=True
        )
        self.bring(lines, layer="grid")
        self.draw(lines, at=0.3, over=2 * theme.SLOW)
        words = f"*{int(self.hyper('gradient_clouds.vocabulary')):,}* choices at every token"
        name = halo(text(words, LEFT.left + theme.WIDE, LEFT.bottom + theme.GAP, theme.STATEMENT))
        self.hide(lines, self.bring(name, at=0.0), at=("zero", -0.5))

    def one_answer(self, trace: Trace) -> list[Mobject]:
        # The prefixes of the answer, below one another, and a bar for the forecast at each.
        words = [str(word) for word in trace["sentence"]]
        names = [PROMPT, *(" ".join(words[: k + 1]) for k in range(len(words) - 1))]
        paid, step = float(trace["sentence_paid"]), trace["first_step"]
        self.unit = BARS.width / max(paid, 1e-3)
        rows = layout.rows(BARS, len(names))
        axis = rule(BARS.left, BARS.top, BARS.left, BARS.bottom, stroke=theme.AXIS, pen=theme.FINE)
        zero = text("0", BARS.left, BARS.top - theme.TIGHT, theme.STATEMENT, theme.MUTED, "center")
        parts: list[Mobject] = [self.bring(axis, "zero", "grid"), self.bring(zero, "zero")]
        for k, (name, row) in enumerate(zip(names, rows, strict=True)):
            y = row.middle[1]
            label = text(name, BARS.left - theme.GUTTER, y + theme.BODY / 3, theme.STATEMENT, anchor="right")
            parts.append(self.bring(label, at="zero"))
            parts += self.row(k, y, paid, float(step[k]))
        goal = rule(BARS.right, BARS.top, BARS.right, BARS.bottom, stroke=REWARD, pen=theme.PEN)
        number = text(
            f"reward *{shortly(paid)}*", BARS.right, BARS.top - theme.TIGHT, theme.STATEMENT, REWARD, "center"
        )
        return [*parts, self.bring(goal, "answer", "line"), self.bring(number, at="answer")]

    def row(self, k: int, y: float, paid: float, step: float) -> list[Mobject]:
        # Prediction, error, step: the bar grows by a share of what is missing.
        bar = Ink(np.zeros((0, 3)), fill=VALUE, closed=True, round_joins=False)
        error = Ink(np.zeros((0, 3)), stroke=theme.DOWN, pen=theme.PEN, dash=theme.DASHED)

        def write(share: float) -> None:
            end = BARS.left + max(self.unit * step * share, theme.PEN)
            bar.write(box(BARS.left, y - TALL / 2, end - BARS.left, TALL).points, [0])
            error.write(theme.points(np.array([end + theme.TIGHT, BARS.right - theme.TIGHT]), np.array([y, y])))

        write(0.0)
        self.bring(bar, ("zero", theme.QUICK), "mark")
        self.bring(error, ("error", 0.15 * k), "line")
        for part in (bar, error):
            self.write(part, write, at=("step", 2.0), over=theme.SLOW, ease=theme.smooth)
        middle = (BARS.left + BARS.right) / 2
        missing = halo(text(f"error *{shortly(paid)}*", middle, y - theme.GUTTER, theme.BODY, theme.DOWN, "center"))
        parts: list[Mobject] = [bar, error]
        if k == 0:
            parts.append(self.bring(missing, at=("error", 0.5)))
            self.hide(missing, at=("step", 2.0))
        word = text(
            f"*{shortly(step)}*", BARS.left + self.unit * step + theme.TIGHT, y - theme.GUTTER, theme.BODY, VALUE
        )
        return [*parts, self.bring(halo(word), at=("step", 2 + theme.CHANGE))]

    def code(self) -> None:
        # Forecast, compare, step, in a few lines.
        code = Code(
            """
            answer, R = write_and_score(prompt)
            V = critic(prefixes(answer))
            loss = ((V - R) ** 2).sum() / 2
            loss.backward()
            critic_optimizer.step()
            """,
            x=RIGHT.left,
            y=RIGHT.middle[1] + theme.GAP,
            symbols={"V": "value", "critic": "value", "R": "reward"},
        )
        code.enter(self, at=("step", 2 + theme.CHANGE))
        for cue, *lines in (("code", 2), ("compare", 3), ("move", 4, 5)):
            code.light(self, *lines, at=cue)
        code.rest(self, at="all")

    def many_answers(self, trace: Trace) -> None:
        # The error of every critic against the answers that it has read, and that of one reward taken as a forecast.
        error, single = trace["error"], float(trace["single_error"])
        last = error.shape[1] - 1
        top = 0.1 * np.ceil(10 * max(float(error.max()), single) + 0.2)
        chart = Chart(*layout.rectangle(PLOT), (0, last), (0.0, float(top)))
        ticks = {float(v): f"{v:.1f}" for v in np.arange(0.0, top + 0.05, 0.1)}
        names = (
            "answers",
            {0.0: "0", float(last): f"{last}"},
            "error of the forecasts",
            ticks,
        )
        for part in chart.put(self, *names, shown=False, size=theme.LABEL):
            self.show(part, at=("learn", 0.3))
        age, start = np.arange(last + 1.0), self.time("learn") + theme.REST
        over = self.time("settle") + 0.5 - start
        fan = self.bring(
            chart.fan(age, error, stroke=VALUE, pen=theme.FINE, stroke_opacity=0.2), ("learn", theme.SLOW), "line"
        )
        self.write(fan, chart.spreading(fan, age, error), at=start, over=over)
        mean = error.mean(axis=0)
        curve = self.bring(
            chart.curve(age, mean, stroke=VALUE, pen=theme.BOLD, casing=2.0), ("learn", theme.SLOW), "mark"
        )
        self.write(curve, chart.growing(curve, age, mean), at=start, over=over)
        y = chart.pixels(0.0, single)[1]
        level = rule(PLOT.left, y, PLOT.right, y, stroke=theme.TEXT, pen=theme.PEN, dash=theme.DASHED)
        self.bring(level, ("learn", 0.5), "line")
        word = text("one reward, taken as the forecast", PLOT.right, y - theme.TIGHT, theme.BODY, anchor="right")
        self.bring(halo(word), at=("learn", 0.5))
        note = f"Root mean square over the prefixes that are passed; {len(error)} critics, and their mean in bold."
        self.bring(source(note), at="learn")
