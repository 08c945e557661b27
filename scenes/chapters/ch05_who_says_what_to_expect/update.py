"""To come."""

from scenes.engine.stage import Stage


class Update(Stage):
    """To come."""

    def build(self) -> None:
        pass
