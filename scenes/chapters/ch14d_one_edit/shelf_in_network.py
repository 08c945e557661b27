"""The shelf of REINFORCE and the baseline: how often each run is right, batch by batch, and what comes later."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import rule
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.chart import Chart
from scenes.parts.headings import source, statement

PLAIN = ("reinforce", "baseline")
TICKS = (0.5, 0.75, 1.0)


class ShelfInNetwork(Stage):
    """The shelf of REINFORCE and the baseline: how often each run is right, batch by batch, and what comes later."""

    traces = ("six_in_a_network",)

    def build(self) -> None:
        trace = self.trace("six_in_a_network")
        self.bring(statement("Why are REINFORCE and the baseline *behind?*"))
        long, short = trace["long_accuracy"], trace["accuracy"].shape[-1] - 1
        last = long.shape[-1] - 1
        room = layout.trimmed(theme.PICTURE, left=theme.WIDE, top=theme.GAP, right=theme.NUMBER, bottom=theme.GAP)
        chart = Chart(*layout.rectangle(room), (0.0, float(last)), (TICKS[0] - 0.05, TICKS[-1]))
        ticks = {tick: f"{100 * tick:g} \\%" for tick in TICKS}
        ends = {0.0: "0", float(short): f"{short}", float(last): f"{last}"}
        chart.put(self, "batch", ends, "right answers", ticks, size=theme.NOTE)
        for m, name in enumerate(PLAIN):
            look = theme.OBJECTIVES[name]
            for run in long[:, m]:
                self.climb(chart, run, short, name)
            end = chart.pixels(last, float(long[:, m, -1].mean()))
            word = text(f"*{look.label}*", end[0], end[1] + 2 * theme.GUTTER, theme.BODY, look.colour, "right")
            self.bring(halo(word), ("on", theme.REST))
        self.shelf(chart, last)
        runs = f"{long.shape[0]} runs of each, exact share of right answers; the same learning rate for both."
        self.bring(source(runs, theme.NOTE))

    def climb(self, chart: Chart, run: np.ndarray, short: int, name: str) -> None:
        # A run up to where all rules are compared, then on.
        look, batches = theme.OBJECTIVES[name], np.arange(len(run), dtype=float)
        for part, at in ((slice(0, short + 1), "go"), (slice(short, None), "on")):
            x, y = batches[part], run[part]
            pen = 2 * theme.BOLD if name == PLAIN[0] else theme.BOLD  # the wider one lies below
            style = {"stroke": look.colour, "pen": pen, "dash": () if name == PLAIN[0] else look.dash}
            curve = self.put(chart.curve(x, y, **style), "mover")
            self.write(curve, chart.growing(curve, x, y), at=at, over=2 * theme.REST)

    def shelf(self, chart: Chart, last: int) -> None:
        # The share that is left without one prompt, and which prompt it is.
        trace = self.trace("six_in_a_network")
        right, count = trace["prompt_accuracy"][:, :2], trace.numbers["failed_in"]
        failed = str(trace["prompts"][int(right.mean((0, 1)).argmin())])
        (x, y), (end, _) = (chart.pixels(batch, 1 - 1 / count) for batch in (0.0, last))
        self.bring(rule(x, y, end, y, stroke=theme.TEXT, pen=theme.FINE, dash=theme.DASHED), "shelf", "line")
        says = (
            (f"the prompt *{failed}* is {100 * float(right.min(-1).mean()):.0f} \\% right", "shelf"),
            (f"shelf: *{count - 1:g} of {count:g}*", "rare"),
        )
        for k, (words, cue) in enumerate(says):
            word = text(words, end, y + theme.WIDE + k * theme.TITLE, theme.BODY, theme.TEXT, "right")
            self.bring(halo(word), cue)
            self.hide(word, at=("on", -theme.QUICK))
