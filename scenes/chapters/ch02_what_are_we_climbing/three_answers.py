"""One prompt, three answers: what they say, what they are paid, how likely they are."""

from __future__ import annotations

from scenes import theme
from scenes.engine.lettering import plain, text
from scenes.engine.stage import Stage
from scenes.parts.answers import Answers
from scenes.parts.headings import statement

SIZE, PITCH = 64.0, 200.0
WORDS, REWARD, CHANCE = theme.column(1)[0] + theme.GAP, theme.column(7)[0], theme.column(8)[0]


class ThreeAnswers(Stage):
    """One prompt, three answers: what they say, what they are paid, how likely they are."""

    traces = ("six_objectives",)

    def build(self) -> None:
        trace = self.trace("six_objectives")
        self.bring(statement("One prompt, *three answers*"))
        prompt = text("_What is two plus two?_", theme.LEFT, theme.PICTURE.top + theme.DISPLAY, theme.DISPLAY)
        self.bring(prompt)
        rows = Answers(self, theme.LEFT, theme.PICTURE.top + 2 * PITCH - theme.WIDE, PITCH, SIZE, 2 * SIZE)
        cues = ("best", "common", "wrong")
        for k, (cue, words) in enumerate(zip(cues, trace["texts"], strict=True)):
            thought, _, said = str(words).rpartition("</think>")
            if thought := thought.removeprefix("<think>").strip():
                thinks = text(f"_{plain(thought)} …_", WORDS, rows.base(k) - SIZE, theme.FORMULA, theme.MUTED)
                self.bring(thinks, cue)
            self.bring(text(plain(said.strip()), WORDS, rows.base(k), SIZE), (cue, theme.QUICK))
        rows.heading("reward", REWARD, "scores", anchor="center")
        rows.column(REWARD, [f"{float(r):.1f}" for r in trace["rewards"]], ("scores", theme.QUICK), theme.CHANGE)
        width = theme.RIGHT - CHANCE - 2 * theme.WIDE
        rows.heading("chance at the start", CHANCE, "chances")
        rows.bars(
            CHANCE,
            width,
            trace["start_probs"],
            ("chances", theme.QUICK),
            numbers=True,
            each=theme.REST,
            rails="chances",
        )
