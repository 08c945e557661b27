"""The slope by hand: three chances times three rewards, and what a small turn of the parameters changes in the sum."""

from __future__ import annotations

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.chapters.ch03_why_not_compute_the_slope.common import CHANGE
from scenes.engine.ink import box, rule
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts import slopes
from scenes.parts.answers import Answers
from scenes.parts.formula import Formula
from scenes.parts.headings import source, statement
from scenes.parts.house import signed
from traces.store import Trace

BARS = theme.column(1, 5)
CHANCE, REWARD, PRODUCT = (sum(theme.column(*span)) / 2 for span in ((6, 1), (8, 1), (10, 1)))
HEADS = ("chance, in a hundred", "reward", "chance × reward")
FORMULA_AT = theme.PICTURE.top + theme.TITLE  # baseline of the formula
FIRST, PITCH = FORMULA_AT + 3 * theme.WIDE, theme.NUMBER + theme.TIGHT  # and of the first row, and from one to the next
SIZE = theme.TITLE
HEAD = 1.6 * SIZE  # from the heads to the first baseline
CUES = ("a", "b", "c")


class SlopeByHand(Stage):
    """The slope by hand: three chances times three rewards, and what a small turn of the parameters changes."""

    traces = ("gradient_clouds",)

    def build(self) -> None:
        trace = self.trace("gradient_clouds")
        self.bring(statement("Why not just *compute the slope?*"))
        self.bring(
            source("The start policy of our model. Exact: when A gains, B and C lose in proportion to their chance.")
        )
        self.rows = Answers(self, theme.LEFT, FIRST, PITCH, SIZE)
        height, slope = (Formula(f, theme.LEFT, FORMULA_AT, theme.TITLE) for f in (slopes.HEIGHT, slopes.MOVED))
        for formula in (height, slope):
            formula.put(self)
        before = self.sum_up(trace)
        height.enter(self, at=("total", 1.0))
        self.nudge(trace)
        # What has changed in our sum? Not the rewards, only the chances.
        self.hide(*before, at="same")
        height.become(self, slope, at="slope")
        self.change(trace)

    def word(self, words: str, x: float, y: float, at: str | tuple[str, float], **style: object) -> Mobject:
        # One entry of the table, centred in its column.
        options = {"size": SIZE, "anchor": "center", **style}
        return self.bring(text(words, x, y, **options), at)  # type: ignore[arg-type]

    def sum_up(self, trace: Trace) -> list[Mobject]:
        # Chance times reward, an answer a row, and added up. Returns what a new sum will replace.
        probs, rewards = trace["start_probs"], trace["rewards"]
        left, right = BARS
        hidden = np.zeros(len(probs))
        self.bars = self.rows.bars(left, right - left, hidden)
        heads = [
            self.word(words, x, FIRST - HEAD, "a", size=theme.LABEL, colour=theme.MUTED)
            for words, x in zip(HEADS, (CHANCE, REWARD, PRODUCT), strict=True)
        ]
        self.numbers, products = [], []
        for k, (p, r, cue) in enumerate(zip(probs, rewards, CUES, strict=True)):
            y, shown = self.rows.base(k), hidden.copy()
            shown[:k] = probs[:k]
            self.grow(shown, np.where(np.arange(len(probs)) == k, probs, shown), cue)
            self.numbers.append(self.word(f"{100 * float(p):.3g}", CHANCE, y, cue))
            self.word(f"× {float(r):.3g}", REWARD, y, (cue, theme.QUICK))
            products.append(self.word(f"{float(p * r):.3f}", PRODUCT, y, (cue, theme.CHANGE)))
        foot = self.rows.base(len(probs) - 1) + 0.45 * PITCH
        self.bring(rule(*self.span(foot), stroke=theme.AXIS, pen=theme.FINE), "total")
        self.total = foot + 0.75 * PITCH
        named = self.word(
            "expected reward", REWARD, self.total, ("total", theme.QUICK), size=theme.BODY, anchor="right"
        )
        summed = self.word(f"*{float(probs @ rewards):.3f}*", PRODUCT, self.total, ("total", theme.QUICK))
        self.head = heads[0]
        return [*products, summed, heads[-1], named]

    def span(self, y: float) -> tuple[float, float, float, float]:
        left, right = theme.column(7, 5)
        return left, y, right, y

    def grow(self, before: np.ndarray, after: np.ndarray, at: str) -> None:
        # The bars from some chances to others.
        left, right = BARS

        def write(share: float) -> None:
            self.rows.fill(self.bars, left, right - left, before + share * (after - before))

        self.write(self.bars, write, at=at, over=theme.SLOW, ease=theme.smooth)

    def nudge(self, trace: Trace) -> None:
        # A is written a little more often; B and C give up that share.
        before, after = trace["start_probs"], trace["nudged_probs"]
        between = np.concatenate([after[:1], before[1:]])
        self.grow(before, between, "nudge")
        x, wide = BARS[0], BARS[1] - BARS[0]
        old, new = (wide * float(probs[0]) for probs in (before, after))
        gained = box(x + old, self.rows.base(0) - 0.75 * SIZE, new - old, 0.86 * SIZE, fill=CHANGE)
        self.bring(gained, ("nudge", theme.QUICK), "mover")
        self.grow(between, after, "give")
        moved = []
        for k, p in enumerate(after):
            at = "nudge" if k == 0 else "give"
            self.hide(self.numbers[k], at=at)
            moved.append(
                self.word(f"{100 * float(p):.3g}", CHANCE, self.rows.base(k), (at, theme.QUICK), colour=CHANGE)
            )
        self.numbers = moved

    def change(self, trace: Trace) -> None:
        # How much each chance changes, times what that answer pays, all added up.
        change, rewards = trace["nudged_probs"] - trace["start_probs"], trace["rewards"]
        self.hide(self.head, *self.numbers, at="slope")
        for words, x, at in (("change, in a hundred", CHANCE, "slope"), ("change × reward", PRODUCT, "times")):
            self.word(words, x, FIRST - HEAD, (at, theme.QUICK), size=theme.LABEL, colour=theme.MUTED)
        for k, (d, r) in enumerate(zip(change, rewards, strict=True)):
            y = self.rows.base(k)
            self.word(plus(100 * float(d), ".2f"), CHANCE, y, ("slope", 0.5 + 0.3 * k), colour=CHANGE)
            self.word(plus(float(d * r), ".4f"), PRODUCT, y, ("times", 0.3 + 0.3 * k))
        self.word("change of the sum", REWARD, self.total, "sum", size=theme.BODY, anchor="right")
        self.word(f"*{plus(float(change @ rewards), '.4f')}*", PRODUCT, self.total, ("sum", theme.QUICK))


def plus(value: float, form: str) -> str:
    """A change with its sign."""
    shown = signed(value, form)
    return f"+{shown}" if float(f"{value:{form}}") > 0 else shown
