"""Subtract the mean, divide by the standard deviation: which of the two finds A?"""

from __future__ import annotations

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine.ink import Marks, box, rule
from scenes.engine.stage import Stage
from scenes.parts.batch import Batch
from scenes.parts.headings import source, statement
from scenes.parts.say import appear, say
from scenes.parts.spoken import Spoken
from traces.store import Trace

TOP = theme.PICTURE.top
BARS = theme.column(4)[0]  # where dots and marks begin
ACROSS = 40  # dots in a line of runs
ROWS = ((1, "only subtract", "without"), (2, "subtract and divide", "both"), (3, "only divide", "alone"))


class WhichOfTheTwoDidIt(Stage):
    """Subtract the mean, divide by the standard deviation: which of the two finds A?"""

    traces = ("batch_reuse",)

    def build(self) -> None:
        trace = self.trace("batch_reuse")
        self.bring(statement("Subtract the mean, and *divide?*"))
        # "They also divide, by the standard deviation."
        sigma = '{{ upright("standard deviation") : mean-2 }}'
        mean = '{{ - thin upright("mean") : mean }}'
        maths = f"{{{{ hat(A)_i : advantage }}}} = ({{{{ r_i : reward }}}} {mean}) quad slash quad {sigma}"
        rule_of = Spoken(maths, y=TOP + theme.TITLE, size=theme.TITLE)
        rule_of.enter(self, at={"mean": 0.4, "mean-2": "divide"})
        rule_of.rest(self, at="runs")
        runs = self.runs(trace)
        self.hide(*runs, at="why")
        self.why(trace)
        size, updates = trace["handful_answer"].shape[1], len(trace["fresh_answer"])
        self.bring(source(f"{updates} updates of {size} fresh answers each; a run finds A if it ends above 90 % on A."))

    def runs(self, trace: Trace) -> list[Mobject]:
        # A dot is a training run, filled if it ends at A.
        found, count = trace["fresh_at_a"], trace["fresh_end"].shape[1]
        parts: list[Mobject] = []
        dot = (theme.RIGHT - 2 * theme.COLUMN - BARS) / ACROSS
        lines = -(-count // ACROSS)
        high = min(dot, theme.COLUMN / max(1, lines))
        head = TOP + 2.6 * theme.TITLE
        parts.append(
            say(
                self,
                "every dot is a training run; filled: it ends at A",
                BARS,
                head,
                theme.LABEL,
                theme.MUTED,
                at="runs",
            )
        )
        for row, (k, words, cue) in enumerate(ROWS):
            y = head + theme.GAP + row * 1.35 * theme.COLUMN
            at = np.arange(count)
            xy = theme.points(BARS + dot * (at % ACROSS + 0.5), y + high * (at // ACROSS + 0.5))[:, :2]
            middle = y + high * lines / 2
            parts.append(say(self, words, theme.LEFT, middle + 0.3 * theme.BODY, theme.BODY, at="runs"))
            empty = Marks(xy, "circle", 0.34 * high, stroke=theme.AXIS, pen=theme.FINE)
            parts.append(appear(self, empty, "grid", at="runs"))
            n = int(found[k])
            if n:
                full = Marks(xy[:n], "circle", 0.4 * high, fill=theme.TEXT)
                parts.append(appear(self, full, "mark", at=(cue, 0.5)))
            parts.append(
                say(
                    self, f"*{n}*", theme.RIGHT, middle + 0.35 * theme.TITLE, theme.TITLE, anchor="right", at=(cue, 0.5)
                )
            )
        return parts

    def why(self, trace: Trace) -> None:
        # A batch near B: nearly all answers pay the same, and there is a single A.
        size = trace["handful_answer"].shape[1]
        kinds = np.ones(size, int)
        kinds[size // 2] = 0
        paid = trace["rewards"][kinds]
        above = paid - paid.mean()
        divided = above / paid.std() if paid.std() > 0 else above
        x = np.linspace(BARS + theme.GAP, theme.RIGHT - theme.GAP, size)
        pitch = float(min(x[1] - x[0], 2 * theme.LABEL))
        top = TOP + 3 * theme.TITLE
        for k, marks in enumerate(Batch.drawn(theme.points(x, top)[kinds == k, :2], k, pitch) for k in range(2)):
            appear(self, marks, "mark", at=("why", 0.4 + 0.2 * k))
        say(self, "a batch near B", theme.LEFT, top + 0.3 * theme.BODY, theme.BODY, at=("why", 0.4))
        longer = int(trace["fresh_at_a"][trace["weights"].tolist().index("ten")])
        words = f"only subtracted, updates *ten times as long*: *{longer}* of {trace['fresh_end'].shape[1]} find A"
        say(self, words, theme.LEFT, TOP + 2 * theme.TITLE, theme.BODY, at=("ten", 2.0))
        tall = 2.2 * theme.COLUMN / max(float(np.abs(divided).max()), 1e-9)
        foot = theme.PICTURE.bottom - theme.GAP
        rows = ((above, foot - 2.9 * theme.COLUMN, "only subtracted", 2.4), (divided, foot, "and divided", 6.5))
        for push, y, words, wait in rows:
            at = ("why", wait)
            say(self, words, theme.LEFT, y, theme.BODY, at=at)
            appear(self, rule(BARS, y, theme.RIGHT, y, stroke=theme.AXIS, pen=theme.FINE), "grid", at=at)
            for left, up in zip(x, push, strict=True):
                high = tall * float(up)
                bar = box(
                    left - pitch / 3,
                    y - max(high, 0),
                    2 * pitch / 3,
                    max(abs(high), 2),
                    fill=theme.SYMBOLS["advantage"],
                )
                appear(self, bar, "mark", at=at)
            best = int(push.argmax())
            tip = y - max(tall * float(push[best]), 0)
            words = f"*{push[best]:+.2g}*"
            say(self, words, float(x[best]), tip - theme.TIGHT, theme.BODY, anchor="center", at=at)
