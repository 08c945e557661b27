"""How far does the map hold? Fog and a ring, the best step inside it, stretched knobs, twin answers, the price."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.ink import Ink, Marks, Picture, box, rule
from scenes.lettering import formula, halo, text
from scenes.parts import rules
from scenes.parts.bars import Bars
from scenes.parts.card import source, statement
from scenes.parts.chart import Chart
from scenes.parts.map_panel import LEVELS, MapPanel, along
from scenes.parts.matrix import Matrix
from scenes.parts.plane import Plane
from scenes.parts.sheet import Sheet
from scenes.parts.triangle import Triangle
from scenes.stage import Stage, When
from scenes.theme import FloatArray
from traces.store import Trace

NATURAL, PLAIN = 0, 1  # the trace's two rules
LOOKS = (theme.OBJECTIVES["trpo"], theme.OBJECTIVES["reinforce"])
NAMES = ("natural", "plain")
RING = theme.OBJECTIVES["trpo"].colour
LEFT, TOP, SIDE = theme.LEFT, 148.0, 768.0  # the picture on the left of every clip
DASH = (3, 14)  # walks on stretched knobs


def spot(points: FloatArray, radius: float, colour: str = theme.TEXT, marker: str = "circle") -> Marks:
    """A marker with a dark rim at Manim points [n, 2 or 3]."""
    return Marks(points[:, :2], marker, radius, fill=colour, stroke=theme.CASING, pen=3.0)


def near(trace: Trace, x: float = LEFT, y: float = TOP, side: float = SIDE, times: float = 1.0) -> Sheet:
    """The window around the start: a third wider than its ring, and wide enough for it when stretched."""
    ring = trace["ring"][0] - trace["start"]
    far = 1.33 * float(np.linalg.norm(ring, axis=1).max())
    far = max(far, 1.08 * float(np.abs(ring * [times**-0.5, times**0.5]).max()))
    return Sheet(x, y, side, trace["near_u"], trace["near_v"], trace["near_j"], far)


class RingAroundMe(Stage):
    """Fog over the map, a ring of equal behaviour, and the same ring elsewhere."""

    traces = ("trust_region",)
    hyperparameters = ("batch_reuse.answers",)

    FOG = 0.5  # spread at which the fog is thickest, in units of reward

    def build(self) -> None:
        trace = self.trace("trust_region")
        us, vs = trace["grid_u"], trace["grid_v"]
        plane = Plane(LEFT, TOP, SIDE, SIDE, (float(us[0]), float(us[-1])), (float(vs[0]), float(vs[-1])))
        panel = MapPanel(plane, trace)
        question = self.put(statement("How far does *the map hold?*"), "text")
        self.hide(question, at="ring")
        self.enter(statement("A ring around *everything that behaves almost like me*"), at=("ring", 0.3))
        ground = self.put(panel.surface(trace["true_j"]), "ground")
        self.put(panel.frame(), "grid")
        self.put(panel.territory(LEVELS, pen=2.4, dash=(3, 8)), "line")
        for tag in panel.heights():
            self.put(tag, "text")
        self.put(panel.start(trace["start"], radius=10), "mover")
        fog = self.fog(plane, trace["map_error"])
        self.ring(plane, trace)
        self.dim(fog, to=0.0, at="many", over=theme.SLOW)
        self.dim(ground, to=0.45, at="many", over=theme.SLOW)
        self.rings(plane, trace)
        count = self.hyper("batch_reuse.answers")
        words = f"Fog: spread of the gain that maps of {count} answers promise; thickest from {self.FOG:g} on. Exact."
        first = self.put(source(words), "text")
        self.hide(first, at="many")
        words = f"Every ring: KL = {float(trace['delta']):g} nat from the policy in its middle. Exact."
        self.enter(source(words), at=("many", 0.3))

    def fog(self, plane: Plane, spread: FloatArray) -> Picture:
        alpha = 0.88 * np.clip(spread / self.FOG, 0, 1)[::-1]
        colour = np.broadcast_to(theme.rgb(theme.HATCH), (*alpha.shape, 3))
        fog = self.put(Picture(plane.x, plane.y, plane.width, plane.height, colour, alpha), "ground", shown=False)
        self.show(fog, at="fog", over=1.6)
        return fog

    def ring(self, plane: Plane, trace: Trace) -> None:
        # A lap around the ring of the start, and what it does to the odds.
        ring, odds, start = trace["ring"][0], trace["ring_probs"][0], trace["start_probs"]
        points, starts = plane.trail(ring[:, 0], ring[:, 1])
        home = self.put(Ink(points, starts=starts, stroke=RING, pen=5.0, casing=2.0), "mark", shown=False)
        self.show(home, at="ring", over=0.1)
        self.draw(home, at="ring", over=1.2)
        bars = Bars(1130, 250, 600, 560, theme.TEXT, size=40)
        bars.write(start)
        words = [
            text("odds of each answer", bars.x, bars.y - 24, theme.LABEL, theme.MUTED),
            text("1", bars.x - 14, bars.y + 10, theme.TICK, theme.MUTED, "right"),
            text("0", bars.x - 14, bars.y + bars.height + 8, theme.TICK, theme.MUTED, "right"),
        ]
        parts = [self.put(mobject, "text") for mobject in (bars.base, bars.top, *bars.names, *words)]
        parts.append(self.put(bars.ink, "mark"))
        for left, low, high in zip(bars.lefts, odds.min(0), odds.max(0), strict=True):
            tall = bars.height * float(high - low)
            band = box(
                left - 16, bars.y + bars.height * (1 - float(high)), bars.bar + 32, tall, fill=RING, fill_opacity=0.75
            )
            parts.append(self.put(band, "line", shown=False))
            self.show(band, at=("lap", 0.4))
        dot = self.put(spot(plane.points(plane.u[0], plane.v[0]), 9, RING), "mover", False)

        def lap(share: float) -> None:
            at = share * (len(ring) - 1)
            u, v = along(ring, at)
            dot.place(plane.points(np.clip([u], *plane.u), np.clip([v], *plane.v))[:, :2])
            bars.write(start + min(1.0, 12 * share, 12 * (1 - share)) * (along(odds, at) - start))

        self.show(dot, at=("ring", 1.3), over=0.2)
        over = max(3.0, self.time("many") - self.time("ring") - 2.4)
        self.write([dot, bars.ink], lap, at=("ring", 1.5), over=over, ease=theme.smooth)
        self.hide(*parts, dot, at="many")

    def rings(self, plane: Plane, trace: Trace) -> None:
        # The same ring around many policies: on the plane of knobs, then in the triangle of odds.
        triangle = Triangle(1090, 214, 720, size=theme.FORMULA)
        frame = [self.put(mobject, "line", shown=False) for mobject in (triangle.frame, *triangle.names)]
        self.show(*frame, at=("many", 0.4))
        rings = zip(trace["ring"], trace["ring_probs"], trace["centre"], trace["centre_probs"], strict=True)
        for k, (ring, odds, centre, middle) in enumerate(rings):
            at: tuple[When, When] = (("many", 0.4 + 0.12 * k), ("triangle", 0.12 * k))
            small = self.put(Ink(triangle.points(odds), stroke=RING, pen=4.0, casing=1.5), "mark", False)
            self.show(small, self.put(spot(triangle.points(middle), 6), "mover", False), at=at[1])
            points, starts = plane.trail(ring[:, 0], ring[:, 1])
            if k and len(points):
                self.show(
                    self.put(Ink(points, starts=starts, stroke=RING, pen=4.0, casing=1.5), "mark", False), at=at[0]
                )
            if k and plane.inside(centre[:1], centre[1:])[0]:
                self.show(self.put(spot(plane.points(centre[:1], centre[1:]), 6), "mover", False), at=at[0])


class BestStepInside(Stage):
    """Inside the ring: the plain slope, the best point, and the line search."""

    traces = ("trust_region",)

    CHART = (1010.0, 220.0, theme.RIGHT - 1030.0, 620.0)

    def build(self) -> None:
        trace = self.trace("trust_region")
        self.put(statement("Inside the ring, *which step gains most?*"), "text")
        offsets = trace["ring"][0] - trace["start"]
        sheet = near(trace)
        sheet.put(self)
        self.put(Ink(sheet.points(offsets), stroke=RING, pen=6.0, casing=2.5), "line")
        self.put(spot(sheet.points(np.zeros((1, 2))), 12), "mover")
        self.lap(sheet, offsets, trace)
        for one in (PLAIN, NATURAL):
            self.arrow(sheet, trace, one)
        self.search(trace)
        delta = float(trace["delta"])
        words = f"Left: exact expected reward around the start, pale is high; the ring is KL = {delta:g} nat."
        self.put(source(words), "text")

    def lap(self, sheet: Sheet, offsets: FloatArray, trace: Trace) -> None:
        # A dot walks round the ring; beside it grows the curve of what each point of the ring gains.
        gain, strides, gains = trace["ring_gain"], trace["stride"][:, 0], trace["stride_gain"][:, 0]
        angle = np.linspace(0, 360, len(gain))
        top = 1.25 * float(np.abs(gain).max()) or 1.0
        chart = Chart(*self.CHART, (0, 360), (-top, top))
        turns = {0: "→", 90: "↑", 180: "←", 270: "↓", 360: "→"}
        parts = chart.put(self, "", turns, "gain on the ring (reward), by direction", {0.0: "0"}, size=theme.LABEL)
        curve = self.put(chart.curve(angle, gain, stroke=theme.TEXT, pen=6.0), "mark")
        dot = self.put(spot(sheet.points(offsets[:1]), 11), "mover")
        grow = chart.growing(curve, angle, gain)

        def walk(share: float) -> None:
            grow(share)
            dot.place(sheet.points(along(offsets, share * (len(offsets) - 1))[None])[:, :2])

        over = max(2.0, self.time("plain") - self.time("near") - 0.4)
        self.write([curve, dot], walk, at=("near", 0.2), over=over, ease=theme.smooth)
        self.hide(dot, at="plain")
        shown = [*parts, curve]
        turns_at = np.degrees(np.arctan2(strides[:, 1], strides[:, 0])) % 360
        for one, cue in ((PLAIN, "plain"), (NATURAL, "natural")):
            x, y = chart.pixels(float(turns_at[one]), float(gains[one]))
            mark = self.put(spot(theme.point(x, y)[None], 15, LOOKS[one].colour, LOOKS[one].marker), "mover", False)
            self.show(mark, at=(cue, 0.6))
            right = (one == PLAIN) == (turns_at[PLAIN] >= turns_at[NATURAL])
            x, anchor = (x + 26, "left") if right else (x - 26, "right")
            tag = halo(text(f"*+{float(gains[one]):.3f}*", x, y - 18, 40, LOOKS[one].colour, anchor))
            self.enter(tag, at=("gain", 0.2 + 0.8 * (one == PLAIN)))
            shown += [mark, tag]
        self.hide(*shown, at="search")

    def arrow(self, sheet: Sheet, trace: Trace, one: int) -> None:
        stride = trace["stride"][one, 0]
        arrow = Ink(sheet.arrow(stride), fill=LOOKS[one].colour, stroke=theme.CASING, pen=2.0, closed=True)
        self.put(arrow, "mark")
        self.write(arrow, lambda s: arrow.write(sheet.arrow(stride, s)), at=NAMES[one], over=0.9, ease=theme.smooth)
        tail, tip = sheet.pixels(np.stack([np.zeros(2), stride]))
        x, y = tip + 34 * (tip - tail) / max(float(np.hypot(*(tip - tail))), 1e-9) + [0, 8]
        to_right = trace["stride"][:, 0, 0] > 0
        if one == PLAIN and to_right[0] == to_right[1]:  # both names on one side: this one goes lower
            y += 52
        anchor = "left" if to_right[one] else "right"
        name = halo(text(f"*{NAMES[one]}*", float(x), float(y), 38, LOOKS[one].colour, anchor))
        self.enter(name, at=(NAMES[one], 0.5))

    def search(self, trace: Trace) -> None:
        # Every step of the walk: how far the full step would have gone, and how far the step that was taken.
        steps = max(1, int(trace["walk_end"][NATURAL, 0]))
        full, taken, delta = trace["full_kl"][:steps], trace["walk_kl"][NATURAL, 0, :steps], float(trace["delta"])
        chart = Chart(*self.CHART, (0, steps), (0, 1.15 * max(delta, float(full.max()))))
        ticks = {0.5: "1", steps - 0.5: f"{steps}"}
        parts = chart.put(
            self,
            "step",
            ticks,
            "KL of each natural step (nat); hollow: before it was shortened",
            {0.0: "0", delta: f"{delta:g}"},
            False,
        )
        y = chart.pixels(0, delta)[1]
        limit = rule(chart.plane.x, y, theme.RIGHT - 20, y, stroke=theme.SYMBOLS["kl"], pen=4.0, dash=(12, 8))
        self.show(*parts, self.put(limit, "mover", False), at=("search", 0.2))
        tall, short = chart.columns(full, stroke=theme.MUTED, pen=2.5), chart.columns(taken, fill=RING)
        self.show(self.put(tall, "mark", False), at=("search", 0.5))
        self.show(self.put(short, "mark", False), at=("search", 1.3))


class StretchTheKnobs(Stage):
    """One knob is made longer: the plain arrow turns, the natural one is carried along; and where both walks end."""

    traces = ("trust_region",)
    hyperparameters = ("trust_region.stretch", "trpo.damping")

    def build(self) -> None:
        trace = self.trace("trust_region")
        self.put(statement("Stretch one knob: *which step still means the same?*"), "text")
        times = float(self.hyper("trust_region.stretch"))
        self.sheet = near(trace, times=times)
        self.sheet.put(self)
        self.arrows(trace, times)
        self.walks(trace)
        words = "Right: every stride of every walk goes to its ring. Exact slopes, no sampling, no damping"
        apart = float(np.linalg.norm(trace["damped_walk"][0] - trace["damped_walk"][1], axis=1).max())
        if apart > 0.1:
            words += f" (with TRPO's own, {self.hyper('trpo.damping'):g}, the natural walks part too)"
        self.put(source(words + "."), "text")

    def arrows(self, trace: Trace, times: float) -> None:
        # Everything on the sheet moves with it, but the plain arrow stays at right angles to the contour lines.
        sheet, ring, gradient = self.sheet, trace["ring"][0] - trace["start"], trace["gradient"]
        natural, before = trace["stride"][NATURAL, 0], trace["stride"][PLAIN, 0]
        circle = self.put(Ink(sheet.points(ring), stroke=RING, pen=6.0, casing=2.5), "line")
        style = {"stroke": theme.CASING, "pen": 2.0, "closed": True}
        ghost = Ink(sheet.arrow(before), fill=LOOKS[PLAIN].colour, fill_opacity=0.4, quiet=True, **style)
        self.put(ghost, "line", shown=False)
        self.show(ghost, at=("stretch", 0.1), over=0.2)
        tips = zip((natural, before), LOOKS, strict=True)
        arrows = [self.put(Ink(sheet.arrow(tip), fill=look.colour, **style), "mark") for tip, look in tips]
        self.put(spot(sheet.points(np.zeros((1, 2))), 12), "mover")
        turns, radii = np.arctan2(ring[:-1, 1], ring[:-1, 0]), np.linalg.norm(ring[:-1], axis=1)

        def uphill() -> FloatArray:
            """The plain stride on the sheet as it is: along the gradient that one sees on it, to the ring."""
            way = gradient / sheet.scale**2
            reach = np.interp(np.arctan2(way[1], way[0]), turns, radii, period=2 * np.pi)
            return way / max(float(np.linalg.norm(way)), 1e-12) * reach

        def stretch(share: float) -> None:
            sheet.stretch(times**share)
            circle.write(*sheet.path([ring]))
            for ink, tip in ((arrows[NATURAL], natural), (arrows[PLAIN], uphill()), (ghost, before)):
                ink.write(sheet.arrow(tip))

        over = max(2.0, self.time("carry") - self.time("stretch") - 1.2)
        self.write([*sheet.moving, circle, ghost, *arrows], stretch, at=("stretch", 0.4), over=over, ease=theme.smooth)
        for k, (name, look) in enumerate(zip(NAMES, LOOKS, strict=True)):
            self.put(halo(text(f"*{name}*", LEFT + SIDE - 24, TOP + 52 + 50 * k, 38, look.colour, "right")), "text")
        self.enter(halo(text("this knob is stretched ↕", LEFT + 24, TOP + SIDE - 26, theme.LABEL)), at=("stretch", 0.6))

    def walks(self, trace: Trace) -> None:
        # The triangle knows nothing of knobs: what the four walks do to the answers.
        triangle = Triangle(1090, 262, 700, size=theme.FORMULA)
        for mobject in (triangle.frame, *map(halo, triangle.names)):
            self.put(mobject, "line")
        self.put(spot(triangle.points(trace["start_probs"]), 11), "text")
        cues: tuple[When, ...] = (("before", 0.2), ("before", 0.2), ("plain", 0.2), ("natural", 0.2))
        for (one, knobs), cue in zip(((PLAIN, 0), (NATURAL, 0), (PLAIN, 1), (NATURAL, 1)), cues, strict=True):
            self.walk(triangle, trace, one, knobs, cue)
        for k, (words, dash) in enumerate((("knobs as they are", ()), ("one knob stretched", DASH))):
            y = 162.0 + 44 * k
            line = rule(1470, y - 8, 1540, y - 8, stroke=theme.TEXT, pen=6.0, dash=dash)
            name = text(words, 1560, y, 28, theme.TEXT)
            self.show(self.put(line, "line", k == 0), self.put(name, "text", k == 0), at=("plain", 0.0))

    def walk(self, triangle: Triangle, trace: Trace, one: int, knobs: int, cue: When) -> None:
        steps = max(1, int(trace["walk_end"][one, knobs]))
        probs, look = trace["walk_probs"][one, knobs, : steps + 1], LOOKS[one]
        style: dict[str, object] = {"stroke": look.colour, "pen": 11.0, "casing": 2.0}
        if knobs:  # drawn over the other walk, so that both are seen where they are one
            style = {"stroke": theme.TEXT if one == NATURAL else look.colour, "pen": 5.0, "dash": DASH}
        path = self.put(Ink(triangle.points(probs), **style), "mark")  # type: ignore[arg-type]
        head = self.put(
            spot(triangle.points(probs[-1]), 10 if knobs else 17, str(style["stroke"]), look.marker), "mover", False
        )

        def go(share: float) -> None:
            at = share * steps
            so_far = np.vstack([probs[: int(at) + 1], along(probs, at)[None]])
            path.write(triangle.points(so_far))
            head.place(triangle.points(so_far[-1])[:, :2])

        self.show(head, at=cue, over=0.2)
        self.write([path, head], go, at=cue, over=2.6, ease=theme.smooth)


class TwinsKeepTheirOdds(Stage):
    """Two answers equally good: who keeps their odds on the way up?"""

    traces = ("trust_region",)

    def build(self) -> None:
        trace = self.trace("trust_region")
        start = trace["twin_start"]
        self.put(statement("Two answers, *equally good*"), "text")
        triangle = Triangle(LEFT + 24, 204, 752, size=theme.FORMULA)
        for mobject in (triangle.frame, *map(halo, triangle.names)):
            self.put(mobject, "line")
        self.goal(triangle, start)
        self.put(spot(triangle.points(start), 13), "text")
        self.shares(0, "before", start, theme.TEXT, ("twins", 0.6))
        for row, one in enumerate((NATURAL, PLAIN)):
            probs = trace["twin_probs"][one, : max(1, int(trace["twin_end"][one])) + 1]
            path = self.put(triangle.path(probs, LOOKS[one], pen=11.0, casing=2.5), "mark", shown=False)
            self.show(path, at=NAMES[one], over=0.1)
            self.draw(path, at=NAMES[one], over=1.8)
            end = spot(triangle.points(probs[-1]), 17, LOOKS[one].colour, LOOKS[one].marker)
            self.show(self.put(end, "mover", False), at=(NAMES[one], 1.5))
            self.shares(1 + row, NAMES[one], probs[-1], LOOKS[one].colour, (NAMES[one], 1.5))
        words = "A and B are paid 1, C nothing. Exact slopes; every stride of both walks goes to its ring."
        self.put(source(words), "text")

    def goal(self, triangle: Triangle, start: FloatArray) -> None:
        # Every policy on the edge between A and B earns all there is; on one line A and B have the same odds.
        (ax, ay), (bx, by), _ = triangle.corners
        self.put(rule(ax, ay, bx, by, stroke=theme.UP, pen=10.0), "line")
        best = text("best: any mix of A and B", (ax + bx) / 2 + 40, (ay + by) / 2 + 10, theme.LABEL, theme.UP)
        self.put(halo(best), "text")
        share = float(start[0] / (start[0] + start[1]))
        line = Ink(
            triangle.points(np.array([[0, 0, 1], [share, 1 - share, 0]])), stroke=theme.MUTED, pen=2.5, dash=(4, 10)
        )
        self.show(self.put(line, "line", shown=False), at=("twins", 1.2))

    def shares(self, k: int, name: str, probs: FloatArray, colour: str, at: When) -> None:
        # A and B as shares of one bar.
        x, y, width, height = 1010.0, 250.0 + 240 * k, theme.RIGHT - 1010.0, 110.0
        share, odds = float(probs[0] / (probs[0] + probs[1])), float(probs[1] / probs[0])
        words = f"{odds:.0f}" if odds > 20 or abs(odds - round(odds)) < 0.05 else f"{odds:.1f}"
        parts = [
            self.put(text(f"*{name}*", x, y - 22, 40, colour), "text", False),
            self.put(text(f"1 A for *{words} B*", theme.RIGHT, y - 22, 40, colour, "right"), "text", False),
            self.put(box(x, y, max(2.0, share * width), height, fill=colour), "mark", False),
            self.put(box(x + share * width, y, (1 - share) * width, height, stroke=colour, pen=3.0), "mark", False),
        ]
        self.show(*parts, at=at)


class PriceOfTheRing(Stage):
    """TRPO's formula, what its matrix would take to store, and what a step costs without storing it."""

    traces = ("trust_region",)
    hyperparameters = ("trpo.cg_iterations",)

    SQUARE = (LEFT + 64, 378.0, 480.0)
    RIGHT_HALF = 860.0

    def build(self) -> None:
        trace = self.trace("trust_region")
        first = self.put(statement("*TRPO*: gain all you can inside the ring"), "text")
        self.hide(first, at="answer")
        self.enter(statement("How far does the map hold? *As far as I behave almost as before*"), at=("answer", 0.3))
        self.put(formula(rules.FULL["trpo"], theme.WIDTH / 2, 232, 64, anchor="center"), "text")
        shown = self.recall(trace)
        self.matrix(trace["fisher"], shown)
        self.cost(int(self.hyper("trpo.cg_iterations")))
        words = "The matrix of the three logits at the start policy, exact. A product takes two backward passes."
        self.put(source(words), "text")

    def recall(self, trace: Trace) -> list[Ink | Picture | Marks]:
        # What the formula says, once more in the picture: the ring and the step.
        sheet = near(trace, *self.SQUARE)
        sheet.put(self)
        ring = Ink(sheet.points(trace["ring"][0] - trace["start"]), stroke=RING, pen=5.0, casing=2.0)
        arrow = Ink(sheet.arrow(trace["stride"][NATURAL, 0]), fill=RING, stroke=theme.CASING, pen=2.0, closed=True)
        parts = [
            self.put(ring, "line"),
            self.put(arrow, "mark"),
            self.put(spot(sheet.points(np.zeros((1, 2))), 10), "mark"),
        ]
        delta = float(trace["delta"])
        lines = (
            f"{rules.RATIO} thin {rules.ADVANTAGE} #word[ what the map promises]",
            '{{ upright("KL") : kl }} #word[ how differently I behave]',
            f"{{{{ delta = {delta:g} : kl }}}} #word[ the radius of the ring, in nats]",
        )
        for k, line in enumerate(lines):
            words = self.put(formula(line, self.RIGHT_HALF, 440 + 84 * k, 44), "text")
            self.hide(words, at=("large", -0.4))
        return [*parts, sheet.ground, sheet.relief, sheet.frame]

    def matrix(self, fisher: FloatArray, before: list[Ink | Picture | Marks]) -> None:
        # Three knobs, nine numbers; then more and more knobs, until no number can be told from the next.
        matrix = Matrix(*self.SQUARE, fisher, [f"z_{name}" for name in "ABC"], RING)
        tiles = matrix.put(self)
        self.hide(*before, at="price")
        self.show(*tiles, at=("price", 0.3))
        x, y, side = self.SQUARE
        self.enter(
            text("the Fisher matrix: a number for every pair of knobs", x, y + side + 46, theme.LABEL, theme.MUTED),
            at=("price", 1.0),
        )
        self.hide(*tiles, at="large")
        for k, ink in enumerate((matrix.cut(9, 3.0), matrix.cut(27), matrix.full(0.62))):
            at = 0.1 + 0.9 * k
            self.show(self.put(ink, "grid", False), at=("large", at), over=theme.QUICK)
            if k < 2:
                self.hide(ink, at=("large", at + 0.9))
        size = formula("n times n", x + side / 2, y + side / 2 + 30, 110, theme.TEXT, "center")
        self.enter(size, at=("large", 2.2))

    def cost(self, products: int) -> None:
        # One block a slope: what one step of each rule takes.
        x, y = self.RIGHT_HALF, 452.0
        block = min(60.0, (theme.RIGHT - x) / (1 + 2 * products) - 6)
        steps = (("plain step", LOOKS[PLAIN], ("large", 0.2)), ("TRPO step", LOOKS[NATURAL], ("large", 2.4)))
        for k, (name, look, cue) in enumerate(steps):
            self.enter(text(f"*{name}*", x, y + 180 * k - 26, 40, look.colour), at=cue)
            self.show(self.put(box(x, y + 180 * k, block, 68, fill=look.colour), "mark", False), at=cue)
        for n in range(products):
            left = x + (block + 6) * (1 + 2 * n)
            pair = box(left, y + 180, 2 * block + 6, 68, stroke=RING, pen=3.0, round_joins=False)
            self.show(self.put(pair, "mark", False), at=("large", 2.8 + 0.12 * n), over=theme.QUICK)
        self.enter(text("filled: one slope", x, y + 320, theme.LABEL, theme.MUTED), at=("dear", -0.9))
        self.enter(text("hollow: one product, about two slopes", x, y + 368, theme.LABEL, theme.MUTED), at="dear")
