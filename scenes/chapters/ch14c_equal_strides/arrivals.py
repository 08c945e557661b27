"""When each run arrives: a lane for each rule over one axis of batches, a dot a run, and how it was before as a line.

lanes = Arrivals(theme.PICTURE, 60)                 # narrow=True: the names stand over the lanes
lanes.put(stage, axes=None)
lanes.line(stage, 3, 15, 23, at="before")
lanes.dots(stage, 3, when, at="now", over=4.0)      # a run that never arrives stands at the right, at the end
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Marks, rule
from scenes.engine.lettering import halo, text
from scenes.parts.plane import Plane
from scenes.theme import FloatArray

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When
    from traces.store import Trace

TENS = 10
RADIUS = theme.BOLD  # of a dot
LOOKS = list(theme.OBJECTIVES.values())
BEFORE = 0.3  # where the line of what was before stands in its lane, from its top; the dots stand lower
NOW = 0.7
OVER, BELOW, BETWEEN = 0.24, 0.42, 0.48  # in a narrow lane: the name, what is below it, the line of what was before
NEVER = "not passed"


class Arrivals:
    """Six lanes in `room`, the first `batches` batches across; those who never arrive stand beyond them."""

    def __init__(self, room: theme.Area, batches: int, narrow: bool = False):
        self.batches, self.narrow = batches, narrow
        self.names = layout.trimmed(room, bottom=theme.WIDE)
        self.small = theme.TICK if narrow else theme.NOTE
        if narrow:
            self.never = layout.trimmed(self.names, left=room.width - 1.6 * theme.NUMBER)
            self.lanes = layout.rows(
                layout.trimmed(self.names, left=theme.GUTTER, right=2.15 * theme.NUMBER), len(LOOKS), gap=0
            )
            self.plane = Plane(*layout.rectangle(layout.area(*self.lanes)), (0.0, float(batches)), (0.0, 1.0))
            return
        self.never = layout.trimmed(self.names, left=room.width - 2 * theme.NUMBER)
        self.lanes = layout.rows(
            layout.trimmed(self.names, left=2 * theme.NUMBER + theme.GUTTER, right=2 * theme.NUMBER + theme.GAP),
            len(LOOKS),
            gap=0,
        )
        foot = layout.area(*self.lanes)
        self.plane = Plane(*layout.rectangle(foot), (0.0, float(batches)), (0.0, 1.0))

    def x(self, batch: float) -> float:
        """Where a batch is, across."""
        return float(self.plane.pixels(np.array([batch]), np.zeros(1))[0][0])

    def put(self, stage: Stage, axes: When | None = None) -> None:
        """The names, and the axis with its batches."""
        foot = layout.area(*self.lanes)
        for look, lane in zip(LOOKS, self.lanes, strict=True):
            y = lane.top + (OVER if self.narrow else NOW) * lane.height
            edge = rule(
                self.names.left, lane.top, self.names.right, lane.top, stroke=theme.HAIRLINE, pen=1.0, quiet=True
            )
            stage.bring(edge, layer="ground")
            mark = Marks(
                theme.points(self.names.left + theme.TIGHT, y)[:, :2], look.marker, theme.TIGHT, fill=look.colour
            )
            stage.bring(mark, layer="text")
            stage.bring(text(f"*{look.label}*", self.names.left + theme.GAP, y + theme.TIGHT, theme.BODY, look.colour))
        stage.bring(
            rule(foot.left, foot.bottom, foot.right, foot.bottom, stroke=theme.AXIS, pen=theme.FINE), axes, "grid"
        )
        for batch in range(0, self.batches + 1, TENS):
            x = self.x(batch)
            if batch:
                for lane in self.lanes if self.narrow else [foot]:
                    top = lane.top + (BELOW * lane.height if self.narrow else 0.0)
                    line = rule(x, top, x, lane.bottom, stroke=theme.HAIRLINE, pen=theme.FINE, quiet=True)
                    stage.bring(line, axes, "ground")
            stage.bring(text(f"{batch}", x, foot.bottom + theme.LABEL, self.small, theme.MUTED, "center"), axes)
        name = text("batch", foot.right + theme.GAP, foot.bottom + theme.LABEL, self.small, theme.MUTED)
        stage.bring(name, axes)

    def line(self, stage: Stage, k: int, first: float, last: float, words: str, at: When | None = None) -> None:
        """From the first run to the last as it was before; beyond the axis an arrow says so."""
        lane, colour = self.lanes[k], LOOKS[k].colour
        y = lane.top + (OVER if self.narrow else BEFORE) * lane.height
        if self.narrow:
            tag = text(words, self.names.right, y + theme.TIGHT, self.small, theme.MUTED, "right")
            stage.bring(tag, at)
            y = lane.top + BETWEEN * lane.height
            if first <= self.batches:
                line = rule(self.x(first), y, self.x(last), y, stroke=colour, pen=theme.BOLD, stroke_opacity=0.8)
                stage.bring(line, at, "line")
            return
        if first > self.batches:
            tag = text(f"{words} #sym.arrow.r", self.x(self.batches), y + theme.TIGHT, self.small, colour, "right")
            stage.bring(halo(tag), at)
            return
        wide = rule(self.x(first), y, self.x(last), y, stroke=colour, pen=theme.BOLD, stroke_opacity=0.8)
        stage.bring(wide, at, "line")
        stage.bring(halo(text(words, self.x(last) + theme.GUTTER, y + theme.TIGHT, self.small, theme.MUTED)), at)

    def places(self, k: int, when: FloatArray) -> FloatArray:
        """Manim points [n, 2] of the runs, in the order of their arrival: two beside one another, then the next two."""
        lane = self.lanes[k]
        y = lane.top + NOW * lane.height
        step = 2.0 * RADIUS
        out = []
        for batch in sorted(set(when.tolist())):
            count = int((when == batch).sum())
            gone = batch > self.batches
            x = self.never.left + theme.GAP if gone else self.x(batch)
            rows = -(-count // 2)
            for n in range(count):
                lone = count == 1 or (n == count - 1 and count % 2)
                side = 0.0 if lone else (n % 2 - 0.5) * step
                out.append((x + side, y + (n // 2 - (rows - 1) / 2) * step))
        found: FloatArray = theme.points(*np.array(out).T)[:, :2]
        return found

    def dots(self, stage: Stage, k: int, when: FloatArray, words: str, at: When, over: float) -> None:
        """Each run appears when the batches have come so far, and at the end from when to when they passed."""
        places, order = self.places(k, when), np.sort(when)
        dots = Marks(places[:0], "circle", RADIUS, fill=LOOKS[k].colour, stroke=theme.CASING, pen=1.0)
        stage.put(dots, "mover")

        def write(share: float) -> None:
            dots.place(places[: int((np.minimum(order, self.batches) <= share * self.batches).sum())])

        stage.write(dots, write, at=at, over=over)
        there = when[when <= self.batches]
        lane = self.lanes[k]
        y = lane.top + NOW * lane.height + theme.TIGHT
        x = self.x(float(there.max()) if len(there) else self.batches) + 1.5 * theme.GUTTER
        size = theme.LABEL if self.narrow else theme.BODY
        stage.bring(halo(text(f"*{words}*", x, y, size, LOOKS[k].colour)), stage.time(at) + over)
        if lost := len(when) - len(there):
            x = self.never.left + (theme.TITLE if self.narrow else theme.WIDE)
            tag = text(f"{lost} {NEVER}", x, y, self.small, LOOKS[k].colour)
            stage.bring(tag, stage.time(at) + over)


def between(when: FloatArray, batches: int) -> str:
    """From when to when the runs that arrive do so, in words."""
    there = when[when <= batches]
    if not len(there):
        return "none"
    low, high = int(there.min()), int(there.max())
    return f"{low}" if low == high else f"{low}–{high}"


def told(when: FloatArray, batches: int) -> str:
    """`between`, or how many arrive where not all of them do."""
    there = int((when <= batches).sum())
    return between(when, batches) if there == len(when) else f"{there} of {len(when)} by {batches}"


def passes(j: FloatArray, high: float) -> FloatArray:
    """The batch after which j [n, time] is first above `high`; one past the end where it never is."""
    above = j > high
    found: FloatArray = np.where(above.any(-1), above.argmax(-1), above.shape[-1]).astype(float)
    return found


def note(equal: Trace, stride: int, high: float) -> str:
    """What a dot is, and how it is with the critics that the rules learn."""
    word, runs = ("wide", "narrow")[stride], int(equal.numbers["seeds"])
    told = []
    for name, title in (("baseline", "the baseline"), ("trpo", "TRPO"), ("ppo", "PPO")):
        first, last, there = (
            int(equal.numbers[f"{word}_{end}_{name}_learned"]) for end in ("earliest", "latest", "arrived")
        )
        told.append(f"{title} {first}–{last}" + (f" ({there} of {runs} runs)" if there < runs else ""))
    size = float(equal["strides"][stride])
    return (
        f"Exact expected reward above {high:g}, {runs} runs, stride {size:g} nats. "
        f"With learned critics: {', '.join(told)}."
    )
