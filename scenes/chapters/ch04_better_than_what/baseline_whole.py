"""REINFORCE with a baseline as a whole: its objective term by term, and the program."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.engine.lettering import text
from scenes.engine.stage import Stage, When
from scenes.parts import slopes
from scenes.parts.code import Code
from scenes.parts.headings import source, statement
from scenes.parts.spoken import Spoken

PROGRAM = """
answers   = policy.sample(prompt, N)
rewards   = score(prompt, answers)
advantage = rewards - V                       # new: V is the forecast
log_prob  = policy.log_prob(answers).sum(-1)
loss      = -(advantage * log_prob).mean()
loss.backward()
optimizer.step()
V        += rate * (rewards - V).mean()       # new: it follows
"""
NEW = (3, 8)


class BaselineWhole(Stage):
    """REINFORCE with a baseline as a whole: its objective term by term, and the program."""

    traces = ("baseline_variance",)

    def build(self) -> None:
        settings = self.trace("baseline_variance").hyperparameters
        self.bring(statement("*REINFORCE with a baseline*", theme.OBJECTIVES["baseline"].colour))
        # The average over a batch of the advantage times the log-probability of all tokens.
        objective = Spoken(slopes.WHOLE_BASELINE, size=0.8 * theme.DISPLAY)
        layout.below(objective, theme.Area(theme.LEFT, theme.TOP, theme.RIGHT, theme.PICTURE.top), gap=theme.GUTTER)
        cues: dict[str, When] = {"mean": "whole", "advantage": "adv", "mean-2": "logp", "logp": ("logp", 1.0)}
        cues |= {"advantage-2": "value", "reward": ("value", 1.0), "value": "forecast"}
        objective.enter(self, cues)
        objective.rest(self, at="code")
        # As a program: two lines are new.
        program = Code(
            PROGRAM,
            size=theme.BODY,
            symbols={"rewards": "reward", "log_prob": "logp", "advantage": "value", "V": "value"},
        )
        layout.below(program, objective, gap=theme.GAP)
        program.enter(self, at="code", each=0.3)
        program.light(self, *NEW, at="follow")
        program.rest(self, at="look")
        rate = settings["training.critic_rate"] * 2 * settings["baseline.value_weight"]
        low = f"In this film, rate is {rate:g}, and the step size {settings['training.learning_rate']:g}."
        self.bring(text(low, theme.LEFT, theme.PICTURE.bottom + theme.GUTTER, theme.BODY, theme.MUTED), "follow")
        self.bring(source("Williams 1992; Sutton et al. 2000."), "code")
