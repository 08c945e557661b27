"""The way up is along the slope."""

from __future__ import annotations

from scenes.chapters.tour.stops import card
from scenes.engine.stage import Stage


class TourSlope(Stage):
    """The way up is along the slope."""

    def build(self) -> None:
        card(
            self,
            1,
            ("open", "A step goes uphill, along the *slope*."),
        )
