"""What is GRPO? The answer, the equation, and what is still wrong."""

from __future__ import annotations

from scenes import theme
from scenes.engine.stage import Stage
from scenes.parts.recap import Recap

EQUATION = (
    "{{ min : smaller }} ( {{ rho_(i,t) : ratio }} thin {{ hat(A)_i : advantage }}, thin"
    ' {{ upright("clip")(rho_(i,t)) : clip }} thin {{ hat(A)_i : advantage-2 }} )'
    ' - {{ beta thin upright(D)_(upright("KL")) : kl }}'
)


class GrpoRecap(Stage):
    """What is GRPO? The answer, the equation, and what is still wrong."""

    def build(self) -> None:
        recap = Recap(
            question="What is GRPO, in one sentence?",
            answer="A group says what to expect, the clip limits, and the leash holds.",
            equation=EQUATION,
            wrong="In a long answer each token counts for less, and groups that agree are wasted: *DAPO*.",
        )
        recap.enter(self, question=-theme.CHANGE, answer="so", equation="formula", wrong="but")
