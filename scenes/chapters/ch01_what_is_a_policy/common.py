"""What the clips of this chapter share."""

from __future__ import annotations

from manim import Mobject

from scenes import theme
from scenes.engine.stage import Stage
from scenes.parts.house import House
from traces.store import Trace

HOUSE = (theme.LEFT, 142.0, 780.0, 780.0)
RIGHT = 960.0  # left edge of the column beside the house
WORDS, QUIET = 44, 34


def house_of(stage: Stage, trace: Trace, skin: int = 0) -> House:
    """The house in its place, with all that stands in it."""
    house = House(trace, *HOUSE, skin=skin)
    house.put(stage)
    return house


def hidden(stage: Stage, *words: Mobject) -> list[Mobject]:
    """Put words on stage that will be shown later."""
    return [stage.put(word, "text", shown=False) for word in words]
