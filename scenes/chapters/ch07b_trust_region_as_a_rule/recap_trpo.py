"""What is TRPO? The answer, the equation, and what is still wrong."""

from __future__ import annotations

from scenes import theme
from scenes.engine.stage import Stage
from scenes.parts import rules
from scenes.parts.recap import Recap


class RecapTrpo(Stage):
    """What is TRPO? The answer, the equation, and what is still wrong."""

    def build(self) -> None:
        recap = Recap(
            question="What is TRPO, in one sentence?",
            answer="One step from each batch: about the best one inside the trust region.",
            equation=rules.FULL["trpo"],
            wrong="It takes matrix products, a solver and a line search. Is there a fence that fits in one line?",
        )
        recap.enter(self, question=-theme.CHANGE, answer="answer", equation="equation", wrong="wrong")
