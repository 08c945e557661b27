"""Better than what? Points added to every answer make noise; what was expected, taken off, makes it quiet."""

from __future__ import annotations

import numpy as np
from manim import Typst

from scenes import theme
from scenes.ink import Ink, Marks, box, rule
from scenes.lettering import formula
from scenes.parts import slopes
from scenes.parts.batch import Batch
from scenes.parts.card import source, statement
from scenes.parts.cloud import Cloud, Compass, Scale, Sight, arrow_points, aside, fly
from scenes.parts.figures import Figures
from scenes.parts.formula import Formula
from scenes.parts.plane import Plane
from scenes.parts.powers import Powers
from scenes.parts.say import appear, say
from scenes.stage import Stage, When
from traces.store import Trace

AMBER, YELLOW = theme.OBJECTIVES["reinforce"].colour, theme.OBJECTIVES["baseline"].colour
TOWARDS, EXPECTED = theme.SYMBOLS["logp"], theme.SYMBOLS["value"]
PLAIN, SHIFTED, VALUE, BEST = range(4)
AREA = (780.0, 200.0, 1044.0, 690.0)  # left, top, width and height of the compass; its legend stands above it
LEGEND = 168.0
GAP = 8.0  # pixels between dots that would coincide


def clouds(trace: Trace, area: tuple[float, float, float, float] = AREA) -> tuple[Compass, Compass]:
    """A near view, in which the true slope and the quiet clouds fill the frame, and a far one for the loud cloud."""
    tips = trace["tips"]
    near = Compass.around(np.concatenate([tips[PLAIN], tips[VALUE]]), *area, margin=60)
    far = Compass.around(tips[SHIFTED], *area, margin=60)
    return near, far if far.scale < near.scale else near


def minus(trace: Trace, b: float, view: Compass) -> Sight:
    """The cloud with b taken off every score: the true REINFORCE amber, but the baseline's yellow at the expectation.

    A constant enters the gradient linearly, so every value between is exact.
    """
    value = float(trace["value"])
    near = float(np.exp(-(((b - value) / (0.06 * max(value, 1e-9))) ** 2)))
    tips = trace["tips"][SHIFTED] - b * trace["pull"]
    return Sight(view, tips, GAP * aside(trace["pull"]), theme.mix(AMBER, YELLOW, near))


def answers(stage: Stage, trace: Trace, rows: float, pitch: float) -> None:
    """The letter and the mark of each answer, a row each."""
    for k, name in enumerate(trace["answers"]):
        y = rows + pitch * k
        stage.put(Batch.sample(theme.LEFT + 26, y - 16, k, 56), "mark")
        say(stage, f"*{name}*", theme.LEFT + 72, y, 52)


class TenPointsMore(Stage):
    """Ten points more for every answer: nothing has changed, and the cloud explodes."""

    traces = ("baseline_variance",)

    def build(self) -> None:
        trace = self.trace("baseline_variance")
        self.put(statement("Good? *Better than what?*"), "text")
        near, far = clouds(trace)
        plain, loud = trace["tips"][PLAIN], trace["tips"][SHIFTED]
        asides = GAP * aside(trace["pull"])
        # A score alone; then the odds that it is drawn with, the slope that they make, and the handfuls around it.
        say(self, "another model's odds", theme.LEFT, 220, 34, at="world")
        self.scores(trace)
        self.scatter(trace)
        cloud = Cloud(self, trace["exact"], Sight(near, plain, asides, AMBER), shown=False)
        scale = Scale(self, near, AREA[0], 920, shown=False)
        self.show(cloud.cross, cloud.arrow, *scale.parts, at="arrow")
        self.show(cloud.dots, at="hands", over=theme.SLOW)

        def explode(share: float) -> Sight:
            # The dots fly first; the camera follows.
            view = near.towards(far, theme.smooth(max(0.0, min(1.0, (share - 0.3) / 0.7))))
            return Sight(view, plain + theme.smooth(share) * (loud - plain), asides, AMBER)

        cloud.follow(explode, at="explode", over=3.0, ease=theme.linear)
        scale.renew(far, "explode", 3.0)
        self.pointer(far, trace["exact"])
        say(self, "arrow: the true slope", AREA[0], LEGEND, 34, at="arrow")
        handfuls = f"dots: {len(plain)} handfuls of {int(trace['handful'])}"
        say(self, handfuls, theme.RIGHT, LEGEND, 34, AMBER, "right", at="hands")
        note = "REINFORCE. Dots that would hide each other are set side by side."
        appear(self, source(note, theme.LABEL), "text", at="hands")

    def scores(self, trace: Trace) -> None:
        # A row an answer: its odds, and a score that grows by the offset.
        answers(self, trace, 316, 124)
        say(self, "score", 640.0, 220, 34, anchor="right")
        self.hide(say(self, "its odds, as bars", AREA[0], 220, 34, at="world"), at=("arrow", -0.4))
        for k, p in enumerate(trace["probs"]):
            y, more = 316.0 + 124 * k, ("add", 0.2 + 0.3 * k)
            share = f"{float(p):.0%}".replace("%", "\\%")
            say(self, share, 330, y, 52, anchor="center", at=("world", 0.3 + 0.3 * k))
            # As long as they are likely, where the slope will stand.
            left, _, wide, _ = AREA
            rail = box(left, y - 44, wide, 56, fill=theme.HAIRLINE, fill_opacity=0.6, quiet=True)
            bar = box(left, y - 44, max(2.0, wide * float(p)), 56, fill=theme.TEXT)
            appear(self, rail, "ground", at="world")
            appear(self, bar, "mark", at=("world", 0.3 + 0.3 * k))
            self.hide(rail, bar, at=("arrow", -0.4))
            # The sum comes when the dots go where it sends them.
            plus = say(self, f"*+ {float(trace['offset']):g}*", 640, y, 52, AMBER, "right", at=more)
            x = 616 - float(plus.width) * theme.PIXELS_PER_UNIT
            old = say(self, f"{float(trace['rewards'][k]):.1f}", x, y, 52, anchor="right")
            self.hide(old, plus, at=("explode", 0.4), over=0.25)
            paid = f"{float(trace['shifted_rewards'][k]):.1f}"
            say(self, paid, 640, y, 52, anchor="right", at=("explode", 0.7))

    def scatter(self, trace: Trace) -> None:
        # How far the handfuls lie apart, before and after.
        after = ("hands", 1.4)
        say(self, "scatter of the dots (standard deviation)", theme.LEFT, 800, theme.LABEL, theme.MUTED, at=after)
        old = say(self, f"{float(trace['spread'][PLAIN]):.2f}", theme.LEFT, 872, 64, AMBER, at=after)
        self.hide(old, at=("explode", 0.8))
        say(self, f"{float(trace['spread'][SHIFTED]):.2f}", theme.LEFT, 872, 64, AMBER, at=("explode", 1.4))

    def pointer(self, far: Compass, exact: np.ndarray) -> None:
        # In the far view the true slope is tiny: a ring says where it still is.
        x, y = far.pixels(exact / 2)
        ring = Marks(theme.point(float(x), float(y))[None, :2], "circle", 34, stroke=theme.TEXT, pen=3)
        leader = rule(float(x) + 24, float(y) + 24, theme.RIGHT - 190, 866, stroke=theme.TEXT, pen=3)
        for part in (ring, leader):
            appear(self, part, "mover", at=("explode", 3.1))
        say(self, "the same slope", theme.RIGHT, 904, 34, theme.TEXT, "right", at=("explode", 3.1), edge=True)


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
        number = appear(self, Figures(44), "mover", at=("times", 0.2))
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


