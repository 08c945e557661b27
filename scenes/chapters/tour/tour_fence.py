"""The clip and its posts, in words."""

from __future__ import annotations

from scenes.chapters.tour.stops import card
from scenes.engine.stage import Stage


class TourFence(Stage):
    """The clip and its posts, in words."""

    def build(self) -> None:
        card(
            self,
            4,
            ("open", "PPO's rule for that: the *clip*."),
            ("post", "Pushed past a *post*, a token falls silent."),
        )
