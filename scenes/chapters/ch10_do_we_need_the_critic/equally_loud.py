"""Right or wrong: the advantages of every group, and their standard deviation, before and after dividing by it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Marks, rule
from scenes.engine.lettering import number, text
from scenes.engine.stage import Stage
from scenes.parts import upright
from scenes.parts.pushes import Pushes
from scenes.parts.spoken import Spoken
from scenes.theme import FloatArray
from traces.store import Trace

TAKEN, BAR = 0.84, 0.86  # shares: of a group's room that its answers take, and of an answer's that its bar takes
ADVANTAGE = "{{ hat(A)_i : advantage }} = ( {{ r_i : reward }} - {{ mu : mean }} ) / {{ sigma : mean-2 }}"
DIVIDED, PLAIN = range(2)  # kinds in the trace


@dataclass(frozen=True)
class Places:
    """Where things stand: the groups and their bars across; baselines of three rows, and how their names are put."""

    names: theme.Area
    room: theme.Area
    plot: theme.Area
    rows: tuple[float, ...]
    above: float  # from a row's baseline to that of its name; none where names stand to its left
    figure: float  # size of the numbers in the rows

    @property
    def zero(self) -> float:
        """Where a push of nothing is."""
        return self.plot.middle[1]


def places(stage: Stage) -> Places:
    """Names beside the rows; upright, over them."""
    whole = upright.picture(stage)
    if stage.upright:
        plot = layout.trimmed(whole, top=theme.GUTTER, bottom=4 * theme.WIDE)
        rows = (row.bottom for row in layout.rows(layout.trimmed(whole, top=plot.bottom - whole.top), 3, gap=0))
        return Places(whole, whole, plot, tuple(rows), theme.GAP, theme.TICK)
    names, room = layout.columns(whole, (3, 15), gap=0)
    plot = layout.trimmed(room, top=theme.GUTTER, bottom=3 * theme.WIDE)
    rows = (row.bottom for row in layout.rows(layout.trimmed(room, top=plot.bottom - room.top), 3, gap=0))
    return Places(names, room, plot, tuple(rows), 0.0, theme.BODY)


class EquallyLoud(Stage):
    """Right or wrong: the advantages of every group, and their standard deviation, before and after dividing by it."""

    traces = ("grpo_group",)
    sizes = ("1080x1920",)

    def build(self) -> None:
        trace = self.trace("grpo_group")
        self.places = places(self)
        self.bring(upright.statement(self, "Why divide *by the standard deviation?*"))
        size = int(trace["right"][-1])
        self.rooms = [layout.narrowed(room, TAKEN) for room in layout.columns(self.places.room, size + 1, gap=0)]
        tallest = max(float(np.abs(trace["up"]).max()), float(np.abs(trace["down"]).max()), 1e-9)
        plot, zero = self.places.plot, self.places.zero
        self.unit = plot.height / 2 / tallest
        self.answers(size)
        advantage = Spoken(ADVANTAGE, size=theme.DISPLAY)
        wide = layout.area(advantage).width
        if wide > plot.width:
            advantage = Spoken(ADVANTAGE, size=theme.DISPLAY * plot.width / wide)
        layout.centred(advantage, plot)
        advantage.enter(self, at=-theme.CHANGE)
        advantage.light(self, "mean-2", at=("ask", 1.0))
        advantage.leave(self, at=("plain", -theme.CHANGE))
        # Advantages as they are, and then divided.
        values = np.array([1.0 if i < k else -1.0 for k in range(size + 1) for i in range(size)])
        divided, plain = (self.layout(trace["up"][kind], trace["down"][kind], size) for kind in (DIVIDED, PLAIN))
        line = rule(plot.left, zero, plot.right, zero, stroke=theme.AXIS, pen=theme.FINE)
        self.bring(line, "plain", "grid")
        bars, flat = Pushes(values, pen=theme.PEN), plain * [1, 1, 1, 0]
        bars.write(flat)
        for ink in bars.inks:
            self.put(ink, "mark")
        self.write(bars.inks, bars.between(flat, plain), at="plain", over=theme.SLOW, ease=theme.smooth)
        self.write(bars.inks, bars.between(plain, divided), at="divide", over=theme.REST, ease=theme.smooth)
        self.spreads(trace, size)
        self.lone(trace, size)
        self.bring(upright.source(self, f"Exact: groups of {size}, paid 1 or 0. Filled: right. Hollow: wrong."))

    def layout(self, up: FloatArray, down: FloatArray, size: int) -> FloatArray:
        # Every group's bars: so many right, pushed up, and the others, pushed down.
        rows = []
        for k, room in enumerate(self.rooms):
            pushes = [float(up[k])] * k + [float(down[k])] * (size - k)
            bars = [layout.narrowed(bar, BAR) for bar in layout.columns(room, size, gap=0)]
            rows += [
                [bar.left, self.places.zero, bar.width, self.unit * push]
                for bar, push in zip(bars, pushes, strict=True)
            ]
        return np.array(rows)

    def answers(self, size: int) -> None:
        # Under each group, its answers: right ones filled, wrong ones hollow.
        marks, right, _ = self.places.rows
        for k, room in enumerate(self.rooms):
            x, at = layout.middles(room, size), ("groups", 0.2 * k)
            places = theme.points(x, np.full(size, marks - theme.TIGHT))[:, :2]
            radius = min(theme.TIGHT, TAKEN * room.width / size) / 2 + 1
            if k:
                self.bring(Marks(places[:k], "circle", radius, fill=theme.UP), at, "mark")
            if k < size:
                self.bring(Marks(places[k:], "circle", radius - 1, stroke=theme.DOWN, pen=theme.FINE), at, "mark")
            self.bring(text(f"{k}", room.middle[0], right, self.places.figure, anchor="center"), at)
        for words, y in (("answers", marks), ("right", right)):
            self.label(words, y, "groups")

    def label(self, words: str, y: float, at: str, colour: str = theme.MUTED) -> None:
        # What a row shows, to its left or over it.
        self.bring(text(words, self.places.names.left, y - self.places.above, theme.LABEL, colour), at)

    def spreads(self, trace: Trace, size: int) -> None:
        # How much the advantages of a group differ: undivided, and divided.
        share = trace["right"] / size
        spread = np.sqrt(share * trace["up"] ** 2 + (1 - share) * trace["down"] ** 2)
        (*_, foot), figure = self.places.rows, self.places.figure
        self.label("standard deviation", foot, "plain")
        y = self.places.plot.top + theme.GAP - theme.TIGHT / 2 if self.upright else self.places.zero + theme.LABEL / 3
        self.label("advantage", y, "plain", theme.SYMBOLS["advantage"])
        for k, room in enumerate(self.rooms):
            before, after = (number(float(spread[kind, k])) for kind in (PLAIN, DIVIDED))
            old = self.bring(text(before, room.middle[0], foot, figure, anchor="center"), "plain")
            if after != before:
                self.hide(old, at="divide")
                new = text(f"*{after}*", room.middle[0], foot, figure, anchor="center")
                self.bring(new, ("divide", theme.REST))

    def lone(self, trace: Trace, size: int) -> None:
        # The only right answer of a group, and the wrong ones beside it; and the groups that agree.
        up, down = float(trace["up"][DIVIDED, 1]), float(trace["down"][DIVIDED, 1])
        bars = layout.columns(self.rooms[1], size, gap=0)
        zero = self.places.zero
        x, y = bars[0].right + theme.TIGHT, zero - self.unit * up + theme.STATEMENT
        self.bring(text(f"*{number(up, True)}*", x, y, theme.STATEMENT, theme.UP), "lone")
        y = zero - self.unit * down + theme.STATEMENT + theme.TIGHT
        word = text(f"*{number(down, True)}*", self.rooms[1].middle[0], y, theme.STATEMENT, theme.DOWN, "center")
        self.bring(word, ("lone", theme.REST))
        for room in (self.rooms[0], self.rooms[-1]):
            words = "*0*" if self.upright else "*nothing*"
            self.bring(text(words, room.middle[0], zero - theme.GUTTER, theme.BODY, anchor="center"), "agree")
