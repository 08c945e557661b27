"""The tree of all answers of a tiny model: the tokens, the chance of each below it, what each beginning is worth.

tree = tree_of(trace, area)
sentences = Sentences(trace, tree)
sentences.enter(stage, at="words")                      # the tokens, level after level
stage.bring(sentences.branch(3), "first", "mark")       # the branch that leads to one token, lit
sentences.learn(stage, river, "learn", "answer")        # round after round of forecast and turn
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from manim import Typst

from scenes import theme
from scenes.chapters.ch01_what_is_a_policy.tree import Tree
from scenes.engine.ink import Ink, Marks
from scenes.engine.lettering import bounds, plain, text
from scenes.parts.house import ODDS, WORTH, signed
from scenes.theme import Area
from traces.store import Trace

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

BREADTH = 150.0  # of all answers together, in pixels
SPACE = 92.0  # that a branch leaves free on either side of a token
DOWN = 8.0  # from the middle of a branch to the baseline of its token
BELOW, ABOVE = 52.0, -50.0  # baselines of a token's chance and of its worth, from the middle of its branch
BESIDE = 60.0  # from the middle of a last token to its chance


def tree_of(trace: Trace, place: Area) -> Tree:
    """The tree of answers in an area, with room for the verdicts on its right."""
    verdicts = 3 * SPACE
    return Tree(
        trace["parent"], trace["depth"], place.left + SPACE, place.top, place.width - verdicts, place.height, SPACE
    )


class Sentences:
    """Tokens at the nodes of a tree of beginnings; node 0 is the empty one and has none."""

    def __init__(self, trace: Trace, tree: Tree):
        self.trace, self.tree = trace, tree
        self.ends = np.asarray(trace["ends"], bool)
        self.root = Marks(theme.points(tree.x[:1], tree.y[:1])[:, :2], "circle", 15, fill=theme.TEXT)
        nodes = range(1, len(tree.parent))
        self.words = [text(self.word(node), *self._at(node, 0, DOWN), theme.TITLE, anchor="center") for node in nodes]
        self.depths = [int(trace["depth"][node]) for node in nodes]

    def _at(self, node: int, right: float, down: float) -> tuple[float, float]:
        return float(self.tree.x[node]) + right, float(self.tree.y[node]) + down

    def word(self, node: int) -> str:
        """The last token of a beginning, in bold."""
        return f"*{plain(str(self.trace['word'][node]))}*"

    def verdict(self, node: int) -> str:
        """What the checker says of a whole answer."""
        score = float(self.trace["score"][node])
        return f"{'right' if score > 0 else 'wrong'}: reward {signed(score)}"

    def chances(self, k: int, depth: int | None = None) -> list[Typst]:
        """The chance of each token in round k, below it, or beside a last one; of all or at one depth."""
        shares = self.trace["odds"][k]
        out = []
        for node in range(1, len(shares)):
            if depth is None or int(self.trace["depth"][node]) == depth:
                share = f"{float(shares[node]):.0%}".replace("%", "\\%")
                spot = self._at(node, BESIDE, DOWN) if self.ends[node] else self._at(node, 0, BELOW)
                out.append(text(share, *spot, theme.BODY, ODDS, "left" if self.ends[node] else "center"))
        return out

    def worths(self, k: int) -> list[Typst]:
        """What each beginning of an answer is worth in round k: above its last token, and left of the root."""
        values = self.trace["worth"][k]
        return [
            text(f"{float(values[node]):.2f}", *self._at(node, 0, ABOVE), theme.BODY, WORTH, "center")
            if node
            else text(f"{float(values[0]):.2f}", *self._at(0, -theme.BODY, theme.TIGHT), theme.BODY, WORTH, "right")
            for node in np.flatnonzero(~self.ends).tolist()
        ]

    def branch(self, node: int) -> Ink:
        """The branch that leads to one token, in the first round."""
        return self.tree.branch(node, self.trace["reach"][0], BREADTH)

    def path(self, node: int) -> list[Ink]:
        """The branches from the root to one token."""
        out = []
        while node:
            out.append(self.branch(node))
            node = int(self.trace["parent"][node])
        return out[::-1]

    def enter(self, stage: Stage, at: When) -> None:
        """Write the tokens on the tree, level after level."""
        start = stage.time(at)
        stage.bring(self.root, start, "text")
        for word, depth in zip(self.words, self.depths, strict=True):
            stage.bring(word, start + 0.5 * theme.QUICK * depth, over=theme.QUICK)

    def stand(self, stage: Stage) -> None:
        """The tokens and their first chances and worths, there from the start."""
        stage.bring(self.root, layer="text")
        self.told = [*self.chances(0), *self.worths(0)]
        for word in (*self.words, *self.told):
            stage.bring(word)

    def learn(self, stage: Stage, river: Ink, at: When, over: float) -> None:
        """Forecast and turn, round by round, after `stand`: what each beginning is worth, and then the chances."""
        reach = self.trace["reach"]
        rounds = len(reach) - 1
        told = self.told
        each = over / max(1, rounds)
        for k in range(rounds):
            start = stage.time(at) + each * k
            stage.hide(*told, at=start, over=theme.QUICK)
            self.tree.flow(stage, river, reach[k], reach[k + 1], BREADTH, at=start, over=0.5 * each)
            told = [*self.chances(k + 1), *self.worths(k + 1)]
            for word in told:
                stage.bring(word, start + 0.5 * each, over=theme.QUICK)
        self.told = told

    def spoken(self, x: float, y: float, size: float) -> tuple[list[int], list[Typst], Typst]:
        """The answer that was drawn: its beginnings, its tokens in a row, and the verdict on it."""
        said = [int(node) for node in self.trace["said"][1:]]
        row: list[Typst] = []
        for node in said:
            row.append(text(self.word(node), x, y, size))
            x = bounds(row[-1])[2] + 0.4 * size
        return said, row, text(self.verdict(said[-1]), x + size, y, theme.STATEMENT)
