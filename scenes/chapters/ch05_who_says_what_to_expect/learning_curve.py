"""An error that shrinks from batch to batch, every run a line, against a level that it has to beat.

    chart = LearningCurve(errors, x, y, width, height, "error", level=0.46)    # errors [runs, time]; the first is bold
    stage.write(chart.curves[0], lambda s: chart.write(0, s), at="learn", over=6)

The axis of batches is stretched at its beginning (a square root), where most is learned.
"""

from __future__ import annotations

import numpy as np
from manim import Typst

from scenes import theme
from scenes.engine.ink import Ink, rule
from scenes.engine.lettering import text
from scenes.parts.value_strip import ValueStrip
from scenes.theme import FloatArray

COLOUR = theme.SYMBOLS["value"]


class LearningCurve:
    """Axes and one curve a run, in a rectangle of canvas pixels."""

    def __init__(self, errors: FloatArray, x: float, y: float, width: float, height: float, title: str, level: float):
        self.errors, last = errors, errors.shape[1] - 1
        self.age = np.sqrt(np.arange(last + 1.0))
        top = 0.2 * (np.floor(max(float(errors.max()), level) / 0.2 + 0.2) + 1)
        self.strip = ValueStrip(x, y, width, height, 1, (0.0, top), tuple(np.arange(0, top + 0.1, 0.2)), theme.LABEL)
        self.axes, self.beat = self.strip.axes, level
        self.words = [*self.strip.words, text(title, x, y - 34, 36, COLOUR)]
        for share, anchor in ((0.0, "center"), (0.5, "center"), (1.0, "right")):
            count = f"{last * share**2:g}" + (" batches" if share == 1 else "")
            self.words.append(text(count, x + share * width, y + height + 42, theme.LABEL, theme.MUTED, anchor))
        bold, faint = {"pen": 6.0, "casing": 2.0}, {"pen": 2.0, "stroke_opacity": 0.35, "quiet": True}
        self.curves = [Ink(np.zeros((0, 3)), stroke=COLOUR, **(faint if run else bold)) for run in range(len(errors))]

    def write(self, run: int, share: float) -> None:
        """Draw one run's curve up to that share of the axis."""
        at = np.append(self.age[self.age < share * self.age[-1]], share * self.age[-1])
        self.curves[run].write(self.strip.plane.points(at / self.age[-1], np.interp(at, self.age, self.errors[run])))

    def level(self, words: str) -> tuple[Ink, Typst]:
        """The dashed line of the level to beat, and its name above its right end."""
        plane = self.strip.plane
        _, y = plane.pixels(np.array([0.0]), np.array([self.beat]))
        right = plane.x + plane.width
        across = rule(plane.x, float(y[0]), right, float(y[0]), stroke=theme.TEXT, pen=4.0, dash=(12, 12))
        return across, text(words, right, float(y[0]) - 16, theme.LABEL, theme.TEXT, "right")
