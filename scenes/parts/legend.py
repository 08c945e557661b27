"""A legend in one line: words, and small samples of what they speak of, set one after the other.

legend = Legend(theme.LEFT, theme.BOTTOM - 6)
for mobject in legend.say("each map: low") + legend.ramp() + legend.say("high"): stage.put(mobject, "text")
"""

from __future__ import annotations

from typing import Any

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine.ink import Ink, Marks, Picture, box, rule
from scenes.engine.lettering import bounds, text
from scenes.parts.plane import Plane
from scenes.theme import Look

SIZE = 26.0
HATCHED: dict[str, Any] = {
    "stroke": theme.HATCH,
    "pen": 2.6,
    "stroke_opacity": 1.0,
    "casing": 1.6,
    "casing_opacity": 0.8,
}
"""Hatching that stands out on dark and on pale ground, at a phone's width too."""


class Legend:
    """A line that begins at canvas pixel `x` on the baseline `y` and grows to the right."""

    def __init__(self, x: float, y: float, size: float = SIZE):
        self.x, self.y, self.size = x, y, size

    def say(self, markup: str, colour: str = theme.MUTED, gap: float = 14.0) -> list[Mobject]:
        """Words."""
        words = text(markup, self.x, self.y, self.size, colour)
        self.x = bounds(words)[2] + gap
        return [words]

    def skip(self, gap: float = 34.0) -> None:
        """Room between two entries."""
        self.x += gap

    def _take(self, width: float, gap: float = 14.0) -> tuple[float, float, float, float]:
        high = 0.8 * self.size
        rectangle = (self.x, self.y - high + 2, width, high)
        self.x += width + gap
        return rectangle

    def marker(self, look: Look) -> list[Mobject]:
        """An objective's marker."""
        return self.mark(look.marker, look.colour)

    def mark(self, shape: str, colour: str) -> list[Mobject]:
        """A filled marker."""
        x, y, wide, high = self._take(0.8 * self.size)
        return [Marks(theme.point(x + wide / 2, y + 0.6 * high)[None, :2], shape, 0.32 * self.size, fill=colour)]

    def ramp(self, width: float = 110.0) -> list[Mobject]:
        """The shades of a map, from low to high."""
        x, y, wide, high = self._take(width)
        shades = theme.ramp(np.linspace(0, 1, 64))[None].repeat(2, axis=0)
        return [Picture(x, y, wide, high, shades), box(x, y, wide, high, stroke=theme.AXIS, pen=1.5, quiet=True)]

    def hatch(self, width: float = 60.0) -> list[Mobject]:
        """Hatched ground."""
        x, y, wide, high = self._take(width)
        at = np.linspace(0.0, 1.0, 3)
        lines = Plane(x, y, wide, high, (0.0, 1.0), (0.0, 1.0)).hatch(at, at, np.ones((3, 3)), 15.0, **HATCHED)
        return [box(x, y, wide, high, fill=theme.RAMP[3]), lines]

    def dots(self, width: float = 60.0) -> list[Mobject]:
        """A contour line of the territory."""
        x, y, wide, high = self._take(width)
        line = rule(x, y + high / 2, x + wide, y + high / 2, stroke=theme.TERRITORY, pen=2.6, dash=(3, 8))
        return [line]

    def line(self, colour: str, width: float = 60.0, **style: Any) -> list[Mobject]:
        """A line in some colour."""
        x, y, wide, high = self._take(width)
        ink: Ink = rule(x, y + high / 2, x + wide, y + high / 2, stroke=colour, **{"pen": 5.0, **style})
        return [ink]
