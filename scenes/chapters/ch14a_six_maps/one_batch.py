"""One batch of answers, sorted by kind, and the mountain that all six rules stand on."""

from __future__ import annotations

from functools import partial

from manim import Mobject

from scenes import theme
from scenes.chapters.ch14a_six_maps.one_map import TOTALS, alone, names, territory
from scenes.chapters.ch14a_six_maps.totals import Totals
from scenes.engine.lettering import counted, text
from scenes.engine.stage import Stage
from scenes.parts.batch import Batch
from scenes.parts.headings import statement


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
        pitch = min(70.0, (theme.RIGHT - theme.LEFT) / size, 560 / count)
        batch = Batch(answers, groups, (theme.WIDTH - (size - 1) * pitch) / 2, 264.0, pitch)
        totals = Totals(answers, *TOTALS)
        for marks in (batch.marks[1], batch.marks[2], batch.marks[0]):
            self.put(marks, "mark")
        self.dim(batch.marks[1], batch.marks[2], to=0.45, at="rare")
        self.dim(batch.marks[1], batch.marks[2], to=1.0, at="sort")
        legend: list[Mobject] = []
        for k, words in enumerate(("A thinks, then is right", "B is right", "C is wrong")):
            at = 390 + k * 480
            legend += [self.put(Batch.sample(at, 879, k, 60), "mark")]
            legend += [self.put(text(words, at + 50, 890, 34, theme.MUTED), "text")]
        self.hide(*legend, at="sort")
        for marks, sorted_marks in zip(batch.marks, totals.marks, strict=True):
            self.move(marks, partial(take_places, of=sorted_marks), "sort", 1.3)
        totals.put_counts(self, at=("sort", 1.0))
        territory(self, alone(trace), trace, "ground", "bearings")


def take_places(marks: Mobject, of: Mobject) -> None:
    """Move markers to where the other ones stand."""
    marks.points[:] = of.points
