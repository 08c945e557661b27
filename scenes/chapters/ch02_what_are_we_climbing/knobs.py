"""Two knobs, and a walk that turns them.

`Dial` is one knob with a pointer; `Knob` is a dial with its name and its readings; `Climb` is a walk over a map that
turns two of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Ink, Marks
from scenes.engine.lettering import counter, text
from scenes.parts.plane import Plane
from scenes.theme import Area, FloatArray

if TYPE_CHECKING:
    from manim import Typst

    from scenes.engine.stage import Stage, When

SWEEP = 0.75 * np.pi  # angle of a pointer at the ends of its range, from the top
RADIUS = 88.0
OUTSIDE = 1.16  # radius of the scale, in radii


class Dial:
    """A round knob around canvas pixel (x, y); the pointer stands at a share from 0 to 1 of its range."""

    def __init__(self, x: float, y: float, radius: float = RADIUS):
        self.x, self.y, self.radius = x, y, radius
        angle = np.linspace(-SWEEP, SWEEP, 61)
        arc = np.stack([x + OUTSIDE * radius * np.sin(angle), y - OUTSIDE * radius * np.cos(angle)], axis=1)
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


class Knob:
    """A dial in an area, its name above it, and beside it its readings, one a step."""

    def __init__(self, name: str, readings: Sequence[str], place: Area):
        self.name = text(name, place.left, place.top + theme.STATEMENT, theme.STATEMENT, theme.MUTED)
        reach = OUTSIDE * RADIUS
        self.dial = Dial(place.left + reach, layout.area(self.name).bottom + theme.GAP + reach)
        self.readings = [text(f"*{reading}*", size=theme.TITLE) for reading in readings]
        for reading in self.readings:
            layout.at(reading, x=place.left + 2 * reach + theme.GAP, y=self.dial.y + theme.GUTTER)
        for reading in self.readings[1:-1]:
            counter(reading)
        self.foot = Area(place.left, self.dial.y + reach, place.right, place.bottom)

    def stand(self, stage: Stage, name: When | None = None, reading: int = 0) -> None:
        """The dial from the start, name and reading there or from a time on."""
        for part in self.dial.parts:
            stage.put(part, "mover" if part is self.dial.pointer else "line")
        stage.bring(self.name, name)
        stage.bring(self.readings[reading], name)

    def nudge(self, stage: Stage, share: float, by: float, at: When, over: float = theme.REST) -> None:
        """Turn the knob a little and back."""
        stage.write(
            self.dial.pointer,
            lambda part: self.dial.turn(share + by * float(np.sin(np.pi * part))),
            at=at,
            over=over,
            ease=theme.smooth,
        )


class Climb:
    """A walk over a plane [time, 2]: its trail, its hiker, two dials or none, and what runs along with it."""

    def __init__(self, plane: Plane, path: FloatArray, dials: Sequence[Dial], columns: Sequence[Sequence[Typst]]):
        self.plane, self.path, self.dials, self.columns = plane, path, dials, columns
        self.trail = Ink(np.zeros((0, 3)), stroke=theme.TEXT, pen=theme.BOLD, casing=2.5)
        self.hiker = Marks(plane.centre(*path[0])[None], "circle", 14, fill=theme.TEXT, stroke=theme.CASING, pen=3.0)
        self.stand(0.0)

    def shares(self, at: FloatArray) -> tuple[float, float]:
        """Where the two pointers stand at one place."""
        (u0, u1), (v0, v1) = self.plane.u, self.plane.v
        return float((at[0] - u0) / (u1 - u0)), float((at[1] - v0) / (v1 - v0))

    def stand(self, at: float) -> None:
        """Go to a time of the walk."""
        k = min(int(at), len(self.path) - 2)
        here = self.path[k] + (at - k) * (self.path[k + 1] - self.path[k])
        so_far = np.vstack([self.path[: k + 1], here[None]])
        self.trail.write(*self.plane.trail(so_far[:, 0], so_far[:, 1]))
        self.hiker.place(self.plane.stop(so_far[:, 0], so_far[:, 1]))
        for dial, turned in zip(self.dials, self.shares(here), strict=False):
            dial.turn(turned)

    def go(self, stage: Stage, first: int, last: int, at: When, over: float) -> None:
        """Walk from one time to another, and let the readings run along."""
        start = stage.time(at)
        movers = [self.trail, self.hiker, *(dial.pointer for dial in self.dials)]
        stage.write(movers, lambda share: self.stand(first + share * (last - first)), at=start, over=over)
        for column in self.columns:
            for k in range(first + 1, last + 1):
                then = start + over * (k - first) / (last - first)
                stage.hide(column[k - 1], at=then, over=0.0)
                stage.bring(column[k], then, over=0.0)
