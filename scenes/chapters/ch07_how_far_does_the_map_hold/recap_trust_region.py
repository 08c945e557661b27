"""How far does the map hold? The answer, the equation, and what is still wrong."""

from __future__ import annotations

from scenes import theme
from scenes.engine.stage import Stage
from scenes.parts import rules
from scenes.parts.recap import Recap


class RecapTrustRegion(Stage):
    """How far does the map hold? The answer, the equation, and what is still wrong."""

    def build(self) -> None:
        recap = Recap(
            question="How far does the map hold?",
            answer="As far as the policy behaves almost as before.",
            equation=rules.FULL["trpo"],
            wrong="It takes a matrix, a solver and a line search. Is there a fence that fits in one line?",
        )
        recap.enter(self, question=-theme.CHANGE, answer="answer", equation="equation", wrong="wrong")
