"""How far does the map hold? Fog and a ring, the best step inside it, stretched knobs, twin answers, the price."""

from __future__ import annotations

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.ink import Ink, box, rule
from scenes.lettering import formula, halo, text
from scenes.parts import rules
from scenes.parts.bars import Bars
from scenes.parts.card import source, statement
from scenes.parts.chart import Chart
from scenes.parts.cut_open import CutOpen
from scenes.parts.fog import Fog
from scenes.parts.map_panel import MapPanel, along, levels
from scenes.parts.matrix import Matrix
from scenes.parts.near_ring import LOOKS, NAMES, NATURAL, PLAIN, RING, NearRing, plainly, spot
from scenes.parts.plane import Plane
from scenes.parts.rings import Rings
from scenes.parts.say import appear, say
from scenes.parts.triangle import Triangle
from scenes.parts.walks import Walks
from scenes.stage import Stage, When
from scenes.theme import FloatArray
from traces.store import Trace

LEFT, TOP, SIDE = theme.LEFT, 148.0, 768.0  # the picture on the left of every clip
RIGHT_HALF = 1000.0
DASH = (3, 14)  # walks on stretched knobs
KL = '{{ upright("KL")(pi_(upright("old")) || pi_theta) = delta : kl }}'
FOG = (0.1, 0.3, 0.5)  # spreads at which fog begins, is thicker, and is thickest, in units of reward


