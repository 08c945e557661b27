"""A term and what it means in plain words, large, in the picture: the moment in which a word is learnt.

    word = Definition("advantage", "how much better an answer was than expected", symbol="advantage")
    above(word, chart); stage.bring(word, at="name")

The words break into lines of at most `width` pixels. A sign may stand behind the term: `sign="hat(A)"`.
"""

from __future__ import annotations

from manim import Mobject, Typst

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import rule
from scenes.engine.lettering import formula, paragraph, plain, text


class Definition:
    """The term on the baseline `y`, an accent in its symbol's colour beside it, its plain words below."""

    def __init__(
        self,
        term: str,
        meaning: str,
        x: float = theme.LEFT,
        y: float = theme.PICTURE.top + theme.DISPLAY,
        width: float = theme.column(0, 8)[1] - theme.LEFT,
        symbol: str | None = None,
        sign: str | None = None,
        size: float = theme.DISPLAY,
    ):
        colour = theme.SYMBOLS[symbol] if symbol else theme.TEXT
        inside = x + theme.GAP
        self.term = text(f"*{plain(term)}*", inside, y, size, colour)
        self.meaning: Typst = paragraph(meaning, inside, y, width, max(theme.STATEMENT, 0.58 * size))
        layout.below(self.meaning, self.term, gap=theme.GUTTER + theme.TIGHT)
        self.parts: list[Mobject] = [self.term, self.meaning]
        if sign is not None:
            self.sign = formula(sign, 0.0, y, size, colour)
            layout.beside(self.sign, self.term, gap=theme.GAP)
            self.parts.append(self.sign)
        for part in self.parts:
            part.words_owner = id(self)  # one labelled thing
        box = layout.area(*self.parts)
        self.accent = rule(x, box.top, x, box.bottom, stroke=colour, pen=theme.BOLD)
        self.parts.append(self.accent)
