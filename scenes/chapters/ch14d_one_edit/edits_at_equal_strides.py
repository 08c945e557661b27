"""Which edit matters at equal strides: a lane for each rule of the chain, and when its runs pass the mark."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch14d_one_edit.edit_lanes import TENS, EditLanes
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement


class EditsAtEqualStrides(Stage):
    """Which edit matters at equal strides: a lane for each rule of the chain, and when its runs pass the mark."""

    traces = ("six_objectives", "equal_strides")

    def build(self) -> None:
        trace, high = self.trace("equal_strides"), self.trace("six_objectives").numbers["high"]
        self.bring(statement("Which edit matters *when all strides are equal?*"))
        j = trace["edit_j"][0]
        above = j > high
        when = np.where(above.any(-1), above.argmax(-1), j.shape[-1])  # [seed, edit]
        last = float(np.max(when, where=above.any(-1), initial=1))
        lanes = EditLanes(self.trace("six_objectives").hyperparameters, int(-(-last // TENS) * TENS))
        lanes.put(self, axes="axes")
        lanes.dots(self, when, at="go", over=self.time("baseline") - self.time("go") - theme.REST)
        for cue in ("baseline", "scale", "leash"):
            lanes.light(self, cue, at=cue)
        note = f"Exact expected reward above {high:g}, {len(when)} runs a lane, critics exact"
        self.bring(source(f"{note}, stride {float(trace['strides'][0]):g} nats.", theme.NOTE), "go")
