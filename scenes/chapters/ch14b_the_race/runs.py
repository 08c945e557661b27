"""Where many runs stand: a dot a run on a scale of reward, and below it two numbers on lines that all panels share.

runs = Runs(x, y, 185, 335, span, ticks)
dots = runs.dots(trace["j"][:, k, 20], look)
stage.write(dots, runs.between(trace["j"][:, k, 20:]), at="on", over=3)      # each dot goes on as its run does
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine.ink import Ink, Marks, box
from scenes.engine.lettering import text
from scenes.parts.value_strip import ValueStrip
from scenes.theme import FloatArray, Look

FIGURE = 36.0
FACTS = 118.0  # pixels at the foot, for two numbers and a bar


class Runs:
    """A rectangle of canvas pixels: the scale on top, the numbers at the foot."""

    def __init__(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        span: tuple[float, float] = (0.0, 1.0),
        ticks: tuple[float, ...] = (0.0, 0.5, 1.0),
        room: float = 52.0,
    ):
        self.x, self.y, self.width, self.height = x, y, width, height
        self.strip = ValueStrip(x + room, y + 14, width - room, height - FACTS - 28, 1, span, ticks)

    def places(self, values: FloatArray) -> FloatArray:
        """Centres [n, 2] of dots at values [n], kept apart sideways."""
        level = np.clip(values, *self.strip.plane.v)
        return self.strip.plane.points(0.5 + 0.34 * swarm(values, 0.035 * np.ptp(self.strip.plane.v)), level)[:, :2]

    def dots(self, values: FloatArray, look: Look, radius: float = 7.0) -> Marks:
        """One dot a run."""
        return Marks(self.places(values), look.marker, radius, fill=look.colour, fill_opacity=0.85)

    def between(self, values: FloatArray, dots: Marks) -> Callable[[float], None]:
        """A function of the share that lets the dots follow values [n, time]."""
        first, last = self.places(values[:, 0]), self.places(values[:, -1])
        low, high = self.strip.plane.v
        unit = self.strip.plane.points(np.zeros(2), np.array([low, high]))[:, 1]

        def write(share: float) -> None:
            at = share * (values.shape[1] - 1)
            k = min(int(at), values.shape[1] - 2)
            now = np.clip(values[:, k] + (at - k) * (values[:, k + 1] - values[:, k]), low, high)
            x = first[:, 0] + share * (last[:, 0] - first[:, 0])
            dots.place(np.stack([x, unit[0] + (now - low) / (high - low) * (unit[1] - unit[0])], axis=1))

        return write

    def number(self, row: int, name: str, words: str, colour: str = theme.TEXT) -> list[Mobject]:
        """A name and a number on line 0 or 1 of the foot."""
        y = self.y + self.height - FACTS + 46 + 46 * row
        right = self.x + self.width
        return [
            text(name, self.x, y, theme.LABEL, theme.MUTED),
            text(f"*{words}*", right, y, FIGURE, colour, "right"),
        ]

    def bar(self, share: float, colour: str) -> Ink:
        """A bar under the numbers, `share` of the width long."""
        return box(self.x, self.y + self.height - 14, max(2.0, share * self.width), 12, fill=colour)


def swarm(values: FloatArray, near: float = 0.035) -> FloatArray:
    """Sideways places in -1..1 that keep dots of nearly equal value apart."""
    order = np.argsort(values, kind="stable")
    out = np.zeros(len(values))
    for rank, index in enumerate(order):
        crowd = [i for i in order[:rank] if abs(values[i] - values[index]) < near]
        taken = {round(float(out[i]), 3) for i in crowd}
        for step in range(len(values)):
            side = (step + 1) // 2 * (1 if step % 2 else -1) * 0.22
            if round(side, 3) not in taken:
                out[index] = side
                break
    return np.clip(out, -1.0, 1.0)
