"""One batch of answers, sorted by kind, and the mountain that all six rules stand on."""

from __future__ import annotations

from functools import partial

from manim import Mobject

from scenes import theme
from scenes.chapters.ch14a_six_maps.one_map import TOTALS, alone, names, territory
from scenes.chapters.ch14a_six_maps.totals import Totals
from scenes.engine import layout
from scenes.engine.lettering import counted, text
from scenes.engine.stage import Stage
from scenes.parts.batch import Batch
from scenes.parts.headings import statement

KINDS = ("A thinks, then is right", "B is right", "C is wrong")
ROOM = layout.trimmed(theme.PICTURE, top=theme.TITLE, bottom=2 * theme.WIDE)  # below the names, over the legend
LEGEND = layout.trimmed(theme.PICTURE, left=2 * theme.NUMBER)


class OneBatch(Stage):
    """One batch of answers, sorted by kind, and the mountain that all six rules stand on."""

    traces = ("six_objectives",)

    def build(self) -> None:
        trace = self.trace("six_objectives")
        question = self.put(statement("What do six rules make of *the very same answers?*"), "text")
        names(self)
        answers, groups = trace["batch_answer"], trace["batch_group"]
        count, size = int(groups.max()) + 1, int((groups == 0).sum())
        self.hide(question, at="batch")
        title = f"One batch: *{counted(count, 'group')} of {counted(size, 'answer')}*, a row for each group"
        self.enter(statement(title), at=("batch", 0.3))
        pitch = min(theme.WIDE, ROOM.width / size, ROOM.height / count)
        batch = Batch(answers, groups, ROOM.middle[0] - (size - 1) * pitch / 2, ROOM.top + pitch / 2, pitch)
        totals = Totals(answers, TOTALS)
        for marks in (batch.marks[1], batch.marks[2], batch.marks[0]):
            self.put(marks, "mark")
        self.dim(batch.marks[1], batch.marks[2], to=0.5, at="rare")
        self.dim(batch.marks[1], batch.marks[2], to=1.0, at="sort")
        legend: list[Mobject] = []
        y = theme.PICTURE.bottom
        for k, (words, place) in enumerate(zip(KINDS, layout.columns(LEGEND, len(KINDS)), strict=True)):
            legend += [self.put(Batch.sample(place.left + theme.GUTTER, y - theme.BODY / 3, k, theme.TITLE), "mark")]
            legend += [self.put(text(words, place.left + theme.WIDE, y, theme.BODY, theme.MUTED), "text")]
        self.hide(*legend, at="sort")
        for marks, sorted_marks in zip(batch.marks, totals.marks, strict=True):
            self.move(marks, partial(take_places, of=sorted_marks), "sort", theme.SLOW)
        totals.put_counts(self, at=("sort", 1.0))
        territory(self, alone(trace), trace, "ground", "bearings")


def take_places(marks: Mobject, of: Mobject) -> None:
    """Move markers to where the other ones stand."""
    marks.points[:] = of.points
