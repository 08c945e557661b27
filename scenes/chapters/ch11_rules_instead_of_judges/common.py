"""How this chapter writes shares, tokens in cells, and what an answer to a Tally prompt is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from manim import Typst

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import box
from scenes.engine.lettering import counted, text
from scenes.theme import Area

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

GRPO = theme.OBJECTIVES["grpo"].colour
ANSWER = "A"
"""How a transcript writes the token that answers."""


def size(runs: int, batches: int) -> str:
    """How large an experiment is."""
    return f"{counted(runs, 'run')} of {batches} {'batch' if batches == 1 else 'batches'}"


def middle(place: Area, em: float) -> float:
    """The baseline of words of that size in the middle of an area."""
    return place.middle[1] + em / 3


def tally(bits: str) -> list[str]:
    """The mark after each bit, if the tally is kept: O as long as the ones are odd."""
    return ["EO"[bits[: k + 1].count("1") % 2] for k in range(len(bits))]


def token(stage: Stage, cell: Area, words: str, at: When | None, colour: str = theme.TEXT) -> Typst:
    """A token in its cell: a sign large, a word as large as it fits."""
    if len(words) == 1:
        em = theme.DISPLAY if cell.height > theme.NUMBER else theme.TITLE
    else:
        em = theme.BODY if cell.width > theme.NUMBER else theme.NOTE
    stage.bring(box(*layout.rectangle(cell), stroke=theme.AXIS, pen=theme.FINE), at, over=theme.QUICK)
    word = text(f"*{words}*", cell.middle[0], middle(cell, em), em, colour, "center")
    return stage.bring(word, at, over=theme.QUICK)
