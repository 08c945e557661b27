"""To come."""

from scenes.engine.stage import Stage


class Recap(Stage):
    """To come."""

    def build(self) -> None:
        pass
