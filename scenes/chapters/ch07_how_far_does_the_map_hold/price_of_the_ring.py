"""TRPO's formula, what its matrix would take to store, and what a step costs without storing it."""

from __future__ import annotations

from manim import Mobject

from scenes import theme
from scenes.chapters.ch07_how_far_does_the_map_hold.common import LEFT
from scenes.chapters.ch07_how_far_does_the_map_hold.matrix import Matrix
from scenes.engine.ink import box
from scenes.engine.lettering import formula, text
from scenes.engine.stage import Stage
from scenes.parts import rules
from scenes.parts.headings import source, statement
from scenes.parts.say import say
from scenes.parts.trust_region_closeup import LOOKS, NATURAL, PLAIN, RING, TrustRegionCloseup, plainly
from scenes.theme import FloatArray
from traces.store import Trace


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
        near = TrustRegionCloseup(trace, *self.SQUARE, pen=5.0)
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
