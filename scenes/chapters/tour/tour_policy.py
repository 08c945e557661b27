"""What the tour is, and its first word: what a rule changes is a policy."""

from __future__ import annotations

from scenes.chapters.tour.stops import card
from scenes.engine.stage import Stage


class TourPolicy(Stage):
    """What the tour is, and its first word: what a rule changes is a policy."""

    def build(self) -> None:
        card(
            self,
            0,
            ("open", "A short tour."),
            ("policy", "What a rule changes is called a *policy*."),
        )
