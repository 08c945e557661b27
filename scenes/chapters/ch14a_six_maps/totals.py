"""Answers sorted by kind, and beside each kind how often it came times the push of one answer: its total push as a bar.

totals = Totals(trace["batch_answer"], place)
totals.put_counts(stage, at="sort"); totals.put_push(stage, pushes, at="push"); totals.put_bars(stage, at="count")
totals.change(stage, other_pushes, at="baseline")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Ink, Marks, rule
from scenes.engine.lettering import text
from scenes.parts.batch import Batch
from scenes.parts.say import appear, say
from scenes.theme import Area, FloatArray

if TYPE_CHECKING:
    from manim import Typst

    from scenes.engine.stage import Stage, When

PITCH = theme.GAP  # of the marks, at most
GAP, INDENT, TALL, COUNT = 1.8, 1.4, 1.1, 2.0  # between blocks, before the marks, of a bar, of a count: in words' sizes


class Totals:
    """Three blocks of marks, one under the other, and beside each its sum and its bar."""

    def __init__(
        self,
        answers: FloatArray,
        place: Area,
        size: float = theme.FORMULA,
        shares: tuple[float, float] = (2, 1),
    ):
        blocks, beside = layout.columns(place, shares, gap=INDENT * size)
        self.size, gap = size, GAP * size
        self.x, self.left, self.right = blocks.left, beside.left, beside.right
        self.count = np.array([int((answers == k).sum()) for k in range(3)])
        room = blocks.width - INDENT * size
        columns = int(room // PITCH)
        while self._pitch(room, columns) * self._rows(columns).sum() > place.height - 2 * gap:
            columns += 1
        pitch, rows = self._pitch(room, columns), self._rows(columns)
        tops = place.top + np.cumsum([0.0, *(rows[:2] * pitch + gap)])
        self.middles = tops + rows * pitch / 2
        self.marks: list[Marks] = []
        for k, n in enumerate(self.count):
            at = np.arange(n)
            centres = theme.points(
                self.x + INDENT * size + pitch * (at % columns + 0.5), tops[k] + pitch * (at // columns + 0.5)
            )
            self.marks.append(Batch.drawn(centres[:, :2], k, pitch * (0.78 if k == 0 else 1.0)))  # stars reach far
        self.inks: list[tuple[Ink, Ink]] = []
        self.words: list[Typst] = []
        self.total = np.zeros(3)

    def _rows(self, columns: int) -> FloatArray:
        return np.maximum(1.0, np.ceil(self.count / columns))

    @staticmethod
    def _pitch(room: float, columns: int) -> float:
        return min(PITCH, room / columns)

    def put_counts(self, stage: Stage, at: When | None = None) -> None:
        """Whose block it is, and how many are in it."""
        for k, (letter, n, middle) in enumerate(zip("ABC", self.count, self.middles, strict=True)):
            when = None if at is None else stage.time(at) + 0.15 * k
            say(stage, f"*{letter}*", self.x, middle + self.size / 3, self.size, at=when)
            say(stage, f"{n}", self.left, middle - theme.TIGHT, self.size, theme.TEXT, at=when)

    def put_push(self, stage: Stage, push: FloatArray, at: When | None = None) -> None:
        """The push of one answer of each kind, after its count."""
        self.total = np.where(self.count > 0, self.count * push, 0.0)
        for k, (p, total, middle) in enumerate(zip(push, self.total, self.middles, strict=True)):
            word = text(
                f"× *{_short(p)}* = {_short(total)}", self.left + COUNT * self.size, middle - theme.TIGHT, self.size
            )
            self.words.append(appear(stage, word, "text", None if at is None else stage.time(at) + 0.1 * k))

    def put_bars(self, stage: Stage, at: When, *others: FloatArray) -> None:
        """A bar as long as count times push, growing from the zero line; the scale holds `others` of the pushes too."""
        every = np.stack([self.total, *(self.count * other for other in others)])
        up, down = max(0.0, float(every.max())), max(0.0, -float(every.min()))
        self.unit = (self.right - self.left) / max(up + down, 1e-9)
        self.zero = self.left + self.unit * down
        for middle in self.middles:
            top, foot = middle + theme.BOLD, middle + theme.TIGHT + TALL * self.size + theme.BOLD
            line = rule(self.zero, top, self.zero, foot, stroke=theme.AXIS, pen=theme.FINE)
            appear(stage, line, "grid", at)
            filled = Ink(np.zeros((2, 3)), fill=theme.UP, closed=True, round_joins=False)
            hollow = Ink(np.zeros((2, 3)), stroke=theme.DOWN, pen=theme.PEN, closed=True, round_joins=False)
            for ink in (filled, hollow):
                stage.put(ink, "mark")
            self.inks.append((filled, hollow))
        self._travel(stage, np.zeros(3), self.total, at)

    def change(self, stage: Stage, push: FloatArray, at: When) -> None:
        """Other pushes: the words are exchanged and the bars travel."""
        before, self.words = self.words, []
        for word in before:
            stage.hide(word, at=at, over=0.3)
        old = self.total
        self.put_push(stage, push, (at, 0.3) if isinstance(at, str) else stage.time(at) + 0.3)
        self._travel(stage, old, self.total, stage.time(at) + 0.3)

    def _travel(self, stage: Stage, old: FloatArray, new: FloatArray, at: When) -> None:
        def write(share: float) -> None:
            for (up, down), value, middle in zip(self.inks, old + share * (new - old), self.middles, strict=True):
                self._bar(up, max(0.0, float(value)), float(middle))
                self._bar(down, min(0.0, float(value)), float(middle))

        stage.write([ink for pair in self.inks for ink in pair], write, at=at, over=theme.SLOW, ease=theme.smooth)

    def _bar(self, ink: Ink, value: float, middle: float) -> None:
        top, end = middle + theme.TIGHT, self.zero + self.unit * value
        foot = top + TALL * self.size
        if abs(end - self.zero) < 0.5:
            ink.write(np.zeros((2, 3)), [0])  # a point: nothing to see, but on stage
            return
        xs = np.array([self.zero, end, end, self.zero])
        ink.write(theme.points(xs, np.array([top, top, foot, foot])), [0])


def _short(value: float) -> str:
    """Three figures; what is next to nothing is 0."""
    return f"{value:.3g}".replace("-", "−") if abs(value) > 1e-9 else "0"
