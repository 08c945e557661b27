"""The advantage: what each answer pays, against what was expected; and the formula with it."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch04_better_than_what.common import EXPECTED
from scenes.engine import layout
from scenes.engine.ink import Ink, box, rule
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts import slopes
from scenes.parts.batch import Batch
from scenes.parts.definition import Definition
from scenes.parts.formula import Formula
from scenes.parts.headings import source, statement
from scenes.parts.house import signed
from traces.store import Trace

CUES = ("a", "b", "c")
FIRST, PITCH = 520.0, 120.0  # baseline of the first row, and from one to the next
LEFT, RIGHT = theme.column(1, 6)
PLAIN, BETTER = (sum(theme.column(k)) / 2 for k in (8, 10))


class Advantage(Stage):
    """The advantage: what each answer pays, against what was expected; and the formula with it."""

    traces = ("baseline_variance",)

    def build(self) -> None:
        trace = self.trace("baseline_variance")
        self.bring(statement("*Better than what?*"))
        word = Definition("advantage", "reward minus expected reward", symbol="advantage", sign="hat(A)")
        self.bring(word, "name")
        self.rows(trace)
        raw = trace.hyperparameters["reinforce.baseline"] == 0.0
        at_x, at_y = theme.column(6)[0], layout.area(word.meaning).top
        first = slopes.SAMPLED if raw else slopes.MINUS_CONSTANT
        before, after = (Formula(f, at_x, at_y, theme.TITLE) for f in (first, slopes.ADVANTAGE))
        for part in (before, after):
            part.put(self)
        before.enter(self, at=("formula", -theme.CHANGE))
        before.become(self, after, at=("formula", 1.2))
        self.bring(source("The start policy, exact."))

    def rows(self, trace: Trace) -> None:
        # On a line of rewards: what is expected, and how far each answer lies above or below it.
        rewards, value = trace["rewards"], float(trace["probs"] @ trace["rewards"])
        low, high = min(0.0, float(rewards.min())), max(0.0, float(rewards.max()), value)

        high = high if high > low else low + 1.0  # nothing is paid at all

        def across(reward: float) -> float:
            return LEFT + (RIGHT - LEFT) * (reward - low) / (high - low)

        top, foot = FIRST - theme.WIDE, FIRST + 2 * PITCH + theme.GAP
        self.bring(rule(LEFT, foot, RIGHT, foot, stroke=theme.AXIS, pen=theme.FINE), layer="grid")
        for tick in (low, high):
            self.bring(text(f"{tick:g}", across(tick), foot + theme.GAP, theme.LABEL, theme.MUTED, "center"))
        self.bring(text("reward →", (LEFT + RIGHT) / 2 + theme.NUMBER, foot + theme.GAP, theme.LABEL, theme.MUTED))
        line = rule(across(value), top, across(value), foot, stroke=EXPECTED, pen=theme.PEN, dash=(4, 10))
        self.bring(line, "expect", "line")
        told = text(f"expected: *{value:.1f}*", across(value), top - theme.TIGHT, theme.BODY, EXPECTED, "center")
        self.bring(told, "expect")
        for words, x, colour, at in (
            ("plain reward", PLAIN, theme.MUTED, "a"),
            ("advantage", BETTER, theme.SYMBOLS["advantage"], "a"),
        ):
            self.bring(text(words, x, top - theme.TIGHT, theme.LABEL, colour, "center"), at)
        for k, (reward, cue) in enumerate(zip(rewards, CUES, strict=True)):
            y = FIRST + PITCH * k
            middle, more = y - theme.GUTTER / 1.5, float(reward) - value
            self.bring(Batch.sample(theme.LEFT + theme.GUTTER, middle, k, theme.TITLE), layer="mark")
            self.bring(text(f"*{trace['answers'][k]}*", theme.LEFT + theme.WIDE, y, theme.TITLE))
            self.bring(self.bar(across(value), across(float(reward)), middle, more), (cue, 0.4), "mark")
            self.bring(text(f"{float(reward):.1f}", PLAIN, y, theme.TITLE, theme.MUTED, "center"), (cue, 0.2))
            signs = signed(more, ".1f") if more < 0 else f"+{more:.1f}"
            number = text(f"*{signs}*", BETTER, y, theme.TITLE, theme.UP if more >= 0 else theme.DOWN, "center")
            self.bring(number, (cue, 0.8))

    @staticmethod
    def bar(start: float, end: float, y: float, more: float) -> Ink:
        # Up is filled, down is hollow.
        thick, wide = theme.GAP, abs(end - start)
        style: dict[str, object] = {"fill": theme.UP} if more >= 0 else {"stroke": theme.DOWN, "pen": theme.PEN}
        return box(float(np.minimum(start, end)), y - thick / 2, wide, thick, round_joins=False, **style)
