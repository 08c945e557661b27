"""What the ring costs: a matrix that nobody can store, and products with it that do without."""

from __future__ import annotations

import math

from manim import Mobject, VGroup

from scenes import theme
from scenes.chapters.ch07b_trust_region_as_a_rule.matrix import Matrix
from scenes.engine import layout
from scenes.engine.ink import box
from scenes.engine.lettering import formula, halo, plain, text
from scenes.engine.stage import Stage, When
from scenes.parts.definition import Definition
from scenes.parts.headings import statement
from scenes.parts.settings import foot, quote, sources
from scenes.parts.trust_region_closeup import RING
from scenes.theme import Area, FloatArray

MAP = layout.square(theme.PICTURE, "start")
COLUMN = Area(MAP.right + 2 * theme.WIDE, theme.PICTURE.top, theme.RIGHT, theme.PICTURE.bottom)
FINER = (9, 27)  # parameters, as the square is cut ever finer
COUNT = "#word[for] n #word[parameters]"
PAIR = 2  # gradients that a product costs
WITHOUT = ("*PPO does without:*", "products with F", "a solver", "a line search")


class PriceOfTheRing(Stage):
    """What the ring costs: a matrix that nobody can store, and products with it that do without."""

    traces = ("trust_region", "ppo_clip", "papers")
    hyperparameters = ("ppo_clip.product_share",)

    def build(self) -> None:
        self.bring(statement("What does *the ring cost?*"))
        square = self.matrix(self.trace("trust_region")["fisher"])
        rows = layout.rows(COLUMN, 4, theme.GUTTER)
        whole, part, ppo = (float(n) for n in self.trace("ppo_clip")["way_slopes"])
        most = max(round(whole), PAIR)
        self.blocks(rows[0], "F times a vector: *about 2 gradients*", PAIR, most, "product")
        self.blocks(rows[1], f"TRPO's step in a token toy: *{whole:.0f} gradients*", whole, most, "passes")
        papers = [quote(self.trace("papers"), key) for key in ("trpo_subsample", "trpo_damping")]
        share = float(self.hyper("ppo_clip.product_share"))
        self.blocks(rows[2], f"with products on {share:.0%} of the answers: *{part:.1f}*", part, most, "real")
        words = f"PPO on this batch: *{ppo:.0f} steps*, a gradient each"
        self.blocks(rows[3], words, ppo, most, "fair", theme.OBJECTIVES["ppo"].colour)
        self.hide(*square, at="even")
        lines = [text(words, size=theme.TITLE) for words in WITHOUT]
        layout.lines(*lines, pitch=1.5 * theme.TITLE)
        layout.centred(VGroup(*lines), MAP)
        for k, line in enumerate(lines):
            self.bring(line, ("even", 2.0 + theme.CHANGE * k))
        self.hide(*lines, at="damping")
        word = Definition("damping", "a small number, added to F's diagonal", MAP.left, 0.0, MAP.width)
        layout.centred(word, MAP, across=False)
        self.bring(word, ("damping", theme.SLOW))
        self.bring(foot(f"Left: F of two parameters at the start, exact. {plain(sources(papers))}"))

    def matrix(self, fisher: FloatArray) -> list[Mobject]:
        # Two parameters, four numbers; then more and more of them, until no number can be told from the next.
        place = layout.inset(layout.square(MAP), theme.WIDE)
        matrix = Matrix(place.left, place.top, place.width, fisher, ("arrow.r", "arrow.t"), RING)
        tiles = matrix.put(self)
        few = text(
            "*F* for two parameters", place.middle[0], place.bottom + theme.STATEMENT, theme.BODY, anchor="center"
        )
        tiles.append(self.put(few, "text", shown=False))
        self.show(*tiles, at=-theme.CHANGE)
        self.hide(*tiles, at="large")
        steps = [matrix.cut(FINER[0], theme.PEN), matrix.cut(FINER[1]), matrix.full(0.7)]
        for k, ink in enumerate(steps):
            self.bring(ink, ("large", k * theme.REST), "grid", theme.QUICK)
            if k:
                self.hide(steps[k - 1], at=("large", k * theme.REST))
        x, y = place.middle
        square: list[Mobject] = [steps[-1]]
        for sign, down, size in (("n times n", 0.0, theme.NUMBER), (COUNT, theme.DISPLAY, theme.STATEMENT)):
            words = halo(formula(sign, x, y + down, size, theme.TEXT, "center"))
            square.append(self.bring(words, ("large", 2 * theme.REST)))
        return square

    def blocks(self, row: Area, words: str, filled: float, most: int, at: When, colour: str = RING) -> None:
        # One block a gradient, and what is left over as a part of one.
        self.bring(text(words, row.left, row.top + theme.BODY, theme.BODY), at)
        top = row.top + theme.BODY + theme.GUTTER
        cells = layout.columns(Area(row.left, top, row.right, row.bottom - theme.GUTTER), most, theme.TIGHT)
        for k, cell in enumerate(cells[: math.ceil(filled)]):
            wide = min(1.0, filled - k) * cell.width
            block = box(cell.left, cell.top, wide, cell.height, fill=colour)
            self.bring(block, (self.time(at) + 0.1 * k), "mark", theme.QUICK)
