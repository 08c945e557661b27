"""The same question eight times: the mean is the forecast, the spread the scale, and the pushes cancel."""

from __future__ import annotations

from functools import partial

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.chapters.ch09_fire_the_critic.group_table import number
from scenes.chapters.ch09_fire_the_critic.pushes import Pushes, stacked
from scenes.engine.ink import rule
from scenes.engine.lettering import formula, halo, plain, text
from scenes.engine.stage import Stage
from scenes.parts.batch import Batch
from scenes.parts.formula import Formula
from scenes.parts.headings import source, statement
from traces.store import Trace

VIOLET = theme.SYMBOLS["advantage"]
RIGHT = 1440.0  # where the column beside the picture begins
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
        self.put(text("_What is two plus two?_", theme.LEFT + 110, 158, 34, theme.MUTED), "text")
        self.pitch = 1200 / size
        self.xs = theme.LEFT + 110 + self.pitch * (np.arange(size) + 0.5)
        self.answers(trace)
        self.bars(trace)
        divided = np.allclose(trace["advantage"] * trace["group_std"], trace["centred"])
        lines = [Formula(line, RIGHT, 222, 46) for line in (CRITIC, CENTRED, CURVE if divided else PLAIN)]
        for term in lines[0].terms.values():
            self.put(term, "text")
        for line in lines[1:]:
            line.put(self)
        lines[0].become(self, lines[1], at="gap")
        lines[1].become(self, lines[2], at="spread")
        moments = f"{{{{ mu : mean }}}} = {float(trace['group_mean']):.3g} quad {{{{ sigma : mean-2 }}}} = "
        moments += f"{float(trace['group_std']):.3g}"
        self.enter(formula(moments, RIGHT, 282, 34), at=("spread", 0.9))
        seed = self.hyper("grpo_group.seed")
        self.put(
            source(f"One group of the three answers (seed {seed}), drawn by a policy some way from the start."), "text"
        )

    def answers(self, trace: Trace) -> None:
        # One answer, then eight; they rise to their scores, and the mean is a line through them.
        answer, reward = trace["group_answer"], trace["group_reward"]
        low, high = min(0.0, float(reward.min())), max(1.0, float(reward.max()))
        self.zero, self.unit, foot = 750.0, 520.0 / (high - low), 814.0
        self.marks = []
        self.critic(trace, low)
        for k, (x, a) in enumerate(zip(self.xs, answer, strict=True)):
            y = self.zero - self.unit * (float(reward[k]) - low)
            mark = self.put(Batch.sample(x, foot if k else y, int(a), 62), "mover", shown=k == 0)
            letter = text(f"*{trace['answers'][a]}*", x, 878, theme.LABEL, theme.TEXT, "center")
            said = plain(str(trace["texts"][a]).rpartition("</think>")[2].strip())
            words = text(said, x, 916, theme.TICK, theme.MUTED, "center")
            for word in (letter, words):
                self.put(word, "text", shown=k == 0)
            if k:
                self.show(mark, letter, words, at=("eight", 0.12 * k))
                self.shift(mark, down=y - foot, at=("scores", 0.08 * k), over=0.9)
            self.marks.append(mark)
        axis = []
        for tick in (low, (low + high) / 2, high):
            y = self.zero - self.unit * (tick - low)
            line = rule(theme.LEFT + 70, y, RIGHT - 40, y, stroke=theme.HAIRLINE, pen=1.5, quiet=True)
            word = text(f"{tick:g}", theme.LEFT + 54, y + 9, 28, theme.MUTED, "right")
            axis += [self.put(line, "ground"), self.put(word, "text")]
        axis.append(self.put(text("score", theme.LEFT, self.zero - 560, 28, theme.MUTED), "text"))
        self.hide(*axis, at=("spread", -0.1))
        mean = float(trace["group_mean"])
        self.mean_y = self.zero - self.unit * (mean - low)
        self.line = rule(theme.LEFT + 70, self.mean_y, RIGHT - 40, self.mean_y, stroke=theme.TEXT, pen=4, dash=(14, 10))
        self.put(self.line, "line")
        self.draw(self.line, at="mean", over=0.9)
        tag = self.put(text(f"mean *{mean:.3g}*", RIGHT, self.mean_y + 12, 38), "text", shown=False)
        self.show(tag, at=("mean", 0.3))
        self.hide(tag, at=("spread", 0.2))

    def critic(self, trace: Trace, low: float) -> None:
        # What was done so far: one answer, a critic's forecast, and how far the score is from it.
        y = self.zero - self.unit * (float(trace["old_value"]) - low)
        tip = self.zero - self.unit * (float(trace["group_reward"][0]) - low)
        x, colour = self.xs[0], theme.SYMBOLS["value"]
        parts: list[Mobject] = [
            self.put(rule(theme.LEFT + 70, y, RIGHT - 40, y, stroke=colour, pen=4, dash=(14, 10)), "line"),
            self.put(text("critic's forecast", RIGHT, y + 11, 34, colour), "text"),
            self.put(rule(x, y, x, tip, stroke=colour, pen=6.0), "line"),
        ]
        if abs(tip - y) > 80:
            name = text("advantage", x + 46, (y + tip) / 2 + 10, 34, theme.SYMBOLS["advantage"])
            parts.append(self.put(name, "text"))
        self.hide(*parts, at="eight")

    def bars(self, trace: Trace) -> None:
        # From the mean to each score, and the marks go home to their letters; then over the spread; then piled up.
        advantage, centred = trace["advantage"], trace["centred"]
        size, wide = len(advantage), 0.42 * self.pitch
        left = self.xs - wide / 2
        gap = np.column_stack([left, np.full(size, self.mean_y), np.full(size, wide), self.unit * centred])
        scale = 500.0 / max(1e-9, float(np.ptp(advantage)))
        zero = 250.0 + scale * max(0.0, float(advantage.max()))
        spread = np.column_stack([left, np.full(size, zero), np.full(size, wide), scale * advantage])
        flat = gap * [1, 1, 1, 0]
        bars, copies = Pushes(centred), Pushes(centred)
        bars.write(flat)
        for ink in bars.inks:
            self.put(ink, "mark")
        self.write(bars.inks, bars.between(flat, gap), at=("gap", 0.1), over=0.9, ease=theme.smooth)
        for mark, x in zip(self.marks, self.xs, strict=True):
            self.move(mark, partial(smaller, x=x - 38), at=("gap", 0.6), over=0.9)
        then: tuple[str, float] = ("spread", 0.3)
        self.write(bars.inks, bars.between(gap, spread), at=then, over=1.2, ease=theme.smooth)
        self.shift(self.line, down=zero - self.mean_y, at=then, over=1.2)
        for x, value in zip(self.xs, advantage, strict=True):
            y = zero - scale * float(value)
            word = text(number(value, True), x, y + (-16 if value >= 0 else 42), 34, VIOLET, "center")
            self.show(self.put(halo(word, 6), "text", shown=False), at=("spread", 1.5))
        unit = min(scale, 400.0 / max(1e-9, float(np.abs(advantage).sum() / 2)))
        pile = stacked(advantage, RIGHT + 30, 838.0, 110.0, unit)
        copies.write(spread)
        for ink in copies.inks:
            self.put(ink, "mark", shown=False)
        self.show(*copies.inks, at="sum", over=0.1)
        self.write(copies.inks, copies.between(spread, pile), at=("sum", 0.1), over=1.3, ease=theme.smooth)
        for sign, x, name in ((1.0, RIGHT + 85, "the ups"), (-1.0, RIGHT + 233, "the downs")):
            total = float(advantage[np.sign(advantage) == sign].sum())
            word = text(f"*{number(total, True)}*", x, 838 - unit * abs(total) - 18, 36, VIOLET, "center")
            names = [text(line, x, 876 + 34 * k, 28, theme.TEXT, "center") for k, line in enumerate(("all", name))]
            for mobject in (word, *names):
                self.show(self.put(mobject, "text", shown=False), at=("sum", 1.2), over=theme.QUICK)


def smaller(mark: Mobject, x: float) -> None:
    """Shrink a mark and put it into the row under the bars."""
    mark.scale(0.6).move_to(theme.point(x, 868))
