"""The tree of all answers: a line is as wide as it is likely, a token's box fills with colour as its value grows.

    tree = AnswerTree(trace, theme.PICTURE)
    tree.grow(stage, at="tree", over=3.0)      # puts every part on stage, and unfolds token by token
    tree.pay(stage, at="ends")                 # what each finished answer is paid, in a column on the right
    tree.value(stage, node, at="back")         # the value of one prefix, in its box

Prefixes are those of the trace `token_values`; the tree grows to the right, the answers below one another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine.ink import Ink, box, line
from scenes.engine.lettering import halo, text
from scenes.parts.targets import PROMPT, REWARD, VALUE, shortly
from scenes.theme import Area, FloatArray
from traces.store import Trace

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

WIDEST, THINNEST = 26.0, 2.5  # pixels of a line that is certain, and of one that is nearly impossible
ORDER = ("2+2", "is", "=", "4", "or 22", "22")
"""From top to bottom, where several tokens may follow; an answer that ends stands above one that goes on."""
TALL, WIDTH = 62.0, 196.0  # of a token's box: the token stands at its left, and its value will at its right
PROMPT_WIDTH = 250.0


class AnswerTree:
    """Every prefix in an area of the canvas, the prompt at its left edge, the rewards at its right."""

    def __init__(self, trace: Trace, place: Area):
        self.names = [str(token) for token in trace["token"]]
        self.parent, self.depth = trace["parent"], trace["depth"]
        self.reach, self.ends, self.paid = trace["reach"], trace["ends"], trace["paid"]
        self.worth = trace["value"]
        self.place = place
        self.top = max(1e-9, float(np.abs(self.paid).max()))
        rows = self._rows()
        pitch = place.height / (rows.max() + 1)
        self.y = place.top + pitch * (rows + 0.5)
        self.last = place.right - theme.WIDE  # where the rewards stand
        self.wide = [WIDTH if name else PROMPT_WIDTH for name in self.names]
        self.tall = [TALL if name else 2 * TALL for name in self.names]
        left, right = place.left + PROMPT_WIDTH / 2, self.last - 2 * theme.WIDE - WIDTH / 2
        self.x = left + (right - left) / self.depth.max() * self.depth
        self.edges = [self._edge(k) for k in range(1, len(self.names))]
        self.boxes = [self._box(k) for k in range(len(self.names))]
        self.words = [self._word(k) for k in range(len(self.names))]

    def node(self, *tokens: str) -> int:
        """The prefix of these tokens."""
        at = 0
        for token in tokens:
            at = next(k for k in range(1, len(self.names)) if self.parent[k] == at and self.names[k] == token)
        return at

    def grow(self, stage: Stage, at: When, over: float) -> None:
        """Unfold token by token; the prompt is there from the start."""
        start, each = stage.time(at), over / float(self.depth.max())
        stage.bring(self.boxes[0], layer="mark")
        stage.bring(self.words[0])
        for k in range(1, len(self.names)):
            when = start + each * (float(self.depth[k]) - 1)
            stage.bring(self.edges[k - 1], at=when, layer="grid", over=0.1)
            stage.draw(self.edges[k - 1], at=when, over=0.7 * each)
            stage.bring(self.boxes[k], at=when + 0.5 * each, layer="mark", over=0.5 * each)
            stage.bring(self.words[k], at=when + 0.5 * each, over=0.5 * each)

    def pay(self, stage: Stage, at: When) -> list[Mobject]:
        """A line from the end of every answer to what it is paid."""
        parts: list[Mobject] = []
        for k in np.flatnonzero(self.ends > 0):
            start = self.x[k] + self.wide[k] / 2
            pen = self._pen(float(self.reach[k] * self.ends[k]))
            way = line([start, self.last - theme.GAP], [self.y[k], self.y[k]], stroke=theme.AXIS, pen=pen)
            stage.bring(way, at=at, layer="grid", over=0.1)
            stage.draw(way, at=at)
            paid = float(self.paid[k])
            words, colour = (f"*{shortly(paid)}*", REWARD) if paid else ("0", theme.MUTED)
            number = text(words, self.last, self.y[k] + 0.35 * theme.STATEMENT, theme.STATEMENT, colour, "center")
            parts += [way, stage.bring(number, at=(stage.time(at) + theme.CHANGE))]
        return parts

    def value(self, stage: Stage, node: int, at: When) -> None:
        """Write the value of a prefix into its box, and let the colour say it too."""
        share = float(np.clip(self.worth[node] / self.top, 0.0, 1.0))
        fill = self._frame(node, fill=VALUE, fill_opacity=0.55 * share, quiet=True)
        stage.bring(fill, at=at, layer="mark", over=theme.QUICK)
        x, y, anchor = self.x[node] + self.wide[node] / 2 - theme.TIGHT, self.y[node] + 0.35 * theme.BODY, "right"
        size = theme.BODY
        if not node:
            x, y, anchor, size = self.x[node], self.y[node] + theme.GAP, "center", theme.STATEMENT
        number = text(
            f"*{float(self.worth[node]):.2f}*", float(x), float(y), size, theme.mix(VALUE, theme.TEXT, share), anchor
        )
        stage.bring(number, at=at, over=theme.QUICK)

    def chance(self, stage: Stage, node: int, at: When | None = None) -> Mobject:
        """Write the chance of a token before its box, on the side from which its line does not come."""
        parent = int(self.parent[node])
        rises = self.y[node] <= self.y[parent]
        x = self.x[node] - self.wide[node] / 2 - theme.TIGHT
        y = self.y[node] + (-theme.TIGHT if rises else 1.1 * theme.LABEL)
        words = f"{float(self.reach[node]) / max(float(self.reach[parent]), 1e-300):.0%}"
        return stage.bring(halo(text(words, float(x), float(y), theme.LABEL, theme.MUTED, "right")), at=at)

    def ring(self, node: int) -> Ink:
        """A frame around a token, to point at it."""
        return self._frame(node, theme.TIGHT / 2, stroke=theme.TEXT, pen=theme.PEN)

    def _rows(self) -> FloatArray:
        """The line of each prefix: its own if an answer may end there, else the middle of those that follow."""
        rows = np.zeros(len(self.names))
        free = 0

        def visit(k: int) -> None:
            nonlocal free
            if self.ends[k] > 0:
                rows[k], free = free, free + 1
            after = [j for j in range(1, len(self.names)) if self.parent[j] == k]
            for j in sorted(after, key=lambda j: ORDER.index(self.names[j])):
                visit(j)
            if self.ends[k] == 0:
                rows[k] = np.mean([rows[j] for j in after])

        visit(0)
        return rows

    def _pen(self, chance: float) -> float:
        return max(THINNEST, WIDEST * chance)

    def _edge(self, k: int) -> Ink:
        a = int(self.parent[k])
        s = np.linspace(0, 1, 25)
        ease = s * s * (3 - 2 * s)
        start, end = self.x[a] + self.wide[a] / 2, self.x[k] - self.wide[k] / 2
        x, y = start + s * (end - start), self.y[a] + ease * (self.y[k] - self.y[a])
        return line(x, y, stroke=theme.AXIS, pen=self._pen(float(self.reach[k])))

    def _box(self, k: int) -> Ink:
        return self._frame(k, fill=theme.CANVAS, stroke=theme.AXIS, pen=theme.FINE)

    def _frame(self, k: int, gap: float = 0.0, **style: object) -> Ink:
        x, y = self.x[k] - self.wide[k] / 2 - gap, self.y[k] - self.tall[k] / 2 - gap
        return box(x, y, self.wide[k] + 2 * gap, self.tall[k] + 2 * gap, round_joins=False, **style)

    def _word(self, k: int) -> Mobject:
        if not k:
            return text(PROMPT, float(self.x[k]), float(self.y[k]) - theme.TIGHT, theme.BODY, anchor="center")
        x = float(self.x[k] - self.wide[k] / 2 + theme.TIGHT)
        return text(f"*{self.names[k]}*", x, float(self.y[k]) + 0.35 * theme.BODY, theme.BODY)
