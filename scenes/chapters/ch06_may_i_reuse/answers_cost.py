"""A fresh batch for every update, or one batch for all of them."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch06_may_i_reuse.handful import Handful
from scenes.chapters.ch06_may_i_reuse.updates import Updates
from scenes.engine.lettering import counted
from scenes.engine.stage import Stage
from scenes.parts.headings import corner, source, statement
from scenes.parts.say import appear

FOOT = theme.PICTURE.bottom - theme.TITLE
WIDE = 0.5 * theme.WIDTH  # what the one batch may take


class AnswersCost(Stage):
    """A fresh batch for every update, or one batch for all of them."""

    traces = ("batch_reuse",)

    def build(self) -> None:
        answers = self.trace("batch_reuse")["fresh_answer"]
        size = answers.shape[1]
        opening = self.bring(statement("Every update asks for *new answers*"))
        # "Such a run takes so many updates, and each one asks for new answers."
        row = Updates(self, answers, theme.LEFT, theme.RIGHT, FOOT, theme.PICTURE.top + theme.GAP, at=None)
        first = Handful(answers[0], np.full(size, row.x[0]), row.rows, row.pitch)
        first.put(self, "mover")
        row.fresh(at=("open", 1.0), over=max(2.0, self.time("bill") - self.time("open") - 1.0))
        bill = appear(self, corner(f"*{answers.size} answers*", theme.TEXT, theme.STATEMENT), "text", ("bill", 0.3))
        # "Could we take one batch, and use it for every update?"
        self.hide(bill, opening, at="ask")
        asked = self.bring(statement("One batch *for every update?*"), at=("ask", 0.3))
        row.forget(at=("ask", 0.2))
        tall = max((h for h in range(1, size) if size % h == 0 and size >= 3 * h * h), default=1)
        wide, at = size // tall, np.arange(size)
        pitch = min(WIDE / 10, (theme.RIGHT - theme.LEFT) / wide)
        x = theme.WIDTH / 2 + pitch * (at % wide - (wide - 1) / 2)
        y = theme.PICTURE.top + theme.WIDE + pitch * (at // wide)
        self.write(
            first.marks, first.going(x, y, 0.8 * pitch), at=("ask", theme.SLOW), over=theme.SLOW, ease=theme.smooth
        )
        low = float(y.max()) + pitch
        row.lean(theme.WIDTH / 2, 0.8 * wide * pitch, low, at=("ask", 2 * theme.SLOW), over=2.0)
        few = appear(
            self, corner(f"*{counted(size, 'answer')}*", theme.TEXT, theme.STATEMENT), "text", ("ask", 2 * theme.SLOW)
        )
        # "Fresh answers are called on-policy, and old ones off-policy."
        self.hide(asked, few, at="off")
        self.bring(statement("Fresh answers: *on-policy.* Old answers: *off-policy*"), at=("off", 0.3))
        self.bring(source("One run, as sampled. A column is a batch: star A, circle B, diamond C."))
