"""TRPO's ring and PPO's fence, beside the maps that have neither."""

from __future__ import annotations

from scenes.chapters.ch14a_six_maps.pushed_maps import PushedMaps
from scenes.engine.stage import Stage
from scenes.parts.headings import statement


class TwoFences(Stage):
    """TRPO's ring and PPO's fence, beside the maps that have neither."""

    traces = ("six_objectives",)
    hyperparameters = ("sampling.seed", "trpo.delta")

    def build(self) -> None:
        trace = self.trace("six_objectives")
        title = self.put(statement("Can a map be trusted *everywhere?*"), "text")
        self.hide(title, at=("trpo", -0.1))
        six = PushedMaps(self, trace)
        six.map(0)
        six.map(1)
        six.map(2, "trpo", ring="ring")
        six.map(3, "ppo", hatch=("hatch", 0.4))
        six.formulas(("trpo", "trpo", "ppo"), ("ppo", "ppo", ""))
        six.legend(ring=("ring", 0.6), hatch=("hatch", 0.8))
