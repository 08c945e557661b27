"""Twelve runs of REINFORCE and of its baseline: side by side to B, and then who finds the way out."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine.ink import Ink, Marks
from scenes.engine.lettering import counted, text
from scenes.engine.stage import Stage
from scenes.engine.timeline import Write
from scenes.parts.chart import Chart
from scenes.parts.headings import source, statement
from scenes.parts.legend import Legend
from scenes.parts.mountain import SIDE, TOP, mountain
from scenes.parts.plane import Plane
from traces.store import Trace

RULES = ("reinforce", "baseline")
CHART = (theme.column(7)[0], TOP + theme.WIDE, theme.RIGHT - theme.GUTTER - theme.column(7)[0], SIDE - 4.5 * theme.WIDE)


def between(write: Write, low: float, high: float, whole: float = 1.0) -> Write:
    """A function of the share that writes from `low` to `high`, parts of a `whole`."""
    return lambda share: write((low + share * (high - low)) / whole)


class BaselineOnTheMountain(Stage):
    """Twelve runs of REINFORCE and of its baseline: side by side to B, and then who finds the way out."""

    traces = ("baseline_variance",)

    def build(self) -> None:
        trace = self.trace("baseline_variance")
        self.bring(statement("Does it help us *to climb?*"))
        plane = mountain(self, trace, trace["start"], left=theme.LEFT).plane
        early, last = int(trace["early"]), trace["walk"].shape[2] - 1
        spans = [("go", 0, early, max(2.0, self.time("on") - self.time("go") - 3.0))]
        if last > early:
            spans.append(("out", early, last, 6.0))
        self.walks(trace, plane, spans)
        self.chart(trace, spans)
        self.legend(trace)
        size, seed = int(trace["drawn"]), trace.hyperparameters["sampling.seed"]
        seeds = counted(trace["walk"].shape[1], "run")
        self.bring(
            source(f"{seeds} each from seed {seed}, {size} answers a batch, one update. Dotted: expected reward.")
        )

    def walks(self, trace: Trace, plane: Plane, spans: list[tuple[str, int, int, float]]) -> None:
        # All runs of both rules on the mountain.
        for rule, name in enumerate(RULES):
            look, walk = theme.OBJECTIVES[name], trace["walk"][rule]
            trails = Ink(np.zeros((0, 3)), stroke=look.colour, pen=theme.FINE, stroke_opacity=0.7, quiet=True)
            hikers = Marks(np.zeros((0, 2)), look.marker, 9, fill=look.colour, stroke=theme.CASING, pen=theme.FINE)
            self.bring(trails, "go", "line", over=0.1)
            self.bring(hikers, "go", "mover", over=0.1)

            def step(at: float, walk: np.ndarray = walk, trails: Ink = trails, hikers: Marks = hikers) -> None:
                k = min(int(at), walk.shape[1] - 2)
                here = walk[:, k] + (at - k) * (walk[:, k + 1] - walk[:, k])
                points: list[np.ndarray] = []
                starts: list[int] = []
                for run, tip in zip(walk, here, strict=True):
                    piece, begins = plane.trail(*np.concatenate([run[: k + 1], tip[None]]).T)
                    starts += [len(points) and sum(map(len, points)) + b for b in begins] if len(piece) else []
                    points.append(piece)
                trails.write(np.concatenate(points), starts or [0])
                inside = plane.inside(here[:, 0], here[:, 1])[:, None]
                hikers.place(np.where(inside, plane.points(here[:, 0], here[:, 1])[:, :2], np.nan))

            for cue, first, end, over in spans:
                self.write([trails, hikers], between(step, first, end), at=cue, over=over)

    def chart(self, trace: Trace, spans: list[tuple[str, int, int, float]]) -> None:
        # The chance of A in every run, batch by batch.
        chance = trace["walk_probs"][..., 0]
        last = chance.shape[2] - 1
        chart = Chart(*CHART, across=(0.0, float(last)), up=(0.0, 1.0))
        ticks = {float(k): f"{k}" for k in sorted({0, int(trace["early"]), last // 2, last})}
        axes = chart.put(self, "", ticks, "", {0.0: "0", 0.5: "0.5", 1.0: "1"}, shown=False, size=theme.NOTE)
        self.show(*axes, at="axes")
        left, top, wide, high = CHART
        names = (
            ("chance of A", left, top - theme.GUTTER, "left"),
            ("batches →", left + wide, top + high + theme.NUMBER - theme.GUTTER, "right"),
        )
        for words, x, y, anchor in names:
            self.bring(text(words, x, y, theme.BODY, theme.MUTED, anchor), "axes")
        batches = np.arange(last + 1, dtype=float)
        for rule, name in enumerate(RULES):
            fan = chart.fan(
                batches, chance[rule], stroke=theme.OBJECTIVES[name].colour, pen=theme.PEN, stroke_opacity=0.8
            )
            spread = chart.spreading(fan, batches, chance[rule])
            spread(0.0)
            self.bring(fan, "axes", "mark")
            first, *rest = spans
            self.write(fan, between(spread, first[1], first[2], last), at=("axes", 0.8), over=1.6)
            for cue, start, end, over in rest:
                self.write(fan, between(spread, start, end, last), at=cue, over=over)

    def legend(self, trace: Trace) -> None:
        # Which colour is which, and how many have found A.
        runs, low = trace["walk"].shape[1], CHART[1] + CHART[3] + theme.NUMBER + theme.WIDE
        out = (trace["walk_probs"][:, :, -1, 0] > 0.5).sum(1)
        for rule, (name, words) in enumerate(zip(RULES, ("REINFORCE", "with baseline"), strict=True)):
            look, y = theme.OBJECTIVES[name], low + rule * theme.WIDE
            legend = Legend(CHART[0], y, theme.STATEMENT)
            for part in (*legend.marker(look), *legend.say(words, look.colour)):
                self.bring(part, "runs", "text")
            told = text(f"*{int(out[rule])} of {runs}* find A", theme.RIGHT, y, theme.STATEMENT, look.colour, "right")
            self.bring(told, ("out", 6.0))
