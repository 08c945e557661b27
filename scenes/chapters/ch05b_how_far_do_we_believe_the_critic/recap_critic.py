"""The chapter in one sentence, one equation, and what is still open."""

from __future__ import annotations

from scenes.engine.stage import Stage
from scenes.parts import recap

OWN = "{{ hat(A)_t : advantage }}"
NEXT = "{{ hat(A)_(t+1) : advantage-2 }}"


class RecapCritic(Stage):
    """The chapter in one sentence, one equation, and what is still open."""

    def build(self) -> None:
        frame = recap.Recap(
            question="Who says what to expect, and how far do we believe it?",
            answer="A critic, which learns to forecast the reward from an unfinished answer.",
            equation=(
                f"{OWN} &= {{{{ delta_t : advantage-3 }}}} + {{{{ lambda : dial }}}} thin {NEXT}",
                "{{ delta_t : advantage-4 }} &= {{ V_(t+1) : value }} - {{ V_t : value-2 }}",
            ),
            wrong="Each update needs fresh answers. May we reuse yesterday's?",
            still="Still open",
        )
        frame.enter(self, question=-1.0, answer="answer", equation="formula", wrong="open")