class QuietInNumbers(Stage):
    """Four variances on one ruler; the rule with what was expected taken off; and its name."""

    traces = ("baseline_variance",)

    def build(self) -> None:
        trace = self.trace("baseline_variance")
        title = self.put(statement("How much *quieter?*"), "text")
        self.bars(trace)
        rules = [Formula(f, theme.LEFT, 862, 54) for f in (slopes.SAMPLED, slopes.MINUS_VALUE, slopes.ADVANTAGE)]
        for part in rules:
            part.put(self)
        rules[0].enter(self, at=-1.0, over=0.0)
        rules[0].become(self, rules[1], at="formula")
        rules[1].become(self, rules[2], at="name")
        words, colour = "*advantage:* reward minus what was expected", theme.SYMBOLS["advantage"]
        say(self, words, theme.RIGHT, 862, 40, colour, "right", at=("name", 0.6))
        self.hide(title, at=("name", 1.6))
        appear(self, statement("Better than what? *Better than expected.*"), "text", at=("name", 2.0))
        note = "Best number: the mean reward, each answer weighed by the squared length of its direction."
        self.put(source(note, theme.LABEL), "text")

    def bars(self, trace: Trace) -> None:
        noise = np.log10(np.maximum(trace["noise"], 1e-12))
        ruler = Powers(620, 190, 880, 470, float(noise.min()) - 0.2, float(noise.max()))
        ruler.put(self, size=28)
        words = "variance of one answer's arrow (reward²), exact; each line is ten times the one before"
        say(self, words, theme.LEFT, ruler.foot + 92, 28, theme.MUTED)
        for k, words in enumerate(("answers to read", "for the same calm")):
            say(self, words, theme.RIGHT, 138 + 36 * k, theme.LABEL, YELLOW, "right", at="reading")
        rows = (
            (PLAIN, "as it was", AMBER, None),
            (SHIFTED, f"each score + {float(trace['offset']):g}", AMBER, "shifted"),
            (VALUE, f"minus the expectation, {float(trace['value']):.2f}", YELLOW, "value"),
            (BEST, f"minus the best number, {float(trace['best_constant']):.2f}", theme.ANSWERS[1], "best"),
        )
        for j, (kind, words, colour, at) in enumerate(rows):
            y, v, x = ruler.y + 18 + 116 * j, float(trace["noise"][kind]), float(ruler.at(noise[kind]))
            say(self, words, theme.LEFT, y + 42, 36, at=at)
            appear(self, box(ruler.x, y, x - ruler.x, 60, fill=colour), "mark", at=at)
            say(self, f"{v:.2f}" if v >= 1 else f"{v:.4f}", x + 18, y + 46, 44, at=at, edge=True)
            if (quiet := float(trace["noise"][VALUE])) > 0:
                times = f"{v / quiet:.1f}" if v < 10 * quiet and kind != VALUE else f"{v / quiet:,.0f}"
                when = {PLAIN: "plain", BEST: at}.get(kind, "reading")
                # The points were added by hand: what counts is the saving on plain scores.
                words, size, colour = f"× {times}", 40.0, theme.MUTED
                if kind == PLAIN:
                    words, size, colour = f"*{words}*", 72.0, YELLOW
                say(self, words, theme.RIGHT, y + 0.6 * size + 20, size, colour, "right", at=when)
