"""To come."""

from scenes.engine.stage import Stage


class Critic(Stage):
    """To come."""

    def build(self) -> None:
        pass
