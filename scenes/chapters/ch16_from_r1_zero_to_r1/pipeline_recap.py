"""How R1-Zero becomes R1: the answer, one line with three weights, and what is still wrong."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.recap import Recap
from scenes.parts.slopes import SOME, TOWARDS_ONE

EQUATION = f"#word[direction] thin = thin {SOME} thin {{{{ w_i : weight }}}} thin {TOWARDS_ONE}"
WEIGHTS = ("imitate: $w = 1$", "keep the best: $w = 1$ or $0$", "practise: $w = hat(A)$")


class PipelineRecap(Stage):
    """How R1-Zero becomes R1: the answer, one line with three weights, and what is still wrong."""

    def build(self) -> None:
        recap = Recap(
            question="What does R1 have that R1-Zero has not?",
            answer="Good examples make it readable, practice makes it right, and its best answers teach the next one.",
            equation=EQUATION,
            wrong="Few of these numbers were measured again: *what is measured, and what is folklore?*",
        )
        layout.shifted(recap.equation, 0.0, -theme.GAP)
        recap.enter(self, question=-theme.CHANGE, answer="so", equation="formula", wrong="but")
        recap.equation.light(self, "weight", at="weight")
        y = layout.area(recap.equation).bottom + theme.WIDE
        step = (self.time("breath") - self.time("weight")) / len(WEIGHTS)
        for k, (words, room) in enumerate(zip(WEIGHTS, layout.columns(theme.SAFE, len(WEIGHTS)), strict=True)):
            self.bring(text(words, room.middle[0], y, theme.STATEMENT, anchor="center"), ("weight", k * step))
        recap.equation.rest(self, at="breath")
