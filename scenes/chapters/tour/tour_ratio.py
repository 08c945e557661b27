"""What the ratio of an old answer is, in words."""

from __future__ import annotations

from scenes.chapters.tour.stops import card
from scenes.engine.stage import Stage


class TourRatio(Stage):
    """What the ratio of an old answer is, in words."""

    def build(self) -> None:
        card(
            self,
            2,
            ("open", "An old answer comes from an older policy."),
            ("ratio", "Its *ratio*: how much likelier it is now."),
        )
