"""How this chapter draws groups: mixed ones, and those whose answers are all right or all wrong."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Ink, box
from scenes.theme import Area
from traces.store import Trace

ACROSS = 16  # groups in a row
MIXED = theme.SYMBOLS["advantage"]
RIGHT, WRONG = (theme.mix(colour, theme.CANVAS, 0.48) for colour in (theme.UP, theme.DOWN))
KINDS = ("mixed", "all right", "all wrong")
COLOURS = (MIXED, RIGHT, WRONG)
OFF, SHORT, FULL = range(3)  # what a run does with groups that agree: nothing, leaves them out, draws again


def counts(trace: Trace) -> list[int]:
    """How many groups of the batch that is shown are of each kind."""
    batch, total = int(trace["shown"]), int(trace["groups"])
    return [round(total * float(trace[name][OFF, 0, batch])) for name in ("mixed", "all_right", "all_wrong")]


def tiles(counted: list[int], place: Area) -> list[tuple[int, Area, Ink]]:
    """A tile a group, the mixed ones first: its kind, its place and what is drawn."""
    kinds = [kind for kind, count in enumerate(counted) for _ in range(count)]
    cells = layout.grid(place, -(-len(kinds) // ACROSS), ACROSS, gap=theme.TIGHT)
    return [
        (kind, cell, box(*layout.rectangle(cell), fill=COLOURS[kind], round_joins=False))
        for kind, cell in zip(kinds, cells, strict=False)
    ]
