"""Overlong answers: a hard cut-off, DAPO's soft punishment before it, and its formula."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Ink
from scenes.engine.lettering import halo, text
from scenes.engine.stage import Stage
from scenes.parts.chart import Chart
from scenes.parts.headings import source, statement
from scenes.parts.spoken import Spoken
from traces.store import Trace

ABOVE, BELOW = layout.rows(theme.PICTURE, (6, 5), gap=theme.WIDE)
PLOT = layout.trimmed(ABOVE, left=theme.WIDE, top=theme.GAP, bottom=theme.GAP)
DAPO = theme.OBJECTIVES["dapo"].colour
MAX, CACHE = 'L_(upright("max"))', 'L_(upright("cache"))'
FROM, LENGTH = f"{MAX} - {CACHE}", "abs(o_i)"
SLOPE = f"display((({FROM}) - {LENGTH}) / {CACHE})"
OVERLONG = (
    '{{ r_(upright("length")) : reward }} = cases('
    f"{{{{ 0 : zero }}}} & {{{{ {LENGTH} <= {FROM} : zero-2 }}}}, "
    f"{{{{ {SLOPE} : slope }}}} quad & {{{{ {FROM} < {LENGTH} <= {MAX} : slope-2 }}}}, "
    f"{{{{ -1 : whole }}}} & {{{{ {MAX} < {LENGTH} : whole-2 }}}})"
)
TERMS = ("zero", "slope", "whole")
UP = {1.0: "+1", 0.0: "0", -1.0: "−1", -2.0: "−2"}


class TooLong(Stage):
    """Overlong answers: a hard cut-off, DAPO's soft punishment before it, and its formula."""

    traces = ("length_phantom",)

    def build(self) -> None:
        trace = self.trace("length_phantom")
        self.bring(statement("What if an answer is *too long?*"))
        length = trace["sound_length"]
        lowest = float(min(trace["sound_cut"].min(), trace["sound_ramp"].min()))
        first = float(length[1]) / 2
        chart = Chart(*layout.rectangle(PLOT), (first, float(length[-1])), (lowest, max(UP)))
        names = {first: "", float(length[1]): f"${FROM}$ = ", float(length[2]): f"${MAX}$ = "}
        across = {at: f"{name}{at:,.0f}" for at, name in names.items()}
        up = {level: word.replace("+", "\\+") for level, word in UP.items() if level >= lowest}
        self.show(*chart.put(self, "", across, "reward of sound reasoning", up, False, theme.NOTE), at="axes")
        name = text("tokens", PLOT.right, PLOT.bottom + theme.GAP, theme.NOTE, theme.MUTED, "right")
        self.bring(name, "axes")
        self.curves(chart, trace)
        self.term()
        self.bring(source("By the formula. A right answer is paid +1, a wrong one −1 (2503.14476, eq. 7 and 13)."))

    def curves(self, chart: Chart, trace: Trace) -> None:
        # The hard cut; then the ramp, and what it takes away.
        length, cut, ramp = (trace[f"sound_{name}"] for name in ("length", "cut", "ramp"))
        hard = chart.curve(length, cut, stroke=theme.TEXT, pen=theme.BOLD, dash=theme.DASHED)
        self.draw(self.put(hard, "line"), at="hard", over=theme.REST)
        x, y = chart.pixels(float(length[2]), float(np.mean(cut[2:4])))
        self.bring(halo(text("cut off", x + theme.GUTTER, y, theme.BODY)), ("hard", theme.REST))
        places = [chart.pixels(float(at), float(value)) for at, value in zip(length[1:], cut[1:], strict=True)]
        places += [chart.pixels(float(at), float(value)) for at, value in zip(length[:0:-1], ramp[:0:-1], strict=True)]
        xs, ys = zip(*places, strict=True)
        lost = Ink(theme.points(xs, ys), fill=DAPO, fill_opacity=0.25, closed=True, quiet=True)
        self.bring(lost, ("soft", theme.REST), "grid")
        soft = chart.curve(length, ramp, stroke=DAPO, pen=theme.BOLD)
        self.draw(self.put(soft, "mark"), at="soft", over=theme.REST)
        x, y = chart.pixels(float(length[1]), 0.0)
        x = max(x, PLOT.middle[0]) - theme.GUTTER
        tag = text("*soft overlong punishment*", x, y, theme.BODY, DAPO, "right")
        self.bring(halo(tag), ("soft", theme.REST))

    def term(self) -> None:
        # The formula comes whole and is lit case by case.
        formula = Spoken(OVERLONG, size=theme.TITLE)
        layout.centred(formula, BELOW)
        formula.enter(self, at=("zero", -theme.CHANGE))
        for cue in TERMS:
            formula.light(self, "reward", cue, f"{cue}-2", at=cue)
        formula.rest(self, at="rest")
