"""REINFORCE as a whole: its objective term by term, and the program."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts import slopes
from scenes.parts.code import Code
from scenes.parts.headings import source, statement
from scenes.parts.spoken import Spoken

PROGRAM = """
answers  = policy.sample(prompt, N)
rewards  = score(prompt, answers)
log_prob = policy.log_prob(answers).sum(-1)  # over tokens
loss     = -({weight} * log_prob).mean()
loss.backward()
optimizer.step()                             # then a new batch
"""


class ReinforceWhole(Stage):
    """REINFORCE as a whole: its objective term by term, and the program."""

    traces = ("gradient_clouds",)

    def build(self) -> None:
        settings = self.trace("gradient_clouds").hyperparameters
        constant = float(settings["reinforce.baseline"])
        self.bring(statement("*REINFORCE*", theme.OBJECTIVES["reinforce"].colour))
        # An average over the batch: the reward of each answer, times its log-probability, summed over its tokens.
        objective = Spoken(
            slopes.WHOLE if not constant else slopes.WHOLE_MINUS, size=(1.2 if not constant else 1.0) * theme.DISPLAY
        )
        layout.below(objective, theme.Area(theme.LEFT, theme.TOP, theme.RIGHT, theme.PICTURE.top), gap=theme.GAP)
        objective.enter(self, -theme.CHANGE)
        for cue, labels in {"mean": ("mean",), "pay": ("reward",), "tokens": ("mean-2", "logp")}.items():
            objective.light(self, *labels, at=cue)
        objective.rest(self, at="climb")
        # As a program.
        weight = "rewards" if not constant else f"(rewards - {constant:g})"
        program = Code(
            PROGRAM.format(weight=weight), size=theme.BODY, symbols={"rewards": "reward", "log_prob": "logp"}
        )
        layout.below(program, objective, gap=theme.GAP)
        program.enter(self, at="code", each=0.5)
        # The paper's rule has a number more: here it is nothing.
        step = f"Step size: {settings['training.learning_rate']:g}."
        low = f"The paper takes a number off every reward; here, {constant:g}. {step}"
        self.bring(text(low, theme.LEFT, theme.PICTURE.bottom + theme.GUTTER, theme.BODY, theme.MUTED), ("code", 1.0))
        self.bring(source("Williams 1992."), "code")
