"""TRPO's ring and PPO's fence: two maps, and how far each is trusted."""

from __future__ import annotations

from scenes.chapters.ch14a_six_maps.map_pair import MapPair
from scenes.engine.stage import Stage
from scenes.parts.headings import statement


class TwoFences(Stage):
    """TRPO's ring and PPO's fence: two maps, and how far each is trusted."""

    traces = ("six_objectives",)

    def build(self) -> None:
        self.bring(statement("How far can a map *be trusted?*"))
        pair = MapPair(self, self.trace("six_objectives"), ("trpo", "ppo"))
        pair.legend()
        pair.rule("trpo", at="trpo")
        pair.ring("trpo", at="ring")
        pair.rule("ppo", at="ppo")
        pair.silent("ppo", at="hatch")
        pair.terrace("ppo", at="terrace")
