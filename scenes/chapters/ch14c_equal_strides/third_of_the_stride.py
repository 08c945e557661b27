"""The race at a second, shorter stride: later, and the same picture."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch14c_equal_strides.arrivals import Arrivals, between, note, passes
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.parts.legend import SIZE


class ThirdOfTheStride(Stage):
    """The race at a second, shorter stride: later, and the same picture."""

    traces = ("six_objectives", "equal_strides")

    def build(self) -> None:
        race, equal = self.trace("six_objectives"), self.trace("equal_strides")
        wide, high = float(equal["strides"][0]), race.numbers["high"]
        self.bring(statement("Was that stride *a lucky choice?*"))
        batches = equal["j"].shape[-1] - 1
        lanes = Arrivals(theme.PICTURE, batches)
        lanes.put(self)
        over = max(theme.REST, self.time("again") - self.time("now") - theme.CHANGE)
        for k in range(len(theme.OBJECTIVES)):
            before, when = (passes(equal["j"][s, :, k], high) for s in range(2))
            there = before[before <= batches]
            low, last = (float(there.min()), float(there.max())) if len(there) else (batches, batches)
            lanes.line(self, k, low, last, f"stride {wide:g}: {between(before, batches)}")
            lanes.dots(self, k, when, between(when, batches), "now", over)
        self.bring(source(note(equal, 1, high), SIZE), "now")
