"""The long run: what every run of the six earns, far beyond the drawn batches."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import rule
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.chart import Chart
from scenes.parts.headings import source, statement
from scenes.parts.legend import SIZE
from scenes.parts.value_strip import scale
from traces.store import Trace

HUNDRED = 100


class LongRun(Stage):
    """The long run: what every run of the six earns, far beyond the drawn batches."""

    traces = ("six_objectives",)

    def build(self) -> None:
        trace = self.trace("six_objectives")
        self.bring(statement("Is B the end *for REINFORCE and the baseline?*"))
        earned = trace["long_j"]
        last, drawn = earned.shape[-1] - 1, trace["j"].shape[-1] - 1
        place = layout.trimmed(theme.PICTURE, left=theme.WIDE, top=theme.GAP, right=3 * theme.NUMBER, bottom=theme.GAP)
        span, up = scale(trace["rewards"])
        chart = Chart(*layout.rectangle(place), (0.0, float(last)), span)
        ticks = {float(n): f"{n}" for n in {*range(0, last + 1, HUNDRED), last}}
        chart.put(self, "", ticks, "expected reward", {tick: f"{tick:g}" for tick in up}, True, theme.NOTE)
        word = text("batch", place.right + theme.GAP, place.bottom + 1.4 * theme.NOTE, theme.NOTE, theme.MUTED)
        self.bring(word)
        self.runs(trace, chart, drawn)
        # What has been seen ends at a post; the rest is drawn behind it.
        x = chart.pixels(float(drawn), 0.0)[0]
        post = rule(x, place.top, x, place.bottom, stroke=theme.TEXT, pen=theme.FINE, dash=theme.DASHED)
        self.bring(post, "post", "mover")
        tag = text(f"batch {drawn}", x + theme.TIGHT, place.bottom - theme.GUTTER, theme.LABEL)
        self.bring(halo(tag), "post")
        self.names(trace, chart)
        self.bring(source(f"Each line: one of {earned.shape[0]} runs, exact expected reward.", SIZE))

    def runs(self, trace: Trace, chart: Chart, drawn: int) -> None:
        # The scaled rules lie on top of one another at 1; the plain ones leave B late.
        last = trace["long_j"].shape[-1] - 1
        at = np.arange(last + 1.0)
        for k, look in enumerate(theme.OBJECTIVES.values()):
            many = trace["long_j"][:, k]
            fan = chart.fan(at, many, stroke=look.colour, pen=theme.FINE + 1, stroke_opacity=0.8)
            write = chart.spreading(fan, at, many)
            self.put(fan, "mover")

            def grow(share: float, write=write) -> None:  # type: ignore[no-untyped-def]
                write((drawn + share * (last - drawn)) / last)

            self.write(fan, grow, at="go", over=self.time("baseline") - self.time("go"))

    def names(self, trace: Trace, chart: Chart) -> None:
        # At the right, at the height of what each earns on average at the end.
        place = layout.area(chart)
        left, looks, numbers = place.right + theme.GUTTER, theme.OBJECTIVES, trace.numbers
        scaled = ("trpo", "ppo", "grpo", "dapo")
        top = place.top - theme.TIGHT
        for k, name in enumerate(scaled):
            x, y = left + (k % 2) * 1.4 * theme.NUMBER, top + (k // 2) * theme.GAP
            self.bring(text(f"*{looks[name].label}*", x, y, theme.LABEL, looks[name].colour))
        runs = trace["long_j"].shape[0]
        first, last = (int(numbers[f"long_{end}_baseline"]) for end in ("earliest", "latest"))
        told = (
            ("baseline", f"{int(numbers['long_arrived_baseline'])} of {runs} runs pass", f"at batch {first}–{last}"),
            ("reinforce", f"{int(numbers['long_arrived_reinforce'])} of {runs} runs pass", "so far"),
        )
        for k, (name, *lines) in enumerate(told):
            y = top + (k + 1) * 1.6 * theme.NUMBER
            self.bring(text(f"*{looks[name].label}*", left, y, theme.BODY, looks[name].colour))
            for n, words in enumerate(lines, start=1):
                self.bring(text(words, left, y + n * theme.STATEMENT, theme.LABEL, looks[name].colour), name)
