"""A table of rounds: what the starting room is worth in each, and how many rooms turn.

table = Rounds(trace, x=960, y=508)
for word in table.all(): stage.put(word, "text", shown=False)
stage.show(*table.worth[0], at="settle"); stage.show(*table.turned[0], at="turn")
"""

from __future__ import annotations

from manim import Typst

from scenes import theme
from scenes.engine.lettering import text
from scenes.parts.house import ODDS, WORTH, signed
from traces.store import Trace

ROWS, PITCH = 6, 66.0  # rounds that there is room for, and pixels between them
HEAD, SIZE = 34, 44


class Rounds:
    """Column heads and one line a round; of too many rounds the first ones and the last have a line."""

    def __init__(self, trace: Trace, x: float, y: float):
        self.heads = [
            text(word, x + dx, y, HEAD, theme.MUTED)
            for word, dx in (("round", 0), ("the cat's room", 200), ("rooms that turn", 520))
        ]
        rounds = len(trace["policy"])
        kept = list(range(rounds)) if rounds <= ROWS else [*range(ROWS - 1), rounds - 1]
        self.worth: dict[int, list[Typst]] = {}
        self.turned: dict[int, list[Typst]] = {}
        for line, k in enumerate(kept):
            base = y + PITCH * (line + 1)
            worth = signed(float(trace["values"][k, int(trace["home"])]), ".2f")
            self.worth[k] = [
                text(f"{k + 1}", x + 40, base, SIZE, theme.MUTED, "center"),
                text(worth, x + 330, base, SIZE, WORTH, "right"),
            ]
            self.turned[k] = [text(f"{int(trace['turned'][k].sum())}", x + 640, base, SIZE, ODDS, "center")]

    def all(self) -> list[Typst]:
        """Every word of the table."""
        return [*self.heads, *(word for line in (*self.worth.values(), *self.turned.values()) for word in line)]
