"""A toy teacher and two students of the same prompts: one reads words, the other is told all the chances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from scenes import theme
from scenes.chapters.ch16_from_r1_zero_to_r1.common import READABLE
from scenes.engine import layout
from scenes.engine.ink import Ink, rule
from scenes.engine.lettering import text
from scenes.engine.stage import Stage, When
from scenes.parts.headings import source, statement
from scenes.theme import Area, FloatArray
from traces.store import Trace

HARD, SOFT = range(2)
MOST = 10  # tokens that are shown, the likeliest of the teacher
FINEST = 0.001  # nat: no distance is written finer
TAKEN = 0.7  # of a token's room that its bar takes
GRAPH, SAID = layout.rows(theme.PICTURE, (5, 3), gap=theme.WIDE)
ROOMS = [layout.trimmed(room, top=theme.WIDE + theme.GAP) for room in layout.columns(GRAPH, 3, gap=theme.WIDE)]
NAMES = ("the *teacher*", "a student of *words*", "a student of *chances*")


class WordsOrProbabilities(Stage):
    """A toy teacher and two students of the same prompts: one reads words, the other is told all the chances."""

    traces = ("distillation",)

    def build(self) -> None:
        trace = self.trace("distillation")
        self.bring(statement("*Distillation:* the student reads, and the teacher wrote"))
        middle = len(trace["notes"]) // 2
        prompt, tokens = chosen(trace, middle)
        teacher = trace["teacher"][prompt, tokens]
        student = trace["student"][:, :, prompt][..., tokens]
        top = float(max(teacher.max(), student[:, middle:].max()))
        self.slots = [layout.columns(room, len(tokens), gap=0) for room in ROOMS]
        self.pair()
        for room, words, at in zip(ROOMS, NAMES, ("teacher", "words", "soft"), strict=True):
            self.bring(text(words, room.left, GRAPH.top + theme.GAP, theme.STATEMENT), at)
            self.bring(rule(room.left, room.bottom, room.right, room.bottom, stroke=theme.AXIS, pen=theme.FINE), at)
        self.bring(self.bars(0, teacher / top, fill=theme.MUTED), "teacher", "mark")
        words = f"chances of *{len(tokens)}* tokens after one prompt"
        self.bring(text(words, ROOMS[0].left, GRAPH.bottom + theme.GAP, theme.NOTE, theme.MUTED), "teacher")
        for kind, at in ((HARD, "words"), (SOFT, "soft")):
            drawn = self.bring(self.bars(1 + kind, student[kind, middle] / top, fill=READABLE), at, "mark")
            if kind == HARD:
                self.grow(drawn, self.heights(1, student[HARD, -1] / top), "more")
            outline = self.bars(1 + kind, teacher / top, stroke=theme.TEXT, pen=theme.FINE)
            self.bring(outline, at, "mark")
        tag = text("outlines: the teacher", ROOMS[1].left, GRAPH.bottom + theme.GAP, theme.NOTE, theme.MUTED)
        self.bring(tag, "words")
        self.table(trace, middle)
        prompts, seeds = trace["teacher"].shape[0], trace["distance"].shape[2]
        note = f"A toy. Bars: one prompt, one student. KL: exact, average over prompts: {prompts}, students: {seeds}."
        self.bring(source(note))

    def pair(self) -> None:
        # A large one and a small one, and what goes from the one to the other.
        words = (("*teacher*", theme.NUMBER), ("$->$", theme.NUMBER), ("*student*", theme.TITLE))
        parts = [text(word, size=size) for word, size in words]
        layout.row(*parts, gap=theme.WIDE)
        (x, y), (to_x, to_y) = layout.area(*parts).middle, theme.PICTURE.middle
        for part in parts:
            layout.shifted(part, to_x - x, to_y - y)
        called = layout.above(text("distillation", size=theme.STATEMENT, colour=theme.MUTED), parts[1], align="middle")
        for part in (*parts, called):
            self.bring(part)
            self.hide(part, at=("teacher", -theme.QUICK))

    def bars(self, place: int, shares: FloatArray, **style: Any) -> Ink:
        # A bar a token.
        points = self.heights(place, shares)
        return Ink(points, starts=range(0, len(points), 4), closed=True, round_joins=False, **style)

    def heights(self, place: int, shares: FloatArray) -> FloatArray:
        # The corners of these bars.
        corners = [
            corner
            for slot, share in zip(self.slots[place], shares, strict=True)
            for corner in bar(layout.narrowed(slot, TAKEN), float(share))
        ]
        x, y = np.array(corners).T
        return theme.points(x, y)

    def grow(self, drawn: Ink, after: FloatArray, at: When) -> None:
        # From one pile of notes to a larger one.
        before = drawn.points.copy()
        self.write(
            drawn,
            lambda share: drawn.write(before + share * (after - before)),
            at=at,
            over=theme.SLOW,
            ease=theme.smooth,
        )

    def table(self, trace: Trace, middle: int) -> None:
        # How far the students are from the teacher, a pile of notes a row.
        rows = layout.rows(layout.trimmed(SAID, top=theme.GAP), 3, gap=0)
        self.bring(text("KL from the teacher (nat)", SAID.left, rows[0].bottom, theme.BODY, theme.MUTED), "kl")
        told: Mapping[int, tuple[object, When]] = {middle: (rows[1], "kl"), len(trace["notes"]) - 1: (rows[2], "more")}
        for pile, (row, at) in told.items():
            base = layout.area(row).bottom
            words = f"after *{int(trace['notes'][pile])}* samples"
            self.bring(text(words, SAID.left, base, theme.STATEMENT), at)
            for kind in (HARD, SOFT):
                value = float(trace["distance"][kind, pile, :, -1].mean())
                self.bring(text(f"*{written(value)}*", ROOMS[1 + kind].left, base, theme.TITLE, READABLE), at)


def written(value: float) -> str:
    """A distance as it is spoken: two digits, and what is next to nothing as such."""
    if value < FINEST / 2:
        return f"below {FINEST:g}"
    return f"{value:.3f}" if value < 10 * FINEST else f"{value:.2f}" if value < 1 else f"{value:.1f}"


def bar(place: Area, share: float) -> tuple[tuple[float, float], ...]:
    """The corners of an upright bar."""
    top = place.bottom - share * place.height
    return (place.left, place.bottom), (place.left, top), (place.right, top), (place.right, place.bottom)


def chosen(trace: Trace, pile: int) -> tuple[int, list[int]]:
    """The prompt with notes whose student of words is as far off as the average, and the teacher's likeliest tokens."""
    teacher, student = trace["teacher"], trace["student"][HARD, pile]
    gap = (teacher * np.log(teacher / student)).sum(-1)
    read = trace["counts"][pile].sum(-1) > 0
    away = np.where(read, np.abs(gap - gap.mean()), np.inf)
    prompt = int(away.argmin())
    return prompt, np.argsort(-teacher[prompt])[:MOST].tolist()
