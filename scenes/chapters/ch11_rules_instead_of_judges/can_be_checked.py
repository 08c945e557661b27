"""Where an answer can be checked, a rule gives the number: a sum, a program, the form; for a poem there is none."""

from __future__ import annotations

from manim import Mobject

from scenes import theme
from scenes.chapters.ch11_rules_instead_of_judges.common import middle
from scenes.engine import layout
from scenes.engine.ink import Ink, box, rule
from scenes.engine.lettering import plain, text
from scenes.engine.spotlight import QUIET
from scenes.engine.stage import Stage
from scenes.parts.definition import Definition
from scenes.parts.headings import source, statement
from scenes.theme import Area

TABLE, BELOW = layout.rows(theme.PICTURE, (7, 3), gap=theme.WIDE)
ROWS = layout.rows(layout.trimmed(TABLE, top=theme.GUTTER), 4, gap=theme.TIGHT)
COLUMNS = (4, 6, 2)
CHAIN = ("an answer", "a learned judge", "a number")
TERM, QUOTE = layout.columns(BELOW, (5, 6), gap=theme.WIDE)
CHECKS = {  # cue: the answer, what a rule asks of it
    "sum": ("2 + 2 is 4", "is it the *known result?*"),
    "code": ("def solve(bits): ...", "does it *pass the tests?*"),
    "form": ("<think> ... </think>", "are the *tags* there?"),
    "poem": ("Roses are red ...", "is it *good?* No rule says so."),
}
NAMES = ("a sum", "a program", "the form", "a poem")


class CanBeChecked(Stage):
    """Where an answer can be checked, a rule gives the number: a sum, a program, the form; for a poem there is none."""

    def build(self) -> None:
        self.bring(statement("Do we need a *learned judge?*"))
        for name, row, (cue, (answer, asked)) in zip(NAMES, ROWS, CHECKS.items(), strict=True):
            left, words, number = layout.columns(row, COLUMNS, gap=theme.GAP)
            y = middle(row, theme.STATEMENT)
            self.bring(text(f"*{name}*", left.left, y - theme.GUTTER, theme.STATEMENT), cue)
            self.bring(text(plain(answer), left.left, y + theme.GUTTER, theme.NOTE, theme.MUTED), cue)
            self.bring(text(asked, words.left, y, theme.STATEMENT), cue)
            self.number(number, cue)
        self.chain()
        term = Definition("verifiable reward", "the rule computes it: no judge is learned", width=TERM.width)
        layout.shifted(term, TERM.left - layout.area(term).left, TERM.top - layout.area(term).top)
        self.bring(term, "name")
        self.authors()
        self.bring(source("DeepSeek-AI 2025 (2501.12948v1), section 2.2.2: accuracy rewards and format rewards."))

    def number(self, cell: Area, cue: str) -> None:
        # The number: unknown at first, 1 where a rule says yes.
        frame = layout.square(cell)
        x, y = frame.middle[0], middle(frame, theme.TITLE)
        word, colour = ("?", theme.MUTED) if cue == "poem" else ("*1*", theme.UP)
        self.bring(box(*layout.rectangle(frame), stroke=theme.AXIS, pen=theme.FINE), cue)
        self.bring(text(word, x, y, theme.TITLE, colour, "center"), (cue, theme.CHANGE))

    def chain(self) -> None:
        # What was done so far: a judge turns an answer into a number; GRPO only needs the number.
        places = layout.columns(layout.rows(TABLE, 3, gap=theme.GAP)[1], 3, gap=2 * theme.WIDE)
        parts: list[Mobject] = []
        for k, (words, place) in enumerate(zip(CHAIN, places, strict=True)):
            both: list[Mobject] = [
                box(*layout.rectangle(place), stroke=theme.AXIS, pen=theme.FINE),
                text(f"*{words}*", place.middle[0], middle(place, theme.STATEMENT), theme.STATEMENT, anchor="center"),
            ]
            if k:
                y, tip = place.middle[1], place.left - theme.GUTTER
                both.append(rule(places[k - 1].right + theme.GUTTER, y, tip, y, stroke=theme.TEXT, pen=theme.PEN))
                head = theme.points(
                    [tip - theme.GUTTER, tip, tip - theme.GUTTER], [y - theme.TIGHT, y, y + theme.TIGHT]
                )
                both.append(Ink(head, stroke=theme.TEXT, pen=theme.PEN))
            parts += self.bring_all(both)
            if k == 1:
                self.dim(*both, to=QUIET, at="number")
        self.hide(*parts, at=("sum", -theme.QUICK))

    def bring_all(self, parts: list[Mobject]) -> list[Mobject]:
        # All of them from the start.
        for part in parts:
            self.bring(part)
        return parts

    def authors(self) -> None:
        # What R1-Zero was paid for, and why no judge was learned.
        first, second, third = layout.rows(QUOTE, 3, gap=0)
        lines: list[Mobject] = [
            text("*R1-Zero:* accuracy and format, by rules", QUOTE.left, middle(first, theme.BODY), theme.BODY),
            text("A learned judge", QUOTE.left, middle(second, theme.BODY), theme.BODY),
            text("“may suffer from *reward hacking*”", QUOTE.left, middle(third, theme.BODY), theme.BODY),
        ]
        for k, line in enumerate(lines):
            self.bring(line, ("zero", k * theme.REST))
