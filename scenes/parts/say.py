"""Words and drawings that come on stage at a cue: the two lines of every beat as one.

say(stage, "the true slope", x, y, 34, at=("wild", 0.3))
appear(stage, arrow, "mark", at="sum")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from manim import Mobject, Typst

from scenes import theme
from scenes.engine.lettering import halo, text

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

M = TypeVar("M", bound=Mobject)


def appear(stage: Stage, mobject: M, layer: str, at: When | None = None, over: float = theme.CHANGE) -> M:
    """`Stage.bring` with its layer first."""
    return stage.bring(mobject, at, layer, over)


def say(
    stage: Stage,
    words: str,
    x: float,
    y: float,
    size: float = theme.LABEL,
    colour: str = theme.TEXT,
    anchor: str = "left",
    at: When | None = None,
    edge: bool = False,
) -> Typst:
    """Put words on stage; `edge` gives them a halo and lays them over everything else."""
    word = text(words, x, y, size, colour, anchor)
    return stage.bring(halo(word) if edge else word, at)
