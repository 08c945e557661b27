"""The same question eight times: the mean is the forecast, the spread the scale, and the pushes cancel."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.chapters.ch09_fire_the_critic.group_table import number
from scenes.chapters.ch09_fire_the_critic.pushes import Pushes, stacked
from scenes.engine import layout
from scenes.engine.ink import Ink, rule
from scenes.engine.lettering import formula, halo, plain, text
from scenes.engine.stage import Stage
from scenes.parts.batch import Batch
from scenes.parts.formula import Formula
from scenes.parts.headings import source, statement
from traces.store import Trace

VIOLET = theme.SYMBOLS["advantage"]
GRAPH, ASIDE = layout.columns(theme.PICTURE, (3, 1))  # the scores, and the formulas beside them
PLOT = layout.trimmed(GRAPH, left=theme.NUMBER, top=theme.WIDE, bottom=2 * theme.WIDE + theme.TIGHT)
AXIS = GRAPH.left + theme.WIDE  # where its lines begin
WORDS = theme.PICTURE.bottom + theme.TIGHT  # three rows under the plot, from the last: what an answer says,
LETTERS = WORDS - theme.GAP  # which one it is,
WAITING = LETTERS - theme.TITLE  # and where it waits before it has a score
QUESTION, FIRST, SECOND = (GRAPH.top + k * theme.STATEMENT for k in (-0.25, 1.25, 2.5))  # baselines of the words on top
UPS, DOWNS = layout.columns(layout.trimmed(ASIDE, bottom=theme.PICTURE.bottom - LETTERS + theme.GAP), (3, 3, 2))[:2]
SHARE = 0.42  # of the room of an answer that its bar takes
CRITIC = "{{ r_i : reward }} - {{ V : value }}"
CENTRED = "{{ r_i : reward }} - {{ mu : mean }}"
PLAIN = f"{{{{ hat(A)_i : advantage }}}} thin = thin {CENTRED}"
CURVE = (
    "{{ hat(A)_i : advantage }} thin = thin ( {{ r_i : reward }} - {{ mu : mean }} ) thin \\/ thin {{ sigma : mean-2 }}"
)


class EightTimes(Stage):
    """The same question eight times: the mean is the forecast, the spread the scale, and the pushes cancel."""

    traces = ("grpo_group",)
    hyperparameters = ("grpo_group.seed",)

    def build(self) -> None:
        trace = self.trace("grpo_group")
        size = len(trace["group_answer"])
        question = self.put(statement("Can we do *without a critic?*"), "text")
        self.hide(question, at="name")
        self.enter(statement("*GRPO:* group relative policy optimization"), at=("name", 0.3))
        self.put(text("_What is two plus two?_", PLOT.left, QUESTION, theme.BODY, theme.MUTED), "text")
        self.xs = layout.middles(PLOT, size)
        self.answers(trace)
        self.bars(trace)
        divided = np.allclose(trace["advantage"] * trace["group_std"], trace["centred"])
        sums = (CRITIC, CENTRED, CURVE if divided else PLAIN)
        lines = [Formula(line, ASIDE.left, FIRST, theme.STATEMENT) for line in sums]
        for term in lines[0].terms.values():
            self.put(term, "text")
        for line in lines[1:]:
            line.put(self)
        lines[0].become(self, lines[1], at="gap")
        lines[1].become(self, lines[2], at="spread")
        moments = f"{{{{ mu : mean }}}} = {float(trace['group_mean']):.3g} quad {{{{ sigma : mean-2 }}}} = "
        moments += f"{float(trace['group_std']):.3g}"
        self.enter(formula(moments, ASIDE.left, SECOND, theme.BODY), at=("spread", theme.CHANGE))
        seed = self.hyper("grpo_group.seed")
        self.put(
            source(f"One group of the three answers (seed {seed}), drawn by a policy some way from the start."), "text"
        )

    def height(self, score: float) -> float:
        # Where a score is on the canvas.
        return PLOT.bottom - self.unit * (score - self.low)

    def across(self, y: float, **style: Any) -> Ink:
        # A line through the whole plot.
        return rule(AXIS, y, GRAPH.right, y, **style)

    def answers(self, trace: Trace) -> None:
        # One answer, then eight; they rise to their scores, and the mean is a line through them.
        answer, reward = trace["group_answer"], trace["group_reward"]
        low, high = min(0.0, float(reward.min())), max(1.0, float(reward.max()))
        self.low, self.unit = low, PLOT.height / (high - low)
        self.marks = []
        self.critic(trace)
        for k, (x, a) in enumerate(zip(self.xs, answer, strict=True)):
            y = self.height(float(reward[k]))
            mark = self.put(Batch.sample(x, WAITING if k else y, int(a), theme.TITLE), "mover", shown=k == 0)
            letter = text(f"*{trace['answers'][a]}*", x, LETTERS, anchor="center")
            said = plain(str(trace["texts"][a]).rpartition("</think>")[2].strip())
            words = text(said, x, WORDS, theme.TICK, theme.MUTED, "center")
            for word in (letter, words):
                self.put(word, "text", shown=k == 0)
            if k:
                self.show(mark, letter, words, at=("eight", 0.1 * k))
                self.shift(mark, down=y - WAITING, at=("scores", 0.1 * k))
            self.marks.append(mark)
        axis = []
        for tick in (low, (low + high) / 2, high):
            y = self.height(tick)
            line = self.across(y, stroke=theme.HAIRLINE, pen=theme.FINE, quiet=True)
            word = text(f"{tick:g}", AXIS - theme.TIGHT, y + theme.NOTE / 3, theme.NOTE, theme.MUTED, "right")
            axis += [self.put(line, "ground"), self.put(word, "text")]
        name = text("score", GRAPH.left, PLOT.top - theme.GAP, theme.NOTE, theme.MUTED)
        axis.append(self.put(name, "text"))
        self.hide(*axis, at=("spread", -0.1))
        mean = float(trace["group_mean"])
        self.mean_y = self.height(mean)
        self.line = self.across(self.mean_y, stroke=theme.TEXT, pen=theme.PEN, dash=theme.DASHED)
        self.put(self.line, "line")
        self.draw(self.line, at="mean")
        tag = text(f"mean *{mean:.3g}*", ASIDE.left, self.mean_y + theme.BODY / 3, theme.BODY)
        self.bring(tag, ("mean", 0.3))
        self.hide(tag, at=("spread", 0.2))

    def critic(self, trace: Trace) -> None:
        # What was done so far: one answer, a critic's forecast, and how far the score is from it.
        y, tip = self.height(float(trace["old_value"])), self.height(float(trace["group_reward"][0]))
        x, colour, drop = self.xs[0], theme.SYMBOLS["value"], theme.BODY / 3
        parts: list[Mobject] = [
            self.put(self.across(y, stroke=colour, pen=theme.PEN, dash=theme.DASHED), "line"),
            self.put(text("critic's forecast", ASIDE.left, y + drop, theme.BODY, colour), "text"),
            self.put(rule(x, y, x, tip, stroke=colour, pen=theme.BOLD), "line"),
        ]
        if abs(tip - y) > theme.WIDE:
            name = text("advantage", x + theme.GAP, (y + tip) / 2 + drop, theme.BODY, VIOLET)
            parts.append(self.put(name, "text"))
        self.hide(*parts, at="eight")

    def bars(self, trace: Trace) -> None:
        # From the mean to each score, and the marks go home to their letters; then over the spread; then piled up.
        advantage, centred = trace["advantage"], trace["centred"]
        size = len(advantage)
        slots = [layout.narrowed(slot, SHARE) for slot in layout.columns(PLOT, size, gap=0)]
        left, wide = np.array([slot.left for slot in slots]), slots[0].width
        gap = np.column_stack([left, np.full(size, self.mean_y), np.full(size, wide), self.unit * centred])
        scale = PLOT.height / max(1e-9, float(np.ptp(advantage)))
        zero = PLOT.top + scale * max(0.0, float(advantage.max()))
        spread = np.column_stack([left, np.full(size, zero), np.full(size, wide), scale * advantage])
        flat = gap * [1, 1, 1, 0]
        bars, copies = Pushes(centred), Pushes(centred)
        bars.write(flat)
        for ink in bars.inks:
            self.put(ink, "mark")
        self.write(bars.inks, bars.between(flat, gap), at=("gap", 0.1), over=theme.CHANGE, ease=theme.smooth)
        for mark, x in zip(self.marks, self.xs, strict=True):
            self.move(mark, partial(smaller, x=x - theme.GAP), at=("gap", 0.5))
        then: tuple[str, float] = ("spread", 0.3)
        self.write(bars.inks, bars.between(gap, spread), at=then, over=theme.SLOW, ease=theme.smooth)
        self.shift(self.line, down=zero - self.mean_y, at=then, over=theme.SLOW)
        for x, value in zip(self.xs, advantage, strict=True):
            y = zero - scale * float(value)
            down = -theme.TIGHT if value >= 0 else theme.GAP
            word = text(number(value, True), x, y + down, theme.BODY, VIOLET, "center")
            self.show(self.put(halo(word), "text", shown=False), at=("spread", theme.REST))
        half = max(1e-9, float(np.abs(advantage).sum() / 2))
        unit = min(scale, 0.8 * PLOT.height / half)
        pile = stacked(advantage, UPS, DOWNS, unit)
        copies.write(spread)
        for ink in copies.inks:
            self.put(ink, "mark", shown=False)
        self.show(*copies.inks, at="sum", over=0.1)
        self.write(copies.inks, copies.between(spread, pile), at=("sum", 0.1), over=theme.SLOW, ease=theme.smooth)
        for sign, place, name in ((1.0, UPS, "the ups"), (-1.0, DOWNS, "the downs")):
            total, x = float(advantage[np.sign(advantage) == sign].sum()), place.middle[0]
            y = place.bottom - unit * abs(total) - theme.TIGHT
            word = text(f"*{number(total, True)}*", x, y, theme.BODY, VIOLET, "center")
            names = [
                text("all", x, LETTERS, theme.NOTE, anchor="center"),
                text(name, x, WORDS, theme.NOTE, anchor="center"),
            ]
            for mobject in (word, *names):
                self.show(self.put(mobject, "text", shown=False), at=("sum", theme.SLOW), over=theme.QUICK)


def smaller(mark: Mobject, x: float) -> None:
    """Shrink a mark and put it into the row under the bars."""
    mark.scale(0.6).move_to(theme.point(x, LETTERS - theme.TIGHT))
