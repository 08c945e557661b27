"""Groups that agree: in GRPO they count in the average and feel the leash; DAPO leaves them out."""

from __future__ import annotations

from manim import Mobject

from scenes import theme
from scenes.chapters.ch12_where_does_the_signal_go.common import KINDS, counts, tiles
from scenes.engine import layout
from scenes.engine.ink import box
from scenes.engine.lettering import text
from scenes.engine.spotlight import QUIET
from scenes.engine.stage import Stage, When
from scenes.parts.headings import source, statement
from scenes.theme import Area

GROUPS, ROWS = layout.rows(theme.PICTURE, (3, 4), gap=theme.WIDE)
TILES = layout.trimmed(GROUPS, top=theme.WIDE)
GRADIENT = layout.rows(ROWS, 3, gap=theme.GUTTER)


class SilentGroups(Stage):
    """Groups that agree: in GRPO they count in the average and feel the leash; DAPO leaves them out."""

    traces = ("dynamic_sampling",)

    def build(self) -> None:
        trace = self.trace("dynamic_sampling")
        self.bring(statement("What do *groups without contrast* do?"))
        counted = counts(trace)
        agree, leash = self.batch(counted)
        self.gradients(counted[0], sum(counted))
        # The leash pulls at them; in DAPO they are not there.
        self.show(*leash, at="leash")
        for part in agree:
            self.dim(part, to=QUIET / 2, at="dapo")
        self.hide(*leash, at="dapo")
        self.bring(source(f"The groups of batch {int(trace['shown']) + 1} of one run on Tally, without DAPO's filter."))

    def batch(self, counted: list[int]) -> tuple[list[Mobject], list[Mobject]]:
        # A tile a group: the mixed ones first.
        agree: list[Mobject] = []
        leash: list[Mobject] = []
        for kind, cell, tile in tiles(counted, TILES):
            self.bring(tile, layer="mark")
            if kind:
                agree.append(tile)
                x, y = cell.middle
                word = text("*β KL*", x, y + theme.NOTE / 3, theme.NOTE, theme.TEXT, "center")
                leash.append(self.put(word, "text", shown=False))
        x = TILES.left
        for name, count in zip(KINDS, counted, strict=True):
            if count:
                tag = self.bring(text(f"*{count}* {name}", x, GROUPS.top + theme.GAP, theme.STATEMENT))
                x = layout.area(tag).right + theme.WIDE
        return agree, leash

    def gradients(self, mixed: int, total: int) -> None:
        # How long the gradient is: averaged over the mixed groups, and over all.
        share = mixed / total
        rows: tuple[tuple[Area, str, float, str, When], ...] = (
            (GRADIENT[0], f"gradient of the {mixed} mixed alone", 1.0, theme.MUTED, "count"),
            (
                GRADIENT[1],
                f"*GRPO:* averaged over all {total}",
                share,
                theme.OBJECTIVES["grpo"].colour,
                ("count", theme.REST),
            ),
            (GRADIENT[2], f"*DAPO:* averaged over these {mixed}", 1.0, theme.OBJECTIVES["dapo"].colour, "dapo"),
        )
        for row, words, length, colour, at in rows:
            left, right = layout.columns(row, 2, gap=theme.GAP)
            self.bring(text(words, left.left, row.middle[1] + theme.STATEMENT / 3, theme.STATEMENT, colour), at)
            bar = box(right.left, row.top, length * right.width, row.height, fill=colour, round_joins=False)
            self.bring(bar, at, "mark")
