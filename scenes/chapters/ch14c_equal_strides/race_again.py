"""When each run passes the mark: in the race as a line, at equal strides as dots."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch14c_equal_strides.arrivals import TENS, Arrivals, between, note, passes, told
from scenes.engine.stage import Stage
from scenes.parts import upright
from scenes.parts.headings import source
from scenes.parts.legend import SIZE
from traces.store import Trace


class RaceAgain(Stage):
    """When each run passes the mark: in the race as a line, at equal strides as dots."""

    traces = ("six_objectives", "equal_strides")
    sizes = ("1080x1920",)

    def build(self) -> None:
        race, equal = self.trace("six_objectives"), self.trace("equal_strides")
        high = race.numbers["high"]
        self.bring(upright.statement(self, "The race once more, *all strides equal*"))
        batches = equal["j"].shape[-1] - 1
        lanes = Arrivals(upright.picture(self), self.across(equal, high) if self.upright else batches, self.upright)
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
        words = note(equal, 0, high)
        if self.upright:  # without the learned critics
            words = f"{words.split('. ')[0]}, critics exact. Lines: the race."
        self.bring(upright.source(self, words) if self.upright else source(words, SIZE), "now")

    def across(self, equal: Trace, high: float) -> int:
        """Batches on the short axis: to the ten after the last run that passes."""
        when = passes(equal["j"][0], high)
        last = when[when < equal["j"].shape[-1]].max()
        return int(-(-last // TENS) * TENS)

    def sweep(self) -> float:
        """Seconds in which all batches go by."""
        return max(theme.REST, self.time("tie") - self.time("now") - theme.REST)
