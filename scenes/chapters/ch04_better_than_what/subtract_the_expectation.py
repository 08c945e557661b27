"""One number taken off every score: at the expectation the handfuls fall quiet, and their middle never moved."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch04_better_than_what.common import AMBER, AREA, EXPECTED, LEGEND, YELLOW, clouds, minus
from scenes.engine.ink import Ink, Marks, rule
from scenes.engine.stage import Stage, When
from scenes.parts.cloud import Cloud, Compass, Scale, Sight
from scenes.parts.headings import source, statement
from scenes.parts.plane import Plane
from scenes.parts.say import say
from traces.store import Trace


class SubtractTheExpectation(Stage):
    """One number taken off every score: at the expectation the handfuls fall quiet, and their middle never moved."""

    traces = ("baseline_variance",)

    def build(self) -> None:
        trace = self.trace("baseline_variance")
        self.put(statement("Take one number off every score: *how much?*"), "text")
        near, far = clouds(trace)
        value, grid = float(trace["value"]), trace["curve_b"]
        noise = np.log10(np.maximum(trace["curve_noise"], 1e-12))
        curve = self.curve(trace, noise)
        cloud = Cloud(self, trace["exact"], minus(trace, 0.0, far))
        scale = Scale(self, far, AREA[0], 920)
        needle = Marks(
            curve.points(np.zeros(1), np.interp([0.0], grid, noise))[:, :2],
            "circle",
            14,
            fill=AMBER,
            stroke=theme.CASING,
            pen=3,
        )
        self.put(needle, "mover")

        def slide(first: float, last: float, start: Compass, end: Compass, at: When, over: float) -> None:
            def sight(share: float) -> Sight:
                return minus(trace, first + share * (last - first), start.towards(end, share))

            def point(share: float) -> None:
                b = first + share * (last - first)
                needle.fill = minus(trace, b, far).colour
                needle.place(curve.points(np.array([b]), np.interp([b], grid, noise))[:, :2])

            cloud.follow(sight, at=at, over=over)
            self.write(needle, point, at=at, over=over, ease=theme.smooth)

        self.show(cloud.middle, at=("off", 0.8))
        slide(0.0, value, far, far, "slide", max(2.0, min(4.0, self.time("closer") - self.time("slide") - 0.8)))
        slide(value, value, far, near, "closer", 1.8)
        scale.renew(near, "closer", 1.8)
        slide(value, float(grid[-1]), near, near, "past", 1.6)
        slide(float(grid[-1]), value, near, near, "back", 1.6)
        say(self, "arrow: the true slope", AREA[0], LEGEND, 34)
        handfuls = f"dots: {trace['tips'].shape[1]} handfuls of {int(trace['handful'])}"
        say(self, handfuls, AREA[0] + 0.53 * AREA[2], LEGEND, 34, anchor="center")
        say(self, "ring: their average", theme.RIGHT, LEGEND, 34, anchor="right", at=("off", 0.8))
        note = "The curve is exact. A handful's variance is that of one answer over their number."
        self.put(source(note, theme.LABEL), "text")

    def curve(self, trace: Trace, noise: np.ndarray) -> Plane:
        # The variance that is left, against the number taken off; powers of ten upwards.
        b, value = trace["curve_b"], float(trace["value"])
        low, high = np.floor(noise.min()), np.ceil(max(noise.max(), noise.min() + 0.1))
        plane = Plane(190, 250, 520, 560, (float(b[0]), float(b[-1])), (float(low), float(high)))
        foot = plane.y + plane.height
        for decade in range(int(low), int(high) + 1):
            y = float(plane.pixels(np.array([0.0]), np.array([float(decade)]))[1][0])
            self.put(rule(plane.x, y, plane.x + plane.width, y, stroke=theme.HAIRLINE, pen=1.5, quiet=True), "grid")
            say(self, f"{10.0**decade:g}", plane.x - 14, y + 9, 28, theme.MUTED, "right")
        say(self, "variance of one answer's arrow (reward²)", theme.LEFT, 208, theme.LABEL, theme.MUTED)
        say(self, "the *baseline*: taken off every score →", plane.x + plane.width, foot + 88, 34, YELLOW, "right")
        zero, x = (float(p) for p in plane.pixels(np.array([0.0, value]), np.array([low, low]))[0])
        if abs(x - zero) > 90:
            say(self, "0", zero, foot + 42, 28, theme.MUTED, "center")
        self.put(rule(x, plane.y, x, foot, stroke=EXPECTED, pen=2.5, dash=(4, 10)), "line")
        say(self, f"{value:.2f}", x, foot + 42, 32, EXPECTED, "center")
        points, starts = plane.trail(b, noise)
        self.put(Ink(points, starts=starts, stroke=AMBER, pen=5), "line")
        return plane
