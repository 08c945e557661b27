"""What a policy is, in one sentence and one equation, and what is still open."""

from __future__ import annotations

from scenes import theme
from scenes.engine.stage import Stage
from scenes.parts.recap import Recap

POLICY = "{{ pi : logp }} thin ( thin {{ #word[next token] : act }} {{ | #word[prompt, answer so far] : state }} thin )"


class RecapPolicy(Stage):
    """What a policy is, in one sentence and one equation, and what is still open."""

    def build(self) -> None:
        recap = Recap(
            question="What is a policy?",
            answer="A chance for each action, in every state.",
            equation=POLICY,
            wrong="There are too many states to forecast each of them. So how can a policy get better?",
            still="Still open",
        )
        recap.enter(self, question=-theme.CHANGE, answer=-theme.CHANGE, equation="model", wrong="open")
