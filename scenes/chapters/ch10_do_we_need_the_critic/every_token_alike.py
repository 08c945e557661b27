"""A critic's advantage for each token of an answer; their sum, which is all that GRPO knows, for every token."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.engine import layout
from scenes.engine.ink import box, rule
from scenes.engine.lettering import number, text
from scenes.engine.stage import Stage, When
from scenes.parts.headings import source, statement
from scenes.parts.pushes import Pushes
from scenes.parts.spoken import Spoken
from scenes.theme import Area, FloatArray
from traces.store import Trace

NAMES, BARS, ASIDE = layout.columns(theme.PICTURE, (3, 8, 6), gap=theme.WIDE)
TOKENS, CRITIC, GROUP = layout.rows(BARS, (1, 4, 4), gap=theme.GAP)
SUM = "{{ sum_t hat(A)_t : advantage }} = {{ r : reward }} - {{ V(q) : value }}"
THIN = 0.45  # of a token's room that its bar takes


class EveryTokenAlike(Stage):
    """A critic's advantage for each token of an answer; their sum, which is all that GRPO knows, for every token."""

    traces = ("token_values",)

    def build(self) -> None:
        trace = self.trace("token_values")
        self.bring(statement("Which *token* gets which advantage?"))
        jumps = trace["jump"]
        whole = np.full(len(jumps), float(jumps.sum()))
        several = np.concatenate([jumps, whole, [0.0]])
        self.unit = (CRITIC.height - 2 * theme.TITLE) / max(1e-9, float(np.ptp(several)))
        self.zero = theme.TITLE + self.unit * max(0.0, float(several.max()))  # below the top of a row
        for token, x in zip(trace["sentence"], layout.middles(BARS, len(jumps)), strict=True):
            colour = theme.MUTED if token == "end" else theme.TEXT
            self.bring(text(f"*{token}*", float(x), TOKENS.bottom, theme.TITLE, colour, "center"))
        # A critic tells the tokens apart.
        self.row(CRITIC, "PPO", "a critic", jumps, "tokens")
        # Their sum is the reward minus one forecast; GRPO gives it to every token.
        self.total(trace)
        self.row(GROUP, "GRPO", "the group", whole, "whole")
        self.blame(float(layout.middles(BARS, len(jumps))[int(jumps.argmin())]))
        self.price()
        self.bring(source("Exact values as forecasts, lambda 0; GRPO with the exact mean, not divided. One answer."))

    def row(self, room: Area, rule_name: str, who: str, values: FloatArray, at: When) -> None:
        # Who says it, a zero line, a bar a token, and its number.
        zero = room.top + self.zero
        colour = theme.OBJECTIVES[rule_name.lower()].colour
        name = text(f"*{rule_name}*", NAMES.left, zero - theme.TIGHT, theme.STATEMENT, colour)
        under = text(who, NAMES.left, zero + theme.GAP, theme.BODY, theme.MUTED)
        for word in (name, under):
            self.bring(word, at)
        self.bring(rule(BARS.left, zero, BARS.right, zero, stroke=theme.AXIS, pen=theme.FINE), at, "grid")
        slots = [layout.narrowed(slot, THIN) for slot in layout.columns(BARS, len(values), gap=0)]
        left, wide = np.array([slot.left for slot in slots]), slots[0].width
        size = len(values)
        final = np.column_stack([left, np.full(size, zero), np.full(size, wide), self.unit * values])
        bars, flat = Pushes(values), final * [1, 1, 1, 0]
        bars.write(flat)
        for ink in bars.inks:
            self.put(ink, "mark")
        self.write(bars.inks, bars.between(flat, final), at=at, over=theme.SLOW, ease=theme.smooth)
        for slot, value in zip(slots, values, strict=True):
            y = zero - self.unit * float(value) + (-theme.TIGHT if value >= 0 else theme.GAP)
            word = text(
                f"*{number(float(value), True)}*", slot.middle[0], y, theme.BODY, theme.SYMBOLS["advantage"], "center"
            )
            self.bring(word, (self.time(at) + theme.SLOW))

    def total(self, trace: Trace) -> None:
        # Beside the critic's row: the sum of its numbers.
        y = CRITIC.top + self.zero - theme.TITLE
        Spoken(SUM, x=ASIDE.left, y=y, size=theme.TITLE).enter(self, at="sum")
        paid, first = float(trace["sentence_paid"]), float(trace["sentence_value"][0])
        words = f"*{paid - first:.2f}* = {paid:.2f} − {first:.2f}"
        self.bring(text(words, ASIDE.left, y + theme.NUMBER, theme.STATEMENT), at=("sum", theme.REST))

    def blame(self, x: float) -> None:
        # The token that the critic blamed is pushed up now: its column is pointed at.
        wide = BARS.width / 5
        column = box(
            x - wide / 2,
            TOKENS.top - theme.TIGHT,
            wide,
            GROUP.bottom - TOKENS.top,
            stroke=theme.TEXT,
            pen=theme.PEN,
            dash=theme.DASHED,
        )
        self.bring(column, "is")

    def price(self) -> None:
        # Beside GRPO's row: what it costs.
        y = GROUP.top + self.zero - theme.TITLE
        for words, down in (("right on average,", 0.0), ("with more answers", theme.TITLE)):
            self.bring(text(words, ASIDE.left, y + down, theme.STATEMENT), at="price")
