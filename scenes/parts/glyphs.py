"""Small drawings that stand for things: cat and robot, food and exit, vacuum cleaner and wall.

Each is one Ink: three outlines and a few holes, of equally many points, so that any one can turn into any other.

    glyph = Glyph("cat", x, y, 44)
    stage.put(glyph.ink, "mark")
    glyph.become(stage, "robot", at="name")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scenes import theme
from scenes.engine.ink import Ink, travelled
from scenes.theme import FloatArray

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

POINTS = 64  # of each outline and hole


def _ellipse(x: float, y: float, rx: float, ry: float) -> FloatArray:
    angle = np.linspace(0, 2 * np.pi, 49)
    return np.stack([x + rx * np.cos(angle), y + ry * np.sin(angle)], axis=1)


def _box(x: float, y: float, width: float, height: float) -> FloatArray:
    """A rectangle around (x, y)."""
    w, h = width / 2, height / 2
    return np.array([[x + w, y - h], [x + w, y + h], [x - w, y + h], [x - w, y - h], [x + w, y - h]])


def _round_box(x: float, y: float, width: float, height: float, radius: float) -> FloatArray:
    angle = np.linspace(0, np.pi / 2, 9)
    corners = []
    for k, (sx, sy) in enumerate(((1, 1), (-1, 1), (-1, -1), (1, -1))):
        centre = np.array([x + sx * (width / 2 - radius), y + sy * (height / 2 - radius)])
        turn = angle + k * np.pi / 2
        corners.append(centre + radius * np.stack([np.cos(turn), np.sin(turn)], axis=1))
    ring = np.concatenate(corners)
    return np.vstack([ring, ring[:1]])


def _polygon(*corners: tuple[float, float]) -> FloatArray:
    return np.array([*corners, corners[0]], dtype=float)


def _ribbon(spine: list[tuple[float, float]], width: float) -> FloatArray:
    """The outline of a line of this width."""
    at = np.array(spine)
    along = np.gradient(at, axis=0)
    side = 0.5 * width * np.stack([-along[:, 1], along[:, 0]], axis=1) / np.hypot(*along.T)[:, None]
    ring = np.concatenate([at + side, (at - side)[::-1]])
    return np.vstack([ring, ring[:1]])


# Three outlines each, and holes in them, in a square from -1 to 1, y up.
BODIES: dict[str, tuple[FloatArray, FloatArray, FloatArray]] = {
    "cat": (
        _ellipse(0, -0.12, 0.86, 0.7),
        _polygon((-0.12, 0.42), (-0.68, 0.94), (-0.82, 0.0)),
        _polygon((0.82, 0.0), (0.68, 0.94), (0.12, 0.42)),
    ),
    "robot": (
        _round_box(0, -0.2, 1.6, 1.2, 0.24),
        _box(0, 0.55, 0.12, 0.4),
        _ellipse(0, 0.82, 0.15, 0.15),
    ),
    "food": (
        _ellipse(-0.18, 0, 0.74, 0.46),
        _polygon((0.32, 0.0), (0.95, -0.46), (0.95, 0.46)),
        _polygon((0.1, 0.3), (-0.1, 0.72), (-0.5, 0.36)),
    ),
    "exit": (
        _box(-0.56, -0.05, 0.2, 1.7),
        _box(0.56, -0.05, 0.2, 1.7),
        _box(0, 0.8, 1.32, 0.2),
    ),
    "vacuum": (
        _polygon(
            (0.95, -0.86),
            *((0.45 + 0.5 * np.cos(t), -0.62 + 0.56 * np.sin(t)) for t in np.linspace(0, np.pi, 25)),
            (-0.05, -0.86),
        ),
        _ribbon(
            [
                (-0.72, -0.78),
                (-0.3, 0.62),
                (-0.2, 0.8),
                (-0.02, 0.88),
                (0.2, 0.8),
                (0.34, 0.56),
                (0.38, 0.2),
                (0.36, -0.2),
            ],
            0.15,
        ),
        _polygon((-0.44, -0.86), (-0.5, -0.62), (-0.9, -0.62), (-1.0, -0.86)),
    ),
    "wall": (
        _box(0, -0.6, 1.8, 0.52),
        _box(0, 0, 1.8, 0.52),
        _box(0, 0.6, 1.8, 0.52),
    ),
}
HOLES: dict[str, tuple[FloatArray, ...]] = {
    "cat": (
        _ellipse(-0.34, 0.04, 0.1, 0.16),
        _ellipse(0.34, 0.04, 0.1, 0.16),
        _polygon((0, -0.36), (0.12, -0.22), (-0.12, -0.22)),
        _polygon((0.3, -0.3), (0.72, -0.22), (0.72, -0.26), (0.3, -0.34)),
        _polygon((0.3, -0.4), (0.66, -0.46), (0.66, -0.5), (0.3, -0.44)),
        _polygon((-0.3, -0.3), (-0.72, -0.22), (-0.72, -0.26), (-0.3, -0.34)),
        _polygon((-0.3, -0.4), (-0.66, -0.46), (-0.66, -0.5), (-0.3, -0.44)),
    ),
    "robot": (_ellipse(-0.36, -0.02, 0.17, 0.17), _ellipse(0.36, -0.02, 0.17, 0.17), _box(0, -0.52, 0.8, 0.12)),
    "food": (_ellipse(-0.56, 0.1, 0.08, 0.08), _polygon((-0.28, -0.26), (-0.22, -0.26), (-0.22, 0.26), (-0.28, 0.26))),
    "exit": (),
    "vacuum": (_ellipse(0.7, -0.66, 0.14, 0.14), _ellipse(0.2, -0.66, 0.14, 0.14)),
    "wall": tuple(
        _box(x, y, 0.08, 0.52)
        for x, y in ((-0.3, 0.6), (0.4, 0.6), (-0.6, 0), (0.1, 0), (0.7, 0), (-0.3, -0.6), (0.4, -0.6))
    ),
}


MOST = max(len(holes) for holes in HOLES.values())


def _resample(outline: FloatArray) -> FloatArray:
    """The closed outline with POINTS points, evenly along its length."""
    along = travelled(outline)
    at = np.linspace(0, along[-1], POINTS)
    return np.stack([np.interp(at, along, outline[:, k]) for k in (0, 1)], axis=1)


def _turned(outline: FloatArray, sign: float) -> FloatArray:
    """The outline, counter-clockwise for sign 1 and clockwise for -1: what runs the other way is a hole."""
    x, y = outline.T
    return outline if sign * float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])) > 0 else outline[::-1]


def shape(name: str) -> FloatArray:
    """All outlines of a drawing [(3 + MOST) * POINTS, 2]; holes that it does not have are single points."""
    bodies = [_turned(_resample(outline), 1.0) for outline in BODIES[name]]
    holes = [_turned(_resample(outline), -1.0) for outline in HOLES[name]]
    middle = bodies[0].mean(axis=0)
    return np.concatenate([*bodies, *holes, *[np.tile(middle, (POINTS, 1))] * (MOST - len(holes))])


class Glyph:
    """One drawing around canvas pixel (x, y), `radius` pixels high to either side."""

    def __init__(self, name: str, x: float, y: float, radius: float, colour: str = theme.TEXT):
        self.name, self.x, self.y, self.radius, self.colour = name, x, y, radius, colour
        starts = range(0, (3 + MOST) * POINTS, POINTS)
        self.ink = Ink(self._points(name), starts=starts, fill=colour, closed=True)
        self.back = Ink(self.ink.points[: 3 * POINTS], starts=starts[:3], fill=theme.CASING, closed=True, quiet=True)

    @property
    def parts(self) -> tuple[Ink, Ink]:
        """The drawing and the dark ground behind its holes, which a walker needs on top of a line."""
        return self.back, self.ink

    def _write(self, points: FloatArray) -> None:
        self.ink.points, self.back.points = points, points[: 3 * POINTS]

    def _points(self, name: str) -> FloatArray:
        outlines = shape(name)
        return theme.points(self.x + self.radius * outlines[:, 0], self.y - self.radius * outlines[:, 1])

    def move(self, stage: Stage, x: float, y: float, at: When, over: float, radius: float | None = None) -> None:
        """Go to another canvas pixel, and to another size if told."""
        self.x, self.y, self.radius = x, y, self.radius if radius is None else radius
        self._change(stage, at, over)

    def become(self, stage: Stage, name: str, at: When, over: float = theme.SLOW) -> None:
        """Turn into another drawing."""
        self.name = name
        self._change(stage, at, over)

    def _on(self, stage: Stage) -> list[Ink]:
        """The parts that are on this stage."""
        actors = {id(actor.mobject) for actor in stage.timeline.actors}
        return [part for part in self.parts if id(part) in actors]

    def _change(self, stage: Stage, at: When, over: float) -> None:
        before, after = self.ink.points.copy(), self._points(self.name)

        def write(share: float) -> None:
            self._write(before + share * (after - before))

        stage.write(self._on(stage), write, at=at, over=over, ease=theme.smooth, channel="points")

    def follow(self, stage: Stage, path: FloatArray, at: When, over: float) -> None:
        """Walk along a polyline of canvas pixels [n, 2] that begins here, at an even pace."""
        home, start = self.ink.points.copy(), theme.point(self.x, self.y)
        along = travelled(path)

        def write(share: float) -> None:
            x, y = (float(np.interp(share * along[-1], along, path[:, k])) for k in (0, 1))
            self._write(home + (theme.point(x, y) - start))

        stage.write(self._on(stage), write, at=at, over=over, channel="points")
        self.x, self.y = (float(c) for c in path[-1])
