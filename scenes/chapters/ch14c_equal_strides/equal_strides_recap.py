"""What if all six step equally far? The answer, the line that was changed, and what to ask of the next curve."""

from __future__ import annotations

from scenes import theme
from scenes.engine.stage import Stage
from scenes.parts.recap import Recap

EQUATION = '{{ upright("KL")(pi_(upright("old")) || pi_(upright("new"))) : kl }} = {{ delta : kl-2 }}'


class EqualStridesRecap(Stage):
    """What if all six step equally far? The answer, the line that was changed, and what to ask of the next curve."""

    traces = ("equal_strides",)

    def build(self) -> None:
        tie = self.trace("equal_strides").claims["race_nearly_ends_in_a_tie"]
        nearly = "Then, but for REINFORCE, the race nearly ends in a tie."
        recap = Recap(
            question="What if all six step equally far?",
            answer=nearly if tie else "Then only their directions differ.",
            equation=EQUATION,
            wrong="How far did each rule step? How many runs are there? Are they long enough?",
            still="Before you believe a curve",
        )
        recap.enter(self, question=-theme.CHANGE, answer="so", equation="formula", wrong="but")
