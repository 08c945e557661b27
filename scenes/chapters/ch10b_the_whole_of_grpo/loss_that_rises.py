"""With one update per batch the loss is the KL penalty alone: it begins at zero, and rises with the reward."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage, When
from scenes.parts.chart import Chart
from scenes.parts.headings import source, statement
from scenes.parts.spoken import Spoken
from scenes.theme import FloatArray

KL = '{{ beta thin upright("k3") : kl }}'
LOSS = "#word[loss] thin = thin - {{ 1/G sum_i : mean }} {{ rho_i : ratio }} thin {{ hat(A)_i : advantage }} + " + KL
ONES = "#hide[#word[loss]] thin = thin - {{ 1/G sum_i : mean }} {{ 1 : ratio }} thin {{ hat(A)_i : advantage }} + " + KL
LEFT = "#hide[#word[loss]] thin = thin {{ 0 : mean }} + " + KL
SPAN = 1.15  # of the values that a chart shows
GRPO = theme.OBJECTIVES["grpo"].colour


class LossThatRises(Stage):
    """With one update per batch the loss is the KL penalty alone: it begins at zero, and rises with the reward."""

    traces = ("grpo_group",)

    def build(self) -> None:
        trace = self.trace("grpo_group")
        self.bring(statement("Why does my loss *start at zero, and then rise?*"))
        left, right = layout.columns(theme.PICTURE, (5, 6), gap=theme.WIDE)
        lower, upper = layout.rows(right, 2, gap=theme.NUMBER)
        # First what people see, the loss; at the end the reward of the same batches.
        self.curve(trace["run_loss"], lower, "loss", GRPO, None, "run")
        self.value(left)
        self.curve(trace["run_j"], upper, "expected reward", theme.TEXT, "reward", "reward")
        self.bring(source("One training run, one update per batch. Loss: as logged for each batch. Reward: exact."))

    def value(self, room: theme.Area) -> None:
        # Every ratio is 1 and the advantages cancel: what is left is the leash.
        rows = layout.rows(room, 4, gap=0)
        cues: tuple[When, ...] = (-theme.CHANGE, ("one", 1.0), "zero")
        for line, row, cue in zip((LOSS, ONES, LEFT), rows, cues, strict=False):
            spoken = Spoken(line, x=room.left, y=row.middle[1], size=theme.TITLE)
            spoken.enter(self, at=cue)
            if cue == "zero":
                spoken.light(self, "kl", at="left")
        words = text("the value is 0, *the slope is not*", room.left, rows[-1].middle[1], theme.STATEMENT)
        self.bring(words, at="slope")

    def curve(
        self, values: FloatArray, room: theme.Area, name: str, colour: str, axes: When | None, drawn: When
    ) -> None:
        # Batches to the right; the curve is drawn from the first to the last.
        batches = len(values)
        low, high = min(0.0, SPAN * float(values.min())), max(1e-3, SPAN * float(values.max()))
        plot = layout.trimmed(room, left=theme.WIDE, top=theme.GAP, right=theme.NUMBER)
        chart = Chart(*layout.rectangle(plot), (0, batches), (low, high))
        ends = {0.0: "0", float(batches): f"{batches}"}
        parts = chart.put(self, "batch", ends, name, {0: "0"}, shown=axes is None, size=theme.NOTE)
        if axes is not None:
            self.show(*parts, at=axes)
        at, start = np.arange(1.0, batches + 1), self.time(drawn) + theme.QUICK
        curve = self.put(chart.curve(at, values, stroke=colour, pen=theme.BOLD), "mark")
        self.write(curve, chart.growing(curve, at, values), at=start, over=2 * theme.REST)
        x, y = chart.pixels(batches, float(values[-1]))
        end = halo(text(f"*{float(values[-1]):.2f}*", x + theme.GUTTER, y + theme.BODY / 3, theme.BODY, colour))
        self.bring(end, at=start + 2 * theme.REST)
