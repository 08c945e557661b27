"""Training runs in the triangle of chances, each with its marker in front, and the key that tells their lines apart.

walks = Walks(triangle, theme.LEFT, 162)
walks.go(stage, probs, look, at="before", pen=11.0, casing=2.0)     # probs [steps + 1, 3]
walks.key(stage, "natural gradient", stroke=look.colour)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scenes import theme
from scenes.engine.ink import Ink, Marks, rule
from scenes.engine.lettering import text
from scenes.parts.map_panel import along
from scenes.parts.triangle import Triangle
from scenes.theme import FloatArray, Look

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

SAMPLE = 2 * theme.LABEL  # pixels of a line of the key


class Walks:
    """Training runs in a triangle; their key has its first line at canvas pixel (x, y)."""

    def __init__(self, triangle: Triangle, x: float, y: float):
        self.triangle, self.x, self.y, self.keys = triangle, x, y, 0

    def go(
        self,
        stage: Stage,
        probs: FloatArray,
        look: Look,
        at: When,
        over: float = 2 * theme.SLOW,
        radius: float | None = None,
        **style: object,
    ) -> tuple[Ink, Marks]:
        """Let a policy go through `probs` [steps + 1, 3]; its line as `style` says, its marker as wide if unsaid."""
        steps = len(probs) - 1
        style = {"stroke": look.colour, "pen": theme.PEN, **style}
        points = self.triangle.points
        path = stage.put(Ink(points(probs), **style), "mark")  # type: ignore[arg-type]
        radius = theme.PEN + float(str(style["pen"])) if radius is None else radius
        head = Marks(points(probs[-1])[:, :2], look.marker, radius, fill=look.colour, stroke=theme.CASING, pen=3.0)
        stage.put(head, "mover", shown=False)

        def write(share: float) -> None:
            so_far = np.vstack([probs[: int(share * steps) + 1], along(probs, share * steps)[None]])
            path.write(points(so_far))
            head.place(points(so_far[-1])[:, :2])

        stage.show(head, at=at, over=0.2)
        stage.write([path, head], write, at=at, over=over, ease=theme.smooth)
        return path, head

    def key(self, stage: Stage, words: str, at: When | None = None, **style: object) -> None:
        """One line more of the key: a sample, and what it stands for."""
        y = self.y + theme.STATEMENT * self.keys
        look = {"stroke": theme.TEXT, "pen": theme.BOLD, **style}
        middle = y - theme.LABEL / 3
        stage.bring(rule(self.x, middle, self.x + SAMPLE, middle, **look), at)
        stage.bring(text(words, self.x + SAMPLE + theme.TIGHT, y, theme.LABEL), at)
        self.keys += 1
