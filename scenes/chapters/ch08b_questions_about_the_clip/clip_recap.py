"""What does the clip really do? The answer, the term, and what is still wrong."""

from __future__ import annotations

from scenes import theme
from scenes.engine.stage import Stage
from scenes.parts.recap import Recap

EQUATION = (
    "{{ min : smaller }} ( {{ rho_(i,t) : ratio }} thin {{ hat(A)_(i,t) : advantage }}, thin"
    ' {{ upright("clip")(rho_(i,t), 1 - epsilon, 1 + epsilon) : clip }} thin {{ hat(A)_(i,t) : advantage-2 }} )'
)


class ClipRecap(Stage):
    """What does the clip really do? The answer, the term, and what is still wrong."""

    def build(self) -> None:
        recap = Recap(
            question="What does the clip really do?",
            answer="It takes away the reason to go on. It does not stop anybody.",
            equation=EQUATION,
            wrong="It does not watch the policy as a whole. And PPO still needs a critic: do we need it?",
        )
        recap.enter(self, question=-theme.CHANGE, answer="so", equation="formula", wrong="but")
