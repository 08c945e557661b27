"""Whose tokens count? The answer, the equation, and what is still wrong."""

from __future__ import annotations

from scenes import theme
from scenes.engine.stage import Stage
from scenes.parts.recap import Recap

ADVANTAGE = "{{ hat(A)_i : advantage%s }}"
EQUATION = (
    "{{ 1 / (sum_i abs(o_i)) sum_i sum_t : mean }} {{ min : smaller }} ( {{ rho_(i,t) : ratio }} "
    + ADVANTAGE % ""
    + ', {{ upright("clip") : clip }} ( {{ rho_(i,t) : ratio-2 }}, {{ 1 - epsilon_(upright("low")) : clip-2 }},'
    ' {{ 1 + epsilon_(upright("high")) : clip-3 }} ) ' + ADVANTAGE % "-2" + " )"
)


class LengthRecap(Stage):
    """Whose tokens count? The answer, the equation, and what is still wrong."""

    def build(self) -> None:
        recap = Recap(
            question="Whose tokens count?",
            answer="In DAPO, each token of a group counts the same, in a short answer or a long one.",
            equation=EQUATION,
            wrong="Single runs do not tell which rule is better: *let us put all six on one mountain.*",
        )
        recap.enter(self, question=-theme.CHANGE, answer="so", equation="formula", wrong="but")
