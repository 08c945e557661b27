"""How far does the map hold? The answer, the equation, and what is still wrong."""

from __future__ import annotations

from scenes import theme
from scenes.engine.stage import Stage
from scenes.parts.recap import Recap

STEP = "{{ F^(-1) : kl }} thin nabla J quad #word[as far as the ring]"


class RecapTrustRegion(Stage):
    """How far does the map hold? The answer, the equation, and what is still wrong."""

    def build(self) -> None:
        recap = Recap(
            question="How far does the map hold?",
            answer="As far as the policy behaves almost as before.",
            equation=STEP,
            wrong="This is a plan. We need a rule that a computer can follow.",
            still="Still missing",
        )
        recap.enter(self, question=-theme.CHANGE, answer="answer", equation="equation", wrong="wrong")
