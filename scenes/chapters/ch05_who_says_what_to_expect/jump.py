"""To come."""

from scenes.engine.stage import Stage


class Jump(Stage):
    """To come."""

    def build(self) -> None:
        pass
