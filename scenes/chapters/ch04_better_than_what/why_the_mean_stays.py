"""The directions of all answers, weighed by their odds, end where they began."""

from __future__ import annotations

import numpy as np
from manim import Typst

from scenes import theme
from scenes.chapters.ch04_better_than_what.common import TOWARDS, answers, clouds, minus
from scenes.engine.ink import Ink
from scenes.engine.lettering import formula
from scenes.engine.stage import Stage
from scenes.parts import slopes
from scenes.parts.cloud import Cloud, Compass, Scale, Sight, arrow_points, fly
from scenes.parts.formula import Formula
from scenes.parts.headings import source, statement
from scenes.parts.running_number import RunningNumbers
from scenes.parts.say import appear, say
from traces.store import Trace


class WhyTheMeanStays(Stage):
    """The directions of all answers, weighed by their odds, end where they began."""

    traces = ("baseline_variance",)
    ROWS, PITCH = 424.0, 152.0
    ODDS, WAY, PRODUCT = 290.0, 540.0, 850.0
    AREA = (1040.0, 150.0, 784.0, 782.0)

    def build(self) -> None:
        trace = self.trace("baseline_variance")
        self.put(statement("Why does the middle *stay?*"), "text")
        self.reminder(trace)
        ends = np.cumsum(np.concatenate([np.zeros((1, 2)), trace["probs"][:, None] * trace["scores"]]), axis=0)
        x, y, width, height = self.AREA
        compass = Compass.around(1.5 * ends, x, y, width, height - 70, margin=60)
        steep, flat = (float(np.abs(trace["scores"][:, axis]).max()) for axis in (1, 0))
        unit = min(146 / max(steep, 1e-3), 220 / max(flat, 1e-3))  # pixels: an arrow keeps to its row and column
        flying = self.table(trace, unit)
        for k, (arrow, place) in enumerate(flying):
            at = ("chain", 0.5 * k)
            self.show(arrow, at=at, over=0.1)
            fly(self, arrow, place, compass.pixels(ends[k : k + 2]), at, pen=7.0, thick=14.0)
        say(self, "end to end: back where they began", x + width / 2, 916, 34, anchor="center", at=("chain", 1.0))
        names = self.sides(trace, compass.pixels(ends))
        self.stretch(compass, ends, [arrow for arrow, _ in flying], names)
        self.formulas()
        larger = f"The triangle is drawn {compass.scale / unit:.1f} times as large as the arrows that it is made of."
        self.put(source(f"Exact. Arrows of the table share a scale. {larger}", 28), "text")

    def reminder(self, trace: Trace) -> None:
        # The quiet cloud, a little loud and quiet again: its ring stays where it is.
        near, _ = clouds(trace, self.AREA)
        value, end = float(trace["value"]), self.time(("chain", -0.5))
        cloud = Cloud(self, trace["exact"], minus(trace, value, near))
        scale = Scale(self, near, self.AREA[0], 920)
        self.show(cloud.middle, at=-1.0, over=0.0)

        def breathe(share: float) -> Sight:
            return minus(trace, value * (1 - 0.08 * np.sin(np.pi * share) ** 2), near)

        cloud.follow(breathe, at=0.2, over=max(1.0, min(3.6, end - 0.4)), ease=theme.linear)
        self.hide(*cloud.parts, *scale.parts, at=end)

    def table(self, trace: Trace, unit: float) -> list[tuple[Ink, np.ndarray]]:
        # Odds times direction, a row each: of the whole arrow, the share that its odds leave.
        # Returns an arrow to fly from each product, and where it stands.
        answers(self, trace, self.ROWS, self.PITCH)
        for words, x, colour, at in (
            ("odds", self.ODDS, theme.MUTED, None),
            ("makes it likelier", self.WAY, TOWARDS, None),
            ("that share of it", self.PRODUCT, theme.TEXT, "each"),
        ):
            say(self, words, x, 312, theme.LABEL, colour, "center", at=at)
        flying = []
        for k, (p, way) in enumerate(zip(trace["probs"], trace["scores"], strict=True)):
            y, at = self.ROWS + self.PITCH * k, ("each", 0.3 + 0.3 * k)
            say(self, f"{float(p):.2f}", self.ODDS, y, 52, anchor="center")
            say(self, "×", 400, y, 44, theme.MUTED, "center")
            self.put(self.arrow(self.WAY, y, unit, way, fill=TOWARDS), "mark")
            say(self, "=", 694, y, 44, theme.MUTED, "center", at=at)
            whole = self.arrow(self.PRODUCT, y, unit, way, stroke=TOWARDS, pen=2.0)
            appear(self, whole, "grid", at=at)
            product = Compass(0, 0, 0, 0, self.PRODUCT, y - 16, unit)
            place = product.pixels(np.stack([-way / 2, (float(p) - 0.5) * way]))
            outline = arrow_points(*place, 7.0)
            appear(self, Ink(outline, closed=True, fill=theme.TEXT), "mark", at=at)
            flying.append((self.put(Ink(outline, closed=True, fill=theme.TEXT), "mover", shown=False), place))
        return flying

    @staticmethod
    def arrow(x: float, y: float, unit: float, way: np.ndarray, **style: object) -> Ink:
        return Compass(0, 0, 0, 0, x, y - 16, unit).arrow(way / 2, -way / 2, **{"pen": 7.0, **style})  # type: ignore[arg-type]

    def sides(self, trace: Trace, corners: np.ndarray) -> list[Typst]:
        # Each side of the triangle is named by the product that it is.
        names = []
        for k, (name, p) in enumerate(zip(trace["answers"], trace["probs"], strict=True)):
            middle = corners[k : k + 2].mean(axis=0)
            out = middle - corners[:-1].mean(axis=0)
            x, y = middle + out / max(float(np.hypot(*out)), 1e-9) * (108.0, 46.0)
            names.append(say(self, f"{float(p):.2f} of *{name}*", x, y + 11, 34, anchor="center", at=("chain", 1.2)))
        return names

    def stretch(self, compass: Compass, ends: np.ndarray, arrows: list[Ink], names: list[Typst]) -> None:
        # Times one and a half, times a half, and back; the names of the sides go with them.
        x, y, wide, _ = self.AREA
        times = say(self, "all ×", x + wide - 110, y + 40, 44, theme.MUTED, "right", at=("times", 0.2))
        number = appear(self, RunningNumbers(44), "mover", at=("times", 0.2))
        shares, factors = [0, 0.3, 0.45, 0.7, 0.85, 1.0], [1.0, 1.5, 1.5, 0.5, 0.5, 1.0]

        def count(share: float) -> None:
            number.set([f"{np.interp(share, shares, factors):.1f}"], [x + wide - 30], [y + 40])

        count(0.0)
        self.write(number, count, at="times", over=3.0)
        for k, (arrow, name) in enumerate(zip(arrows, names, strict=True)):

            def write(share: float, arrow: Ink = arrow, k: int = k) -> None:
                factor = float(np.interp(share, shares, factors))
                arrow.write(arrow_points(*compass.pixels(factor * ends[k : k + 2]), 14.0))

            self.write(arrow, write, at="times", over=3.0)
            middle = compass.scale * ends[k : k + 2].mean(axis=0)
            for n in (0, 2, 4):
                by = theme.length(factors[n + 1] - factors[n]) * np.append(middle, 0.0)
                at, over = ("times", 3.0 * shares[n]), 3.0 * (shares[n + 1] - shares[n])
                self.move(name, lambda m, by=by: m.shift(by), at=at, over=over, ease=theme.linear)
        self.hide(times, number, at=("times", 3.1))

    def formulas(self) -> None:
        slope, less = (Formula(f, theme.LEFT, 212, 50) for f in (slopes.SLOPE, slopes.LESS))
        slope.put(self)
        less.put(self)
        slope.enter(self, at=-1.0, over=0.0)
        appear(self, formula(slopes.NOTHING, theme.LEFT, 880, 46), "text", at=("sums", 0.2))
        slope.become(self, less, at=("sums", 2.6))
