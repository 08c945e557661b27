"""A slider: a rail between two words, stops along it, and a knob that glides.

slider = Slider(x0, x1, y, (0, 0.5, 0.95, 1), "λ", ends=("trust the critic", "trust the outcome"), means="λ, lambda")
slider.put(stage); slider.enter(stage, at="zero"); stage.write(slider.knob, slider.glide, at="slide", over=3)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from manim import Mobject

from scenes import theme
from scenes.engine.ink import Marks, rule
from scenes.engine.lettering import text

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When


class Slider:
    """A rail from canvas (x0, y) to (x1, y) for a number from 0 to 1; the words stand below its ends."""

    def __init__(
        self, x0: float, x1: float, y: float, stops: Sequence[float], name: str, ends: tuple[str, str], means: str = ""
    ):
        self.x0, self.x1, self.y = x0, x1, y
        self.rail = [rule(x0, y, x1, y, stroke=theme.AXIS, pen=6.0)]
        self.words = [text(ends[0], theme.LEFT, y + 58, 40), text(ends[1], x1 + 60, y + 58, 40, anchor="right")]
        if means:
            self.words.append(text(means, (x0 + x1) / 2, y + 58, 36, theme.MUTED, "center"))
        for k, stop in enumerate(stops):
            x = x0 + float(stop) * (x1 - x0)
            crowded = k == len(stops) - 2 and stop > 0.9
            aside = -24 if crowded else 14 if k == len(stops) - 1 else 0
            self.rail.append(rule(x, y - 14, x, y + 14, stroke=theme.AXIS, pen=4.0))
            number = f"{name} = {stop:g}" if k == 0 else f"{stop:g}"
            self.words.append(text(number, x + aside, y - 30, theme.LABEL, theme.MUTED, "center"))
        self.knob = Marks(theme.point(x0, y)[None, :2], "circle", 19, fill=theme.TEXT, stroke=theme.CASING, pen=4.0)

    def put(self, stage: Stage) -> None:
        """Put every part on stage, hidden."""
        for layer, parts in (("grid", self.rail), ("text", self.words), ("mover", [self.knob])):
            for part in parts:
                stage.put(part, layer, shown=False)

    def enter(self, stage: Stage, at: When) -> None:
        """Fade the whole slider in."""
        parts: list[Mobject] = [*self.rail, *self.words, self.knob]
        stage.show(*parts, at=at)

    def glide(self, share: float) -> None:
        """Set the knob to a number from 0 to 1."""
        self.knob.place(theme.point(self.x0 + share * (self.x1 - self.x0), self.y)[None, :2])
