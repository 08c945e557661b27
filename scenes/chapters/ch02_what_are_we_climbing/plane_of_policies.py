"""Two differences of logits are two knobs: the triangle of chances opens into a plane of policies."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch02_what_are_we_climbing.common import (
    COLUMN,
    logits_of,
    mesh,
    policies,
    softmax,
    there_and_back,
    triangle_of,
)
from scenes.chapters.ch02_what_are_we_climbing.knobs import Knob
from scenes.engine import layout
from scenes.engine.ink import Ink, Marks
from scenes.engine.lettering import text
from scenes.engine.stage import Stage, When
from scenes.parts.definition import Definition
from scenes.parts.headings import source, statement
from scenes.parts.map_panel import MapPanel
from scenes.theme import FloatArray

AWAY = 0.35  # how far the point goes to show a direction, in widths of the map


class PlaneOfPolicies(Stage):
    """Two differences of logits are two knobs: the triangle of chances opens into a plane of policies."""

    traces = ("six_objectives",)

    def build(self) -> None:
        trace = self.trace("six_objectives")
        self.bring(statement("Two knobs: *every policy is a point on a plane*"))
        start = trace["theta"][0, 0, 0]
        self.plane = policies(trace)
        upper, lower = layout.rows(COLUMN, (3, 2), theme.WIDE)
        self.knobs = [
            Knob(name, [reading], place)
            for name, reading, place in zip(
                ("A against B", "A, B against C"),
                self.differences(start),
                layout.columns(upper, 2, theme.GAP),
                strict=True,
            )
        ]
        for knob, share in zip(self.knobs, self.shares(start), strict=True):
            knob.dial.turn(share)
            knob.stand(self, name="differences")
        self.bring(Definition("parameters", "the knobs of a model", lower.left, lower.top + theme.DISPLAY), "knobs")
        self.unfold(start)
        for which, cue in enumerate(("across", "upwards")):
            self.wander(start, which, cue)
        self.hide(*(knob.readings[0] for knob in self.knobs), at="plane")
        self.bring(MapPanel(self.plane, trace).corners(theme.STATEMENT), ("plane", 2 * theme.SLOW))
        self.bring(source("The dot: the policy with which training starts. The mesh: policies at equal distances."))

    def differences(self, point: FloatArray) -> list[str]:
        """A's logit less B's, and the mean of both less C's."""
        a, b, c = logits_of(point[None])[0]
        return [f"{x:.1f}".replace("-", "\N{MINUS SIGN}") for x in (a - b, (a + b) / 2 - c)]

    def shares(self, point: FloatArray) -> list[float]:
        """Where the two pointers stand."""
        return [
            float((x - low) / (high - low)) for x, (low, high) in zip(point, (self.plane.u, self.plane.v), strict=True)
        ]

    def unfold(self, start: FloatArray) -> None:
        # The triangle opens into the plane; a mesh of policies shows what goes where.
        plane, triangle = self.plane, triangle_of()
        self.bring(triangle)
        flat, starts = mesh(plane)
        here, there = triangle.points(softmax(logits_of(flat))), plane.points(flat[:, 0], flat[:, 1])
        net = self.bring(Ink(here, starts=starts, stroke=theme.AXIS, pen=theme.FINE), ("plane", -theme.CHANGE), "grid")
        before, after = triangle.points(softmax(logits_of(start[None])))[0, :2], plane.centre(*start)
        self.dot = Marks(before[None], "circle", 15, fill=theme.TEXT, stroke=theme.CASING, pen=3)
        self.bring(self.dot, layer="mover")

        def unfold(share: float) -> None:
            net.write(here + share * (there - here), starts)
            self.dot.place((before + share * (after - before))[None])

        self.write([net, self.dot], unfold, at=("plane", theme.QUICK), over=2 * theme.SLOW, ease=theme.smooth)
        self.hide(triangle, at=("plane", theme.QUICK))

    def wander(self, start: FloatArray, which: int, at: When) -> None:
        # Turn one knob: the point goes to the right, or upwards, and back.
        plane, knob = self.plane, self.knobs[which]
        names = ("A gains on B →", "↑ A and B gain on C")
        spots = (
            text(
                names[0], plane.x + plane.width, plane.y + plane.height + theme.GAP, theme.LABEL, theme.MUTED, "right"
            ),
            text(names[1], plane.x, plane.y - theme.TIGHT, theme.LABEL, theme.MUTED),
        )
        self.bring(spots[which], at)
        span = AWAY * (plane.u[1] - plane.u[0])

        def write(share: float) -> None:
            point = start + span * there_and_back(share) * np.eye(2)[which]
            self.dot.place(plane.centre(*point)[None])
            knob.dial.turn(self.shares(point)[which])

        self.write([self.dot, knob.dial.pointer], write, at=at, over=2 * theme.SLOW)
