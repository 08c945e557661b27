"""TRPO whole: its objective and its constraint term by term, the step in code, and the settings of the paper."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.engine.stage import Stage
from scenes.parts import rules
from scenes.parts.code import Code
from scenes.parts.headings import statement
from scenes.parts.settings import Settings
from scenes.parts.spoken import Spoken

OBJECTIVE = (
    f"#word[maximise] quad &{rules.SUM} thin {rules.RATIO} thin {rules.ADVANTAGE}",
    "#word[keeping] quad &{{ inline(1/N sum_i) : mean-2 }} thin"
    ' {{ upright("KL")_i (pi_(upright("old")) || pi_theta) : kl }} <= {{ delta : kl-2 }}',
)
TERMS = {
    "max": ("mean", "ratio", "advantage"),
    "mean": ("mean",),
    "ratio": ("ratio",),
    "advantage": ("ratio", "advantage"),
    "kl": ("mean-2", "kl"),
    "delta": ("kl-2",),
}
CODE = """
g = gradient(surrogate)
x = conjugate_gradient(F_times, g)           # F x = g
step = x * sqrt(2 * delta / dot(x, F_times(x)))
while KL(theta, theta + step) > delta \\
        or surrogate(theta + step) <= surrogate(theta):
    step = shorter * step
theta = theta + step
"""
LINES = {"slope": (1,), "solve": (2,), "length": (3,), "search": (4, 5, 6, 7)}
KEYS = ("trpo_delta", "trpo_products")


class TrpoWhole(Stage):
    """TRPO whole: its objective and its constraint term by term, the step in code, and the settings of the paper."""

    traces = ("papers",)

    def build(self) -> None:
        self.bring(statement("*TRPO*, trust region policy optimization (2015)", theme.OBJECTIVES["trpo"].colour))
        # Alone and large first: each term is bright while its words are spoken.
        objective = Spoken(*OBJECTIVE, size=theme.DISPLAY)
        layout.centred(objective, theme.PICTURE)
        objective.enter(self, at=-theme.CHANGE)
        for cue, labels in TERMS.items():
            objective.light(self, *labels, at=cue)
        objective.rest(self, at="read")
        objective.leave(self, at="code")
        # Then smaller, with the code below it.
        kept = Spoken(*OBJECTIVE, size=theme.TITLE, y=theme.PICTURE.top + theme.GAP)
        kept.enter(self, at=("code", theme.QUICK))
        code = Code(CODE, size=theme.LABEL, symbols={"KL": "kl", "delta": "kl"})
        layout.below(code, kept, theme.GAP)
        code.enter(self, at=("code", theme.QUICK))
        for cue, lines in LINES.items():
            code.light(self, *lines, at=cue)
        code.rest(self, at="settings")
        below = layout.area(code).bottom + 2 * theme.GUTTER + theme.TIGHT
        Settings(self.trace("papers"), KEYS, y=below, size=theme.NOTE).enter(self, at="settings", each=theme.QUICK)
