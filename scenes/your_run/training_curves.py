"""The curves of a training run, drawn along their steps, all panels on one scale."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import rule
from scenes.engine.lettering import plain, text
from scenes.engine.stage import Stage
from scenes.parts.chart import Chart
from scenes.parts.headings import source, statement

DOWN, ACROSS = 2, 3
HUES = ("ppo", "reinforce", "grpo", "trpo", "dapo", "baseline")


class TrainingCurves(Stage):
    """The curves of a training run, drawn along their steps."""

    traces = ("your_run",)
    hyperparameters = ("runs", "panels", "ticks", "steps", "finding")

    def build(self) -> None:
        """The axes stand from the start; then every curve is drawn."""
        trace = self.trace("your_run")
        self.bring(statement("Your own run, by training step"))
        self.legend(self.hyper("runs"))
        room = layout.trimmed(theme.PICTURE, top=theme.GAP)
        places = layout.grid(room, DOWN, ACROSS, theme.GAP)
        for panel, (title, place) in enumerate(zip(self.hyper("panels"), places, strict=False)):
            chart = self.axes(panel, title, place)
            # Every run is drawn from its first step to its last, in all panels at once.
            for run, name in zip(range(len(self.hyper("runs"))), HUES, strict=False):
                steps, values = trace["steps"][panel, run], trace["values"][panel, run]
                if np.isfinite(values).any():
                    look = theme.OBJECTIVES[name]
                    curve = self.put(
                        chart.curve(steps, values, stroke=look.colour, pen=theme.PEN, dash=look.dash), "mark"
                    )
                    self.write(curve, chart.growing(curve, steps, values), at="draw", over=self.time("read") - 3.0)
        if words := self.hyper("finding"):
            self.bring(source(plain(words), theme.NOTE), at="read")

    def legend(self, runs: list[str]) -> None:
        """The runs by name, with the dash and the hue of each, on the statement's line."""
        x: float = theme.RIGHT
        for run, name in reversed(list(zip(runs, HUES, strict=False))):
            look = theme.OBJECTIVES[name]
            word = self.bring(text(plain(run), x, theme.TOP + 46, theme.NOTE, anchor="right"))
            left = layout.area(word).left - theme.GUTTER
            y = layout.baseline(word) - theme.TIGHT
            self.bring(rule(left - theme.WIDE, y, left, y, stroke=look.colour, pen=theme.PEN, dash=look.dash))
            x = left - theme.WIDE - theme.GAP

    def axes(self, panel: int, title: str, place: theme.Area) -> Chart:
        """A panel with its name, its axes and their ticks."""
        trace = self.trace("your_run")
        across, up = trace["reach"], trace["range"][panel]
        inner = layout.trimmed(
            place, left=theme.WIDE + theme.GUTTER, top=theme.GAP, bottom=theme.GAP, right=theme.TIGHT
        )
        size = (inner.left, inner.top, inner.width, inner.height)
        chart = Chart(*size, across=(across[0], across[1]), up=(up[0], up[1]))
        ticks = {float(value): plain(word) for value, word in self.hyper("ticks")[panel]}
        steps = {float(value): plain(word) for value, word in self.hyper("steps")}
        chart.put(self, "", steps, plain(title), ticks)
        return chart
