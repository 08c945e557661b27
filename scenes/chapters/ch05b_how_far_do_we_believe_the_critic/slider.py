"""A slider: a rail between two words, stops along it, and a knob that glides.

slider = Slider(x0, x1, y, (0, 0.95, 1), "λ", ends=("believe the critic", "wait for the reward"))
slider.enter(stage, at="zero"); stage.write(slider.knob, slider.glide, at="one", over=3)
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

    def __init__(self, x0: float, x1: float, y: float, stops: Sequence[float], name: str, ends: tuple[str, str]):
        self.x0, self.x1, self.y = x0, x1, y
        self.rail = [rule(x0, y, x1, y, stroke=theme.AXIS, pen=theme.BOLD)]
        below = y + 1.4 * theme.STATEMENT
        self.words = [text(ends[0], x0, below, theme.BODY), text(ends[1], x1, below, theme.BODY, anchor="right")]
        for k, stop in enumerate(stops):
            x = x0 + float(stop) * (x1 - x0)
            aside = -theme.GAP if k == len(stops) - 2 and stop > 0.9 else 0.0  # clear of the one at the end
            self.rail.append(rule(x, y - 14, x, y + 14, stroke=theme.AXIS, pen=theme.PEN))
            number = f"*{name}* = {stop:g}" if k == 0 else f"{stop:g}"
            self.words.append(text(number, x + aside, y - theme.LABEL, theme.BODY, theme.MUTED, "center"))
        self.knob = Marks(theme.point(x0, y)[None, :2], "circle", 19, fill=theme.TEXT, stroke=theme.CASING, pen=4.0)

    @property
    def parts(self) -> list[Mobject]:
        """All of it."""
        return [*self.rail, *self.words, self.knob]

    def enter(self, stage: Stage, at: When | None = None) -> None:
        """Bring the whole slider on stage."""
        for layer, parts in (("grid", self.rail), ("text", self.words), ("mover", [self.knob])):
            for part in parts:
                stage.bring(part, at, layer)

    def glide(self, share: float) -> None:
        """Set the knob to a number from 0 to 1."""
        self.knob.place(theme.point(self.x0 + share * (self.x1 - self.x0), self.y)[None, :2])
