"""Which models are kept, and how much memory they take: critic, reward model and reference leave in turn."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch09_fire_the_critic.memory_bars import MemoryBars
from scenes.engine import layout
from scenes.engine.ink import Marks
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement

CASES = (("PPO", "ppo"), ("GRPO", "home"), ("GRPO, rules for rewards", "rules"), ("and no leash", "free"))


*BARS, PRICE = layout.rows(theme.PICTURE, [3] * len(CASES) + [2], gap=0)
FIRST = layout.trimmed(BARS[0], top=theme.WIDE, right=theme.PICTURE.right - theme.column(0, 9)[1])
PITCH = BARS[1].top - BARS[0].top


class CriticGoesHome(Stage):
    """Which models are kept, and how much memory they take: critic, reward model and reference leave in turn."""

    traces = ("grpo_group",)
    hyperparameters = ("grpo_group.trained_bytes", "grpo_group.frozen_bytes")

    def build(self) -> None:
        trace = self.trace("grpo_group")
        first = self.put(statement("*The critic goes home.*"), "text")
        self.hide(first, at="answer")
        self.enter(statement("Without a critic? *An answer's siblings are its forecast.*"), at=("answer", 0.3))
        bars = MemoryBars(trace, FIRST, PITCH)
        for case, (words, cue) in enumerate(CASES):
            bars.put_case(
                self, case, words, theme.OBJECTIVES["grpo" if case else "ppo"].colour, at=cue if case else None
            )
        bars.put_names(self)
        self.price(len(trace["group_answer"]))
        learn, ask = (float(self.hyper(f"grpo_group.{key}_bytes")) for key in ("trained", "frozen"))
        note = (
            f"If all are equally large. Bytes a parameter: {learn:g} to learn (ZeRO, 1910.02054), {ask:g} to be asked."
        )
        self.put(source(note), "text")

    def price(self, size: int) -> None:
        # A line of its own under the bars: every way of training without a critic pays it.
        words = f"The price in every GRPO row: *{size} answers* a question"
        word = self.put(text(words, PRICE.left, PRICE.bottom, theme.BODY), "text", shown=False)
        room = theme.RIGHT - layout.area(word).right - theme.GAP
        pitch = min(theme.TITLE, room / size)
        xs = layout.area(word).right + theme.GAP + pitch * np.arange(size)
        places = theme.points(xs, np.full(size, PRICE.bottom - theme.BODY / 3))[:, :2]
        row = self.put(Marks(places, "circle", pitch / 3, stroke=theme.TEXT, pen=3.0), "mark", shown=False)
        self.show(word, row, at="price", each=0.3)
