"""Better than what? The answer, the estimate with its advantage, and what is still open."""

from __future__ import annotations

from scenes import theme
from scenes.engine.stage import Stage
from scenes.parts import slopes
from scenes.parts.recap import Recap


class RecapBaseline(Stage):
    """Better than what? The answer, the estimate with its advantage, and what is still open."""

    def build(self) -> None:
        recap = Recap(
            question="Better than what?",
            answer="Better than expected: subtract the expected reward, and the average stays right.",
            equation=slopes.ADVANTAGE,
            wrong="Who tells us what to expect, in the middle of a long answer?",
            still="Still open",
        )
        recap.enter(self, question=-theme.CHANGE, answer=-theme.CHANGE, equation=("still", 0.0), wrong="wrong")
