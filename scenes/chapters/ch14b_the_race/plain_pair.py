"""REINFORCE and the baseline on the mountain, and what they earn."""

from __future__ import annotations

from scenes.chapters.ch14b_the_race.pair import Pair, note
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.legend import SIZE

RULES = ("reinforce", "baseline")


class PlainPair(Stage):
    """REINFORCE and the baseline on the mountain, and what they earn."""

    traces = ("six_objectives",)

    def build(self) -> None:
        trace = self.trace("six_objectives")
        self.bring(statement("One update per batch: *REINFORCE and the baseline*"))
        pair = Pair(self, trace, RULES)
        pair.put(axes="axes")
        for rule in RULES:
            pair.climb(rule, "go", self.time("lines") - self.time("go"))
        self.bring(source(note(trace), SIZE))
