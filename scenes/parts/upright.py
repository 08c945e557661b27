"""What a clip that can be upright asks for instead of constants of the theme: where its picture, its statement and its
source stand in the shape that is drawn.

room = upright.picture(stage)
stage.bring(upright.statement(stage, "Is the clip *a wall?*"))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from manim import Typst

from scenes import theme
from scenes.engine import layout
from scenes.engine.lettering import footnote, paragraph
from scenes.parts import headings

if TYPE_CHECKING:
    from scenes.engine.stage import Stage

SAFE = theme.UPRIGHT
HEAD, FOOT = 3.2 * theme.STATEMENT, 4.2 * theme.TICK
"""What an upright picture leaves above for a statement of two lines, and below for a source of three."""


def picture(stage: Stage) -> theme.Area:
    """What the clip has for its picture."""
    return layout.trimmed(SAFE, top=HEAD, bottom=FOOT) if stage.upright else theme.PICTURE


def statement(stage: Stage, markup: str) -> Typst:
    """The one sentence on top of the frame."""
    if not stage.upright:
        return headings.statement(markup)
    return paragraph(markup, SAFE.left, SAFE.top + theme.STATEMENT, SAFE.width, theme.STATEMENT)


def source(stage: Stage, markup: str) -> Typst:
    """Where the picture comes from, at its foot."""
    if not stage.upright:
        return headings.source(markup)
    words = footnote(paragraph(markup, SAFE.left, 0.0, SAFE.width, theme.TICK, theme.MUTED))
    return layout.shifted(words, 0.0, SAFE.bottom - layout.area(words).bottom)
