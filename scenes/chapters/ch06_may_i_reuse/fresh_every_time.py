"""A fresh handful for every step, or one handful for all of them."""

from __future__ import annotations

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.chapters.ch06_may_i_reuse.handful import Handful
from scenes.chapters.ch06_may_i_reuse.updates import Updates
from scenes.engine.lettering import counted, formula
from scenes.engine.stage import Stage
from scenes.parts import rules
from scenes.parts.batch import Batch
from scenes.parts.headings import corner, source, statement
from scenes.parts.say import appear, say
from traces.store import Trace

ADVANTAGE = theme.SYMBOLS["advantage"]


class FreshEveryTime(Stage):
    """A fresh handful for every step, or one handful for all of them."""

    traces = ("batch_reuse",)
    FOOT = 846.0
    TABLE = (500.0, 690.0, 960.0, 1380.0)  # of the opening: mark, letter, reward and weight

    def build(self) -> None:
        trace = self.trace("batch_reuse")
        answers = trace["fresh_answer"]
        updates, size = answers.shape
        opening = self.put(statement("Every step, *a fresh handful*"), "text")
        self.hide(opening, at="ask")
        appear(self, statement("May I reuse *yesterday's answers?*"), "text", at=("ask", 0.3))
        # One handful, large: first what it weighs, in the end for all the steps.
        tall = max((h for h in range(1, 6) if size % h == 0 and size >= 3 * h * h), default=1)
        wide, at = size // tall, np.arange(size)
        pitch = min(150.0, 360.0 / tall, (theme.RIGHT - theme.LEFT) / wide)
        x = theme.WIDTH / 2 + pitch * (at % wide - (wide - 1) / 2)
        first = Handful(answers[0], x, 300 + pitch * (at // wide), 0.78 * pitch)
        first.put(self, "mover")
        self.weights(trace)
        row = Updates(self, answers, theme.LEFT + 14, theme.RIGHT - 14, self.FOOT, 236, at=("bill", 0.3))
        go = first.going(np.full(size, row.x[0]), row.rows, row.pitch)
        self.write(first.marks, go, at="bill", over=1.0, ease=theme.smooth)
        row.fresh(at=("bill", 1.0), over=max(2.0, self.time("found") - self.time("bill") - 0.6))
        row.forget(at=("again", -0.6))
        self.write(first.marks, lambda s: go(1 - s), at=("again", -0.2), over=1.1, ease=theme.smooth)
        low = 300 + pitch * (tall - 0.5) + 20
        row.lean(theme.WIDTH / 2, 0.8 * wide * pitch, low, at=("again", 0.9), over=2.4)
        bill = appear(
            self, corner(f"{counted(updates, 'step')}, *{answers.size} answers*", theme.TEXT, 40), "text", ("bill", 0.6)
        )
        self.hide(bill, at="ask")
        appear(self, corner(f"{counted(updates, 'step')}, *{size} answers*", theme.TEXT, 40), "text", at="again")
        self.found(trace)

    def weights(self, trace: Trace) -> None:
        # What an answer of the first handful is paid, and what it weighs.
        heads = ((self.TABLE[0], "answer", None), (self.TABLE[2], "score", None), (self.TABLE[3], "weight", "weigh"))
        parts: list[Mobject] = [say(self, w, x, 640, 34, theme.MUTED, "center", at=at) for x, w, at in heads]
        kinds, weigh = trace["handful_answer"][0], trace["handful_advantage"][0]
        for k, name in enumerate(trace["answers"]):
            y = 706.0 + 66 * k
            parts.append(self.put(Batch.sample(self.TABLE[0] - 30, y - 16, k, 56), "mark"))
            parts.append(say(self, f"*{name}*", self.TABLE[0] + 16, y, 48))
            parts.append(say(self, f"{float(trace['rewards'][k]):.1f}", self.TABLE[2], y, 48, anchor="center"))
            weight = f"{float(weigh[kinds == k][0]):+.2f}".replace("-", "−") if (kinds == k).any() else "not drawn"
            parts.append(say(self, weight, self.TABLE[3], y, 48, ADVANTAGE, "center", at=("weigh", 0.3 + 0.3 * k)))
        maths = f"{rules.CURVE} quad #word[score minus the handful’s mean, over its spread]"
        parts.append(self.put(formula(maths, self.TABLE[0] - 60, 922, 40), "text"))
        self.hide(*parts, at="bill")

    def found(self, trace: Trace) -> None:
        # How many runs of each kind find A, and where the pictures come from.
        found, count = trace["fresh_at_a"], trace["fresh_end"].shape[1]
        words = f"*{found[-1]} of {count}* such runs end at A. With plain scores: *{found[0]}*."
        self.hide(say(self, words, theme.LEFT, 182, 48, at="found"), at=("again", -0.6))
        note = source("One run, as sampled. A column is a handful: star A, circle B, diamond C.", theme.LABEL)
        appear(self, note, "text", at=("bill", 1.6))
