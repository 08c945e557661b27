"""What is climbed, in one sentence and one equation, and what is still open."""

from __future__ import annotations

from scenes import theme
from scenes.engine.stage import Stage
from scenes.parts.recap import Recap

HEIGHT = "J &= {{ sum_#word[answers] : mean }} {{ pi(#word[answer]) : logp }} {{ r(#word[answer]) : reward }}"
UPDATE = (
    "{{ #word[new parameters] : new }} &= {{ #word[old parameters] : old }} "
    "+ {{ #word[learning rate] : rate }} times {{ #word[slope of] J : slope }}"
)


class RecapClimbing(Stage):
    """What is climbed, in one sentence and one equation, and what is still open."""

    def build(self) -> None:
        recap = Recap(
            question="What are we climbing?",
            answer="The expected reward: what a policy earns on average.",
            equation=(HEIGHT, UPDATE),
            wrong="Our world is small, so we know this slope. Why not just compute it for a real model?",
            still="Still open",
        )
        recap.enter(self, question=-theme.CHANGE, answer=-theme.CHANGE, equation="update", wrong="open")
