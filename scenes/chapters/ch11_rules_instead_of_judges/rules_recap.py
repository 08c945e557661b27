"""Rules instead of judges: the answer, the reward, and what is still wrong."""

from __future__ import annotations

from scenes import theme
from scenes.engine.stage import Stage
from scenes.parts.recap import Recap


class RulesRecap(Stage):
    """Rules instead of judges: the answer, the reward, and what is still wrong."""

    def build(self) -> None:
        recap = Recap(
            question="Who judges, where an answer can be checked?",
            answer="A rule does, and it pays only for what it checks.",
            equation="{{ r : reward }} = {{ r_#word[accuracy] : reward-2 }} + {{ r_#word[format] : reward-3 }}",
            wrong="What is not paid may drift; and a group that agrees teaches nothing: *the next chapter*.",
        )
        recap.enter(self, question=-theme.CHANGE, answer="so", equation="formula", wrong="but")