class RingAroundMe(Stage):
    """Maps that fan out, the fog that this is, a ring of equal behaviour, and the same ring elsewhere."""

    traces = ("trust_region",)
    hyperparameters = ("batch_reuse.answers", "trust_region.seed")

    def build(self) -> None:
        trace = self.trace("trust_region")
        us, vs = trace["grid_u"], trace["grid_v"]
        plane = Plane(LEFT, TOP, SIDE, SIDE, (float(us[0]), float(us[-1])), (float(vs[0]), float(vs[-1])))
        panel = MapPanel(plane, trace)
        question = self.put(statement("How far does *the map hold?*"), "text")
        self.hide(question, at="ring")
        second = self.put(statement("A ring around *everything that behaves almost like me*"), "text", shown=False)
        self.show(second, at=("ring", 0.3))
        self.hide(second, at="many")
        self.enter(statement("*The same KL,* around many policies"), at=("many", 0.3))
        ground = self.put(panel.surface(trace["true_j"]), "ground")
        self.put(panel.frame(), "grid")
        lines = levels(trace)
        self.put(panel.territory(lines, pen=2.4, dash=(3, 8)), "line")
        for tag in panel.heights(lines, 28):
            self.put(tag, "text")
        cut = self.put(
            Ink(plane.trail(*trace["cut"].T)[0], stroke=theme.TEXT, pen=3.0, dash=(16, 12), casing=2.5), "line"
        )
        self.put(panel.start(trace["start"], radius=10), "mover")
        cut_open = CutOpen(trace, RIGHT_HALF + 50, 210, 610, 470)
        cut_open.put(self)
        cut_open.fan_out(self, at=("maps", -0.2))
        cut_open.spread(self, at=("thick", 0.9))
        cut_open.near(self, ("near", 0.3), RING)
        self.hide(*cut_open.parts, at="ring")
        fog = self.fog(plane, trace)
        self.hide(cut, at="ring")
        self.dim(ground, to=0.45, at="many", over=theme.SLOW)
        self.hide(*fog, at="many", over=theme.SLOW)
        count, first = (int(self.hyper(key)) for key in type(self).hyperparameters)
        words = f"Each map: one handful (answers: {count}; seeds from {first} on)."
        note = self.put(source(f"{words} Dotted: exact expected reward. Fog: exact."), "text")
        self.hide(note, at="many")
        rings = Rings(trace, plane)
        larger = f"; drawn {rings.zoom} times as large" if rings.zoom > 1 else ""
        words = f"Every ring: KL = {plainly(trace['delta'])} nat from its middle{larger}. Exact."
        words += "" if larger else " Each policy has its own fog, not drawn."
        self.enter(source(words), at=("many", 0.3))
        self.lap(rings, plane, trace)
        triangle = Triangle(1110, 330, 620, size=theme.FORMULA)
        frame = [self.put(mobject, "line", shown=False) for mobject in (triangle.frame, *triangle.names)]
        self.show(*frame, at=("many", 0.4))
        rings.elsewhere(self, at=("many", 0.4))
        rings.told_in_odds(self, triangle, at="triangle")

    def fog(self, plane: Plane, trace: Trace) -> list[object]:
        fog = Fog(plane, trace["grid_u"], trace["grid_v"], trace["map_error"], FOG)
        self.show(self.put(fog.veil, "ground", shown=False), at="fog", over=1.6)
        self.show(self.put(fog.wisps, "grid", shown=False), at="fog", over=1.6)
        for mobject in (legend := fog.legend(RIGHT_HALF, 806, "fog: how far such maps disagree (reward)")):
            self.show(self.put(mobject, "text", shown=False), at=("fog", 0.3))
        self.hide(*legend, at="near")
        return [fog.veil, fog.wisps]

    def lap(self, rings: Rings, plane: Plane, trace: Trace) -> None:
        # Once around the ring of the start, and what it does to the odds.
        ring, odds, start = rings.on_plane(0), trace["ring_probs"][0], trace["start_probs"]
        home = self.put(rings.home(), "mark", shown=False)
        self.show(home, at="ring", over=0.1)
        self.draw(home, at="ring", over=1.2)
        bars = Bars(1130, 370, 600, 460, theme.TEXT, size=40)
        bars.write(start)
        words = [
            text("odds of each answer", bars.x, bars.y - 24, theme.LABEL, theme.MUTED),
            text("1", bars.x - 14, bars.y + 10, theme.TICK, theme.MUTED, "right"),
            text("0", bars.x - 14, bars.y + bars.height + 8, theme.TICK, theme.MUTED, "right"),
        ]
        parts = [self.put(mobject, "text", False) for mobject in (bars.base, bars.top, *bars.names, *words)]
        parts.append(self.put(bars.ink, "mark", False))
        self.show(*parts, at=("ring", 0.3))
        self.enter(formula(KL, RIGHT_HALF, 196, 50), at=("lap", 0.1))
        colour = theme.SYMBOLS["kl"]
        meaning = f"KL: how differently two policies answer; here {plainly(trace['delta'])} nat"
        self.enter(text(meaning, RIGHT_HALF, 250, theme.LABEL, colour), at=("lap", 0.5))
        for left, low, high in zip(bars.lefts, odds.min(0), odds.max(0), strict=True):
            tall = bars.height * float(high - low)
            band = box(
                left - 16, bars.y + bars.height * (1 - float(high)), bars.bar + 32, tall, fill=RING, fill_opacity=0.75
            )
            parts.append(self.put(band, "line", shown=False))
            self.show(band, at=("odds", 0.1))
        dot = self.put(spot(plane.points(plane.u[0], plane.v[0]), 9, RING), "mover", False)

        def lap(share: float) -> None:
            at = share * (len(ring) - 1)
            u, v = along(ring, at)
            dot.place(plane.points(np.clip([u], *plane.u), np.clip([v], *plane.v))[:, :2])
            bars.write(start + min(1.0, 12 * share, 12 * (1 - share)) * (along(odds, at) - start))

        self.show(dot, at=("ring", 1.3), over=0.2)
        over = max(3.0, self.time("many") - self.time("ring") - 2.0)
        self.write([dot, bars.ink], lap, at=("ring", 1.5), over=over, ease=theme.smooth)
        self.hide(*parts, dot, at="many")


