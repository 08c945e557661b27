"""Tally, a task with right and wrong answers: one prompt, what the policy sees, and one answer mark by mark."""

from __future__ import annotations

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import Ink, box
from scenes.engine.lettering import text
from scenes.engine.stage import Stage, When
from scenes.parts.headings import source, statement
from scenes.theme import Area
from traces.store import Trace

BITS = "1011"  # the prompt that is shown
ROWS, RASH = layout.rows(layout.trimmed(theme.PICTURE, top=theme.WIDE), (5, 2), gap=theme.WIDE)
NAMES, TABLE, ASIDE = layout.columns(ROWS, (3, 8, 4), gap=theme.GAP)
PROMPT, MARKS = layout.rows(TABLE, 2, gap=theme.WIDE)
SEEN = theme.UP
WORDS = {"E": "even", "O": "odd"}


class IsItOdd(Stage):
    """Tally, a task with right and wrong answers: one prompt, what the policy sees, and one answer mark by mark."""

    traces = ("dynamic_sampling",)

    def build(self) -> None:
        trace = self.trace("dynamic_sampling")
        self.bring(statement("*Tally:* is the number of ones odd?"))
        self.cells = [layout.columns(row, len(BITS) + 1, gap=theme.GUTTER) for row in (PROMPT, MARKS)]
        marks = tally(BITS)
        for words, row, at in (("the prompt", PROMPT, None), ("the answer", MARKS, "mark")):
            self.bring(text(words, NAMES.left, row.middle[1] + theme.BODY / 3, theme.BODY, theme.MUTED), at)
        for bit, cell in zip(BITS, self.cells[0], strict=False):
            self.token(cell, bit, None, theme.MUTED)
        # The answer, a mark a bit, and in the end what it says.
        step = (self.time("watch") - self.time("mark")) / (len(BITS) + 1)
        for k, (mark, cell) in enumerate(zip(marks, self.cells[1], strict=False)):
            self.token(cell, mark, ("mark", theme.CHANGE + k * step), theme.TEXT)
        self.token(self.cells[1][-1], "answer", "answer", theme.TEXT)
        self.sight(step)
        self.verdict(marks[-1])
        self.rash(trace)
        self.bring(source("A tiny policy: for each of 9 states, that is last mark and next bit, 3 tokens to write."))

    def token(self, cell: Area, words: str, at: When | None, colour: str) -> None:
        # A token in its cell.
        frame = box(*layout.rectangle(cell), stroke=theme.AXIS, pen=theme.FINE)
        size = theme.DISPLAY if len(words) == 1 else theme.STATEMENT
        word = text(f"*{words}*", cell.middle[0], cell.middle[1] + size / 3, size, colour, "center")
        for part in (frame, word):
            self.bring(part, at, over=theme.QUICK)

    def sight(self, step: float) -> None:
        # What the policy sees: the next bit, and the last mark; the two frames go on with every mark.
        wide = self.cells[0][1].left - self.cells[0][0].left
        bit = frame(self.cells[0][0])
        last = frame(layout.moved(self.cells[1][0], across=-wide))
        for part, words, x, y in (
            (bit, "next bit", self.cells[0][0].middle[0], PROMPT.top - theme.GUTTER),
            (last, "last mark: none", self.cells[1][0].middle[0] - wide, MARKS.bottom + theme.GAP + theme.TIGHT),
        ):
            tag = text(words, x, y, theme.NOTE, SEEN, "center")
            self.bring(part, "sees", "mover")
            self.bring(tag, "sees")
            self.hide(tag, at=("mark", theme.CHANGE))
        for k in range(len(BITS)):
            self.shift(bit, last, across=wide, at=("mark", 2 * theme.CHANGE + k * step), over=theme.QUICK)
        self.hide(bit, last, at=("rash", -theme.QUICK))

    def verdict(self, mark: str) -> None:
        # What the last mark says, and whether it is right.
        ones = BITS.count("1")
        y = PROMPT.middle[1] + theme.STATEMENT / 3
        self.bring(
            text(f"{ones} ones: *odd*" if ones % 2 else f"{ones} ones: *even*", ASIDE.left, y, theme.STATEMENT),
            ("answer", theme.SLOW),
        )
        y = MARKS.middle[1] + theme.STATEMENT / 3
        right = (mark == "O") == bool(ones % 2)
        words = f"{mark} says _{WORDS[mark]}_: *{'right' if right else 'wrong'}*"
        self.bring(text(words, ASIDE.left, y, theme.STATEMENT), ("answer", theme.REST))

    def rash(self, trace: Trace) -> None:
        # The start: it answers at once, which says even.
        left = layout.columns(RASH, (3, 8, 4), gap=theme.GAP)
        cell = Area(self.cells[1][0].left, RASH.top, self.cells[1][0].right, RASH.top + MARKS.height)
        self.bring(
            text("at first, mostly", left[0].left, cell.middle[1] + theme.BODY / 3, theme.BODY, theme.MUTED), "rash"
        )
        self.token(cell, "answer", "rash", theme.TEXT)
        share = float(trace["accuracy"][0, :, 0].mean())
        words = text(
            f"no mark says _even_: right *{100 * share:.0f} \\%* of the time",
            cell.right + theme.GAP,
            cell.middle[1] + theme.STATEMENT / 3,
            theme.STATEMENT,
        )
        self.bring(words, ("rash", theme.REST))


def frame(cell: Area) -> Ink:
    """What is seen is framed."""
    return box(*layout.rectangle(layout.inset(cell, -theme.TIGHT)), stroke=SEEN, pen=theme.BOLD)


def tally(bits: str) -> list[str]:
    """The mark after each bit, if the tally is kept: O as long as the ones are odd."""
    return ["EO"[bits[: k + 1].count("1") % 2] for k in range(len(bits))]
