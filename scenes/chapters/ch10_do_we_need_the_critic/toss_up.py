"""The weight of a question, and the push on its logit: the weight times p (1 - p), divided and not."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Marks, rule
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.chart import Chart
from scenes.parts.headings import source, statement
from scenes.theme import FloatArray
from traces.store import Trace

SIZE = 8  # answers in the groups of the curves
GRPO, UNDIVIDED = theme.OBJECTIVES["grpo"].colour, theme.TEXT
LOOKS = {"divided": GRPO, "undivided": UNDIVIDED}
WEIGHT, PUSH = (
    layout.trimmed(column, left=theme.WIDE, top=2 * theme.WIDE, bottom=theme.TITLE)
    for column in layout.columns(theme.PICTURE, 2, gap=2 * theme.WIDE)
)
ACROSS, TICKS = "chance of a right answer", {0.0: "0", 0.5: "0.5", 1.0: "1"}


class TossUp(Stage):
    """The weight of a question, and the push on its logit: the weight times p (1 - p), divided and not."""

    traces = ("grpo_group",)

    def build(self) -> None:
        trace = self.trace("grpo_group")
        self.bring(statement("Which questions are *pushed hardest?*"))
        row = int(np.flatnonzero(trace["sizes"] == SIZE)[0])
        self.weights(trace, row)
        self.pushes(trace, row)
        self.bring(source(f"Exact, groups of {SIZE}, paid 1 or 0, while the new policy is the old one. 2510.13651."))

    def weights(self, trace: Trace, row: int) -> None:
        # Left: the weight that stands before the slope of the chance.
        curves = {"divided": trace["weight"][row], "undivided": trace["plain_weight"][row]}
        top = 1.2 * max(float(values.max()) for values in curves.values())
        chart = Chart(*layout.rectangle(WEIGHT), (0.0, 1.0), (0.0, top))
        self.show(
            *chart.put(
                self, ACROSS, TICKS, "weight of the question", {1.0: "1", 2.0: "2", 3.0: "3"}, False, theme.NOTE
            ),
            at="axes",
        )
        for name, values in curves.items():
            self.curve(chart, trace["chance"], values, name, "weight")

    def pushes(self, trace: Trace, row: int) -> None:
        # Right: the push, each as a share of its own at a toss-up, and how far below that the hard question is.
        kinds = {"divided": (trace["push"][row], 0), "undivided": (trace["plain_push"][row], 1)}
        chart = Chart(*layout.rectangle(PUSH), (0.0, 1.0), (0.0, 1.2))
        axes = chart.put(
            self, ACROSS, TICKS, "push on the logit, a toss-up = 1", {0.5: "0.5", 1.0: "1"}, False, theme.NOTE
        )
        self.show(*axes, at="but")
        hard, cues = float(trace["hard"]), {"undivided": "plain", "divided": "flat"}
        x, foot = chart.pixels(hard, 0.0)
        post = rule(x, PUSH.top, x, foot, stroke=theme.MUTED, pen=theme.FINE, dash=theme.DOTTED)
        self.bring(post, "plain", "grid")
        for name, (values, kind) in kinds.items():
            toss_up, at_hard = (float(trace[key][kind, row]) for key in ("half_push", "hard_push"))
            self.curve(chart, trace["chance"], values / toss_up, name, "push")
            place = chart.plane.centre(hard, at_hard / toss_up)[None]
            self.bring(
                Marks(place, "circle", theme.TIGHT, fill=LOOKS[name], stroke=theme.CASING, pen=theme.FINE),
                cues[name],
                "mover",
            )
            words = f"toss-up: *{toss_up / at_hard:.1f} ×*"
            y = chart.pixels(hard, at_hard / toss_up)[1] + (theme.TITLE if name == "undivided" else theme.TIGHT)
            tag = halo(text(words, x + theme.GAP, y, theme.BODY, LOOKS[name]))
            self.bring(tag, cues[name])

    def curve(self, chart: Chart, chance: FloatArray, values: FloatArray, name: str, cue: str) -> None:
        # A curve is drawn, and named over its middle.
        curve = self.put(chart.curve(chance, values, stroke=LOOKS[name], pen=theme.BOLD), "mark")
        self.draw(curve, at=cue, over=theme.REST)
        if cue == "weight":
            x, y = chart.pixels(0.5, float(values[len(values) // 2]))
            self.bring(halo(text(name, x, y - theme.GUTTER, theme.BODY, LOOKS[name], "center")), (cue, theme.REST))
