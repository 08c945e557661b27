"""Two knobs and the height that they set: first a company's profit, then the expected reward of a policy.

`Dial` is one knob with its name, its reading and a pointer; `Climb` is the walk that turns two of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine.ink import Ink, Marks
from scenes.engine.lettering import text
from scenes.engine.stage import Stage
from scenes.parts.plane import Plane
from scenes.theme import FloatArray

SWEEP = 0.75 * np.pi  # angle of a pointer at the ends of its range, from the top
RADIUS = 112.0
DIALS = (theme.LEFT + 1.16 * RADIUS + 4, (292.0, 566.0))
WORDS = theme.LEFT + 2 * RADIUS + 84
MAP = (1090.0, 178.0, 700.0, 700.0)
COORDINATES = ("u = (z_A - z_B) \\/ sqrt(2)", "v = (z_A + z_B - 2 z_C) \\/ sqrt(6)")  # of logits z: what our knobs turn


class Dial:
    """A round knob around canvas pixel (x, y); the pointer stands at a share from 0 to 1 of its range."""

    def __init__(self, x: float, y: float, radius: float = RADIUS):
        self.x, self.y, self.radius = x, y, radius
        angle = np.linspace(-SWEEP, SWEEP, 61)
        arc = np.stack([x + 1.16 * radius * np.sin(angle), y - 1.16 * radius * np.cos(angle)], axis=1)
        ring = np.linspace(0, 2 * np.pi, 73)
        rim = np.stack([x + radius * np.sin(ring), y - radius * np.cos(ring)], axis=1)
        self.scale = Ink(theme.points(*arc.T), stroke=theme.MUTED, pen=4.0)
        self.face = Ink(theme.points(*rim.T), fill=theme.HAIRLINE, stroke=theme.MUTED, pen=3.0, closed=True)
        self.pointer = Ink(np.zeros((0, 3)), stroke=theme.TEXT, pen=10.0)
        self.turn(0.5)

    @property
    def parts(self) -> tuple[Ink, Ink, Ink]:
        """From bottom to top."""
        return self.scale, self.face, self.pointer

    def turn(self, share: float) -> None:
        """Set the pointer; a share beyond the range stops at its end."""
        angle = (2 * min(max(share, 0.0), 1.0) - 1) * SWEEP
        along = self.radius * np.array([0.35, 0.9])
        self.pointer.write(theme.points(self.x + along * np.sin(angle), self.y - along * np.cos(angle)))


class Climb:
    """A walk uphill over a plane: its trail, its hiker, two dials, and the readings at each step."""

    def __init__(self, plane: Plane, path: FloatArray, dials: Sequence[Dial], readings: Sequence[Sequence[str]]):
        self.plane, self.path, self.dials = plane, path, dials
        self.trail = Ink(np.zeros((0, 3)), stroke=theme.TEXT, pen=6.0, casing=2.5)
        self.hiker = Marks(plane.centre(*path[0])[None], "circle", 14, fill=theme.TEXT, stroke=theme.CASING, pen=3.0)
        self.readings = [
            [text(reading, WORDS, y, 72) for reading in column]
            for column, y in zip(readings, (DIALS[1][0] + 60, DIALS[1][1] + 60, 886.0), strict=True)
        ]
        for column in self.readings:
            for reading in column[1:-1]:
                reading.running = True  # a counter, not a text

    def shares(self, at: FloatArray) -> tuple[float, float]:
        """Where the two pointers stand at one place."""
        (u0, u1), (v0, v1) = self.plane.u, self.plane.v
        return float((at[0] - u0) / (u1 - u0)), float((at[1] - v0) / (v1 - v0))

    def write(self, share: float) -> None:
        """Go that share of the way."""
        at = share * (len(self.path) - 1)
        k = min(int(at), len(self.path) - 2)
        here = self.path[k] + (at - k) * (self.path[k + 1] - self.path[k])
        so_far = np.vstack([self.path[: k + 1], here[None]])
        self.trail.write(*self.plane.trail(so_far[:, 0], so_far[:, 1]))
        self.hiker.place(self.plane.stop(so_far[:, 0], so_far[:, 1]))
        for dial, turned in zip(self.dials, self.shares(here), strict=True):
            dial.turn(turned)

    def put(self, stage: Stage) -> None:
        """Put the walk and its readings on stage, hidden."""
        for mover in (self.trail, self.hiker):
            stage.put(mover, "mover", shown=False)
        for column in self.readings:
            for reading in column:
                stage.put(reading, "text", shown=False)

    def go(self, stage: Stage, at: float, over: float) -> None:
        """Walk, and let the readings run along; the first ones are shown already."""
        movers = [self.trail, self.hiker, *(dial.pointer for dial in self.dials)]
        stage.write(movers, self.write, at=at, over=over)
        for column in self.readings:
            for k in range(1, len(column)):
                then = at + over * k / (len(column) - 1)
                stage.hide(column[k - 1], at=then, over=0.0)
                stage.show(column[k], at=then, over=0.0)

    @property
    def last(self) -> list[Mobject]:
        """The readings at the end."""
        return [column[-1] for column in self.readings]
