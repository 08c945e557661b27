"""The task of the film: one question, three ways to answer it, what each is paid, and names of rules that train it."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.engine.lettering import plain, text
from scenes.engine.stage import Stage
from scenes.parts.answers import Answers

SIZE = 64.0
CUES = ("think", "once", "wrong")
WORDS, REWARD = theme.column(1)[0] + theme.GAP, theme.column(10)[0]
RULES = ("ppo", "grpo", "dapo")


class OneQuestion(Stage):
    """The task of the film: one question, three ways to answer it, what each is paid, and names of rules."""

    traces = ("six_objectives",)

    def build(self) -> None:
        trace = self.trace("six_objectives")
        head, middle, foot = layout.rows(theme.SAFE, (1, 3, 1), theme.GUTTER)
        asked = text("_What is two plus two?_", theme.LEFT, 0.0, theme.DISPLAY)
        self.bring(layout.centred(asked, head, across=False))
        pitch = middle.height / len(CUES)
        rows = Answers(self, theme.LEFT, middle.top + pitch / 2, pitch, SIZE, pitch / 2)
        for k, (cue, words) in enumerate(zip(CUES, trace["texts"], strict=True)):
            # A thought comes before its answer.
            thought, _, said = str(words).rpartition("</think>")
            x = WORDS
            if thought := thought.removeprefix("<think>").strip():
                thinks = self.bring(text(f"_{plain(thought)} …_", x, rows.base(k), SIZE, theme.MUTED), cue)
                x = layout.area(thinks).right + theme.GAP
            self.bring(text(plain(said.strip()), x, rows.base(k), SIZE), (cue, theme.QUICK))
        rows.heading("reward", REWARD, "reward", anchor="center")
        paid = [f"*{float(r):.1f}*" for r in trace["rewards"]]
        rows.column(REWARD, paid, ("reward", theme.QUICK), theme.CHANGE, colour=theme.SYMBOLS["reward"])
        # Names that one hears, each in its colour.
        for k, (rule, room) in enumerate(zip(RULES, layout.columns(foot, len(RULES)), strict=True)):
            look = theme.OBJECTIVES[rule]
            name = text(f"*{look.label}*", 0.0, 0.0, theme.DISPLAY, look.colour)
            self.bring(layout.centred(name, room), ("rules", k * theme.QUICK))
