"""The ratio's ruler: how much likelier an answer has become, on a logarithmic scale with 1 in the middle.

    ruler = RatioRuler(x, y, 600, reach=6)      # from 1/64 to 64
    ruler.put(stage)
    ruler.write(2.0)                            # the needle points at 2

`ruler.moving` are the mobjects that `write` changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine.ink import Ink
from scenes.engine.lettering import text

if TYPE_CHECKING:
    from scenes.engine.stage import Stage

HEAD = 24.0  # half the width of the needle's head, pixels


class RatioRuler:
    """A ruler of powers of two along y, `width` pixels from 2^-reach to 2^reach, and its needle."""

    def __init__(self, x: float, y: float, width: float, reach: int, every: int = 3, tall: float = 44.0):
        self.x, self.y, self.width, self.reach, self.tall = x, y, width, reach, tall
        self.middle = x + width / 2
        self.marks = [k for k in range(-reach, reach + 1) if k % every == 0]
        minor = np.array([self.place(2.0**k) for k in range(-reach, reach + 1)])
        long = np.array([self.place(2.0**k) for k in self.marks])
        xs = np.concatenate([[x, x + width], np.repeat(minor, 2), np.repeat(long, 2)])
        ys = np.concatenate([[y, y], np.tile([y, y + 9], len(minor)), np.tile([y, y + 18], len(long))])
        self.scale = Ink(theme.points(xs, ys), starts=range(0, len(xs), 2), stroke=theme.AXIS, pen=2.0)
        self.bar = Ink(np.zeros((0, 3)), fill=theme.SYMBOLS["ratio"], fill_opacity=0.45, closed=True)
        self.needle = Ink(np.zeros((0, 3)), fill=theme.SYMBOLS["ratio"], stroke=theme.CASING, pen=2.0, closed=True)
        self.write(1.0)

    def place(self, ratio: float) -> float:
        """Canvas x of a ratio, held to the ruler."""
        octave = np.clip(np.log2(max(float(ratio), 1e-12)), -self.reach, self.reach)
        return float(self.middle + self.width / 2 * octave / self.reach)

    def words(self, size: float = theme.TICK) -> list[Mobject]:
        """The ratios at the long marks."""
        names = ["1" if k == 0 else f"{2**k}" if k > 0 else f"1\\/{2**-k}" for k in self.marks]
        foot = self.y + 18 + 1.15 * size
        return [
            text(name, self.place(2.0**k), foot, size, theme.MUTED, "center")
            for k, name in zip(self.marks, names, strict=True)
        ]

    @property
    def moving(self) -> tuple[Ink, Ink]:
        """What `write` changes."""
        return self.bar, self.needle

    def write(self, ratio: float) -> None:
        """Point the needle at a ratio."""
        at, top = self.place(ratio), self.y - self.tall
        xs = np.array([self.middle, at, at, self.middle, self.middle])
        self.bar.write(theme.points(xs, np.array([top + 8, top + 8, self.y - 4, self.y - 4, top + 8])))
        wing = 0.55 * HEAD
        right = np.array([0, wing, 4, 4, -4, -4, -wing, 0])
        up = np.array([0, HEAD, HEAD, self.tall, self.tall, HEAD, HEAD, 0])
        self.needle.write(theme.points(at + right, self.y - up))

    def put(self, stage: Stage, shown: bool = True) -> list[Mobject]:
        """Put scale, numbers and needle on stage; returns them all."""
        return [
            stage.put(self.scale, "grid", shown),
            *[stage.put(word, "text", shown) for word in self.words()],
            stage.put(self.bar, "mark", shown),
            stage.put(self.needle, "mover", shown),
        ]
