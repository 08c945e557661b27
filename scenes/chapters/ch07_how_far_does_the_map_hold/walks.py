"""Walks of policies in the triangle, each with its marker in front, and the key that tells their lines apart.

walks = Walks(triangle, 1530, 162)
walks.go(stage, probs, look, at="before", pen=11.0, casing=2.0)     # probs [steps + 1, 3]
walks.key(stage, "knobs as they are", at="before")
walks.name_end(stage, probs[-1], "natural", look, at=("before", 2.4))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scenes import theme
from scenes.engine.ink import Ink, Marks, rule
from scenes.engine.lettering import halo, text
from scenes.parts.map_panel import along
from scenes.parts.triangle import Triangle
from scenes.theme import FloatArray, Look

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

ROW = 46.0  # pixels between two lines of the key


class Walks:
    """Walks in a triangle; their key has its first line at canvas pixel (x, y)."""

    def __init__(self, triangle: Triangle, x: float, y: float):
        self.triangle, self.x, self.y, self.keys = triangle, x, y, 0

    def go(
        self,
        stage: Stage,
        probs: FloatArray,
        look: Look,
        at: When,
        over: float = 2.4,
        radius: float | None = None,
        **style: object,
    ) -> tuple[Ink, Marks]:
        """Let a policy walk through `probs` [steps + 1, 3]; its line as `style` says, its marker as wide if unsaid."""
        steps = len(probs) - 1
        style = {"stroke": look.colour, "pen": 5.0, **style}
        points = self.triangle.points
        path = stage.put(Ink(points(probs), **style), "mark")  # type: ignore[arg-type]
        radius = 4.0 + 1.2 * float(str(style["pen"])) if radius is None else radius
        rim = {"fill": str(style["stroke"]), "stroke": theme.CASING, "pen": 3.0}
        head = stage.put(Marks(points(probs[-1])[:, :2], look.marker, radius, **rim), "mover", shown=False)

        def write(share: float) -> None:
            so_far = np.vstack([probs[: int(share * steps) + 1], along(probs, share * steps)[None]])
            path.write(points(so_far))
            head.place(points(so_far[-1])[:, :2])

        stage.show(head, at=at, over=0.2)
        stage.write([path, head], write, at=at, over=over, ease=theme.smooth)
        return path, head

    def name_end(self, stage: Stage, probs: FloatArray, word: str, look: Look, *more: str, at: When) -> None:
        """Call a walk by name left of where it ends; further words have lines of their own under it."""
        x, y = (float(c) for c in probs @ self.triangle.corners)
        parts = [halo(text(f"*{word}*", x - 44, y + 4 - 12 * len(more), 34, look.colour, "right"))]
        parts += [halo(text(m, x - 44, y + 22 + 36 * k, 28, look.colour, "right")) for k, m in enumerate(more)]
        stage.show(*[stage.put(part, "text", shown=False) for part in parts], at=at, over=theme.QUICK)

    def key(self, stage: Stage, *words: str, at: When, **style: object) -> None:
        """One line more of the key: a sample, and words of which each has a line of its own."""
        x, y = self.x, self.y + ROW * self.keys
        look = {"stroke": theme.TEXT, "pen": 6.0, **style}
        parts = [stage.put(rule(x, y - 9, x + 60, y - 9, **look), "line", shown=False)]
        for k, word in enumerate(words):
            said = text(word, x + 74, y + 38 * k, 28, str(look["stroke"]))
            parts.append(stage.put(said, "text", shown=False))
        stage.show(*parts, at=at)
        self.keys += 1
