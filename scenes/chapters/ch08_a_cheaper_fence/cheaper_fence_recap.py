"""Is there a simpler fence? The answer, the equation, and what is still wrong."""

from __future__ import annotations

from scenes import theme
from scenes.engine.stage import Stage
from scenes.parts.recap import Recap

EQUATION = (
    "{{ 1/N sum_i : mean }} min( {{ rho_i : ratio }} thin {{ hat(A)_i : advantage }}, thin"
    ' {{ upright("clip")(rho_i, 1 - epsilon, 1 + epsilon) : clip }} thin {{ hat(A)_i : advantage-2 }} )'
)


class CheaperFenceRecap(Stage):
    """Is there a simpler fence? The answer, the equation, and what is still wrong."""

    def build(self) -> None:
        recap = Recap(
            question="Is there a simpler fence?",
            answer="Yes: clip the ratio of every token, and count the smaller term.",
            equation=EQUATION,
            wrong="Is the clip a wall? And why is the loss zero at the start?",
            still="Still open",
        )
        recap.enter(self, question=-theme.CHANGE, answer="so", equation="formula", wrong="but")
