"""Six programs and a checker: it compiles them, runs them on tests, looks at the tags, and pays."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.chapters.ch11_rules_instead_of_judges.common import middle
from scenes.engine import layout
from scenes.engine.ink import Ink, rule
from scenes.engine.lettering import plain, text
from scenes.engine.stage import Stage, When
from scenes.parts.code import Code
from scenes.parts.headings import source, statement
from scenes.theme import Area
from traces.store import Trace

HEAD, BODY = layout.rows(theme.PICTURE, (1, 16), gap=theme.GUTTER)
ROWS = layout.rows(BODY, 6, gap=theme.GUTTER)
COLUMNS = (16, 3, 9, 3, 3)  # title and code, compiles, tests, tags, reward
HEADS = {"compiles": "compile", "tests": "run", "tags": "tags", "reward": "sum"}  # what it is, and when it comes
TALLIES, UNTAGGED, WRONG, BROKEN, ENDLESS, PEEKS = range(6)
SPOKEN = {
    "compile": BROKEN,
    "right": TALLIES,
    "wrong": WRONG,
    "endless": ENDLESS,
    "file": PEEKS,
    "untagged": UNTAGGED,
    "sum": TALLIES,
}
TELLING = (4, 1, 1, 0, 2, 1)  # the line of each program that tells it from the others
STRIP = 0.4  # of the height of a row


class SixPrograms(Stage):
    """Six programs and a checker: it compiles them, runs them on tests, looks at the tags, and pays."""

    traces = ("rule_checker",)

    def build(self) -> None:
        trace = self.trace("rule_checker")
        self.bring(statement("*Is the number of ones odd?* Six programs and a checker"))
        self.cells = [layout.columns(row, COLUMNS, gap=theme.GUTTER) for row in ROWS]
        for (name, at), cell in zip(HEADS.items(), layout.columns(HEAD, COLUMNS, gap=theme.GUTTER)[1:], strict=True):
            self.bring(text(name, cell.left, cell.bottom, theme.NOTE, theme.MUTED), at)
        for k, cells in enumerate(self.cells):
            self.program(trace, k, cells[0])
            self.yes(bool(trace["compiles"][k]), cells[1], ("compile", 0.2 * k))
            if trace["compiles"][k]:
                self.strip(trace, k, cells[2])
            self.told(trace, k, cells[2])
        for k, cells in enumerate(self.cells):
            self.yes(bool(trace["tagged"][k]), cells[3], ("tags", 0.1 * k))
        best = float(trace["total"].max())
        for k, cells in enumerate(self.cells):
            total = float(trace["total"][k])
            words = f"*{total:.3g}*" if total == best else f"{total:.3g}"
            y = middle(ROWS[k], theme.STATEMENT)
            self.bring(text(plain_number(words), cells[4].left, y, theme.STATEMENT), ("sum", 0.1 * k))
        self.accent()
        self.bring(source("Each is really compiled and run. One line of each program is shown."))

    def program(self, trace: Trace, k: int, cell: Area) -> None:
        # What it does, in words, and the line that tells.
        left, y = cell.left + theme.GUTTER, middle(cell, theme.BODY)
        self.bring(text(f"*{plain(str(trace['titles'][k]))}*", left, y - theme.GUTTER, theme.BODY))
        line = str(trace["programs"][k]).split("\n")[TELLING[k]].strip()
        self.bring(Code(line, left, y + theme.GUTTER - theme.TIGHT / 2, theme.TICK))

    def yes(self, holds: bool, cell: Area, at: When) -> None:
        # Yes or no.
        word, colour = ("yes", theme.UP) if holds else ("no", theme.DOWN)
        self.bring(text(f"*{word}*", cell.left, middle(cell, theme.BODY), theme.BODY, colour), at)

    def strip(self, trace: Trace, k: int, cell: Area) -> None:
        # A field a test: filled if it came out right, hollow if not, quiet if it was never reached.
        passed, reached = trace["passed"][k], trace["steps"][k] > 0
        top = Area(cell.left, cell.top, cell.right, cell.top + STRIP * cell.height)
        places = layout.columns(top, len(passed), gap=min(theme.TIGHT / 2, top.width / (3 * len(passed))))
        kinds = (
            (passed, {"fill": theme.UP}),
            (reached & ~passed, {"stroke": theme.DOWN, "pen": theme.FINE}),
            (~reached, {"stroke": theme.HAIRLINE, "pen": theme.FINE, "quiet": True}),
        )
        for which, style in kinds:
            chosen = [place for place, is_so in zip(places, which, strict=True) if is_so]
            if chosen:
                self.bring(fields(chosen, **style), ("run", 0.2 * k), "mark")

    def told(self, trace: Trace, k: int, cell: Area) -> None:
        # What became of it, in the checker's words.
        verdict = str(trace["verdict"][k])
        passed, tests = int(trace["passed"][k].sum()), trace["passed"].shape[1]
        words = f"{passed} of {tests} right" if trace["compiles"][k] and (trace["steps"][k] > 0).all() else verdict
        cue = next(name for name, row in SPOKEN.items() if row == k)
        at = "right" if k == UNTAGGED else cue
        y = cell.bottom - theme.TIGHT if trace["compiles"][k] else middle(cell, theme.NOTE)
        self.bring(text(plain(words), cell.left, y, theme.NOTE), (at, theme.QUICK))

    def accent(self) -> None:
        # A bar beside the row that is spoken of.
        at = [ROWS[row] for row in SPOKEN.values()]
        first = at[0]
        bar = rule(first.left, first.top, first.left, first.bottom, stroke=theme.SYMBOLS["clip"], pen=theme.BOLD)
        self.bring(bar, next(iter(SPOKEN)))
        for cue, before, now in zip(list(SPOKEN)[1:], at, at[1:], strict=False):
            self.shift(bar, down=now.top - before.top, at=cue, over=theme.QUICK)


def fields(places: list[Area], **style: object) -> Ink:
    """Rectangles as one Ink."""
    corners = [[(p.left, p.bottom), (p.left, p.top), (p.right, p.top), (p.right, p.bottom)] for p in places]
    flat = np.array(corners, float).reshape(-1, 2)
    starts = range(0, len(flat), 4)
    return Ink(theme.points(flat[:, 0], flat[:, 1]), starts=starts, closed=True, round_joins=False, **style)  # type: ignore[arg-type]


def plain_number(words: str) -> str:
    """A number with a real minus."""
    return words.replace("-", "−")
