"""What the clips of this chapter share."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.parts.cloud import Compass, Sight, aside
from traces.store import Trace

AMBER, YELLOW = theme.OBJECTIVES["reinforce"].colour, theme.OBJECTIVES["baseline"].colour
TOWARDS, EXPECTED = theme.SYMBOLS["logp"], theme.SYMBOLS["value"]
PLAIN, SHIFTED, VALUE, BEST = range(4)
LEFT, RIGHT = theme.column(5, 7)
TOP = theme.PICTURE.top + theme.WIDE
AREA = (LEFT, TOP, RIGHT - LEFT, theme.PICTURE.bottom - TOP)
"""Left, top, width and height of the compass; its legend stands above it."""
LEGEND = TOP - theme.GUTTER
GAP = 8.0  # pixels between dots that would coincide


def clouds(trace: Trace, area: tuple[float, float, float, float] = AREA) -> tuple[Compass, Compass]:
    """A near view, in which the true slope and the quiet clouds fill the frame, and a far one for the loud cloud."""
    tips = trace["tips"]
    near = Compass.around(np.concatenate([tips[PLAIN], tips[VALUE]]), *area, margin=theme.WIDE)
    far = Compass.around(tips[SHIFTED], *area, margin=theme.WIDE)
    return near, far if far.scale < near.scale else near


def minus(trace: Trace, b: float, view: Compass) -> Sight:
    """The cloud with b taken off every reward: the true REINFORCE amber, but the baseline's yellow at the expectation.

    A constant enters the gradient linearly, so every value between is exact.
    """
    value = float(trace["value"])
    near = float(np.exp(-(((b - value) / (0.06 * max(value, 1e-9))) ** 2)))
    tips = trace["tips"][SHIFTED] - b * trace["pull"]
    return Sight(view, tips, GAP * aside(trace["pull"]), theme.mix(AMBER, YELLOW, near))
