"""Close to the start: its ring on a rubber sheet, and the strides of both rules to that ring.

    near = TrustRegionCloseup(trace, x, y, 768)
    near.put(stage)
    arrow = stage.put(near.arrow(NATURAL), "mark")
    stage.write(arrow, near.reaching(arrow, NATURAL), at="natural", over=0.9)

`stretch(times)` draws one knob longer: ring and natural stride go with the sheet, uphill turns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from manim import VMobject

from scenes import theme
from scenes.engine.ink import Ink, Marks
from scenes.engine.lettering import halo, text
from scenes.parts.kl_window import KLWindow
from scenes.theme import FloatArray
from traces.store import Trace

if TYPE_CHECKING:
    from scenes.engine.stage import Stage

NATURAL, PLAIN = 0, 1  # the trace's two rules
LOOKS = (theme.OBJECTIVES["trpo"], theme.OBJECTIVES["reinforce"])
NAMES = ("natural", "plain")
RING = theme.OBJECTIVES["trpo"].colour


def spot(points: FloatArray, radius: float, colour: str = theme.TEXT, marker: str = "circle") -> Marks:
    """A marker with a dark rim at Manim points [n, 2 or 3]."""
    return Marks(points[:, :2], marker, radius, fill=colour, stroke=theme.CASING, pen=3.0)


def plainly(value: float, digits: int = 3, signed: bool = False) -> str:
    """A number in decimals however small it is: 0.01, 0.000001, never 1e-06."""
    return np.format_float_positional(value, digits, fractional=False, trim="-", sign=signed).replace("-", "−")


class TrustRegionCloseup:
    """A window a third wider than the ring of the start, and wide enough for it when stretched `times`."""

    def __init__(self, trace: Trace, x: float, y: float, side: float, times: float = 1.0, pen: float = 6.0):
        self.trace, self.x, self.y, self.side = trace, x, y, side
        self.offsets = trace["ring"][0] - trace["start"]
        far = 1.33 * float(np.linalg.norm(self.offsets, axis=1).max())
        far = max(far, 1.08 * float(np.abs(self.offsets * [times**-0.5, times**0.5]).max()))
        self.sheet = KLWindow(x, y, side, trace["near_u"], trace["near_v"], trace["near_j"], far)
        self.ring = Ink(self.sheet.points(self.offsets), stroke=RING, pen=pen, casing=0.4 * pen)
        self.start = spot(self.sheet.points(np.zeros((1, 2))), 2 * pen)

    def put(self, stage: Stage) -> None:
        """Put sheet, ring and start on stage."""
        self.sheet.put(stage)
        stage.put(self.ring, "line")
        stage.put(self.start, "mover")

    def arrow(self, one: int, **style: Any) -> Ink:
        """The stride of one rule, from the start to the ring."""
        style = {"fill": LOOKS[one].colour, "stroke": theme.CASING, "pen": 2.0, "closed": True, **style}
        return Ink(self.sheet.arrow(self.stride(one)), **style)

    def stride(self, one: int) -> FloatArray:
        """Offset [2] of the end of one rule's stride, knobs as they are."""
        stride: FloatArray = self.trace["stride"][one, 0]
        return stride

    def reaching(self, arrow: Ink, one: int) -> Callable[[float], None]:
        """A function of the share that lets an arrow grow to its stride."""
        return lambda share: arrow.write(self.sheet.arrow(self.stride(one), share))

    def name(self, one: int, words: str = "") -> VMobject:
        """The rule's name, or other words for it, beyond the tip of its arrow.

        Where both arrows point to one side, the plain one's goes lower.
        """
        tail, tip = self.sheet.pixels(np.stack([np.zeros(2), self.stride(one)]))
        x, y = tip + 60 * (tip - tail) / max(float(np.hypot(*(tip - tail))), 1e-9) + [0, 8]
        to_right = self.trace["stride"][:, 0, 0] > 0
        if one == PLAIN and to_right[0] == to_right[1]:
            y += 52
        anchor = "left" if to_right[one] else "right"
        return halo(text(f"*{words or NAMES[one]}*", float(x), float(y), theme.BODY, LOOKS[one].colour, anchor), 10)

    def tag(self, words: str, size: float = 34) -> VMobject:
        """Words under the lowest point of the ring."""
        pixels = self.sheet.pixels(self.offsets)
        x, y = pixels[pixels[:, 1].argmax()]
        y = min(float(y) + 1.5 * size, self.y + self.side - 16)
        return halo(text(words, max(float(x) - 40, self.x + 16), y, size, theme.TEXT), 10)

    def stretch(self, times: float) -> None:
        """Draw the second knob `times` as long: the sheet, and the ring on it."""
        self.sheet.stretch(times)
        self.ring.write(*self.sheet.path([self.offsets]))

    def uphill(self) -> FloatArray:
        """The plain stride on the sheet as it is: along the gradient that one sees on it, to the ring."""
        turns = np.arctan2(self.offsets[:-1, 1], self.offsets[:-1, 0])
        radii = np.linalg.norm(self.offsets[:-1], axis=1)
        way = self.trace["gradient"] / self.sheet.scale**2
        reach = np.interp(np.arctan2(way[1], way[0]), turns, radii, period=2 * np.pi)
        stride: FloatArray = way / max(float(np.linalg.norm(way)), 1e-12) * reach
        return stride
