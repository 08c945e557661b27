"""What stands on a tree of sentences: the words, the odds below them, what each beginning is worth, and the verdicts.

tree = Tree(trace["parent"], trace["depth"], 250, 160, 1290, 660, gap=92)
sentences = Sentences(trace, tree)
sentences.enter(stage, at="words")                      # the words, level after level
sentences.tell(stage, at="words")                       # their odds
sentences.speak(stage, 150, "dice", "judged", "learn")  # one answer from dice, its branches lit, and the verdict
sentences.learn(stage, river, 150, "learn", "answer")   # round after round of forecast and turn
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from manim import Mobject, Typst

from scenes import theme
from scenes.chapters.ch01_what_is_a_policy.tree import Tree
from scenes.engine.ink import Ink, Marks
from scenes.engine.lettering import bounds, plain, text
from scenes.parts.house import ODDS, WORTH, signed
from traces.store import Trace

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When


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

    def enter(self, stage: Stage, at: When) -> None:
        """Write the words on the tree, level after level."""
        start = stage.time(at)
        stage.put(self.root, "text", shown=False)
        stage.show(self.root, at=start)
        for word, depth in zip(self.words, self.depths, strict=True):
            stage.put(word, "text", shown=False)
            stage.show(word, at=start + 0.35 * depth)

    def speak(self, stage: Stage, breadth: float, at: When, judged: When, until: When) -> None:
        """Roll the dice for one answer: its branches light up, and the sentence grows below; then the verdicts."""
        said, row, verdict = self.spoken(theme.LEFT + 400, 902)
        start, end = stage.time(at) + 0.5, stage.time(judged) - 0.3
        each = (end - start) / max(1, len(said))
        model = text("_The model says:_", theme.LEFT + 40, 902, 44, theme.MUTED)
        for word in (model, *row, verdict, *self.verdicts):
            stage.put(word, "text", shown=False)
        stage.show(model, at=start - 0.4, over=theme.QUICK)
        lit: list[Mobject] = [model, *row, verdict]
        for k, (node, word) in enumerate(zip(said, row, strict=True)):
            branch = stage.put(self.tree.branch(node, self.trace["reach"][0], breadth), "mark", shown=False)
            stage.show(branch, word, at=start + k * each, over=0.3)
            lit.append(branch)
        stage.show(*self.verdicts, at=stage.time(judged) - 0.2)
        stage.show(verdict, at=judged)
        stage.hide(*lit, at=stage.time(until) - 0.2)

    def learn(self, stage: Stage, river: Ink, breadth: float, at: When, until: When) -> None:
        """Forecast and turn: what each beginning is worth, then the odds, round by round.

        All rounds stand equally long, the last one before `until`. The odds must be on stage already: see `tell`.
        """
        reach = self.trace["reach"]
        rounds = len(reach)
        start = stage.time(at) + 0.1
        times = np.linspace(start, max(stage.time(until) - 0.42, start + 1.3 * (rounds - 1)), rounds)
        worths = self._put(stage, self.worths(0))
        stage.show(*worths, at=start, over=theme.QUICK)
        odds = self.told
        for k, then in enumerate(times[1:], 1):
            stage.hide(*odds, *worths, at=then - 0.7, over=0.2)
            self.tree.flow(stage, river, reach[k - 1], reach[k], breadth, at=then - 0.6, over=0.7)
            odds, worths = self._put(stage, self.odds(k)), self._put(stage, self.worths(k))
            stage.show(*odds, *worths, at=then, over=0.3)

    def tell(self, stage: Stage, at: When) -> None:
        """Show the odds of the first round."""
        self.told = self._put(stage, self.odds(0))
        stage.show(*self.told, at=at, over=theme.QUICK)

    @staticmethod
    def _put(stage: Stage, words: list[Typst]) -> list[Typst]:
        return [stage.put(word, "text", shown=False) for word in words]

    def spoken(self, x: float, y: float, size: float = 60) -> tuple[list[int], list[Typst], Typst]:
        """The answer that was drawn: its prefixes, its words in a row, and the verdict on it."""
        said = [int(node) for node in self.trace["said"][1:]]
        row: list[Typst] = []
        for node in said:
            row.append(text(self.word(node), x, y, size))
            x = bounds(row[-1])[2] + 0.4 * size
        return said, row, text(self.verdict(said[-1]), x + size, y, 0.75 * size)
