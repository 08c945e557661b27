"""The loss begins at zero and has a slope; the loss of a batch is no learning curve."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Marks, rule
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.chart import Chart
from scenes.parts.headings import source, statement
from scenes.parts.spoken import Spoken
from scenes.theme import FloatArray
from traces.store import Trace

LOSS = "- {{ 1/N sum_i : mean }} {{ rho_i : ratio }} thin {{ hat(A)_i : advantage }}"
ONES = "= thin - {{ 1/N sum_i : mean }} {{ 1 : ratio }} thin {{ hat(A)_i : advantage }} thin = thin 0"
SPAN = 1.15  # of the values that a chart shows


class LossOfZero(Stage):
    """The loss begins at zero and has a slope; the loss of a batch is no learning curve."""

    traces = ("ppo_clip",)

    def build(self) -> None:
        trace = self.trace("ppo_clip")
        self.put(statement("Why is my loss *zero* at the start?"), "text")
        left, right = layout.columns(theme.PICTURE, 2)
        self.value(trace, left)
        self.curves(trace, right)
        self.put(source(f"One batch of {int(trace['count'].sum())} answers; the expected reward is exact."), "text")

    def value(self, trace: Trace, room: theme.Area) -> None:
        # Every ratio is 1 and the advantages are centred, so the value is 0; but there is a slope.
        loss = Spoken(LOSS, x=room.left, y=room.top + 2 * theme.TITLE, size=theme.DISPLAY)
        ones = Spoken(ONES, x=room.left, size=theme.DISPLAY)
        layout.below(ones, loss, gap=theme.WIDE)
        loss.enter(self, at=-1.0)
        ones.enter(self, at=("why", 2.0))
        told = [
            text("the value of the loss: *0*", 0, 0, theme.STATEMENT),
            text(f"the length of its slope: *{float(trace['walk_slope'][0]):.2f}*", 0, 0, theme.STATEMENT),
        ]
        layout.below(told[0], ones, gap=theme.WIDE, align="start")
        layout.below(told[1], told[0], gap=theme.GAP, align="start")
        self.bring(told[0], at=("why", 4.0))
        self.bring(told[1], at="slope")

    def curves(self, trace: Trace, room: theme.Area) -> None:
        # Below the loss of this batch, above the expected reward: the same updates, to the right.
        updates = len(trace["walk_loss"]) - 1
        upper, lower = layout.rows(room, (5, 3), gap=theme.WIDE)
        at = np.arange(updates + 1.0)
        for area, name, values, colour, digits in (
            (upper, "expected reward", trace["walk_j"], theme.TEXT, 3),
            (lower, "loss of this batch", trace["walk_loss"], theme.OBJECTIVES["ppo"].colour, 2),
        ):
            low, high = float(values.min()), float(values.max())
            middle, half = (low + high) / 2, max(SPAN * (high - low) / 2, 1e-3)
            inset = 4 * theme.LABEL
            chart = Chart(
                area.left + inset,
                area.top + theme.WIDE,
                area.width - 2 * inset,
                area.height - 2 * theme.WIDE,
                (0, updates),
                (middle - half, middle + half),
            )
            ticks = {low: f"{low:.2f}", high: f"{high:.2f}"}
            chart.put(self, "update", {0: "0", updates: f"{updates}"}, name, ticks, size=theme.LABEL)
            curve = self.put(chart.curve(at, values, stroke=colour, pen=6.0), "mark")
            self.write(curve, chart.growing(curve, at, values), at="run", over=4)
            x, y = chart.pixels(updates, float(values[-1]))
            end = halo(
                text(f"*{float(values[-1]):.{digits}f}*", x + theme.GUTTER, y + theme.BODY / 3, theme.BODY, colour)
            )
            self.bring(end, at=("run", 4))
            if name == "expected reward":
                self.highest(chart, values)

    def highest(self, chart: Chart, values: FloatArray) -> None:
        # A ring where the reward is highest, its level, and its number below the curve.
        best, last = int(values.argmax()), len(values) - 1
        (x, y), (right, _) = (chart.pixels(k, float(values[best])) for k in (best, last))
        ring = Marks(theme.point(x, y)[None, :2], "circle", theme.GUTTER / 1.5, stroke=theme.UP, pen=theme.PEN)
        self.bring(ring, ("peak", 1.0), "mover")
        level = rule(x + theme.GUTTER, y, right, y, stroke=theme.UP, pen=theme.FINE, dash=theme.DOTTED)
        self.bring(level, ("peak", 1.0), "grid")
        told = text(f"*{float(values[best]):.3f}*", x + theme.GUTTER, y + 1.7 * theme.BODY, theme.BODY, theme.UP)
        self.bring(halo(told), ("peak", 1.0))
