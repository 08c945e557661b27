"""Words that stand around the pictures: headings, source tags and chapter cards."""

from __future__ import annotations

from manim import Typst

from scenes import theme
from scenes.engine.lettering import footnote, text


def statement(markup: str, colour: str = theme.TEXT) -> Typst:
    """The one sentence on top of a frame."""
    return text(markup, theme.LEFT, theme.TOP + 46, theme.STATEMENT, colour)


def corner(markup: str, colour: str = theme.MUTED, size: float = 28) -> Typst:
    """A quiet note in the top right corner, on the statement's baseline."""
    return text(markup, theme.RIGHT, theme.TOP + 46, size, colour, "right")


def source(markup: str, size: float = theme.TICK) -> Typst:
    """Where a picture comes from, at the foot of the safe area."""
    return footnote(text(markup, theme.LEFT, theme.BOTTOM - 6, size, theme.MUTED))
