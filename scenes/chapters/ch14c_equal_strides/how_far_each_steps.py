"""The strides of the race: the mean KL of a batch, a bar a rule."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch14c_equal_strides.arrivals import passes, told
from scenes.engine import layout
from scenes.engine.ink import Marks, box
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.chart import Chart
from scenes.parts.definition import Definition
from scenes.parts.headings import source, statement
from scenes.parts.legend import SIZE
from scenes.parts.value_strip import scale
from traces.store import Trace

HALF = 0.3  # of a bar's width, of its slot


class HowFarEachSteps(Stage):
    """The strides of the race: the mean KL of a batch, a bar a rule."""

    traces = ("six_objectives", "whitened_baseline")

    def build(self) -> None:
        trace = self.trace("six_objectives")
        self.bring(statement("A better direction, *or only longer steps?*"))
        word = Definition(
            "stride",
            "KL between the policy before a batch and the policy after it",
            width=theme.PICTURE.width - theme.GAP,
        )
        self.bring(word, "measure")
        room = layout.trimmed(
            theme.PICTURE, left=2 * theme.NUMBER + theme.GAP, top=2 * theme.NUMBER, bottom=2 * theme.TITLE
        )
        self.bars(trace, room)
        self.faster(self.trace("whitened_baseline"), room)
        shown = int(trace.numbers["shown"])
        self.bring(
            source(f"Mean over the first {shown} batches and {trace['j'].shape[0]} seeds, exact KL.", SIZE), "bars"
        )

    def faster(self, trace: Trace, room: theme.Area) -> None:
        # The baseline with longer steps, over the low bars: where it is after a few batches, and PPO there.
        numbers = trace.numbers
        fast, ppo = (f"*{numbers[f'j_at20_{name}']:.3g}*" for name in ("whitened_fast", "ppo"))
        lines = (
            f"baseline, standardised, *{numbers['rate_factor']:g} times* the rate",
            f"after {numbers['early']:.0f} batches: {fast}, PPO: {ppo}",
        )
        for k, words in enumerate(lines):
            y = room.top + theme.STATEMENT + k * theme.TITLE
            colour = theme.OBJECTIVES["baseline"].colour
            self.bring(halo(text(words, room.left + theme.GAP, y, theme.LABEL, colour)), "faster")

    def bars(self, trace: Trace, room: theme.Area) -> None:
        # Axes first, then a bar a rule; at the end the two that differ most.
        values = {name: trace.numbers[f"batch_kl_{name}"] for name in theme.OBJECTIVES}
        span, ticks = scale(np.array([max(values.values())]))
        chart = Chart(*layout.rectangle(room), (0.0, float(len(values))), span)
        name = "stride: KL(old policy || new policy) of a batch (nat)"
        self.show(
            *chart.put(self, "", {}, name, {tick: f"{tick:g}" for tick in ticks}, False, theme.NOTE),
            at=("bars", -theme.CHANGE),
        )
        for k, (rule, value) in enumerate(values.items()):
            look, at = theme.OBJECTIVES[rule], ("bars", 0.3 * k)
            left, y = chart.pixels(k + 0.5 - HALF, value)
            right, foot = chart.pixels(k + 0.5 + HALF, 0.0)
            self.bring(box(left, y, right - left, max(1.0, foot - y), fill=look.colour, round_joins=False), at, "mark")
            middle = (left + right) / 2
            number = text(f"{value:.2g}", middle, y - theme.TIGHT, theme.BODY, look.colour, "center")
            self.bring(halo(number), at)
            # The name stands there from the start, and below it how the race went.
            word = text(f"*{look.label}*", middle + theme.TIGHT, foot + theme.TITLE, theme.LABEL, look.colour, "center")
            at_mark = theme.points(layout.area(word).left - theme.GUTTER, foot + theme.GAP + theme.BOLD)[:, :2]
            self.bring(word)
            self.bring(Marks(at_mark, look.marker, theme.TIGHT, fill=look.colour), layer="text")
            when = told(passes(trace["long_j"][:, k], trace.numbers["high"]), trace["long_j"].shape[-1] - 1)
            y = foot + theme.TITLE + theme.STATEMENT
            self.bring(text(when, middle, y, theme.LABEL, theme.MUTED, "center"))
        words = text(f"passed {trace.numbers['high']:g} at batch", room.left, y, theme.NOTE, theme.MUTED, "right")
        self.bring(words)
