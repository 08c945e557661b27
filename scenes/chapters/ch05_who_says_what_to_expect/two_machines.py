"""To come."""

from scenes.engine.stage import Stage


class TwoMachines(Stage):
    """To come."""

    def build(self) -> None:
        pass
