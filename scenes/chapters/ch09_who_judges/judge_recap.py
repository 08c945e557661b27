"""Who judges? The answer, the equation, and what is still wrong."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch09_who_judges.common import OBJECTIVE
from scenes.engine.stage import Stage
from scenes.parts.recap import Recap


class JudgeRecap(Stage):
    """Who judges? The answer, the equation, and what is still wrong."""

    def build(self) -> None:
        recap = Recap(
            question="Who judges, and can we trust the judge?",
            answer="A reward model that learned from people's choices, and a leash keeps us where it is right.",
            equation=OBJECTIVE,
            wrong="A leash costs gold. And beside the policy there are a judge, a reference and a critic.",
        )
        recap.enter(self, question=-theme.CHANGE, answer="so", equation="formula", wrong="but")
