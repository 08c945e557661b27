"""Do we need the critic? The answer, the equation, and what is still wrong."""

from __future__ import annotations

from scenes import theme
from scenes.engine.stage import Stage
from scenes.parts.recap import Recap

EQUATION = (
    '{{ hat(A)_i : advantage }} = ( {{ r_i : reward }} - {{ upright("mean") : mean }} )'
    ' / {{ upright("standard deviation") : mean-2 }}'
)


class SiblingsRecap(Stage):
    """Do we need the critic? The answer, the equation, and what is still wrong."""

    def build(self) -> None:
        recap = Recap(
            question="Do we need the critic?",
            answer="Not if we ask each question several times, and compare the answers.",
            equation=EQUATION,
            wrong="Nothing keeps the policy near the language model that it once was.",
            still="Still open",
        )
        recap.enter(self, question=-theme.CHANGE, answer="so", equation="formula", wrong="but")
