"""With one update per batch the loss is the KL penalty alone: it begins at zero, and rises with the reward."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.chart import Chart
from scenes.parts.headings import source, statement
from scenes.parts.spoken import Spoken
from traces.store import Trace

LOSS = (
    "- & {{ 1/G sum_i : mean }} {{ rho_i : ratio }} thin {{ hat(A)_i : advantage }} + {{ beta thin upright(k3) : kl }}"
)
ONES = "= - & {{ 1/G sum_i : mean }} {{ 1 : ratio }} thin {{ hat(A)_i : advantage }} + {{ beta thin upright(k3) : kl }}"
LEFT = "= & {{ 0 : mean }} + {{ beta thin upright(k3) : kl }}"
SPAN = 1.15  # of the values that a chart shows
GRPO = theme.OBJECTIVES["grpo"].colour


class LossThatRises(Stage):
    """With one update per batch the loss is the KL penalty alone: it begins at zero, and rises with the reward."""

    traces = ("grpo_group",)

    def build(self) -> None:
        trace = self.trace("grpo_group")
        self.bring(statement("Why does my loss *start at zero, and then rise?*"))
        left, right = layout.columns(theme.PICTURE, (5, 6), gap=theme.WIDE)
        self.value(left)
        self.curves(trace, right)
        self.bring(
            source("One training run, one update per batch. The loss is that of each batch; the reward is exact.")
        )

    def value(self, room: theme.Area) -> None:
        # Every ratio is 1 and the advantages cancel: what is left is the leash.
        rows = layout.rows(room, 4, gap=0)
        for line, row, cue in zip((LOSS, ONES, LEFT), rows, (-theme.CHANGE, "one", "zero"), strict=False):
            spoken = Spoken(line, x=room.left, y=row.middle[1], size=theme.TITLE)
            spoken.enter(self, at=cue)
            if cue == "zero":
                spoken.light(self, "kl", at="left")
        words = text("its slope: *not 0*", room.left, rows[-1].middle[1], theme.STATEMENT)
        self.bring(words, at="slope")

    def curves(self, trace: Trace, room: theme.Area) -> None:
        # Below the loss, above the expected reward: the same batches, to the right.
        batches = len(trace["run_loss"])
        upper, lower = layout.rows(room, 2, gap=2 * theme.WIDE)
        at = np.arange(1.0, batches + 1)
        for area, name, values, colour, cue in (
            (upper, "expected reward", trace["run_j"], theme.TEXT, "run"),
            (lower, "loss", trace["run_loss"], GRPO, "away"),
        ):
            high = max(1e-3, SPAN * float(values.max()))
            plot = layout.trimmed(area, left=theme.WIDE, top=theme.WIDE, right=2 * theme.WIDE)
            chart = Chart(*layout.rectangle(plot), (0, batches), (min(0.0, SPAN * float(values.min())), high))
            axes = chart.put(
                self, "batch", {0: "0", batches: f"{batches}"}, name, {0: "0"}, shown=False, size=theme.NOTE
            )
            self.show(*axes, at="axes")
            curve = self.put(chart.curve(at, values, stroke=colour, pen=theme.BOLD), "mark")
            self.write(curve, chart.growing(curve, at, values), at=cue, over=2 * theme.REST)
            x, y = chart.pixels(batches, float(values[-1]))
            end = halo(text(f"*{float(values[-1]):.2f}*", x + theme.GUTTER, y + theme.BODY / 3, theme.BODY, colour))
            self.bring(end, at=(cue, 2 * theme.REST))
