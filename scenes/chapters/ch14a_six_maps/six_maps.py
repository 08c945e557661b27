"""Six maps of one batch: GRPO and DAPO join the four."""

from __future__ import annotations

from scenes.chapters.ch14a_six_maps.pushed_maps import PushedMaps
from scenes.engine.stage import Stage
from scenes.parts.headings import statement


class SixMaps(Stage):
    """Six maps of one batch: GRPO and DAPO join the four."""

    traces = ("six_objectives",)
    hyperparameters = ("sampling.seed", "trpo.delta")

    def build(self) -> None:
        trace = self.trace("six_objectives")
        six = PushedMaps(self, trace)
        for k in range(4):
            six.map(k)
        six.map(4, "grpo")
        six.map(5, "dapo")
        six.formulas(("ppo", "", "grpo"), ("grpo", "grpo", "dapo"), ("dapo", "dapo", "rest"))
        six.legend()
        self.enter(statement("One batch. *Six maps.*"), at="rest")
