"""Tally: a prompt of bits, an answer mark by mark, what the policy sees, and how it begins."""

from __future__ import annotations

from scenes import theme
from scenes.chapters.ch11_rules_instead_of_judges.common import middle, tally, token
from scenes.engine import layout
from scenes.engine.ink import box
from scenes.engine.lettering import percent, text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.theme import Area
from traces.store import Trace

ROWS, RASH = layout.rows(layout.trimmed(theme.PICTURE, top=theme.GAP), (5, 2), gap=theme.WIDE)
SHARES = (3, 9, 5)
NAMES, TABLE, ASIDE = layout.columns(ROWS, SHARES, gap=theme.GAP)
PROMPT, MARKS = layout.rows(TABLE, 2, gap=theme.WIDE)
SEEN = theme.SYMBOLS["clip"]
SAYS = {"E": "even", "O": "odd"}
SLOTS = 5  # the longest prompt that is shown, and the answer


class KeepTheTally(Stage):
    """Tally: a prompt of bits, an answer mark by mark, what the policy sees, and how it begins."""

    traces = ("length_growth",)
    hyperparameters = ("length_growth.prompt", "tally.bits")

    def build(self) -> None:
        bits = str(self.hyper("length_growth.prompt"))[: int(self.hyper("tally.bits"))]
        marks = tally(bits)
        self.bring(statement("*Tally:* is the number of ones odd?"))
        prompt, answer = (layout.columns(row, SLOTS, gap=theme.GUTTER) for row in (PROMPT, MARKS))
        for words, row, at in (("the prompt", PROMPT, None), ("the answer", MARKS, "mark")):
            self.bring(text(words, NAMES.left, middle(row, theme.BODY), theme.BODY, theme.MUTED), at)
        for bit, cell in zip(bits, prompt, strict=False):
            token(self, cell, bit, None, theme.MUTED)
        start, end = self.time("mark") + theme.CHANGE, self.time("watch")
        step = (end - start) / len(bits)
        for k, (mark, cell) in enumerate(zip(marks, answer, strict=False)):
            token(self, cell, mark, start + k * step)
            says = text(SAYS[mark], cell.middle[0], cell.bottom + theme.GAP, theme.NOTE, theme.MUTED, "center")
            self.bring(says, start + k * step, over=theme.QUICK)
        token(self, answer[len(bits)], "answer", "answer")
        ones = bits.count("1")
        told = f"{ones} one{'' if ones == 1 else 's'}: *{SAYS[marks[-1]]}*"
        self.bring(text(told, ASIDE.left, middle(PROMPT, theme.STATEMENT), theme.STATEMENT), ("answer", theme.CHANGE))
        paid = text("*right:* paid 1", ASIDE.left, middle(MARKS, theme.STATEMENT), theme.STATEMENT, theme.UP)
        self.bring(paid, ("answer", theme.REST))
        self.sight(answer[0], prompt[1])
        self.rash(self.trace("length_growth"), answer[0])
        self.bring(source("Our toy. A policy is a table: 3 tokens for each of 9 states, last mark and next bit."))

    def sight(self, last: Area, following: Area) -> None:
        # What the policy sees before its second token: the mark that it wrote, and the bit that comes next, if any.
        for k, cell in enumerate((last, following)):
            around = box(*layout.rectangle(layout.inset(cell, -theme.TIGHT)), stroke=SEEN, pen=theme.BOLD)
            self.bring(around, ("sees", 0.2 + k * theme.REST), "mover")

    def rash(self, trace: Trace, first: Area) -> None:
        # The start: how often it answers at once, and how often it is right.
        cell = Area(first.left, RASH.top, first.right, RASH.bottom - theme.GUTTER)
        y = middle(cell, theme.STATEMENT)
        self.bring(text("at first", NAMES.left, y, theme.BODY, theme.MUTED), "rash")
        token(self, cell, "answer", "rash")
        share, right = float(trace["at_once"]), float(trace["j"][:, 0].mean())
        told = text(f"*{percent(share)}* at once, which says _even_", cell.right + theme.GAP, y, theme.STATEMENT)
        self.bring(told, ("rash", theme.CHANGE))
        words = text(f"right: *{percent(right)}*", ASIDE.left, y, theme.STATEMENT)
        self.bring(words, ("rash", 2 * theme.REST))
