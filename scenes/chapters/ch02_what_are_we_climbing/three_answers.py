"""One question, three answers: what they say, what they are paid, how likely they are."""

from __future__ import annotations

from scenes import theme
from scenes.engine.lettering import plain
from scenes.engine.stage import Stage
from scenes.parts.answers import Answers
from scenes.parts.headings import statement
from scenes.parts.say import say


class ThreeAnswers(Stage):
    """One question, three answers: what they say, what they are paid, how likely they are."""

    traces = ("six_objectives",)
    SCORE, ODDS, WIDTH = 900.0, 1120.0, 440.0

    def build(self) -> None:
        trace = self.trace("six_objectives")
        self.put(statement("What are we *climbing?*"), "text")
        say(self, "_What is two plus two?_", theme.LEFT, 232, 76)
        rows = Answers(self, theme.LEFT, 460, 190, 64, 128)
        rows.heading("answer", theme.LEFT)
        for k, (cue, words) in enumerate(zip(("best", "lazy", "wrong"), trace["texts"], strict=True)):
            thought, _, said = str(words).rpartition("</think>")
            if thought := thought.removeprefix("<think>").strip():
                say(self, f"_{plain(thought)} …_", theme.LEFT + 160, rows.base(k) - 66, 40, theme.MUTED, at=cue)
            say(self, plain(said.strip()), theme.LEFT + 160, rows.base(k), 64, at=(cue, 0.4))
        rows.heading("score", self.SCORE, anchor="center")
        rows.column(self.SCORE, [f"{float(r):.1f}" for r in trace["rewards"]], ("scores", 0.5), 0.6)
        rows.heading("odds at the start", self.ODDS)
        rows.bars(self.ODDS, self.WIDTH, trace["start_probs"], ("odds", 0.4), numbers=True, each=0.4)
