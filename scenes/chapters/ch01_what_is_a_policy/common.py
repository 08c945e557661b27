"""What the clips of this chapter share."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.engine.stage import Stage, When
from scenes.parts.house import House
from scenes.theme import Area
from traces.store import Trace

HOUSE = layout.square(theme.PICTURE, "start")
RIGHT = theme.column(6)[0]  # left edge of the column beside the house
COLUMN = Area(RIGHT, theme.PICTURE.top, theme.RIGHT, theme.PICTURE.bottom)
TREE = Area(theme.LEFT, theme.PICTURE.top + theme.WIDE, theme.RIGHT, theme.PICTURE.bottom - theme.GAP)
SMALL = 0.11  # radius of the cat when it leaves room for a number, in rooms


def house_of(stage: Stage, trace: Trace, skin: int = 0) -> House:
    """The house in its place, with all that stands in it."""
    house = House(trace, HOUSE.left, HOUSE.top, HOUSE.width, HOUSE.height, skin=skin)
    house.put(stage)
    return house


def step_aside(stage: Stage, house: House, at: When) -> None:
    """Let the cat sit small in the corner of its room."""
    x, y = house.centre(house.home)
    corner = (0.5 - 1.25 * SMALL) * house.room
    house.who.move(stage, x - corner, y - corner, at=at, over=theme.CHANGE, radius=SMALL * house.room)
