"""What stands on a tree of sentences: the words, the odds below them, what each beginning is worth, and the verdicts.

tree = Tree(trace["parent"], trace["depth"], 250, 160, 1290, 660, gap=92)
sentences = Sentences(trace, tree)
for word in sentences.words + sentences.verdicts + sentences.odds(0) + sentences.worths(0): stage.put(word, "text")
"""

from __future__ import annotations

import numpy as np
from manim import Typst

from scenes import theme
from scenes.ink import Marks
from scenes.lettering import bounds, plain, text
from scenes.parts.house import ODDS, WORTH, signed
from scenes.parts.tree import Tree
from traces.store import Trace


class Sentences:
    """Texts at the nodes of a tree of prefixes; node 0 is the empty one and has no word."""

    def __init__(self, trace: Trace, tree: Tree):
        self.trace, self.tree = trace, tree
        self.ends = np.asarray(trace["ends"], bool)
        self.root = Marks(theme.points(tree.x[:1], tree.y[:1])[:, :2], "circle", 15, fill=theme.TEXT)
        nodes = range(1, len(tree.parent))
        self.words = [text(self.word(node), *self._at(node, 0, 8), 56, anchor="center") for node in nodes]
        self.depths = [int(trace["depth"][node]) for node in nodes]
        self.verdicts = [
            text(self.verdict(node), *self._at(node, 96, 4), 40, theme.TEXT if self._score(node) > 0 else theme.MUTED)
            for node in np.flatnonzero(self.ends)
        ]

    def _at(self, node: int, right: float, down: float) -> tuple[float, float]:
        return float(self.tree.x[node]) + right, float(self.tree.y[node]) + down

    def _score(self, node: int) -> float:
        return float(self.trace["score"][node])

    def word(self, node: int) -> str:
        """The last word of a prefix, in bold."""
        return f"*{plain(str(self.trace['word'][node]))}*"

    def verdict(self, node: int) -> str:
        """What the checker says of a whole sentence."""
        return f"{'right' if self._score(node) > 0 else 'wrong'}, {signed(self._score(node))}"

    def odds(self, k: int) -> list[Typst]:
        """The odds of each word in round k, below it."""
        shares = self.trace["odds"][k]
        return [
            text(f"{float(shares[node]):.0%}".replace("%", "\\%"), *self._at(node, 0, 52), 36, ODDS, "center")
            for node in range(1, len(shares))
        ]

    def worths(self, k: int) -> list[Typst]:
        """What each beginning of a sentence is worth in round k: above its last word, and left of the root."""
        values = self.trace["worth"][k]
        return [
            text(f"{float(values[node]):.2f}", *self._at(node, 0, -50), 36, WORTH, "center")
            if node
            else text(f"{float(values[0]):.2f}", *self._at(0, -34, 12), 36, WORTH, "right")
            for node in np.flatnonzero(~self.ends)
        ]

    def spoken(self, x: float, y: float, size: float = 60) -> tuple[list[int], list[Typst], Typst]:
        """The answer that was drawn: its prefixes, its words in a row, and the verdict on it."""
        said = [int(node) for node in self.trace["said"][1:]]
        row: list[Typst] = []
        for node in said:
            row.append(text(self.word(node), x, y, size))
            x = bounds(row[-1])[2] + 0.4 * size
        return said, row, text(self.verdict(said[-1]), x + size, y, 0.75 * size)


if __name__ == "__main__":
    from scenes.preview import main

    main(__file__)
