"""TRPO and PPO on the mountain, and what they earn."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch14b_the_race.pair import Pair, note
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.legend import SIZE

RULES = ("trpo", "ppo")


class ScaledPair(Stage):
    """TRPO and PPO on the mountain, and what they earn."""

    traces = ("six_objectives",)

    def build(self) -> None:
        trace = self.trace("six_objectives")
        self.bring(statement("Up to a fence: *TRPO and PPO*"))
        pair = Pair(self, trace, RULES)
        pair.put()
        pair.climb("trpo", "go", 2 * theme.REST)
        pair.climb("ppo", "bend", 2 * theme.REST)
        for rule in RULES:
            pair.passed(rule, "pass")
        self.bring(source(f"{note(trace)} Paths end at the edge of the map.", SIZE))
