"""Where does the signal go? The answer, the filter, and what is still wrong."""

from __future__ import annotations

from scenes import theme
from scenes.engine.stage import Stage
from scenes.parts.recap import Recap


class SignalRecap(Stage):
    """Where does the signal go? The answer, the filter, and what is still wrong."""

    def build(self) -> None:
        recap = Recap(
            question="Where does the signal go?",
            answer="Policies decide too soon, and groups come to agree: DAPO raises the upper post and draws again.",
            equation="{{ 0 < #word[right answers] < G : kept }}",
            wrong="In a long answer, each token counts for less: *the next chapter*.",
        )
        recap.enter(self, question=-theme.CHANGE, answer="so", equation="formula", wrong="but")
