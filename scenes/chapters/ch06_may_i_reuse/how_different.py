"""A measure of how differently a policy behaves, and how far one batch carries under three losses."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch06_may_i_reuse.common import RATIO
from scenes.engine import layout
from scenes.engine.lettering import counted
from scenes.engine.stage import Stage
from scenes.parts.chart import Chart
from scenes.parts.definition import Definition
from scenes.parts.headings import source, statement
from scenes.parts.say import say
from scenes.parts.spoken import Spoken
from scenes.theme import FloatArray

GRAPH, NAMES = layout.columns(theme.PICTURE, (2, 1), gap=theme.GUTTER)
CHART = layout.trimmed(GRAPH, left=2 * theme.WIDE, top=theme.GAP, bottom=1.5 * theme.GAP)
NAMED = 2.7 * theme.STATEMENT  # pixels of a name with its number, from one to the next
LOOKS = (
    ("ways", "as if fresh", theme.OBJECTIVES["reinforce"].colour),
    ("ratio", "by the ratio", theme.TEXT),
    ("clip", "ratio, up to a limit", theme.OBJECTIVES["ppo"].colour),
)


class HowDifferent(Stage):
    """A measure of how differently a policy behaves, and how far one batch carries under three losses."""

    traces = ("batch_reuse",)

    def build(self) -> None:
        kl = self.trace("batch_reuse")["kl"]
        steps, runs = kl.shape[1] - 1, kl.shape[2]
        opening = self.bring(statement("How far is far? *A measure of behaviour*"))
        self.definition()
        # "Now we reuse one batch in different ways."
        self.hide(opening, at="ways")
        self.bring(statement(f"One batch, {counted(steps, 'update')}: *how far does the policy go?*"), at=("ways", 0.3))
        chart = self.axes(kl[:, 1:], steps)
        for k in range(3):
            self.loss(k, chart, kl[k])
        words = f"{runs} batches, each from the same policy. Thick lines: their mean."
        self.bring(source(words), at="ways")

    def definition(self) -> None:
        # The name, its formula term by term, and what its unit says.
        word = Definition("KL divergence", "how differently a policy behaves than before", symbol="kl")
        self.bring(word, at="kl")
        log = '{{ log (pi_(upright("old"))(o)) / (pi_theta (o)) : ratio }}'
        average = '{{ sum_o thin pi_(upright("old"))(o) : mean }} thin'
        maths = Spoken(f'{{{{ upright("KL") : kl }}}} = {average} {log}', size=theme.DISPLAY)
        room = theme.Area(theme.LEFT, layout.area(word).bottom, theme.RIGHT, theme.PICTURE.bottom - 2 * theme.WIDE)
        layout.centred(maths, room)
        maths.enter(self, at={"kl": "take", "mean": ("take", 0.5), "ratio": ("take", 1.0)})
        maths.light(self, "ratio", at=("take", 2 * theme.SLOW))
        maths.light(self, "mean", at=("log", 2.0))
        maths.rest(self, at="zero")
        foot = theme.PICTURE.bottom - theme.WIDE
        zero = say(self, "*0 nats*: nothing has changed", theme.LEFT, foot, theme.STATEMENT, at="zero")
        words = f"*1 nat*: {np.e:.1f} times rarer, on average"
        one = say(self, words, theme.RIGHT, foot, theme.STATEMENT, anchor="right", at="nat")
        self.hide(word, maths, zero, one, at="ways")

    def axes(self, kl: FloatArray, steps: int) -> Chart:
        seen = kl[kl > 1e-9] if (kl > 1e-9).any() else np.array([0.01, 1.0])
        low, high = 0.7 * float(seen.min()), 1.6 * max(float(seen.max()), 0.2)
        chart = Chart(*layout.rectangle(CHART), (0, steps), (low, high), log=True)
        powers = range(int(np.ceil(np.log10(low))), int(np.floor(np.log10(high))) + 1)
        ticks = {10.0**k: f"{10.0**k:g}" if k >= -2 else f"10#super[{k:.0f}]" for k in powers}
        name = "KL from the old policy, in nats"
        parts = chart.put(self, "update", {1: "1", steps: f"{steps}"}, name, ticks, False, theme.LABEL)
        self.show(*parts, at=("ways", 0.3))
        return chart

    def loss(self, k: int, chart: Chart, kl: FloatArray) -> None:
        # All batches as ghosts, their mean as a line, its name and its end beside it.
        cue, name, colour = LOOKS[k]
        wait = 0.2 if k else 2 * theme.SLOW
        time, many = np.arange(1, len(kl), dtype=float), kl[1:].T
        fan = self.put(chart.fan(time, many, stroke=colour, pen=theme.FINE, stroke_opacity=0.2), "mark")
        mean = self.put(chart.curve(time, many.mean(0), stroke=colour, pen=theme.BOLD, casing=3.0), "mover")
        for ink, write in ((fan, chart.spreading(fan, time, many)), (mean, chart.growing(mean, time, many.mean(0)))):
            self.write(ink, write, at=(cue, wait), over=2.0, ease=theme.smooth)
        end = float(kl[-1].mean())
        ends = [float(k[-1].mean()) for k in self.trace("batch_reuse")["kl"]]
        x = NAMES.left + theme.TIGHT
        y = chart.pixels(chart.plane.u[1], max(end, 10 ** chart.plane.v[0]))[1]
        rank = sum(1 for other in ends[: RATIO + 2] if other > end)
        y = max(y, CHART.top + theme.GAP + rank * NAMED)
        y = min(y, CHART.bottom - theme.GAP - (2 - rank) * NAMED)
        number = f"{end:.{1 if end >= 1 else 2}f} nats"
        say(self, f"*{name}*", x, y, theme.BODY, colour, at=(cue, wait + theme.REST))
        say(self, f"*{number}*", x, y + 1.1 * theme.STATEMENT, theme.STATEMENT, colour, at=(cue, wait + theme.REST))
