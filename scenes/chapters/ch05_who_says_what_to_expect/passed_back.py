"""The score passed back through the prefixes, with a discount and without."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch05_who_says_what_to_expect.common import SCORE_X, WORDS_X
from scenes.chapters.ch05_who_says_what_to_expect.targets import Targets
from scenes.engine.ink import rule
from scenes.engine.stage import Stage
from scenes.parts.formula import Formula
from scenes.parts.headings import statement
from scenes.parts.say import say


class PassedBack(Stage):
    """The score passed back through the prefixes, with a discount and without."""

    traces = ("prefix_values",)
    hyperparameters = ("prefix_values.gamma",)
    FLOOR, HIGH = 846.0, 440.0  # bars stand on FLOOR, that of the score is HIGH pixels high

    def build(self) -> None:
        trace = self.trace("prefix_values")
        self.put(statement("Pass the score back: *one target for every prefix*"), "text")
        words = [str(word) for word in trace["sentence"] if str(word)]
        target, flat = (trace[name][1:].tolist() for name in ("prefix_target", "prefix_target_flat"))
        reward = float(trace["sentence_reward"])
        self.put(rule(theme.LEFT, self.FLOOR, theme.RIGHT, self.FLOOR, stroke=theme.AXIS, pen=2.5), "grid")
        for k, x in enumerate(WORDS_X):
            say(self, " ".join(words[: k + 1]), x, self.FLOOR + 74, 64, anchor="center")
        say(self, "judge", SCORE_X, self.FLOOR + 74, 64, theme.MUTED, "center")
        targets = Targets(self, (*WORDS_X, SCORE_X), self.FLOOR, self.HIGH / max(reward, 1e-3), reward)
        for k, cue in ((2, "whole"), (1, "two"), (0, "one")):
            targets.take(k, target[k], "× γ" if k < 2 else "as it is", at=cue)
        for k in (1, 0):
            targets.lift(k, flat[k], at="flat")
        gamma = f"*γ* (gamma), the discount: {float(self.hyper('prefix_values.gamma')):g} a token"
        self.hide(say(self, gamma, theme.LEFT, 196, 44), at="flat", over=0.3)
        say(self, "*γ* = 1: no discount", theme.RIGHT, 196, 44, anchor="right", at=("flat", 0.4))
        # What the picture says comes last: a value is an average.
        meaning = "{{ V : value }} (#word[prefix]) #h(0.3em) = #h(0.3em) #word[average ] {{ r : reward }}"
        meaning += "#word[ over all the ways it may go on]"
        sentence = Formula(meaning, theme.LEFT, 196, 50)
        sentence.put(self)
        sentence.enter(self, at=("many", 0.4))
