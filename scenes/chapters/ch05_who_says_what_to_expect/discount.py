"""One reward passed back through the prefixes of its answer, with a discount and without."""

from __future__ import annotations

from scenes import theme
from scenes.engine.ink import rule
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.headings import statement
from scenes.parts.targets import REWARD, Targets

FLOOR = theme.PICTURE.bottom - 2 * theme.GAP  # the bars stand on it
HIGH = 0.58 * theme.PICTURE.height  # that of the reward
STOPS = [sum(theme.column(3 * k, 3)) / 2 for k in range(4)]


class Discount(Stage):
    """One reward passed back through the prefixes of its answer, with a discount and without."""

    traces = ("token_values",)
    hyperparameters = ("token_values.gamma",)

    def build(self) -> None:
        trace = self.trace("token_values")
        title = self.bring(statement("One reward, passed back: *a target for every prefix*"))
        self.hide(title, at="flat")
        self.bring(statement("Language models: *no discount*"), at=("flat", 0.4))
        words = [str(word) for word in trace["sentence"]]
        target, paid = trace["target"].tolist(), float(trace["sentence_paid"])
        self.bring(rule(theme.LEFT, FLOOR, theme.RIGHT, FLOOR, stroke=theme.AXIS, pen=theme.FINE), layer="grid")
        names = [" ".join(words[: k + 1]) for k in range(len(words) - 1)]
        for name, x, colour in zip((*names, "reward"), STOPS, (*[theme.TEXT] * len(names), REWARD), strict=True):
            self.bring(text(name, x, FLOOR + 1.2 * theme.DISPLAY, theme.DISPLAY, colour, "center"))
        # The reward travels back from prefix to prefix.
        targets = Targets(self, STOPS, FLOOR, HIGH / max(paid, 1e-3), paid)
        for k, cue in ((2, "whole"), (1, "two"), (0, "one")):
            targets.take(k, target[k + 1], "× γ" if k < 2 else "as it is", at=cue)
        # The factor has a name; then it is set to one.
        high, gamma = theme.PICTURE.top + theme.GUTTER, float(self.hyper("token_values.gamma"))
        factor = text(f"*γ* (gamma), the discount: {gamma:g} a token", theme.LEFT, high, theme.STATEMENT)
        self.bring(factor, at="gamma")
        self.hide(factor, at="flat")
        for k in (1, 0):
            targets.lift(k, paid, at="flat")
        self.bring(text("*γ* = 1", theme.LEFT, high, theme.STATEMENT), at=("flat", 0.4))
