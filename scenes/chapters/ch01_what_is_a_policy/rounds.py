"""A table of rounds: what the starting room is worth in each, and how many rooms turn.

table = Rounds(trace, x=960, y=508)
stage.bring(table.forecast, "settle"); stage.bring(table.worth[0][0], "settle")
"""

from __future__ import annotations

from manim import Typst

from scenes import theme
from scenes.engine.lettering import text
from scenes.parts.house import ODDS, WORTH, signed
from traces.store import Trace

ROWS, PITCH = 6, theme.WIDE  # rounds that there is room for, and pixels between them
COLUMNS = (40.0, 330.0, 640.0)  # middle of the round's number, right edge of the worth, middle of the count


class Rounds:
    """Column heads and one line a round; of too many rounds the first ones and the last have a line."""

    def __init__(self, trace: Trace, x: float, y: float):
        number, worth_end, count = (x + dx for dx in COLUMNS)
        self.forecast = [
            text("*Forecast*", worth_end, y, theme.TITLE, WORTH, "right"),
            text("the cat's room", worth_end, y + theme.STATEMENT, theme.LABEL, theme.MUTED, "right"),
        ]
        self.turn = [
            text("*Turn*", count, y, theme.TITLE, ODDS, "center"),
            text("rooms that changed", count, y + theme.STATEMENT, theme.LABEL, theme.MUTED, "center"),
        ]
        self.heads = [
            text("round", number, y + theme.STATEMENT, theme.LABEL, theme.MUTED, "center"),
            *self.forecast,
            *self.turn,
        ]
        rounds = len(trace["policy"])
        kept = list(range(rounds)) if rounds <= ROWS else [*range(ROWS - 1), rounds - 1]
        self.worth: dict[int, list[Typst]] = {}
        self.turned: dict[int, list[Typst]] = {}
        for line, k in enumerate(kept):
            base = y + theme.STATEMENT + PITCH * (line + 1)
            worth = signed(float(trace["values"][k, int(trace["home"])]), ".2f")
            self.worth[k] = [
                text(f"{k + 1}", number, base, theme.STATEMENT, theme.MUTED, "center"),
                text(worth, worth_end, base, theme.STATEMENT, WORTH, "right"),
            ]
            self.turned[k] = [text(f"{int(trace['turned'][k].sum())}", count, base, theme.STATEMENT, ODDS, "center")]

    def all(self) -> list[Typst]:
        """Every word of the table."""
        return [*self.heads, *(word for line in (*self.worth.values(), *self.turned.values()) for word in line)]
