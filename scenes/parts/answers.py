"""The three answers, one a row: mark and letter, and beside them whatever is known of each.

rows = Answers(stage, x=96, y=360, pitch=150)
rows.column("score", 500, ["1.0", "0.6", "0.0"], at="scores")
odds = rows.bars("odds", 600, 300, probs)             # an Ink over its rails
rows.fill(odds, 600, 300, other_probs)                # as a write of the stage would
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine.ink import Ink, box
from scenes.parts.batch import Batch
from scenes.parts.say import appear, say
from scenes.theme import FloatArray

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

HEAD = 30.0  # size of the words above a column
MARK, LETTER = 30.0, 0.86  # pixels from the left edge to the middle of the mark; from there to the letter, in ems


class Answers:
    """Rows of answers on a stage; `y` is the baseline of the first one."""

    def __init__(self, stage: Stage, x: float, y: float, pitch: float, size: float = 52.0, head: float = 104.0):
        self.stage, self.x, self.y, self.pitch, self.size, self.head = stage, x, y, pitch, size, head
        self.parts: list[Mobject] = []
        for k, letter in enumerate("ABC"):
            self.keep(stage.put(Batch.sample(x + MARK, self.base(k) - 0.31 * size, k, 1.08 * size), "mark"))
            self.keep(say(stage, f"*{letter}*", x + MARK + LETTER * size, self.base(k), size))

    def base(self, k: int) -> float:
        """The baseline of a row."""
        return self.y + self.pitch * k

    def keep(self, mobject: Mobject) -> Mobject:
        """Count a mobject among the parts of the table."""
        self.parts.append(mobject)
        return mobject

    def heading(
        self, words: str, x: float, at: When | None = None, anchor: str = "left", colour: str = theme.MUTED
    ) -> None:
        """Name a column."""
        self.keep(say(self.stage, words, x, self.y - self.head, HEAD, colour, anchor, at))

    def column(
        self,
        x: float,
        words: Sequence[str],
        at: When | None = None,
        each: float = 0.0,
        anchor: str = "center",
        colour: str = theme.TEXT,
        size: float | None = None,
    ) -> None:
        """One word or sign a row, one after the other by `each` seconds."""
        for k, word in enumerate(words):
            then = None if at is None else self.stage.time(at) + each * k
            self.keep(say(self.stage, word, x, self.base(k), size or self.size, colour, anchor, then))

    def bars(
        self,
        x: float,
        width: float,
        probs: FloatArray,
        at: When | None = None,
        numbers: bool = False,
        each: float = 0.0,
        rails: When | None = None,
    ) -> Ink:
        """The odds as bars with their numbers if wanted; the rails, as long as certainty, come first, or at `rails`."""
        thick = 0.86 * self.size
        for k, p in enumerate(probs):
            then = None if at is None else self.stage.time(at) + each * k
            rail = box(x, self._top(k), width, thick, fill=theme.HAIRLINE, fill_opacity=0.6, quiet=True)
            self.keep(appear(self.stage, rail, "grid", rails))
            if numbers:
                words = f"{float(p):.0%}".replace("%", "\\%")
                self.keep(say(self.stage, words, x + width + 22, self.base(k), 0.8 * self.size, at=then))
        ink = Ink(np.zeros((0, 3)), fill=theme.TEXT, closed=True, round_joins=False)
        self.fill(ink, x, width, probs)
        self.keep(appear(self.stage, ink, "mark", at))
        return ink

    def fill(self, ink: Ink, x: float, width: float, probs: FloatArray) -> None:
        """Set the bars to probabilities [3]."""
        thick = 0.86 * self.size
        rings = [box(x, self._top(k), width * float(p), thick).points for k, p in enumerate(probs)]
        ink.write(np.concatenate(rings), range(0, 5 * len(rings), 5))

    def _top(self, k: int) -> float:
        return self.base(k) - 0.75 * self.size
