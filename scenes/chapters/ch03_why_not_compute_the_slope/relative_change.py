"""The same step is a third of A and next to nothing of B: the relative change, and the sum written with it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.chapters.ch03_why_not_compute_the_slope.common import CHANGE
from scenes.engine import layout
from scenes.engine.ink import Marks, rule
from scenes.engine.lettering import formula, text
from scenes.engine.stage import Stage
from scenes.parts import slopes
from scenes.parts.batch import Batch
from scenes.parts.headings import statement
from scenes.parts.spoken import Spoken
from traces.store import Trace

SIDE = 10  # a hundred answers: so many rows of as many
PITCH, DOT = 32.0, 9.0
A, B = 0, 1
RELATIVE = "frac({{ nabla pi(o) : logp }}, {{ pi(o) : chance }}) = {{ nabla log pi(o) : logp-of }}"
TERMS = "nabla J = {{ sum_o : mean }} {{ pi(o) : chance }} thin {{ nabla log pi(o) : logp }} thin {{ r(o) : reward }}"


class RelativeChange(Stage):
    """The same step is a third of A and next to nothing of B: the relative change, and the sum written with it."""

    traces = ("gradient_clouds",)

    def build(self) -> None:
        trace = self.trace("gradient_clouds")
        title = self.bring(statement("The same step, *for A and for B*"))
        left, right = layout.columns(theme.PICTURE, 2, gap=theme.WIDE)
        grids = self.hundred(trace, A, left, "small", "more") + self.hundred(trace, B, right, "common", "common")
        leaving = [title, *grids, *self.define()]
        self.hide(*leaving, at="rewrite")
        self.bring(statement("Chance times something: *an average*"), ("rewrite", theme.QUICK))
        self.rewrite()

    def hundred(self, trace: Trace, answer: int, place: theme.Area, at: str, more: str) -> list[Mobject]:
        # A hundred answers as dots; those of one kind are bright, and one more lights up.
        share = float(trace["start_probs"][answer])
        step = float(trace["nudged_probs"][A] - trace["start_probs"][A])
        x = place.left + theme.WIDE + PITCH * np.arange(SIDE)
        y = place.top + theme.GAP + PITCH * np.arange(SIDE)
        spots = theme.points(np.tile(x, SIDE), np.repeat(y, SIDE))[:, :2]
        count = min(round(SIDE**2 * share), SIDE**2 - 1)
        one = count + 1
        parts: list[Mobject] = [
            Marks(spots[one:], "circle", DOT, fill=theme.HAIRLINE, quiet=True),
            Marks(spots[:count], "circle", DOT, fill=theme.TEXT),
        ]
        lit = Marks(spots[count:one], "circle", DOT + 2, fill=CHANGE)
        unlit = Marks(spots[count:one], "circle", DOT, fill=theme.HAIRLINE, quiet=True)
        beside = x[-1] + theme.WIDE
        mark = Batch.sample(beside + theme.GUTTER, y[1], answer, theme.TITLE)
        letter = text(f"*{trace['answers'][answer]}*", beside + theme.WIDE, y[1] + theme.GUTTER, theme.DISPLAY)
        told = text(f"{100 * share:.3g} in a hundred", beside, y[3] + PITCH, theme.BODY)
        to = text(f"{100 * (share + step):.3g} after the change", beside, y[5] + PITCH / 2, theme.BODY, CHANGE)
        relative = f"*+{step / share:.{0 if step / share > 0.1 else 1}%}*".replace("%", " \\%")
        gained = text(relative, beside, y[-1], theme.DISPLAY, CHANGE)
        first = [*parts, unlit, mark, letter, told]
        for part in first:
            self.bring(part, None if answer == A else at, "mark")
        for part, when in ((lit, 0.2), (to, 0.2), (gained, 0.8)):
            self.bring(part, ("small", when) if answer == A and part is not gained else (more, when), "text")
        return [*first, lit, to, gained]

    def define(self) -> list[Mobject]:
        # The change divided by the chance is the slope of the logarithm.
        relative = Spoken(RELATIVE, size=theme.DISPLAY)
        room = theme.Area(theme.LEFT, theme.PICTURE.top + (SIDE + 2) * PITCH, theme.RIGHT, theme.BOTTOM)
        layout.at(relative, x=theme.LEFT + theme.WIDE, y=room.middle[1] + theme.GUTTER)
        relative.enter(self, {"logp": "relative", "chance": ("relative", 1.6), "logp-of": "log"})
        relative.rest(self, at=("log", 2.0))
        words = [
            text("the relative change", size=theme.BODY, colour=CHANGE),
            text("*log π*: the log-probability", size=theme.BODY, colour=CHANGE),
        ]
        layout.column(*words, gap=theme.GAP)
        layout.shifted(words[0], 0, 0)
        box = layout.area(relative)
        for k, word in enumerate(words):
            layout.at(word, x=box.right + theme.WIDE, y=box.middle[1] - theme.TIGHT + k * theme.WIDE)
        self.bring(words[0], ("relative", 1.0))
        self.bring(words[1], ("log", 1.6))
        return [*relative.parts, *words]

    def rewrite(self) -> None:
        # Each term: the chance, times the relative change, times the reward. Chance times something is an average.
        before = formula(slopes.MOVED.replace("thin", ""), size=theme.TITLE)
        after = Spoken(TERMS, size=1.3 * theme.DISPLAY)
        layout.centred(after, theme.PICTURE)
        layout.above(before, after, gap=theme.WIDE)
        self.bring(before, "rewrite")
        after.enter(self, {"mean": ("rewrite", 0.4), "chance": "chance", "logp": "push", "reward": "reward"})
        after.rest(self, at=("reward", 1.6))
        for label, words, at in (
            ("chance", "chance", "chance"),
            ("logp", "relative change", "push"),
            ("reward", "reward", "reward"),
        ):
            self.below(after, (label,), words, theme.GAP, (at, 0.3))
        # An average: over the answers that the model itself would write.
        self.below(after, ("mean", "chance"), "an average over the model's own answers", 3 * theme.GAP, ("detour", 2.0))

    def below(
        self, spoken: Spoken, labels: Sequence[str], words: str, gap: float, at: str | tuple[str, float]
    ) -> Mobject:
        # Words under one or more terms of a formula, tied to them by a line.
        box = layout.area(*(spoken.terms[label] for label in labels))
        low = layout.area(spoken).bottom
        one = len(labels) == 1
        size, colour = (theme.BODY, theme.MUTED) if one else (theme.TITLE, theme.TEXT)
        word = text(words, size=size, colour=colour, anchor="center")
        layout.shifted(word, box.middle[0] - layout.area(word).middle[0], low + gap - layout.area(word).top)
        if not one:
            layout.shifted(word, max(0.0, theme.LEFT - layout.area(word).left), 0.0)
            y = low + gap - theme.TIGHT
            self.bring(rule(box.left, y, box.right, y, stroke=theme.TEXT, pen=theme.PEN), at)
        return self.bring(word, at)
