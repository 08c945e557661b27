"""How good is an estimate from a few answers? The answer, what it is on average, and what is still wrong with it."""

from __future__ import annotations

from scenes import theme
from scenes.engine.stage import Stage
from scenes.parts import slopes
from scenes.parts.recap import Recap


class RecapEstimate(Stage):
    """How good is an estimate from a few answers? The answer, what it is on average, and what is still wrong."""

    def build(self) -> None:
        recap = Recap(
            question="How good is an estimate from a few answers?",
            answer="On average over many batches, it is the slope itself.",
            equation=slopes.ON_AVERAGE,
            wrong="It is noisy, and it learns slowly about answers that are rare.",
        )
        recap.enter(self, question=-theme.CHANGE, answer="answer", equation="mean", wrong="wrong")
