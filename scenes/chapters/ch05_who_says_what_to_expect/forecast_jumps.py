"""The exact value before every token of the answer: an advantage is how far it jumps when the token is written."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch05_who_says_what_to_expect.staircase import Staircase
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.headings import statement
from scenes.parts.spoken import Spoken
from scenes.parts.targets import VALUE
from traces.store import Trace

PLOT = theme.Area(
    theme.LEFT + theme.GAP, theme.PICTURE.top + theme.WIDE, theme.RIGHT, theme.PICTURE.bottom - 3 * theme.WIDE
)


class ForecastJumps(Stage):
    """The exact value before every token of the answer: an advantage is how far it jumps when the token is written."""

    traces = ("token_values",)

    def build(self) -> None:
        trace = self.trace("token_values")
        title = self.bring(statement("The answer is right. *Did every token help?*"))
        self.hide(title, at="name")
        self.bring(statement("The *advantage* of a token: how far the forecast jumps"), at=("name", 0.4))
        values = np.append(trace["sentence_value"], trace["sentence_paid"])
        stairs = Staircase(trace["sentence"].tolist(), values, PLOT)
        stairs.put(self)
        # The prompt, the first token, and the reward: how do we get from here to there?
        stairs.level(self, 0)
        stairs.level(self, len(values) - 1)
        stairs.jump(self, 0, at=("right", 1.5))
        stairs.level(self, 1, at=("right", 1.9))
        # "is" lowers the forecast, because the other choice is worth more.
        stairs.jump(self, 1, at=("drop", 0.8))
        stairs.level(self, 2, at=("drop", 1.2))
        self.other(stairs, trace)
        for k, at in ((2, ("name", 1.0)), (3, "last")):
            stairs.jump(self, k, at=at)
        stairs.level(self, 3, at=("name", 1.4))
        self.formula()

    def other(self, stairs: Staircase, trace: Trace) -> None:
        # What would have been expected after an equals sign.
        value = float(trace["value"][trace["prefix"].tolist().index("2+2 =")])
        ghost = stairs.bar(2, value, stroke=theme.MUTED, pen=theme.PEN, dash=(8, 10))
        y = stairs.y(value) + (
            -theme.TIGHT if stairs.below(2) else 1.1 * theme.BODY
        )  # not where the level has its number
        right = float(stairs.at[2]) - theme.TIGHT
        word = halo(text(f"after *=*  {value:.2f}", right, y, theme.LABEL, theme.MUTED, "right"))
        for part in (self.bring(ghost, "because", "mark"), self.bring(word, "because")):
            self.hide(part, at="name")

    def formula(self) -> None:
        # The jump by its name, and the last one, which leads to the reward.
        y = theme.PICTURE.bottom + theme.TIGHT
        left = "{{ delta_t : advantage }} = {{ V_(t+1) : value }} - {{ V_t : value-2 }}"
        right = "#h(1.2em) #word[last: ] {{ delta_T : advantage-2 }} = {{ r : reward }} - {{ V_T : value-3 }}"
        rule = Spoken(f"{left} {right}", y=y, size=theme.TITLE)
        rule.enter(self, at=("last", 1.0))
        self.bring(text("temporal-difference error", theme.RIGHT, y, theme.STATEMENT, VALUE, "right"), at="td")
