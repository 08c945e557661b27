"""To come."""

from scenes.engine.stage import Stage


class BiasAndNoise(Stage):
    """To come."""

    def build(self) -> None:
        pass
