"""From a batch each rule draws a map, and the map can be wrong."""

from __future__ import annotations

from scenes.chapters.tour.stops import card
from scenes.engine.stage import Stage


class TourMaps(Stage):
    """From a batch each rule draws a map, and the map can be wrong."""

    def build(self) -> None:
        card(
            self,
            3,
            ("open", "From a batch, each rule draws a *map*."),
            ("wrong", "A map can be wrong."),
        )
