"""Who says what to expect? The answer, a token's advantage, and what is still open."""

from __future__ import annotations

from scenes.engine.stage import Stage
from scenes.parts import recap


class RecapValue(Stage):
    """Who says what to expect? The answer, a token's advantage, and what is still open."""

    def build(self) -> None:
        frame = recap.Recap(
            question="Who says what to expect, in the middle of an answer?",
            answer="A critic: it learns to forecast the reward from an unfinished answer.",
            equation=(
                "{{ hat(A)_t : advantage }} &= {{ delta_t : advantage-2 }}",
                "{{ delta_t : advantage-3 }} &= {{ V_(t+1) : value }} - {{ V_t : value-2 }}",
            ),
            wrong="A critic is never exact. How far do we believe it?",
            still="Still open",
        )
        frame.enter(self, question=-1.0, answer="answer", equation="formula", wrong="open")
