"""The directions of all answers, weighed by their chances, end where they began."""

from __future__ import annotations

import numpy as np
from manim import Typst

from scenes import theme
from scenes.chapters.ch04_better_than_what.common import TOWARDS, clouds, minus
from scenes.engine.ink import Ink
from scenes.engine.lettering import formula, text
from scenes.engine.stage import Stage
from scenes.parts import slopes
from scenes.parts.batch import Batch
from scenes.parts.cloud import Cloud, Compass, Sight, arrow_points, fly
from scenes.parts.headings import source, statement
from scenes.parts.running_number import RunningNumbers
from traces.store import Trace

FIRST, PITCH = 340.0, 160.0  # baseline of the first row, and from one to the next
CHANCE, WAY, PRODUCT = (sum(theme.column(k)) / 2 for k in (1, 3, 5))
LEFT, RIGHT = theme.column(7, 5)
AREA = (LEFT, theme.PICTURE.top, RIGHT - LEFT, theme.PICTURE.bottom - theme.PICTURE.top)
ORDER = (1, 2, 0)  # in which the products are laid end to end
THIN, THICK = 7.0, 11.0
SHARES, FACTORS = (0, 0.3, 0.45, 0.7, 0.85, 1.0), (1.0, 1.3, 1.3, 0.5, 0.5, 1.0)


