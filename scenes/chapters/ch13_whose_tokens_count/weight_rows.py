"""A batch of answers token by token, and below it what each token weighs: a row of bars for each average.

rows = WeightRows(lengths, question, room)            # a column a token, gaps between answers and between questions
stage.bring(rows.tokens(0, y))                        # an answer's tokens as squares
rows.put(stage, weights, largest, row, colour, at)    # weights [answer, token] as bars in the area `row`
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from manim import Typst

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Ink, rule
from scenes.engine.lettering import text
from scenes.theme import Area, FloatArray

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

TAKEN = 0.76  # of a token's room that its bar takes
FINEST = 1000  # largest denominator of a weight


class WeightRows:
    """Columns of tokens in an area; answers of one question stand together."""

    def __init__(self, lengths: Sequence[int], question: Sequence[int], room: Area):
        gaps = [theme.WIDE if a != b else theme.GUTTER for a, b in zip(question[1:], question[:-1], strict=True)]
        unit = (room.width - sum(gaps)) / sum(lengths)
        self.answers: list[Area] = []
        left = room.left
        for length, gap in zip(lengths, [*gaps, 0], strict=True):
            self.answers.append(Area(left, room.top, left + unit * length, room.bottom))
            left += unit * length + gap
        self.slots = [
            [layout.narrowed(slot, TAKEN) for slot in layout.columns(answer, int(length), gap=0)]
            for answer, length in zip(self.answers, lengths, strict=True)
        ]

    def tokens(self, answer: int, y: float) -> Ink:
        """The tokens of an answer as squares that stand on `y`."""
        wide = self.slots[answer][0].width
        return self._boxes([answer], y, [[wide] * len(self.slots[answer])], fill=theme.MUTED)

    def put(self, stage: Stage, weights: FloatArray, largest: float, row: Area, colour: str, at: When) -> list[Typst]:
        """Bars that grow from the foot of a row, the largest weight as high as the row; returns a number an answer."""
        stage.bring(rule(row.left, row.bottom, row.right, row.bottom, stroke=theme.AXIS, pen=theme.FINE), at, "grid")
        unit = (row.height - theme.GAP) / largest
        heights = [[unit * float(w) for w in weights[k, : len(slots)]] for k, slots in enumerate(self.slots)]
        every = range(len(self.slots))
        bars = stage.put(self._boxes(every, row.bottom, heights, fill=colour), "mark")
        final = bars.points.copy()
        flat = final.copy()
        flat[:, 1] = theme.point(0.0, row.bottom)[1]
        bars.write(flat)
        stage.write(
            bars, lambda share: bars.write(flat + share * (final - flat)), at=at, over=theme.SLOW, ease=theme.smooth
        )
        words = []
        for answer, high, weight in zip(self.answers, heights, weights[:, 0], strict=True):
            part = Fraction(float(weight)).limit_denominator(FINEST)
            y = row.bottom - high[0] - theme.TIGHT
            word = text(f"{part.numerator}\\/{part.denominator}", answer.middle[0], y, theme.LABEL, anchor="center")
            words.append(stage.bring(word, at=stage.time(at) + theme.CHANGE))
        return words

    def _boxes(self, answers: Sequence[int], foot: float, heights: Sequence[Sequence[float]], fill: str) -> Ink:
        corners = [
            corner
            for answer, high in zip(answers, heights, strict=True)
            for slot, up in zip(self.slots[answer], high, strict=True)
            for corner in ((slot.left, foot), (slot.left, foot - up), (slot.right, foot - up), (slot.right, foot))
        ]
        xy = np.array(corners)
        starts = range(0, len(xy), 4)
        return Ink(theme.points(xy[:, 0], xy[:, 1]), starts=starts, closed=True, round_joins=False, fill=fill)
