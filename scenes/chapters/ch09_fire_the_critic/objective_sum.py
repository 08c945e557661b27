"""The bottom line of the table: objective = mean of the smaller terms - beta x mean KL, as a sum and as two curves.

total = ObjectiveSum(trace)
total.put_sum(stage, at="total")
total.put_chart(stage, at="go", begin=0.6, over=8)
total.put_peak(stage, at="pull")
stage.write(total.moving, lambda share: total.write(share * last, closer(share)), at=("go", 0.6), over=8)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.chapters.ch09_fire_the_critic.group_table import number
from scenes.engine.ink import Ink, rule
from scenes.engine.lettering import formula, halo, text
from scenes.parts.chart import Chart
from scenes.parts.map_panel import along
from scenes.parts.running_number import RunningNumbers
from scenes.parts.trust_region_closeup import spot
from traces.store import Trace

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

COLOUR, KL = theme.OBJECTIVES["grpo"].colour, theme.SYMBOLS["kl"]
XS = {"objective": 372.0, "surrogate": 556.0, "beta": 698.0, "kl": 850.0}
CURVES = (("surrogate", theme.TEXT, "mean min", -4.0), ("objective", COLOUR, "objective", 28.0))


class ObjectiveSum:
    """The sum on the baseline `y`, and right of it what it does along the trace's line."""

    def __init__(self, trace: Trace, y: float = 750.0):
        self.trace, self.y = trace, y
        self.figures = RunningNumbers(38, theme.TEXT)
        high, goal = max(1e-6, float(trace["surrogate"].max())), trace["objective"]
        low, self.peak, end = min(0.0, float(goal.min())), int(goal.argmax()), float(goal[-1])
        sunk = float(goal[self.peak]) - end
        # From afar the axis begins at the least; from close by, as far below the end as lets one see what was lost.
        self.sinks = sunk > 1e-4 * (high - low)
        near = max(low, end - 2 * sunk) if self.sinks else low
        self.lows = (low, near)
        self.tops = (low + 1.15 * (high - low), near + 1.15 * (high - near))
        self.chart = self.seen(0.0)
        self.names: dict[str, Mobject] = {}
        self.curves = [Ink(np.zeros((2, 3)), stroke=colour, pen=5.0) for _, colour, _, _ in CURVES]
        self.write(0.0)

    def seen(self, closer: float) -> Chart:
        """The chart, from afar (0) or with its upward axis closer to the peak (1)."""
        low, top = ((1 - closer) * a + closer * b for a, b in (self.lows, self.tops))
        return Chart(1080, self.y - 170, 560, 290, (0.0, float(self.trace["step"][-1])), (low, top))

    @property
    def moving(self) -> list[Mobject]:
        """What `write` sets."""
        return [self.figures, *self.curves]

    def put_sum(self, stage: Stage, at: When) -> None:
        """Put the numbers and what they are called on stage."""
        y, muted = self.y, theme.MUTED
        words = (
            text("objective", theme.LEFT, y, 34, COLOUR),
            text("=", 398, y, 38, muted),
            text("−", 582, y, 38, muted),
            text(f"{float(self.trace['beta']):g}", XS["beta"], y, 38, KL, "right"),
            text("×", 720, y, 38, muted),
            formula("{{ beta : kl }}", XS["beta"] - 34, y + 56, 34, anchor="center"),
            text("mean min", XS["surrogate"] - 40, y + 54, 28, muted, "center"),
            text("mean KL", XS["kl"] - 34, y + 54, 28, KL, "center"),
        )
        stage.put(self.figures, "mover", shown=False)
        stage.show(self.figures, *[stage.put(word, "text", shown=False) for word in words], at=at)

    def put_chart(self, stage: Stage, at: When, begin: float, over: float) -> None:
        """Put the curves on stage; answers are named as the running line, from `begin` on, makes them silent."""
        p, when, end = self.chart.plane, stage.time(at), float(self.trace["step"][-1])
        foot = p.y + p.height
        axis = rule(p.x, foot, p.x + p.width, foot, stroke=theme.AXIS, pen=2.0)
        along_it = text("straight on, along the first slope →", p.x, foot + 33, 28, theme.MUTED)
        stage.show(stage.put(axis, "ground", shown=False), stage.put(along_it, "text", shown=False), at=when)
        silent = sorted(
            (float(s), str(name)) for s, name in zip(self.trace["silent_from"], self.trace["answers"], strict=True)
        )
        for k, (step, name) in enumerate((s, name) for s, name in silent if 0 < s <= end):
            x = self.chart.pixels(step, 0.0)[0]
            post = rule(x, p.y - 6, x, foot, stroke=theme.HATCH, pen=2.0, dash=(2, 7))
            word, dx, anchor = (name, 0, "center") if k else (f"{name} silent", 10, "right")
            parts: list[Mobject] = [stage.put(post, "grid", False)]
            parts.append(stage.put(text(word, x + dx, p.y - 16, 28, theme.MUTED, anchor), "text", False))
            stage.show(*parts, at=when + begin + over * step / end, over=theme.QUICK)
        for curve, (key, colour, word, dy) in zip(self.curves, CURVES, strict=True):
            stage.show(stage.put(curve, "mover", shown=False), at=when + begin, over=0.1)
            x, y = self.chart.pixels(end, float(self.trace[key][-1]))
            self.names[key] = stage.put(text(word, x + 14, y + dy, theme.LABEL, colour), "text", shown=False)
            stage.show(self.names[key], at=when + 0.5)

    def put_peak(self, stage: Stage, at: When) -> None:
        """Go closer within a second from `at` on, and tell the highest objective and the last."""
        if not self.sinks:
            return
        when, chart, goal = stage.time(at), self.seen(1.0), self.trace["objective"]
        end, beside = float(self.trace["step"][-1]), {key: dy for key, _, _, dy in CURVES}
        for key, name in self.names.items():
            last = float(self.trace[key][-1])
            up = self.chart.pixels(end, last)[1] - chart.pixels(end, last)[1] + beside[key] - 10
            stage.shift(name, down=-up, at=when, over=1.0)
        x, y = chart.pixels(float(self.trace["step"][self.peak]), float(goal[self.peak]))
        foot, value = chart.pixels(end, float(goal[-1]))[1], number(float(goal[-1]), True, 3)
        p = chart.plane
        parts: list[tuple[Mobject, str]] = [
            (rule(x, y, p.x + p.width, y, stroke=COLOUR, pen=2.0, dash=(3, 8)), "line"),
            (spot(theme.point(x, y)[None], 10, COLOUR, theme.OBJECTIVES["grpo"].marker), "mover"),
            (halo(text(f"peak *{number(float(goal[self.peak]), True, 3)}*", x + 16, y - 14, 28, COLOUR)), "text"),
            (text(f"*{value}*", p.x + p.width + 14, foot + 46, 28, COLOUR), "text"),
        ]
        if self.lows[0] != self.lows[1]:
            for k, word in enumerate(("closer:", number(self.lows[1], True, 3))):
                tick = text(word, p.x - 12, p.y + p.height - 25 + 34 * k, 28, theme.MUTED, "right")
                parts.append((tick, "text"))
        for mobject, layer in parts:
            stage.show(stage.put(mobject, layer, shown=False), at=when + 1.0, over=theme.QUICK)

    def write(self, at: float, closer: float = 0.0) -> None:
        """Set numbers and curves for the fractional stop `at`, seen from afar (0) or from close by (1)."""
        last = len(self.trace["step"]) - 1
        at = min(at, last - 1e-9)
        values = [float(along(self.trace[key], at)) for key in ("objective", "surrogate", "mean_kl")]
        words = [number(value, signed, 3) for value, signed in zip(values, (True, True, False), strict=True)]
        self.figures.set(words, [XS["objective"], XS["surrogate"], XS["kl"]], [self.y] * 3)
        chart = self.seen(closer)
        for curve, (key, *_) in zip(self.curves, CURVES, strict=True):
            chart.growing(curve, self.trace["step"], self.trace[key])(max(1e-6, at / last))
