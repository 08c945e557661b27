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
from traces.store import Trace

SIZE = 8  # answers in the groups of the curves
DIVIDED, UNDIVIDED = theme.OBJECTIVES["grpo"].colour, theme.TEXT
WEIGHT, PUSH = (
    layout.trimmed(column, left=theme.WIDE, top=theme.WIDE, right=theme.GUTTER, bottom=theme.TITLE)
    for column in layout.columns(theme.PICTURE, 2, gap=2 * theme.WIDE)
)
ACROSS, ENDS = "chance p of a right answer", {0.0: "0", 1.0: "1"}
ROOM = 1.2  # of the axis that the highest curve takes


class TossUp(Stage):
    """The weight of a question, and the push on its logit: the weight times p (1 - p), divided and not."""

    traces = ("grpo_group",)

    def build(self) -> None:
        trace = self.trace("grpo_group")
        self.bring(statement("Which questions are *pushed hardest?*"))
        row = int(np.flatnonzero(trace["sizes"] == SIZE)[0])
        self.weights(trace, row)
        self.pushes(trace, row)
        self.bring(source(f"Exact, groups of {SIZE}, paid 1 or 0, before the first update. Davis and Recht 2025."))

    def weights(self, trace: Trace, row: int) -> None:
        # Left: the weight that stands before the slope of the chance.
        curves = {"divided": (trace["weight"][row], DIVIDED), "undivided": (trace["plain_weight"][row], UNDIVIDED)}
        top = ROOM * max(float(values.max()) for values, _ in curves.values())
        chart = Chart(*layout.rectangle(WEIGHT), (0.0, 1.0), (0.0, top))
        ticks = {float(k): f"{k}" for k in range(1, int(top) + 1)}
        chart.put(self, ACROSS, ENDS, "weight of the question", ticks, size=theme.NOTE)
        for name, (values, colour) in curves.items():
            self.draw(
                self.put(chart.curve(trace["chance"], values, stroke=colour, pen=theme.BOLD), "mark"), at="weight"
            )
            x, y = chart.pixels(0.5, float(values[len(values) // 2]))
            tag = text(name, x, y - theme.GUTTER, theme.BODY, colour, "center")
            self.bring(halo(tag), ("weight", theme.SLOW))

    def pushes(self, trace: Trace, row: int) -> None:
        # Right: how far the chance moves, which is the push where nothing is divided; times the weight, divided.
        chart = Chart(*layout.rectangle(PUSH), (0.0, 1.0), (0.0, ROOM))
        name = "push on the logit: weight × p (1 − p), a toss-up = 1"
        self.show(*chart.put(self, ACROSS, ENDS, name, {1.0: "1"}, False, theme.NOTE), at="but")
        hard, middle = float(trace["hard"]), chart.plane.x + chart.plane.width / 2
        x, foot = chart.pixels(hard, 0.0)
        self.bring(halo(text(f"{hard:g}", x, foot - theme.TIGHT, theme.NOTE, anchor="center")), "plain")
        heads = text(
            f"a toss-up, against {hard:g}:", middle, chart.pixels(0.5, 0.5)[1], theme.BODY, theme.MUTED, "center"
        )
        self.bring(heads, "plain")
        looks = (
            ("undivided", "plain_push", 1, UNDIVIDED, "but", "plain"),
            ("divided", "push", 0, DIVIDED, "push", "flat"),
        )
        said: list[object] = [heads]
        for k, (words, key, kind, colour, drawn, told) in enumerate(looks, start=1):
            toss_up, at_hard = (float(trace[name][kind, row]) for name in ("half_push", "hard_push"))
            curve = chart.curve(trace["chance"], trace[key][row] / toss_up, stroke=colour, pen=theme.BOLD)
            self.draw(self.put(curve, "mark"), at=(drawn, theme.CHANGE), over=theme.REST)
            place = chart.plane.centre(hard, at_hard / toss_up)[None]
            dot = Marks(place, "circle", theme.TIGHT, fill=colour, stroke=theme.CASING, pen=theme.FINE)
            self.bring(dot, told, "mover")
            y = layout.baseline(heads) + k * theme.TITLE
            times = text(f"{words} *{toss_up / at_hard:.1f} ×*", middle, y, theme.STATEMENT, colour, "center")
            self.bring(times, told)
            said.append(times)
        block = layout.area(*said)
        crossed = block.left - theme.GAP < x < block.right + theme.GAP
        top = block.bottom + theme.GAP if crossed else chart.pixels(hard, 1.0)[1]
        post = rule(x, top, x, foot, stroke=theme.MUTED, pen=theme.FINE, dash=theme.DOTTED)
        self.bring(post, "plain", "grid")  # below the words, where it would cross them
