"""GRPO's leash and DAPO's higher fence: a summit near the start, and a terrace farther out."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch14a_six_maps.map_pair import MapPair
from scenes.engine.stage import Stage
from scenes.parts.headings import statement


class LeashOrNone(Stage):
    """GRPO's leash and DAPO's higher fence: a summit near the start, and a terrace farther out."""

    traces = ("six_objectives",)

    def build(self) -> None:
        self.bring(statement("With a leash, *or without one?*"))
        pair = MapPair(self, self.trace("six_objectives"), ("grpo", "dapo"))
        pair.legend()
        pair.rule("grpo", at="grpo")
        pair.silent("grpo", at=("grpo", theme.REST))
        pair.summit("grpo", at="summit")
        pair.rule("dapo", at="dapo")
        pair.silent("dapo", at="terrace")
        pair.terrace("dapo", at="terrace")
