"""When each run passes the mark: in the race as a line, at equal strides as dots."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch14c_equal_strides.arrivals import Arrivals, between, note, passes, told
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement


class RaceAgain(Stage):
    """When each run passes the mark: in the race as a line, at equal strides as dots."""

    traces = ("six_objectives", "equal_strides")

    def build(self) -> None:
        race, equal = self.trace("six_objectives"), self.trace("equal_strides")
        high = race.numbers["high"]
        self.bring(statement("The race once more, *all strides equal*"))
        batches = equal["j"].shape[-1] - 1
        lanes = Arrivals(theme.PICTURE, batches)
        lanes.put(self, axes="axes")
        long = race["long_j"].shape[-1] - 1
        for k in range(len(theme.OBJECTIVES)):
            before = passes(race["long_j"][:, k], high)
            there = before[before <= long]
            words = f"race: {told(before, long)}"
            low, last = (float(there.min()), float(there.max())) if len(there) else (long, long)
            lanes.line(self, k, low, last, words, ("before", 0.15 * k))
            when = passes(equal["j"][0, :, k], high)
            lanes.dots(self, k, when, between(when, batches), "now", self.sweep())
        self.bring(source(note(equal, 0, high)), "now")

    def sweep(self) -> float:
        """Seconds in which all batches go by."""
        return max(theme.REST, self.time("tie") - self.time("now") - theme.REST)
