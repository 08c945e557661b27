"""The race of the six, and the question about their strides."""

from __future__ import annotations

from scenes.chapters.tour.stops import card
from scenes.engine.stage import Stage


class TourRace(Stage):
    """The race of the six, and the question about their strides."""

    def build(self) -> None:
        card(
            self,
            5,
            ("open", "We let the rules *race*."),
            ("same", "What if all strides are equally long?"),
        )
