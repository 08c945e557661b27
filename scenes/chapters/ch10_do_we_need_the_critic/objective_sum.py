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
from scenes.engine import layout
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
CURVES = (("surrogate", theme.TEXT, "mean min"), ("objective", COLOUR, "objective"))
FIGURE = theme.BODY
LONGEST = "+0.000"  # what leaves room for any figure of the sum
DROP = theme.LABEL / 3  # from the middle of words to their baseline


class ObjectiveSum:
    """The sum on the baseline `y`, and right of it what it does along the trace's line."""

    def __init__(self, trace: Trace, y: float = theme.PICTURE.bottom - 2 * theme.WIDE):
        self.trace, self.y = trace, y
        self.figures = RunningNumbers(FIGURE, theme.TEXT)
        self.label = layout.at(text("objective", size=theme.BODY, colour=COLOUR), x=theme.LEFT, y=y)
        self.beta = text(f"{float(trace['beta']):g}", size=FIGURE, colour=KL)
        self.signs = [text(sign, size=FIGURE, colour=theme.MUTED) for sign in "=−×"]
        rooms = [text(LONGEST, size=FIGURE) for _ in range(3)]
        (equals, minus, times), (first, second, third) = self.signs, rooms
        layout.row(self.label, first, equals, second, minus, self.beta, times, third)
        self.rooms = [layout.area(room) for room in rooms]
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
        self.curves = [Ink(np.zeros((2, 3)), stroke=colour, pen=theme.BOLD) for _, colour, _ in CURVES]
        self.write(0.0)

    def seen(self, closer: float) -> Chart:
        """The chart, from afar (0) or with its upward axis closer to the peak (1)."""
        low, top = ((1 - closer) * a + closer * b for a, b in (self.lows, self.tops))
        left, right = theme.column(7, 4)
        place = theme.Area(left, self.y - 2.5 * theme.WIDE, right, self.y + 1.5 * theme.WIDE)
        return Chart(*layout.rectangle(place), (0.0, float(self.trace["step"][-1])), (low, top))

    @property
    def moving(self) -> list[Mobject]:
        """What `write` sets."""
        return [self.figures, *self.curves]

    def put_sum(self, stage: Stage, at: When) -> None:
        """Put the numbers and what they are called on stage."""
        _, mean, kl = self.rooms
        under = (
            (text("mean min", size=theme.NOTE, colour=theme.MUTED), mean),
            (formula("{{ beta : kl }}", size=theme.BODY), layout.area(self.beta)),
            (text("mean KL", size=theme.NOTE, colour=KL), kl),
        )
        names = [layout.at(word, x=of.middle[0], y=self.y + theme.TITLE, align="middle") for word, of in under]
        words = (self.label, *self.signs, self.beta, *names)
        stage.put(self.figures, "mover", shown=False)
        stage.show(self.figures, *[stage.put(word, "text", shown=False) for word in words], at=at)

    def put_chart(self, stage: Stage, at: When, begin: float, over: float) -> None:
        """Put the curves on stage; answers are named as the running line, from `begin` on, makes them silent."""
        p, when, end = self.chart.plane, stage.time(at), float(self.trace["step"][-1])
        foot = p.y + p.height
        axis = rule(p.x, foot, p.x + p.width, foot, stroke=theme.AXIS, pen=theme.FINE)
        along_it = text("straight on, along the first slope →", p.x, foot + theme.GAP, theme.NOTE, theme.MUTED)
        stage.show(stage.put(axis, "ground", shown=False), stage.put(along_it, "text", shown=False), at=when)
        silent = sorted(
            (float(s), str(name)) for s, name in zip(self.trace["silent_from"], self.trace["answers"], strict=True)
        )
        for k, (step, name) in enumerate((s, name) for s, name in silent if 0 < s <= end):
            x = self.chart.pixels(step, 0.0)[0]
            post = rule(x, p.y, x, foot, stroke=theme.HATCH, pen=theme.FINE, dash=theme.DOTTED)
            word, dx, anchor = (name, 0, "center") if k else (f"{name} silent", theme.TIGHT, "right")
            parts: list[Mobject] = [stage.put(post, "grid", False)]
            tag = text(word, x + dx, p.y - theme.TIGHT, theme.NOTE, theme.MUTED, anchor)
            parts.append(stage.put(tag, "text", False))
            stage.show(*parts, at=when + begin + over * step / end, over=theme.QUICK)
        places = self.ends(self.chart)
        for curve, (key, colour, word) in zip(self.curves, CURVES, strict=True):
            stage.show(stage.put(curve, "mover", shown=False), at=when + begin, over=0.1)
            told = text(word, p.x + p.width + theme.TIGHT, places[key], theme.LABEL, colour)
            self.names[key] = stage.bring(told, when + 0.5)

    def ends(self, chart: Chart) -> dict[str, float]:
        """Baselines for the curves' names at their ends: one over, one under the middle between them."""
        end = float(self.trace["step"][-1])
        out = {key: chart.pixels(end, float(self.trace[key][-1]))[1] + DROP for key, *_ in CURVES}
        over, under = (key for key, *_ in CURVES)
        apart = max(0.0, theme.BODY + out[over] - out[under]) / 2
        return {over: out[over] - apart, under: out[under] + apart}

    def put_peak(self, stage: Stage, at: When) -> None:
        """Go closer within a second from `at` on, and tell the highest objective and the last."""
        if not self.sinks:
            return
        when, chart, goal = stage.time(at), self.seen(1.0), self.trace["objective"]
        places = self.ends(chart)
        for key, name in self.names.items():
            stage.shift(name, down=places[key] - layout.baseline(name), at=when, over=1.0)
        p = chart.plane
        x, y = chart.pixels(float(self.trace["step"][self.peak]), float(goal[self.peak]))
        value = text(f"*{number(float(goal[-1]), True, 3)}*", size=theme.NOTE, colour=COLOUR)
        layout.at(value, x=p.x + p.width + theme.TIGHT, y=places["objective"] + theme.BODY)
        best = f"peak *{number(float(goal[self.peak]), True, 3)}*"
        parts: list[tuple[Mobject, str]] = [
            (rule(x, y, p.x + p.width, y, stroke=COLOUR, pen=theme.FINE, dash=theme.DOTTED), "line"),
            (spot(theme.point(x, y)[None], theme.TIGHT, COLOUR, theme.OBJECTIVES["grpo"].marker), "mover"),
            (halo(text(best, x + theme.TIGHT, y - theme.TIGHT, theme.NOTE, COLOUR)), "text"),
            (value, "text"),
        ]
        if self.lows[0] != self.lows[1]:
            foot = p.y + p.height + DROP
            for line, y in (("closer:", foot - theme.BODY), (number(self.lows[1], True, 3), foot)):
                parts.append((text(line, p.x - theme.TIGHT, y, theme.NOTE, theme.MUTED, "right"), "text"))
        for mobject, layer in parts:
            stage.show(stage.put(mobject, layer, shown=False), at=when + 1.0, over=theme.QUICK)

    def write(self, at: float, closer: float = 0.0) -> None:
        """Set numbers and curves for the fractional stop `at`, seen from afar (0) or from close by (1)."""
        last = len(self.trace["step"]) - 1
        at = min(at, last - 1e-9)
        values = [float(along(self.trace[key], at)) for key in ("objective", "surrogate", "mean_kl")]
        words = [number(value, signed, 3) for value, signed in zip(values, (True, True, False), strict=True)]
        self.figures.set(words, [room.right for room in self.rooms], [self.y] * 3)
        chart = self.seen(closer)
        for curve, (key, *_) in zip(self.curves, CURVES, strict=True):
            chart.growing(curve, self.trace["step"], self.trace[key])(max(1e-6, at / last))
