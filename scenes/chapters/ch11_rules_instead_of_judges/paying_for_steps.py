"""Pay for the answer, for right steps, or for steps with a hole in the rule: what is paid, and what is learnt."""

from __future__ import annotations

from manim import Typst

from scenes import theme
from scenes.chapters.ch11_rules_instead_of_judges.common import middle, size, tally, token
from scenes.engine import layout
from scenes.engine.ink import box
from scenes.engine.lettering import as_one, percent, text
from scenes.engine.stage import Stage
from scenes.parts.headings import source, statement
from scenes.theme import Area
from traces.store import Trace

NAMES, TABLE, ASIDE = layout.columns(theme.PICTURE, (7, 16, 9), gap=theme.GAP)
SHARES = (2, 8, 8, 8)
KINDS = {  # cue: the rule's name, what it pays for, and when its results come
    "ask": ("*outcome reward*", "the answer", "steps"),
    "process": ("*process reward*", "right steps, too", "steps"),
    "hole": ("*with a hole*", "after the last bit, too", "hack"),
}
FURTHER = 3  # marks after the last bit that are shown
SAMPLE = "1011"
PAID = theme.SYMBOLS["clip"]
TOKEN = 0.5  # of the height of a row


class PayingForSteps(Stage):
    """Pay for the answer, for right steps, or for steps with a hole in the rule: what is paid, and what is learnt."""

    traces = ("process_reward",)
    hyperparameters = ("process_reward.bonus", "tally.bits", "tally.cap")

    def build(self) -> None:
        trace = self.trace("process_reward")
        self.bring(statement("Should we pay for *steps*, too?"))
        head, *rows = layout.rows(theme.PICTURE, SHARES, gap=theme.GAP)
        bits = SAMPLE[: int(self.hyper("tally.bits"))]
        further = min(FURTHER, int(self.hyper("tally.cap")) - len(bits))
        self.columns = layout.columns(TABLE, len(SAMPLE) + FURTHER + 1, gap=theme.TIGHT)
        for k, bit in enumerate(bits):
            x = self.columns[k].middle[0]
            self.bring(text(bit, x, middle(head, theme.BODY), theme.BODY, theme.MUTED, "center"))
        self.bring(text("the prompt", NAMES.left, middle(head, theme.BODY), theme.BODY, theme.MUTED))
        for kind, (row, (cue, (name, pays, told))) in enumerate(zip(rows, KINDS.items(), strict=True)):
            at = cue if kind else None
            y = row.top + theme.BODY
            words = f"pays for {pays}" if kind == 0 else pays
            row_words = [
                self.bring(text(name, NAMES.left, y, theme.STATEMENT), at),
                self.bring(text(words, NAMES.left, y + theme.STATEMENT, theme.NOTE), at),
                *self.pays(row, kind, tally(bits), further, at),
            ]
            as_one(row_words)
            self.results(trace, row, kind, told)
        words = "R1's authors: a step is “challenging to *explicitly define*”"
        self.bring(text(words, theme.RIGHT, middle(head, theme.BODY), theme.NOTE, theme.MUTED, "right"), "r1")
        self.ended(trace, rows[-1])
        runs, look = trace["accuracy"].shape[1], trace["accuracy"].shape[2] - 1
        told = f"Tally, GRPO, {size(runs, look)} for each rule, exact."
        self.bring(source(f"{told} R1: DeepSeek-AI 2025 (2501.12948v1), section 4.2."))

    def pays(self, row: Area, kind: int, marks: list[str], further: int, cue: str | None) -> list[Typst]:
        # A right answer, token by token, and what this rule pays for each.
        bonus = f"{float(self.hyper('process_reward.bonus')):g}"
        written = [*marks, *([marks[-1]] * further if kind == 2 else ["answer"])]
        out: list[Typst] = []
        farmed: list[Typst] = []  # after the last bit, once it is said what the policy does
        for k, (words, column) in enumerate(zip(written, self.columns, strict=False)):
            cell = Area(column.left, row.top, column.right, row.top + TOKEN * row.height)
            late = k >= len(marks) and kind == 2
            at = ("farm", 0.2 * (k - len(marks))) if late else (cue, theme.CHANGE + 0.2 * k) if cue else None
            (farmed if late else out).append(token(self, cell, words, at))
            pay = "1" if words == "answer" else bonus if kind else ""
            if pay:
                y = cell.bottom + theme.GAP
                sign = self.bring(text(f"\\+{pay}", column.middle[0], y, theme.BODY, PAID, "center"), at)
                (farmed if late else out).append(sign)
        if kind == 2 and cue:
            column = self.columns[len(written)]
            word = text("...", column.middle[0], row.top + TOKEN * row.height / 2, theme.TITLE, anchor="center")
            farmed.append(self.bring(word, ("farm", 0.2 * further)))
        if farmed:
            as_one(farmed)
        return out

    def results(self, trace: Trace, row: Area, kind: int, at: str) -> None:
        # How often the policy is right, as a bar, and what it is paid.
        share, paid = (float(trace[name][kind, :, -1].mean()) for name in ("accuracy", "pay"))
        room = Area(ASIDE.left, row.top, ASIDE.right, row.top + TOKEN * row.height)
        self.bring(box(*layout.rectangle(room), stroke=theme.HAIRLINE, pen=theme.FINE, quiet=True), at)
        bar = box(room.left, room.top, max(theme.FINE, share * room.width), room.height, fill=theme.UP)
        self.bring(bar, at, "mark")
        told = f"right: *{percent(share)}*, paid *{paid:.2f}*"
        self.bring(text(told, room.left, room.bottom + theme.GAP, theme.BODY), at)

    def ended(self, trace: Trace, row: Area) -> None:
        # How many answers come to an end under the rule with the hole.
        share = float(trace["answered"][2, :, -1].mean())
        y = row.bottom + theme.TIGHT
        words = f"*{percent(share)}* of these answers end before they are cut off"
        self.bring(text(words, TABLE.left, y, theme.BODY, theme.DOWN), "farm")
