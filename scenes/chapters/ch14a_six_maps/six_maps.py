"""Six maps of one batch, together; those that point the wrong way are said to."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch14a_six_maps.pushed_maps import PushedMaps
from scenes.engine.stage import Stage
from scenes.parts.headings import statement


class SixMaps(Stage):
    """Six maps of one batch, together; those that point the wrong way are said to."""

    traces = ("six_objectives",)
    hyperparameters = ("sampling.seed", "trpo.delta")

    def build(self) -> None:
        self.bring(statement("One batch. *Six maps.*"))
        six = PushedMaps(self, self.trace("six_objectives"))
        for k in range(len(theme.OBJECTIVES)):
            six.map(k)
        six.legend()
        six.wrong("wrong")
