"""Groups that agree: in GRPO they count in the average and feel the leash; DAPO leaves them out."""

from __future__ import annotations

from manim import Mobject

from scenes import theme
from scenes.chapters.ch12_where_does_the_signal_go.groups import COLOURS, KINDS, OFF
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
ACROSS = 16  # groups in a row
KL = theme.SYMBOLS["kl"]


class SilentGroups(Stage):
    """Groups that agree: in GRPO they count in the average and feel the leash; DAPO leaves them out."""

    traces = ("dynamic_sampling",)

    def build(self) -> None:
        trace = self.trace("dynamic_sampling")
        self.bring(statement("What do *groups without contrast* do?"))
        batch = int(trace["shown"])
        total = int(trace["groups"])
        counts = [round(total * float(trace[name][OFF, 0, batch])) for name in ("mixed", "all_right", "all_wrong")]
        agree, leash = self.batch(counts)
        self.gradients(counts[0], total)
        # The leash pulls at them; in DAPO they are not there.
        self.show(*leash, at="leash")
        for part in agree:
            self.dim(part, to=QUIET / 2, at="dapo")
        self.hide(*leash, at="dapo")
        self.bring(source(f"The groups of batch {batch + 1} of one run on Tally, without DAPO's filter."))

    def batch(self, counts: list[int]) -> tuple[list[Mobject], list[Mobject]]:
        # A tile a group: the mixed ones first.
        total = sum(counts)
        cells = layout.grid(TILES, -(-total // ACROSS), ACROSS, gap=theme.TIGHT)
        agree: list[Mobject] = []
        leash: list[Mobject] = []
        first = 0
        for kind, (name, colour, count) in enumerate(zip(KINDS, COLOURS, counts, strict=True)):
            for cell in cells[first : first + count]:
                tile = self.bring(box(*layout.rectangle(cell), fill=colour, round_joins=False), layer="mark")
                if kind:
                    agree.append(tile)
                    x, y = cell.middle
                    word = text("β KL", x, y + theme.BODY / 3, theme.NOTE, theme.TEXT, "center")
                    leash.append(self.put(word, "text", shown=False))
            if count:
                x = (TILES.left, TILES.middle[0], TILES.right)[kind]
                anchor = ("left", "center", "right")[kind]
                tag = text(f"{count} *{name}*", x, GROUPS.top + theme.GAP, theme.STATEMENT, theme.TEXT, anchor)
                self.bring(tag)
            first += count
        return agree, leash

    def gradients(self, mixed: int, total: int) -> None:
        # How long the gradient is: averaged over the mixed groups, and over all.
        share = mixed / total
        rows: tuple[tuple[Area, str, float, str, When], ...] = (
            (GRADIENT[0], f"gradient, averaged over {mixed}", 1.0, theme.MUTED, "count"),
            (GRADIENT[1], f"GRPO: over all {total}", share, theme.OBJECTIVES["grpo"].colour, ("count", theme.REST)),
            (GRADIENT[2], f"DAPO: over these {mixed}", 1.0, theme.OBJECTIVES["dapo"].colour, "dapo"),
        )
        for row, words, length, colour, at in rows:
            left, right = layout.columns(row, 2, gap=theme.GAP)
            self.bring(text(words, left.left, row.middle[1] + theme.STATEMENT / 3, theme.STATEMENT, colour), at)
            bar = box(right.left, row.top, length * right.width, row.height, fill=colour, round_joins=False)
            self.bring(bar, at, "mark")
