"""Rings of one KL around many policies: on the plane of the knobs, and in the triangle of the odds.

    rings = Rings(trace, plane)
    home = stage.put(rings.home(), "mark")              # around the start
    rings.elsewhere(stage, at="many")                   # around other policies; the largest and smallest are named
    rings.told_in_odds(stage, triangle, at="triangle")  # the same in the triangle

Rings too small to be seen are all drawn `zoom` times as large; say so where that is not 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scenes import theme
from scenes.engine.ink import Ink
from scenes.engine.lettering import halo, text
from scenes.parts.plane import Plane
from scenes.parts.triangle import Triangle
from scenes.parts.trust_region_closeup import RING, spot
from scenes.theme import FloatArray
from traces.store import Trace

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

LEAST = 24.0  # pixels that the ring of the start is long at least
EACH = 0.12  # seconds between two rings


class Rings:
    """The trace's rings [ring, angle, 2] around `centre`, and the same as odds; the first is that of the start."""

    def __init__(self, trace: Trace, plane: Plane):
        self.trace, self.plane = trace, plane
        x, y = plane.pixels(*trace["ring"][0].T)
        size = float(np.hypot(np.ptp(x), np.ptp(y)))
        self.zoom = next((zoom for zoom in (1, 10, 100, 1000, 10000) if zoom * size > LEAST), 100000)

    def on_plane(self, k: int) -> FloatArray:
        """Ring k in (u, v), as large as it is drawn."""
        centre: FloatArray = self.trace["centre"][k]
        return centre + self.zoom * (self.trace["ring"][k] - centre)

    def in_odds(self, k: int) -> FloatArray:
        """Ring k in probabilities, as large as it is drawn."""
        centre: FloatArray = self.trace["centre_probs"][k]
        return centre + self.zoom * (self.trace["ring_probs"][k] - centre)

    def home(self, pen: float = 5.0) -> Ink:
        """The ring of the start, on the plane."""
        points, starts = self.plane.trail(*self.on_plane(0).T)
        return Ink(points, starts=starts, stroke=RING, pen=pen, casing=2.0)

    def elsewhere(self, stage: Stage, at: When) -> None:
        """Show all other rings on the plane, one after the other, and say which is largest and which smallest."""
        when, areas = stage.time(at), []
        for k, centre in enumerate(self.trace["centre"]):
            points, starts = self.plane.trail(*self.on_plane(k).T)
            seen = bool(self.plane.inside(centre[:1], centre[1:])[0])
            if not seen or not len(points):
                continue
            areas.append((area(self.trace["ring"][k]), k))
            if k:
                ring = stage.put(Ink(points, starts=starts, stroke=RING, pen=4.0, casing=1.5), "mark", shown=False)
                middle = stage.put(spot(self.plane.points(centre[:1], centre[1:]), 6), "mover", shown=False)
                stage.show(ring, middle, at=when + EACH * k)
        for word, (_, k) in zip(("large", "small"), (max(areas), min(areas)), strict=True) if len(areas) > 1 else ():
            x, y = self.plane.pixels(*self.on_plane(k).T)
            right = float(x.max()) < self.plane.x + 0.8 * self.plane.width
            at_x, anchor = (float(x.max()) + 14, "left") if right else (float(x.min()) - 14, "right")
            tag = halo(text(f"*{word}*", at_x, float(y.mean()) + 12, 36, theme.TEXT, anchor), 10)
            stage.enter(tag, at=when + 1.0)

    def told_in_odds(self, stage: Stage, triangle: Triangle, at: When) -> None:
        """Show all rings in the triangle, one after the other, and say which is largest and which smallest."""
        when, areas = stage.time(at), []
        for k, middle in enumerate(self.trace["centre_probs"]):
            points = triangle.points(self.in_odds(k))
            areas.append((area(points[:, :2]), k))
            ring = stage.put(Ink(points, stroke=RING, pen=4.0, casing=1.5), "mark", shown=False)
            stage.show(ring, stage.put(spot(triangle.points(middle), 6), "mover", shown=False), at=when + EACH * k)
        for word, (_, k) in zip(("large", "small"), (max(areas), min(areas, key=lambda a: (a[0], -a[1]))), strict=True):
            xs, ys = (self.in_odds(k) @ triangle.corners).T
            tag = halo(text(f"*{word}*", float(xs.max()) + 14, float(ys.mean()) + 4, 36, theme.TEXT), 10)
            stage.enter(tag, at=when + 1.2)


def area(loop: FloatArray) -> float:
    """The area inside a closed line [n, 2], to six digits: what is equal by symmetry shall compare as equal."""
    x, y = loop.T
    return float(f"{0.5 * abs(float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))):.6g}")
