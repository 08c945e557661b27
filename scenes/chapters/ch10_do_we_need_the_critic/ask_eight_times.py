"""The same question eight times: the mean is a forecast, the advantage a distance from it over their spread."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Ink, rule
from scenes.engine.lettering import halo, number, plain, text
from scenes.engine.stage import Stage
from scenes.parts.batch import Batch
from scenes.parts.definition import Definition
from scenes.parts.formula import Formula
from scenes.parts.headings import source, statement
from scenes.parts.pushes import Pushes
from traces.store import Trace

VIOLET = theme.SYMBOLS["advantage"]
GRAPH, ASIDE = layout.columns(theme.PICTURE, (5, 3))  # the rewards, and the formulas beside them
PLOT = layout.trimmed(GRAPH, left=theme.NUMBER, top=theme.WIDE, bottom=2 * theme.WIDE + theme.TIGHT)
AXIS = GRAPH.left + theme.WIDE  # where its lines begin
WORDS = theme.PICTURE.bottom + theme.TIGHT  # three rows under the plot, from the last: what an answer says,
LETTERS = WORDS - theme.GAP  # which one it is,
WAITING = LETTERS - theme.TITLE  # and where it waits before it is paid
RULES = [row.middle[1] for row in layout.rows(ASIDE, 4, gap=0)]  # baselines beside the plot
SHARE = 0.42  # of the room of an answer that its bar takes
CENTRED = "{{ r_i : reward }} - {{ mu : mean }}"
OTHERS = f"{CENTRED} thin = thin %s thin ({{{{ r_i : reward-2 }}}} - {{{{ mu_#word[others] : others }}}})"
PLAIN = f"{{{{ hat(A)_i : advantage }}}} thin = thin {CENTRED}"
DIVIDED = (
    "{{ hat(A)_i : advantage }} thin = thin ( {{ r_i : reward }} - {{ mu : mean }} ) thin \\/ thin {{ sigma : mean-2 }}"
)


class AskEightTimes(Stage):
    """The same question eight times: the mean is a forecast, the advantage a distance from it over their spread."""

    traces = ("grpo_group",)
    hyperparameters = ("grpo_group.seed",)

    def build(self) -> None:
        trace = self.trace("grpo_group")
        size = len(trace["group_answer"])
        question = self.bring(statement("Can we get a forecast *without a critic?*"))
        self.hide(question, at="name")
        self.bring(statement("*GRPO:* group relative policy optimization"), at=("name", 0.3))
        self.bring(text("_What is two plus two?_", PLOT.left, GRAPH.top, theme.BODY, theme.MUTED))
        self.xs = layout.middles(PLOT, size)
        self.answers(trace)
        self.bars(trace)
        self.formulas(trace, size)
        self.price(size)
        seed = self.hyper("grpo_group.seed")
        self.bring(source(f"One group of our three answers, seed {seed}, written some way from the start."))

    def height(self, reward: float) -> float:
        # Where a reward is on the canvas.
        return PLOT.bottom - self.unit * (reward - self.low)

    def across(self, y: float, **style: Any) -> Ink:
        # A line through the whole plot.
        return rule(AXIS, y, GRAPH.right, y, **style)

    def answers(self, trace: Trace) -> None:
        # One answer, then eight; they rise to their rewards, and the mean is a line through them.
        answer, reward = trace["group_answer"], trace["group_reward"]
        low, high = min(0.0, float(reward.min())), max(1.0, float(reward.max()))
        self.low, self.unit = low, PLOT.height / (high - low)
        self.marks = []
        self.critic(trace)
        for k, (x, a) in enumerate(zip(self.xs, answer, strict=True)):
            y = self.height(float(reward[k]))
            at = None if k == 0 else ("eight", 0.1 * k)
            mark = self.bring(Batch.sample(x, WAITING if k else y, int(a), theme.TITLE), at, "mover")
            said = plain(str(trace["texts"][a]).rpartition("</think>")[2].strip())
            self.bring(text(f"*{trace['answers'][a]}*", x, LETTERS, anchor="center"), at)
            self.bring(text(said, x, WORDS, theme.NOTE, theme.MUTED, "center"), at)
            if k:
                self.shift(mark, down=y - WAITING, at=("eight", theme.REST + 0.1 * k))
            self.marks.append(mark)
        axis: list[Mobject] = []
        for tick in (low, (low + high) / 2, high):
            y = self.height(tick)
            axis.append(self.bring(self.across(y, stroke=theme.HAIRLINE, pen=theme.FINE, quiet=True), layer="ground"))
            word = text(f"{tick:g}", AXIS - theme.TIGHT, y + theme.NOTE / 3, theme.NOTE, theme.MUTED, "right")
            axis.append(self.bring(word))
        axis.append(self.bring(text("reward", GRAPH.left, PLOT.top - theme.GAP / 2, theme.NOTE, theme.MUTED)))
        self.hide(*axis, at=("spread", -0.1))
        mean = float(trace["group_mean"])
        self.mean_y = self.height(mean)
        self.line = self.across(self.mean_y, stroke=theme.TEXT, pen=theme.PEN, dash=theme.DASHED)
        self.bring(self.line, at="mean", over=0.1)
        self.draw(self.line, at="mean")
        tag = text(f"the mean $mu$ of the group: *{mean:.2f}*", ASIDE.left, self.mean_y + theme.BODY / 3, theme.BODY)
        self.bring(tag, ("mean", 0.3))
        self.hide(tag, at="spread")

    def critic(self, trace: Trace) -> None:
        # What was done so far: one answer, a critic's forecast, and how far the reward is from it.
        y, tip = self.height(float(trace["old_value"])), self.height(float(trace["group_reward"][0]))
        x, colour, drop = self.xs[0], theme.SYMBOLS["value"], theme.BODY / 3
        parts: list[Mobject] = [
            self.bring(self.across(y, stroke=colour, pen=theme.PEN, dash=theme.DASHED)),
            self.bring(text("the critic's forecast", ASIDE.left, y + drop, theme.BODY, colour)),
            self.bring(rule(x, y, x, tip, stroke=colour, pen=theme.BOLD)),
        ]
        if abs(tip - y) > theme.WIDE:
            parts.append(self.bring(text("advantage", x + theme.GAP, (y + tip) / 2 + drop, theme.BODY, VIOLET)))
        self.hide(*parts, at="eight")

    def bars(self, trace: Trace) -> None:
        # From the mean to each reward, and the marks go home to their letters; then over the standard deviation.
        advantage, centred = trace["advantage"], trace["centred"]
        size = len(advantage)
        slots = [layout.narrowed(slot, SHARE) for slot in layout.columns(PLOT, size, gap=0)]
        left, wide = np.array([slot.left for slot in slots]), slots[0].width
        gap = np.column_stack([left, np.full(size, self.mean_y), np.full(size, wide), self.unit * centred])
        scale = PLOT.height / max(1e-9, float(np.ptp(advantage)))
        zero = PLOT.top + scale * max(0.0, float(advantage.max()))
        spread = np.column_stack([left, np.full(size, zero), np.full(size, wide), scale * advantage])
        flat = gap * [1, 1, 1, 0]
        bars = Pushes(centred)
        bars.write(flat)
        for ink in bars.inks:
            self.put(ink, "mark")
        self.write(bars.inks, bars.between(flat, gap), at=("gap", 0.1), over=theme.CHANGE, ease=theme.smooth)
        for mark, x in zip(self.marks, self.xs, strict=True):
            self.move(mark, partial(smaller, x=x - theme.GAP), at=("gap", 0.5))
        then: tuple[str, float] = ("spread", 0.3)
        self.write(bars.inks, bars.between(gap, spread), at=then, over=theme.SLOW, ease=theme.smooth)
        self.shift(self.line, down=zero - self.mean_y, at=then, over=theme.SLOW)
        for values, before, unit, foot in (
            (centred, ("gap", 1.0), self.unit, self.mean_y),
            (advantage, ("spread", theme.REST), scale, zero),
        ):
            for x, value in zip(self.xs, values, strict=True):
                y = foot - unit * float(value) + (-theme.TIGHT if value >= 0 else theme.GAP)
                word = halo(text(number(float(value), True), x, y, theme.BODY, VIOLET, "center"))
                self.bring(word, before)
                if values is centred:
                    self.hide(word, at="spread")

    def formulas(self, trace: Trace, size: int) -> None:
        # What is subtracted; that the own share only makes it smaller; and what it is divided by.
        divided = np.allclose(trace["advantage"] * trace["group_std"], trace["centred"])
        x, first, second, third = ASIDE.left, *RULES[:3]
        plain_, whole = (Formula(line, x, first, theme.TITLE) for line in (PLAIN, DIVIDED if divided else PLAIN))
        plain_.put(self)
        whole.put(self)
        plain_.enter(self, at="gap")
        share = f"{size - 1}/{size}"
        others = Formula(OTHERS % share, x, third, theme.STATEMENT)
        others.put(self)
        others.enter(self, at=("fair", theme.SLOW))
        others.leave(self, at="spread")
        plain_.become(self, whole, at="spread")
        if divided:
            words = f"their standard deviation $sigma$: *{float(trace['group_std']):.2f}*"
            self.bring(text(words, x, second, theme.BODY), at=("spread", theme.CHANGE))

    def price(self, size: int) -> None:
        # What it costs.
        word = Definition(
            f"{size} answers", "to every question: the price", ASIDE.left, RULES[2], ASIDE.width, size=theme.TITLE
        )
        self.bring(word, at="price")


def smaller(mark: Mobject, x: float) -> None:
    """Shrink a mark and put it into the row under the bars."""
    mark.scale(0.6).move_to(theme.point(x, LETTERS - theme.TIGHT))
