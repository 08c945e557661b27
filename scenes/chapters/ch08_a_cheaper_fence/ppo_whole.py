"""PPO's objective whole, as the paper writes it, term by term."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.engine.stage import Stage
from scenes.parts.headings import statement
from scenes.parts.spoken import Spoken

OBJECTIVE = (
    "L &= {{ 1/N sum_(i,t) : mean }} thin bracket.l thin"
    " {{ min : smaller }} ( {{ rho_(i t) : ratio }} thin {{ hat(A)_(i t) : advantage }},"
    ' thin {{ upright("clip")(rho_(i t), 1 - epsilon, 1 + epsilon) : clip }} thin {{ hat(A)_(i t) : advantage-2 }} )',
    "&- {{ c_1 (V(s_(i t)) - R_(i t))^2 : value }} + {{ c_2 thin H(pi(dot.op | s_(i t))) : entropy }} thin bracket.r",
)

TERMS = {
    "sum": ("mean",),
    "ratio": ("ratio",),
    "advantage": ("ratio", "advantage"),
    "clip": ("clip", "advantage-2"),
    "min": ("smaller",),
    "value": ("value",),
    "entropy": ("entropy",),
    "prefix": ("ratio",),
}


class PpoWhole(Stage):
    """PPO's objective whole, as the paper writes it, term by term."""

    def build(self) -> None:
        self.put(statement("*PPO*, proximal policy optimization (2017)"), "text")
        objective = Spoken(*OBJECTIVE, size=theme.TITLE)
        layout.centred(objective, theme.PICTURE)
        objective.enter(self, at=0.2)
        # Each term is bright while its words are spoken.
        for cue, labels in TERMS.items():
            objective.light(self, *labels, at=cue)
        objective.rest(self, at="rest")