class BestStepInside(Stage):
    """Inside the ring: the plain slope, the best point, and the line search."""

    traces = ("trust_region",)

    CHART = (1010.0, 220.0, theme.RIGHT - 1030.0, 620.0)

    def build(self) -> None:
        trace = self.trace("trust_region")
        self.put(statement("Inside the ring, *which step gains most?*"), "text")
        near = NearRing(trace, LEFT, TOP, SIDE)
        near.put(self)
        self.put(near.tag(f"KL = {plainly(trace['delta'])} nat"), "text")
        self.lap(near, trace)
        for one in (PLAIN, NATURAL):
            arrow = self.put(near.arrow(one), "mark")
            self.write(arrow, near.reaching(arrow, one), at=NAMES[one], over=0.9, ease=theme.smooth)
            self.enter(near.name(one), at=(NAMES[one], 0.5))
        self.search(trace)
        words = "Left: exact expected reward close to the start, pale is high. Gains and KL: exact."
        words += " Natural step: Amari 1998."
        self.put(source(words), "text")

    def lap(self, near: NearRing, trace: Trace) -> None:
        # A dot walks round the ring; beside it grows the curve of what each point of the ring gains.
        sheet, offsets = near.sheet, near.offsets
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
            tag = halo(text(f"*{plainly(gains[one], 2, signed=True)}*", x, y - 18, 40, LOOKS[one].colour, anchor))
            self.enter(tag, at=("gain", 0.2 + 0.8 * (one == PLAIN)))
            shown += [mark, tag]
        self.hide(*shown, at="search")

    def search(self, trace: Trace) -> None:
        # Every step of the walk: how far the full step would have gone, and how far the step that was taken.
        steps = max(1, int(trace["walk_end"][NATURAL, 0]))
        full, taken, delta = trace["full_kl"][:steps], trace["walk_kl"][NATURAL, 0, :steps], float(trace["delta"])
        chart = Chart(*self.CHART, (0, steps), (0, 1.15 * max(delta, float(full.max()))))
        ticks = {0.5: "1", steps - 0.5: f"{steps}"}
        parts = chart.put(
            self,
            "step of the natural walk",
            ticks,
            "KL of each step (nat); hollow: shortened",
            {0.0: "0", delta: plainly(delta)},
            False,
            theme.LABEL,
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
        near = NearRing(trace, LEFT, TOP, SIDE, times)
        near.put(self)
        self.arrows(near, times)
        self.walks(trace)
        words = (
            "Left: exact expected reward close to the start, pale is high. Right: every stride goes to its ring; exact."
        )
        self.put(source(words), "text")

    def arrows(self, near: NearRing, times: float) -> None:
        # Everything on the sheet moves with it, but the plain arrow stays at right angles to the contour lines.
        ghost = near.arrow(PLAIN, fill_opacity=0.4, quiet=True)
        self.put(ghost, "line", shown=False)
        arrows = [self.put(near.arrow(one), "mark") for one in (NATURAL, PLAIN)]
        sheet = near.sheet

        def stretch(share: float) -> None:
            near.stretch(times**share)
            tips = (
                (arrows[NATURAL], near.stride(NATURAL)),
                (arrows[PLAIN], near.uphill()),
                (ghost, near.stride(PLAIN)),
            )
            for ink, tip in tips:
                ink.write(sheet.arrow(tip))

        over = max(2.0, self.time("carry") - self.time("stretch") - 1.2)
        moving = [*sheet.moving, near.ring, ghost, *arrows]
        self.write(moving, stretch, at=("stretch", 0.4), over=over, ease=theme.smooth)
        for k, (name, look) in enumerate(zip(NAMES, LOOKS, strict=True)):
            self.put(halo(text(f"*{name}*", LEFT + SIDE - 24, TOP + 52 + 50 * k, 38, look.colour, "right")), "text")
        if times != 1:
            self.show(ghost, at=("stretch", 0.1), over=0.2)
            was = halo(text("faint: before", LEFT + SIDE - 24, TOP + 148, theme.LABEL, theme.TEXT, "right"))
            self.enter(was, at=("stretch", 1.2))
            self.enter(halo(text("this knob is stretched ↕", LEFT + 24, TOP + SIDE - 26, 34)), at=("stretch", 0.6))

    def walks(self, trace: Trace) -> None:
        # The triangle knows nothing of knobs: what the four walks do to the answers.
        triangle = Triangle(1090, 262, 700, size=theme.FORMULA)
        for mobject in (triangle.frame, *map(halo, triangle.names)):
            self.put(mobject, "line")
        self.put(spot(triangle.points(trace["start_probs"]), 11), "text")
        walks = Walks(triangle, 1510, 162)
        # The plain walk is the wider one, so that it is seen on both sides of the natural one where they run together.
        before, stretched = self.walked(trace, PLAIN, 0), self.walked(trace, PLAIN, 1)
        walks.go(self, before, LOOKS[PLAIN], ("before", 0.1), 1.5, radius=20.0, pen=20.0, casing=2.0)
        walks.go(self, self.walked(trace, NATURAL, 0), LOOKS[NATURAL], ("before", 0.1), 1.5, pen=9.0, casing=2.5)
        walks.key(self, "knobs as they are", at="before")
        walks.name_end(self, before[-1], "plain", LOOKS[PLAIN], at=("before", 1.4))
        walks.go(self, stretched, LOOKS[PLAIN], ("plain", 0.2), pen=9.0, dash=(0.1, 18), casing=3.0)
        walks.key(self, "one knob stretched", at="plain", dash=DASH)
        if float(np.hypot(*((stretched[-1] - before[-1]) @ triangle.corners))) > 90:  # else one name is enough
            walks.name_end(self, stretched[-1], "plain,", LOOKS[PLAIN], "stretched", at=("plain", 2.2))
        # Drawn over the other walk, so that both are seen where they are one.
        white = {"stroke": theme.TEXT, "dash": DASH}
        walks.go(self, self.walked(trace, NATURAL, 1), LOOKS[NATURAL], "natural", 1.3, **white)
        damping, damped = float(self.hyper("trpo.damping")), trace["damped_probs"][1]
        if damping > 0:
            look, end = LOOKS[NATURAL], max(1, int(trace["damped_end"][1]))
            walks.go(self, damped[: end + 1], look, ("damped", 0.1), 1.3, casing=3.0)
            words = ("damped", f"as TRPO is: by {plainly(damping)},", "a pinch of plain")
            walks.key(self, *words, at=("damped", 0.1), pen=5.0, stroke=look.colour)

    @staticmethod
    def walked(trace: Trace, one: int, knobs: int) -> FloatArray:
        """One walk up to where it ended."""
        return trace["walk_probs"][one, knobs, : max(1, int(trace["walk_end"][one, knobs])) + 1]


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
        self.shares(0, "before", start, theme.TEXT)
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

    def shares(self, k: int, name: str, probs: FloatArray, colour: str, at: When | None = None) -> None:
        # A and B as shares of one bar.
        x, y, width, height = 1010.0, 250.0 + 240 * k, theme.RIGHT - 1010.0, 110.0
        share, odds = float(probs[0] / (probs[0] + probs[1])), float(probs[1] / probs[0])
        words = f"{odds:.0f}" if odds > 20 or abs(odds - round(odds)) < 0.05 else f"{odds:.1f}"
        parts = [
            (text(f"*{name}*", x, y - 22, 40, colour), "text"),
            (text(f"1 A for *{words} B*", theme.RIGHT, y - 22, 40, colour, "right"), "text"),
            (box(x, y, max(2.0, share * width), height, fill=colour), "mark"),
            (box(x + share * width, y, (1 - share) * width, height, stroke=colour, pen=3.0), "mark"),
        ]
        for mobject, layer in parts:
            appear(self, mobject, layer, at)


class PriceOfTheRing(Stage):
    """TRPO's formula, what its matrix would take to store, and what a step costs without storing it."""

    traces = ("trust_region",)
    hyperparameters = ("trpo.cg_iterations",)

    SQUARE = (LEFT + 64, 378.0, 480.0)
    HALF = 860.0

    def build(self) -> None:
        trace = self.trace("trust_region")
        first = self.put(statement("*TRPO*: gain all you can inside the ring"), "text")
        self.hide(first, at="answer")
        self.enter(statement("How far does the map hold? *As far as I behave almost as before*"), at=("answer", 0.3))
        self.put(formula(rules.FULL["trpo"], theme.WIDTH / 2, 232, 64, anchor="center"), "text")
        shown = self.recall(trace)
        self.matrix(trace["fisher"], shown)
        self.cost(int(self.hyper("trpo.cg_iterations")))
        words = "The matrix of the two knobs of this plane, at the start; exact. A product: two backward passes."
        words += " TRPO: Schulman et al. 2015."
        self.put(source(words), "text")

    def recall(self, trace: Trace) -> list[Mobject]:
        # What the formula says, once more in the picture: the ring and the step.
        near = NearRing(trace, *self.SQUARE, pen=5.0)
        near.put(self)
        arrow = self.put(near.arrow(NATURAL), "mark")
        lines = (
            f"{rules.RATIO} thin {rules.ADVANTAGE} #word[ what the map promises]",
            '{{ upright("KL") : kl }} #word[ how differently I behave]',
            f"{{{{ delta = {plainly(trace['delta'])} : kl }}}} #word[ nat: the ring]",
        )
        for k, line in enumerate(lines):
            words = self.put(formula(line, self.HALF, 440 + 84 * k, 44), "text")
            self.hide(words, at="price")
        return [near.sheet.ground, near.sheet.relief, near.sheet.frame, near.ring, near.start, arrow]

    def matrix(self, fisher: FloatArray, before: list[Mobject]) -> None:
        # Two knobs, four numbers; then more and more knobs, until no number can be told from the next.
        matrix = Matrix(*self.SQUARE, fisher, ("arrow.r", "arrow.t"), RING)
        tiles = matrix.put(self)
        self.hide(*before, at="price")
        self.show(*tiles, at=("price", 0.3))
        x, y, side = self.SQUARE
        say(self, "the Fisher matrix: how the knobs move the odds, in pairs", x, y + side + 46, at=("price", 0.6))
        bend = formula('{{ upright("KL") : kl }} approx 1/2 thin d^top F thin d', self.HALF, 470, 56)
        means = text("F gives the ring its shape, d is the step", self.HALF, 550, 34, theme.MUTED)
        for mobject in (bend, means):
            self.enter(mobject, at=("price", 0.6))
            self.hide(mobject, at=("products", -0.6))
        self.hide(*tiles, at="large")
        for k, ink in enumerate((matrix.cut(9, 3.0), matrix.cut(27), matrix.full(0.62))):
            at = 0.1 + 0.9 * k
            self.show(self.put(ink, "grid", False), at=("large", at), over=theme.QUICK)
            if k < 2:
                self.hide(ink, at=("large", at + 0.9))
        size = formula("n times n", x + side / 2, y + side / 2 + 20, 110, theme.TEXT, "center")
        count = text("for n knobs", x + side / 2, y + side / 2 + 100, 38, theme.TEXT, "center")
        self.enter(size, at=("large", 2.2))
        self.enter(count, at=("large", 2.2))

    def cost(self, iterations: int) -> None:
        # One block a slope: what one step of each rule takes, if it needs all its products.
        products = iterations + 1
        x, y = self.HALF, 452.0
        block = min(60.0, (theme.RIGHT - x) / (1 + 2 * products) - 6)
        steps = (
            ("*plain step:* 1 slope", LOOKS[PLAIN], ("products", -0.2)),
            (f"*TRPO step:* at most {1 + 2 * products} slopes", LOOKS[NATURAL], ("products", 0.6)),
        )
        for k, (name, look, cue) in enumerate(steps):
            self.enter(text(name, x, y + 180 * k - 26, 40, look.colour), at=cue)
            self.show(self.put(box(x, y + 180 * k, block, 68, fill=look.colour), "mark", False), at=cue)
        for n in range(products):
            left = x + (block + 6) * (1 + 2 * n)
            pair = box(left, y + 180, 2 * block + 6, 68, stroke=RING, pen=3.0, round_joins=False)
            self.show(self.put(pair, "mark", False), at=("products", 1.0 + 0.12 * n), over=theme.QUICK)
        say(self, "filled: one slope", x, y + 300, 34, theme.MUTED, at=("dear", -0.9))
        say(self, "hollow: one product, as dear as two", x, y + 344, 34, theme.MUTED, at="dear")
        words = f"up to {iterations} for the direction, one for the length"
        say(self, words, x, y + 388, 34, theme.MUTED, at=("dear", 0.6))