class WhyTheMiddleStays(Stage):
    """The directions of all answers, weighed by their chances, end where they began."""

    traces = ("baseline_variance",)

    def build(self) -> None:
        trace = self.trace("baseline_variance")
        self.bring(statement("Why does the middle *stay?*"))
        self.reminder(trace)
        products = (trace["probs"][:, None] * trace["scores"])[list(ORDER)]
        ends = np.cumsum(np.concatenate([np.zeros((1, 2)), products]), axis=0)
        compass = Compass.around(max(FACTORS) * ends, *AREA, margin=theme.WIDE)
        longest = max(float(np.linalg.norm(trace["scores"], axis=1).max()), 1e-9)
        unit = 1.2 * theme.NUMBER / longest  # pixels: an arrow keeps to its row and column
        flying = self.table(trace, unit)
        arrows = []
        for j, k in enumerate(ORDER):
            arrow, place = flying[k]
            at = ("chain", 0.8 * j)
            self.show(arrow, at=at, over=0.1)
            fly(self, arrow, place, compass.pixels(ends[j : j + 2]), at, pen=THIN, thick=THICK)
            arrows.append(arrow)
        names = self.sides(trace, compass.pixels(ends))
        self.stretch(compass, ends, arrows, names)
        low = theme.PICTURE.bottom - theme.GAP
        self.bring(formula(slopes.NOTHING, theme.LEFT, low, theme.STATEMENT), "sums")
        self.bring(source("The start policy, exact. Arrows of the table share a scale; the triangle is drawn larger."))

    def reminder(self, trace: Trace) -> None:
        # The quiet cloud, a little loud and quiet again: its ring stays where it is.
        near, _ = clouds(trace, AREA)
        value, end = float(trace["value"]), self.time("each") - theme.QUICK
        cloud = Cloud(self, trace["exact"], minus(trace, value, near))
        self.show(cloud.middle, at=0.0, over=0.0)

        def breathe(share: float) -> Sight:
            return minus(trace, value * (1 - 0.04 * np.sin(np.pi * share) ** 2), near)

        cloud.follow(breathe, at=("middle", 0.0), over=max(1.0, end - self.time("middle")), ease=theme.linear)
        self.hide(*cloud.parts, at=end)

    def table(self, trace: Trace, unit: float) -> list[tuple[Ink, np.ndarray]]:
        # Chance times direction, a row each: of the whole arrow, the share that its chance leaves.
        # Returns an arrow to fly from each product, and where it stands.
        head = FIRST - theme.NUMBER
        for words, x, colour in (
            ("chance", CHANCE, theme.MUTED),
            ("direction", WAY, TOWARDS),
            ("chance × direction", PRODUCT, theme.TEXT),
        ):
            self.bring(text(words, x, head, theme.LABEL, colour, "center"), "each")
        flying = []
        for k, (p, way) in enumerate(zip(trace["probs"], trace["scores"], strict=True)):
            y, at = FIRST + PITCH * k, ("each", 0.5 * k)
            middle = y - theme.GUTTER / 1.5
            self.bring(Batch.sample(theme.LEFT + theme.GUTTER, middle, k, theme.TITLE), layer="mark")
            self.bring(text(f"*{trace['answers'][k]}*", theme.LEFT + theme.WIDE, y, theme.TITLE))
            self.bring(text(f"{float(p):.2f}", CHANCE, y, theme.TITLE, anchor="center"), at)
            self.bring(self.arrow(WAY, middle, unit, way, fill=TOWARDS), at, "mark")
            for sign, x in (("×", (CHANCE + WAY) / 2), ("=", (WAY + PRODUCT) / 2)):
                self.bring(text(sign, x, y, theme.STATEMENT, theme.MUTED, "center"), at)
            self.bring(self.arrow(PRODUCT, middle, unit, way, stroke=TOWARDS, pen_width=2.0), at, "grid")
            place = Compass(0, 0, 0, 0, PRODUCT, middle, unit).pixels(np.stack([-way / 2, (float(p) - 0.5) * way]))
            tail, tip = place
            outline = arrow_points(tail, tip, THIN)
            self.bring(Ink(outline, closed=True, fill=theme.TEXT), at, "mark")
            flying.append((self.put(Ink(outline, closed=True, fill=theme.TEXT), "mover", shown=False), place))
        return flying

    @staticmethod
    def arrow(
        x: float, y: float, unit: float, way: np.ndarray, fill: str | None = None, stroke: str | None = None,
        pen_width: float = 3.0,
    ) -> Ink:  # fmt: skip
        tail, tip = Compass(0, 0, 0, 0, x, y, unit).pixels(np.stack([-way / 2, way / 2]))
        return Ink(arrow_points(tail, tip, THIN), closed=True, fill=fill, stroke=stroke, pen=pen_width)

    def sides(self, trace: Trace, corners: np.ndarray) -> list[Typst]:
        # Each side of the triangle is named by the product that it is.
        names, centre = [], corners[:-1].mean(axis=0)
        for j, k in enumerate(ORDER):
            middle, (along, down) = corners[j : j + 2].mean(axis=0), corners[j + 1] - corners[j]
            out = np.array([down, -along]) / max(float(np.hypot(along, down)), 1e-9)
            out *= 1.0 if out @ (middle - centre) >= 0 else -1.0
            x, y = middle + out * (1.7 * theme.WIDE, theme.WIDE)
            words = f"{float(trace['probs'][k]):.2f} of *{trace['answers'][k]}*"
            word = text(words, float(x), float(y) + theme.TIGHT, theme.BODY, anchor="center")
            names.append(self.bring(word, ("chain", 0.8 * j + 0.8)))
        return names

    def stretch(self, compass: Compass, ends: np.ndarray, arrows: list[Ink], names: list[Typst]) -> None:
        # Times more than one, times less, and back; the names of the sides step aside meanwhile.
        over = 3 * theme.SLOW
        self.hide(*names, at="times")
        at_x, at_y = RIGHT, AREA[1] + theme.WIDE
        times = text("all three ×", at_x - theme.NUMBER, at_y, theme.STATEMENT, theme.MUTED, "right")
        number = RunningNumbers(theme.STATEMENT)
        self.bring(times, "times")
        self.bring(number, "times", "mover")

        def count(share: float) -> None:
            number.set([f"{np.interp(share, SHARES, FACTORS):.1f}"], [at_x - theme.GUTTER], [at_y])

        count(0.0)
        self.write(number, count, at=("times", 0.3), over=over)
        for j, arrow in enumerate(arrows):

            def write(share: float, arrow: Ink = arrow, j: int = j) -> None:
                factor = float(np.interp(share, SHARES, FACTORS))
                tail, tip = compass.pixels(factor * ends[j : j + 2])
                arrow.write(arrow_points(tail, tip, THICK))

            self.write(arrow, write, at=("times", 0.3), over=over)
        self.hide(times, number, at=("times", over + 0.6))
        self.show(*names, at=("times", over + 0.6))
