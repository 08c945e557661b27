"""A small picture over lambda from 0 to 1: how far off, or how noisy, a gradient is for critics of some ages.

course = Course(stage, "off course, on average", x, y, width, height, top=0.34, at="young")
course.curve(bias, "after 5 batches", place=0.5, at=("young", 0.4))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scenes import theme
from scenes.lettering import halo, text
from scenes.parts.say import appear, say
from scenes.parts.strip import Strip
from scenes.theme import FloatArray

if TYPE_CHECKING:
    from scenes.stage import Stage, When

POINTS = 200  # across the picture


class Course:
    """Named axes in a rectangle of canvas pixels, values from 0 to `top`."""

    def __init__(self, stage: Stage, name: str, x: float, y: float, width: float, height: float, top: float, at: When):
        self.stage = stage
        step = next(step for step in (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, top) if top / step < 5)
        ticks = tuple(np.round(np.arange(0, top, step), 3).tolist())
        self.strip = Strip(x, y, width, height, POINTS, (0.0, top), ticks, 28)
        for ink in self.strip.axes:
            appear(stage, ink, "grid", at=at)
        for word in self.strip.words:
            appear(stage, word, "text", at=at)
        say(stage, name, x, y - 14, 40, at=at)
        for tick, across, anchor in (("λ = 0", x, "left"), ("1", x + width, "right")):
            say(stage, tick, across, y + height + 38, theme.LABEL, theme.MUTED, anchor, at=at)

    def curve(self, values: FloatArray, words: str, place: float, at: When, **style: object) -> None:
        """One curve over lambda, drawn from `at` on, with words above it at the share `place`."""
        stage, start = self.stage, self.stage.time(at)
        values = np.interp(np.linspace(0, 1, POINTS + 1), np.linspace(0, 1, len(values)), values)
        curve = self.strip.curve(values, **{"stroke": theme.TEXT, "pen": 6.0, **style})
        appear(stage, curve, "mark", at=start, over=0.1)
        stage.draw(curve, at=start, over=1.2)
        k = round(place * POINTS)
        px, py = self.strip.plane.pixels(np.array([float(k)]), values[k : k + 1])
        label = halo(text(words, float(px[0]), float(py[0]) - 18, theme.LABEL))
        appear(stage, label, "text", at=start + 0.6, over=0.4)


if __name__ == "__main__":
    from scenes.preview import main

    main(__file__)
