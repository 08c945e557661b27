"""A ruler on which every step multiplies, and numbers written out to the last digit.

ruler = Powers(x=660, y=180, width=1000, height=470, low=-2, high=2)
ruler.put(stage)
stage.put(ruler.bar(0.0669, y=300, height=60, fill=amber), "mark")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scenes import theme
from scenes.engine.ink import Ink, box, rule
from scenes.engine.lettering import formula, text
from scenes.theme import FloatArray

if TYPE_CHECKING:
    from scenes.engine.stage import Stage

THIN = "#h(0.18em)"


class Powers:
    """A ruler of powers of ten from 10^low to 10^high in a rectangle of canvas pixels."""

    def __init__(self, x: float, y: float, width: float, height: float, low: float, high: float):
        self.x, self.y, self.width, self.height = x, y, width, height
        self.low, self.high = int(np.floor(low)), max(int(np.ceil(high)), int(np.floor(low)) + 1)

    @property
    def foot(self) -> float:
        """Where the ruler lies."""
        return self.y + self.height

    def at(self, decades: FloatArray | float) -> FloatArray:
        """Pixels across of log10 values, kept on the ruler."""
        share = (np.asarray(decades, float) - self.low) / (self.high - self.low)
        return self.x + self.width * np.clip(share, 0.0, 1.0)

    def put(self, stage: Stage, lines: bool = True, size: float = 30) -> None:
        """Draw the ruler: few ticks, named by their power, or by their value where that is short."""
        stage.put(rule(self.x, self.foot, self.x + self.width, self.foot, stroke=theme.AXIS, pen=2), "grid")
        step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500) if (self.high - self.low) / s <= 8)
        short = self.low >= -4 and self.high <= 5
        for tick in range(self.low, self.high + 1, step):
            x = float(self.at(tick))
            top = self.y if lines else self.foot
            style: dict[str, Any] = {"stroke": theme.AXIS, "pen": 2}
            if lines:
                style = {"stroke": theme.HAIRLINE, "pen": 1.5, "quiet": True}
            stage.put(rule(x, top, x, self.foot + (0 if lines else 10), **style), "grid")
            anchor = "left" if x < theme.LEFT + size else "right" if x > theme.RIGHT - size else "center"
            name = (text, f"{10.0**tick:g}") if short else (formula, f"10^{tick}")
            stage.put(name[0](name[1], x, self.foot + 46, size, theme.MUTED, anchor), "text")

    def bar(self, decades: float, y: float, height: float, **style: Any) -> Ink:
        """A bar from the ruler's beginning to a log10 value."""
        return box(self.x, y, float(self.at(decades)) - self.x, height, round_joins=False, **style)


def digits(number: str, groups: int = 18) -> list[str]:
    """The digits in groups of three, at most two lines of them; of what is longer, the head and the length."""
    head = len(number) % 3
    threes = ([number[:head]] if head else []) + [number[i : i + 3] for i in range(head, len(number), 3)]
    if len(threes) > 2 * groups:
        tail = f"… ({len(number)} digits)"
        return [THIN.join(threes[:groups]), THIN.join([*threes[groups : 2 * groups - 6], tail])]
    first = len(threes) - groups if len(threes) > groups else 0
    return [THIN.join(line) for line in (threes[:first], threes[first:]) if line]
