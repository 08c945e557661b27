"""A number taken off every reward, the baseline: how much noise each leaves, and where it is least."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch04_better_than_what.common import (
    AMBER,
    AREA,
    EXPECTED,
    LEGEND,
    PLAIN,
    VALUE,
    YELLOW,
    clouds,
    minus,
)  # fmt: skip
from scenes.engine.ink import Ink, Marks, rule
from scenes.engine.lettering import text
from scenes.engine.stage import Stage, When
from scenes.parts.cloud import Cloud, Compass, Scale, Sight
from scenes.parts.headings import source, statement
from scenes.parts.plane import Plane
from traces.store import Trace

CHART_LEFT, CHART_RIGHT = theme.column(0)[1] - theme.GUTTER, theme.column(4)[0] + theme.GAP
CHART = (CHART_LEFT, theme.PICTURE.top + theme.WIDE, CHART_RIGHT - CHART_LEFT, 440.0)


class TakeItOffAgain(Stage):
    """A number taken off every reward, the baseline: how much noise each leaves, and where it is least."""

    traces = ("baseline_variance",)

    def build(self) -> None:
        trace = self.trace("baseline_variance")
        self.bring(statement("Take the same number off every reward: *how much?*"))
        near, far = clouds(trace)
        value, grid = float(trace["value"]), trace["curve_b"]
        noise = np.log10(np.maximum(trace["curve_noise"], 1e-6 * max(float(trace["curve_noise"].max()), 1e-6)))
        plane = self.curve(trace, noise)
        cloud = Cloud(self, trace["exact"], minus(trace, 0.0, far))
        scale = Scale(self, far, AREA[0], AREA[1] + AREA[3])
        needle = Marks(self.spot(plane, 0.0, grid, noise), "circle", 14, fill=AMBER, stroke=theme.CASING, pen=3)
        self.bring(needle, ("axes", theme.CHANGE), "mover")
        self.show(cloud.middle, at="slide")

        def slide(first: float, last: float, start: Compass, end: Compass, at: When, over: float) -> None:
            def sight(share: float) -> Sight:
                return minus(trace, first + share * (last - first), start.towards(end, share))

            def point(share: float) -> None:
                b = first + share * (last - first)
                needle.fill = minus(trace, b, far).colour
                needle.place(self.spot(plane, b, grid, noise))

            cloud.follow(sight, at=at, over=over)
            self.write(needle, point, at=at, over=over, ease=theme.smooth)

        # Up to the average reward; closer; beyond it and back.
        until = self.time(("value", 0.6))
        slide(0.0, value, far, far, "slide", max(2.0, until - self.time("slide")))
        slide(value, value, far, near, ("value", 0.8), 1.8)
        scale.renew(near, ("value", 0.8), 1.8)
        slide(value, float(grid[-1]), near, near, "past", 1.6)
        slide(float(grid[-1]), value, near, near, "back", 1.6)
        self.bring(text("arrow: the true slope", AREA[0], LEGEND, theme.BODY))
        middle = AREA[0] + AREA[2] / 2 + theme.GAP
        self.bring(text(f"dots: {trace['tips'].shape[1]} estimates", middle, LEGEND, theme.BODY, anchor="center"))
        self.bring(text("ring: their average", theme.RIGHT, LEGEND, theme.BODY, anchor="right"), "slide")
        self.saved(trace)
        size = int(trace["size"])
        self.bring(source(f"The curve is exact, for one answer; a batch of {size} has a {size}th of its variance."))

    @staticmethod
    def spot(plane: Plane, b: float, grid: np.ndarray, noise: np.ndarray) -> np.ndarray:
        return plane.points(np.array([b]), np.interp([b], grid, noise))[:, :2]

    def curve(self, trace: Trace, noise: np.ndarray) -> Plane:
        # The variance that is left, against the number taken off; powers of ten upwards.
        b, value = trace["curve_b"], float(trace["value"])
        low, high = np.floor(noise.min()), np.ceil(max(noise.max(), noise.min() + 0.1))
        plane = Plane(*CHART, (float(b[0]), float(b[-1])), (float(low), float(high)))
        foot = plane.y + plane.height
        for decade in range(int(low), int(high) + 1):
            y = float(plane.pixels(np.array([0.0]), np.array([float(decade)]))[1][0])
            line = rule(plane.x, y, plane.x + plane.width, y, stroke=theme.HAIRLINE, pen=1.5, quiet=True)
            self.bring(line, "across", "grid")
            tick = text(f"{10.0**decade:g}", plane.x - theme.TIGHT, y + 9, theme.NOTE, theme.MUTED, "right")
            self.bring(tick, "across")
        self.bring(text("variance, per answer", theme.LEFT, plane.y - theme.GAP, theme.BODY, theme.MUTED), "axes")
        named = text("*baseline* →", plane.x + plane.width, foot + theme.NUMBER, theme.BODY, YELLOW, "right")
        self.bring(named, "across")
        zero, x = (float(p) for p in plane.pixels(np.array([0.0, value]), np.array([low, low]))[0])
        if abs(x - zero) > theme.WIDE:
            self.bring(text("0", zero, foot + theme.STATEMENT, theme.NOTE, theme.MUTED, "center"), "across")
        self.bring(rule(x, plane.y, x, foot, stroke=EXPECTED, pen=theme.FINE, dash=(4, 10)), "value", "line")
        words, low = f"expected: *{value:.1f}*", foot + theme.STATEMENT
        self.bring(text(words, x + theme.GAP, low, theme.BODY, EXPECTED, "right"), "value")
        points, starts = plane.trail(b, noise)
        self.bring(Ink(points, starts=starts, stroke=AMBER, pen=theme.BOLD), ("axes", theme.CHANGE), "line")
        return plane

    def saved(self, trace: Trace) -> None:
        # In answers: the points were added by hand, so what counts is the saving on plain rewards.
        quiet = float(trace["noise"][VALUE])
        if quiet <= 0:
            return
        low = theme.PICTURE.bottom
        number = text(f"*{float(trace['noise'][PLAIN]) / quiet:.1f} ×*", theme.LEFT, low, theme.DISPLAY, YELLOW)
        self.bring(number, "saved")
        words = ("as many answers without", "a baseline, plain rewards")
        right = theme.LEFT + 2.6 * theme.DISPLAY
        for k, word in enumerate(words):
            self.bring(text(word, right, low - theme.GAP * (1 - k), theme.BODY), "saved")
