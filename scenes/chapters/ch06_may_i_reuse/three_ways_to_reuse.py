"""How far from the old policy one handful carries, under three losses."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch06_may_i_reuse.common import RATIO
from scenes.engine.ink import Marks, rule
from scenes.engine.lettering import counted, formula, halo
from scenes.engine.stage import Stage
from scenes.parts import rules
from scenes.parts.chart import Chart
from scenes.parts.headings import source, statement
from scenes.parts.say import appear, say
from scenes.theme import FloatArray


class ThreeWaysToReuse(Stage):
    """How far from the old policy one handful carries, under three losses."""

    traces = ("batch_reuse",)

    CHART = (theme.LEFT + 76, 190.0, 960.0, 690.0)
    COLUMN = 1296.0
    LOG = f"{rules.SUM} {rules.ADVANTAGE} thin {rules.LOGP}"
    LINEAR = f"{rules.SUM} {rules.RATIO} thin {rules.ADVANTAGE}"
    LOOKS = (
        ("log", "log-probability", theme.OBJECTIVES["reinforce"].colour, LOG),
        ("ratio", "ratio", theme.TEXT, LINEAR),
        ("clip", "ratio, with a fence", theme.OBJECTIVES["ppo"].colour, f"{LINEAR} #word[up to a fence]"),
    )

    def build(self) -> None:
        trace = self.trace("batch_reuse")
        kl = trace["kl"]
        steps, runs = kl.shape[1] - 1, kl.shape[2]
        self.put(statement(f"One handful, {counted(steps, 'update')}: *how far does it carry?*"), "text")
        chart = self.axes(kl[:, 1:], steps)
        over = max(1.6, self.time("first") - self.time("clip") - 1.6)
        for k in range(3):
            self.loss(k, chart, kl[k], over)
        place = chart.pixels(1, max(float(kl[RATIO, 1].mean()), 10 ** chart.plane.v[0]))
        dot = Marks(theme.point(*place)[None, :2], "circle", 16, fill=theme.TEXT, stroke=theme.CASING, pen=3)
        self.put(dot, "text", shown=False)
        self.show(dot, at="first")
        self.fates(chart, kl[RATIO, -1], trace["counts"][:, 0] > 0)
        size = trace["handful_answer"].shape[1]
        words = (
            f"{runs} handfuls of {size} answers, advantages standardised within each. Thick: the mean over handfuls."
        )
        self.put(source(words, 28), "text")

    def axes(self, kl: FloatArray, steps: int) -> Chart:
        seen = kl[kl > 1e-9] if (kl > 1e-9).any() else np.array([0.01, 1.0])
        low, high = 0.7 * float(seen.min()), 1.6 * max(float(seen.max()), 0.2)
        chart = Chart(*self.CHART, (0, steps), (low, high), log=True)
        powers = range(int(np.ceil(np.log10(low))), int(np.floor(np.log10(high))) + 1)
        ticks = {10.0**k: f"{10.0**k:g}" if k >= -2 else f"10#super[{k:.0f}]" for k in powers}
        name = "KL from the policy that wrote the answers, in nats"
        chart.put(self, "update", {1: "1", steps: f"{steps}"}, name, ticks, size=28)
        # What the axis measures, where no curve comes.
        x, y, width, height = self.CHART
        lines = (
            '{{ upright("KL") : kl }} #word[: the average of] -log {{ rho : ratio }} #word[over yesterday’s answers]',
            f"#word[0 nats: alike. 1 nat: on average {np.e:.1f} times less likely today]",
        )
        for k, maths in enumerate(lines):
            self.put(halo(formula(maths, x + width, y + height - 84 + 48 * k, 32, anchor="right")), "text")
        return chart

    def loss(self, k: int, chart: Chart, kl: FloatArray, over: float) -> None:
        # Its name and formula, all handfuls as ghosts, their mean as a line, and where it ends.
        cue, name, colour, line = self.LOOKS[k]
        x, y = self.COLUMN, 250.0 + 236 * k
        self.put(rule(x, y - 12, x + 60, y - 12, stroke=colour, pen=8.0), "mark")
        say(self, f"*{name}*", x + 80, y, 40, colour)
        self.put(formula(line, x, y + 74, theme.FORMULA), "text")
        time, many = np.arange(1, len(kl), dtype=float), kl[1:].T
        fan = self.put(chart.fan(time, many, stroke=colour, pen=1.5, stroke_opacity=0.24), "mark")
        mean = self.put(chart.curve(time, many.mean(0), stroke=colour, pen=8.0, casing=3.0), "mover")
        self.write(fan, chart.spreading(fan, time, many), at=(cue, 0.5), over=over, ease=theme.smooth)
        self.write(mean, chart.growing(mean, time, many.mean(0)), at=(cue, 0.5), over=over, ease=theme.smooth)
        end = float(kl[-1].mean())
        number = f'{{{{ upright("KL") : kl }}}} = {end:.{1 if end >= 1 else 2}f}'
        appear(self, formula(number, x, y + 140, 38), "text", at=(cue, 0.4 + over), over=0.3)

    def fates(self, chart: Chart, ends: FloatArray, holds: np.ndarray) -> None:
        # The ratio's handfuls fall into two bundles: those that hold an A, and those that do not.
        if holds.all() or not holds.any() or float(ends.min()) <= 0:
            return
        places = [chart.pixels(chart.plane.u[1], float(np.median(ends[kind])))[1] for kind in (holds, ~holds)]
        if abs(places[0] - places[1]) < 50:
            return
        x = chart.plane.x + chart.plane.width + 10
        for y, words in zip(places, ("with an A", "without"), strict=True):
            say(self, words, x, y + 8, 28, at="first")
