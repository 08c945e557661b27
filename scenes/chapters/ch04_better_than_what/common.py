"""What the clips of this chapter share."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine.stage import Stage
from scenes.parts.batch import Batch
from scenes.parts.cloud import Compass, Sight, aside
from scenes.parts.say import say
from traces.store import Trace

AMBER, YELLOW = theme.OBJECTIVES["reinforce"].colour, theme.OBJECTIVES["baseline"].colour
TOWARDS, EXPECTED = theme.SYMBOLS["logp"], theme.SYMBOLS["value"]
PLAIN, SHIFTED, VALUE, BEST = range(4)
AREA = (780.0, 200.0, 1044.0, 690.0)  # left, top, width and height of the compass; its legend stands above it
LEGEND = 168.0
GAP = 8.0  # pixels between dots that would coincide


def clouds(trace: Trace, area: tuple[float, float, float, float] = AREA) -> tuple[Compass, Compass]:
    """A near view, in which the true slope and the quiet clouds fill the frame, and a far one for the loud cloud."""
    tips = trace["tips"]
    near = Compass.around(np.concatenate([tips[PLAIN], tips[VALUE]]), *area, margin=60)
    far = Compass.around(tips[SHIFTED], *area, margin=60)
    return near, far if far.scale < near.scale else near


def minus(trace: Trace, b: float, view: Compass) -> Sight:
    """The cloud with b taken off every score: the true REINFORCE amber, but the baseline's yellow at the expectation.

    A constant enters the gradient linearly, so every value between is exact.
    """
    value = float(trace["value"])
    near = float(np.exp(-(((b - value) / (0.06 * max(value, 1e-9))) ** 2)))
    tips = trace["tips"][SHIFTED] - b * trace["pull"]
    return Sight(view, tips, GAP * aside(trace["pull"]), theme.mix(AMBER, YELLOW, near))


def answers(stage: Stage, trace: Trace, rows: float, pitch: float) -> None:
    """The letter and the mark of each answer, a row each."""
    for k, name in enumerate(trace["answers"]):
        y = rows + pitch * k
        stage.put(Batch.sample(theme.LEFT + 26, y - 16, k, 56), "mark")
        say(stage, f"*{name}*", theme.LEFT + 72, y, 52)
