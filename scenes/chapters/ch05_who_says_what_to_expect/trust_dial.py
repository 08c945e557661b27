"""To come."""

from scenes.engine.stage import Stage


class TrustDial(Stage):
    """To come."""

    def build(self) -> None:
        pass
