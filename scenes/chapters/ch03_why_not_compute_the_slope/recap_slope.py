"""Why not just compute the slope? The answer, the estimate, and what is still wrong with it."""

from __future__ import annotations

from scenes import theme
from scenes.engine.stage import Stage
from scenes.parts import slopes
from scenes.parts.recap import Recap


class RecapSlope(Stage):
    """Why not just compute the slope? The answer, the estimate, and what is still wrong with it."""

    traces = ("gradient_clouds",)

    def build(self) -> None:
        raw = self.trace("gradient_clouds").hyperparameters["reinforce.baseline"] == 0.0
        recap = Recap(
            question="Why not just compute the slope?",
            answer="There are too many texts. So we sample a few, and weigh the direction of each by its reward.",
            equation=slopes.SAMPLED if raw else slopes.MINUS_CONSTANT,
            wrong="How good is an estimate from so few?",
            still="Still open",
        )
        recap.enter(self, question=-theme.CHANGE, answer="answer", equation=("answer", 3.0), wrong="wrong")
