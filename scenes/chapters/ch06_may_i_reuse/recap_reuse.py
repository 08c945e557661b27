"""May I reuse yesterday's answers? The answer, and what is still open."""

from __future__ import annotations

from scenes import theme
from scenes.engine.stage import Stage
from scenes.parts import rules
from scenes.parts.recap import Recap

RATIO = '{{ (pi_theta (o_i)) / (pi_(upright("old"))(o_i)) : ratio }}'


class RecapReuse(Stage):
    """May I reuse yesterday's answers? The answer, and what is still open."""

    def build(self) -> None:
        recap = Recap(
            question="May I reuse yesterday's answers?",
            answer="Yes, weighed by the ratio, and close to the policy that wrote them.",
            equation=f"#word[surrogate] thin = thin {rules.SUM} {RATIO} thin {rules.ADVANTAGE}",
            wrong="How far is too far? We need a fence.",
        )
        recap.enter(self, question=-theme.CHANGE, answer="answer", equation="equation", wrong="wrong")
