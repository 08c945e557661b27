"""The tree of all prefixes: an edge is as wide as it is likely, a node is a glass that fills up to its value.

    tree = ValueTree(trace, x, y, width, height)
    tree.grow(stage, at="open", each=1.0)     # puts every part on stage, and unfolds mark by mark
    tree.pour(node, 0.6)                      # fills one glass, in reward from 0 to 1

Prefixes are letters ("OE"); the tree grows to the right, one mark a column, E upward and O downward. A short edge
that ends in a number is the answer given after that prefix, and what the judge pays for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from manim import Typst

from scenes import theme
from scenes.engine.ink import Ink, Marks
from scenes.engine.lettering import halo, text
from scenes.theme import FloatArray
from traces.store import Trace

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

WIDEST, THINNEST = 30.0, 2.5  # pixels of an edge that is certain, and of one that is nearly impossible
STUB, DROP = 70.0, 20.0  # pixels of the edge of an answer: straight on from the last column, downward from the others
COLOUR = theme.SYMBOLS["value"]


class ValueTree:
    """The prefixes of the trace in a rectangle of canvas pixels. Its root is at the left edge."""

    def __init__(self, trace: Trace, x: float, y: float, width: float, height: float, radius: float = 40.0):
        self.names = [str(name) for name in trace["node"]]
        self.parent, self.reach = trace["node_parent"], trace["node_reach"]
        self.policy, self.score = trace["node_policy"], trace["node_score"]
        self.radius = radius
        self.depth = np.array([len(name) for name in self.names])
        self.last = int(self.depth.max())
        self.pitch = (width - 2 * radius - STUB - 34) / self.last
        self.x = x + radius + self.pitch * self.depth
        rows = np.array([int("0" + name.replace("E", "0").replace("O", "1"), 2) for name in self.names])
        self.y = y + height * (rows + 0.5) / 2.0**self.depth
        count = len(self.names)
        self.edges = [self._edge(k) for k in range(1, count)]
        self.letters = [self._letter(k) for k in range(1, count)]
        self.stubs = [self._stub(k) for k in range(count)]
        self.scores = [self._score(k) for k in range(count)]
        centres = [theme.point(self.x[k], self.y[k])[None, :2] for k in range(count)]
        self.glasses = [Marks(c, "circle", radius, fill=theme.CANVAS, stroke=theme.MUTED, pen=3.0) for c in centres]
        self.levels = [Ink(np.zeros((0, 3)), fill=COLOUR, closed=True) for _ in range(count)]

    def column(self, depth: int) -> list[int]:
        """The prefixes of `depth` marks."""
        return np.flatnonzero(self.depth == depth).tolist()

    def grow(self, stage: Stage, at: When, each: float) -> None:
        """Put the tree on stage and unfold it, `each` seconds a mark; the glasses stay empty until they are poured."""
        start = stage.time(at)
        for k, (edge, letter) in enumerate(zip(self.edges, self.letters, strict=True), start=1):
            when = start + each * (int(self.depth[k]) - 1)
            stage.show(stage.put(edge, "grid", shown=False), at=when, over=0.1)
            stage.draw(edge, at=when, over=each)
            stage.show(stage.put(letter, "line", shown=False), at=when + 0.5 * each, over=0.4)
        for k, glass in enumerate(self.glasses):
            ends = [stage.put(self.stubs[k], "grid", shown=False), stage.put(self.scores[k], "text", shown=False)]
            stage.show(*ends, at=start + each * self.last + 0.2, over=0.6)
            stage.put(glass, "mark", shown=k == 0)
            if k:
                stage.show(glass, at=start + each * (int(self.depth[k]) - 0.35), over=0.4)
            stage.put(self.levels[k], "mover")

    def pour(self, node: int, level: float) -> None:
        """Fill one glass up to `level` in 0..1; the fuller the brighter."""
        ink = self.levels[node]
        level = float(np.clip(level, 0.0, 1.0))
        ink.fill = theme.mix(theme.CANVAS, COLOUR, 0.5 + 0.2 * level)
        inner = self.radius - 3.5
        half = np.arccos(np.clip(1 - 2 * level, -1, 1))  # the glass is a disc: angle of its surface from the bottom
        angle = np.linspace(-half, half, 33)
        ink.write(theme.points(self.x[node] + inner * np.sin(angle), self.y[node] + inner * np.cos(angle)), [0])

    def notch(self, node: int, level: float) -> Ink:
        """Two short lines outside a glass, at the height to which it should be filled."""
        level = float(np.clip(level, 0.02, 0.98))
        half = self.radius * np.sqrt(1 - (2 * level - 1) ** 2)
        y = self.y[node] + self.radius - 2 * self.radius * level
        xs = self.x[node] + np.array([-half - 15, -half - 1, half + 1, half + 15])
        return Ink(theme.points(xs, np.full(4, y)), starts=(0, 2), stroke=theme.TEXT, pen=4.5, round_joins=False)

    def ring(self, node: int) -> Marks:
        """A ring around a glass, to point at it."""
        centre = theme.point(self.x[node], self.y[node])[None, :2]
        return Marks(centre, "circle", self.radius + 7, stroke=theme.TEXT, pen=3.5, dash=(3, 9))

    def number(self, node: int, value: float, size: float = theme.LABEL) -> Typst:
        """The value above a glass; in the last column, where the glasses are close, above the edge of its answer."""
        x, y, anchor = self.x[node], self.y[node] - self.radius - 20, "center"
        if self.depth[node] == self.last:
            x, y, anchor = x + self.radius + 16, self.y[node] - self.stubs[node].pen / 2 - 10, "left"
        return halo(text(f"*{value:.2f}*", x, y, size, COLOUR, anchor), 6)

    def runners(self, answers: FloatArray, given: FloatArray, share: float, long: float = 0.25) -> FloatArray:
        """Places [n, 2] of answers that set out one after the other, each under way for `long` of the whole time.

        `answers` [n, position] are the prefixes that each passes (padded with -1); where `given`, it runs on to its
        score, else it was cut off. Those not yet started wait at the root, those that have arrived are gone.
        """
        local = (share - (1 - long) * np.arange(len(answers)) / max(1, len(answers) - 1)) / long
        running = [k for k in range(len(answers)) if local[k] < 1 or k == len(answers) - 1]
        return np.array([self._walk(answers[k], bool(given[k]), float(np.clip(local[k], 0, 1))) for k in running])

    def _walk(self, nodes: FloatArray, given: bool, share: float) -> FloatArray:
        kept = [int(n) for n in nodes if n >= 0]
        ways = [self._path(n) for n in kept[1:]] + ([self._answer(kept[-1])] if given else [])
        if not ways:
            return theme.point(self.x[kept[-1]], self.y[kept[-1]])[:2]
        k = min(int(share * len(ways)), len(ways) - 1)
        along = (share * len(ways) - k) * (len(ways[k]) - 1)
        i = min(int(along), len(ways[k]) - 2)
        return ways[k][i] + (along - i) * (ways[k][i + 1] - ways[k][i])

    def _path(self, node: int) -> FloatArray:
        """The edge to a node from its parent, Manim points [n, 2]: level at both ends."""
        a = int(self.parent[node])
        s = np.linspace(0, 1, 25)
        ease = s * s * (3 - 2 * s)
        x, y = self.x[a] + s * (self.x[node] - self.x[a]), self.y[a] + ease * (self.y[node] - self.y[a])
        return theme.points(x, y)[:, :2]

    def _answer(self, node: int) -> FloatArray:
        """The edge of the answer given after a prefix, Manim points [2, 2]."""
        x, y = self.x[node], self.y[node]
        if self.depth[node] == self.last:
            return theme.points(np.array([x, x + self.radius + STUB]), np.array([y, y]))[:, :2]
        return theme.points(np.array([x, x]), np.array([y, y + self.radius + DROP]))[:, :2]

    def _width(self, chance: float) -> float:
        return max(THINNEST, WIDEST * chance)

    def _edge(self, node: int) -> Ink:
        path = self._path(node)
        points = np.concatenate([path, np.zeros((len(path), 1))], axis=1)
        return Ink(points, stroke=theme.AXIS, pen=self._width(float(self.reach[node])))

    def _stub(self, node: int) -> Ink:
        path = self._answer(node)
        points = np.concatenate([path, np.zeros((2, 1))], axis=1)
        chance = float(self.reach[node] * self.policy[node, 2])
        return Ink(points, stroke=theme.AXIS, pen=self._width(chance))

    def _letter(self, node: int) -> Typst:
        # Clear of its edge, on the outer side: E above the edge that rises, O below the one that falls.
        a, share, name = int(self.parent[node]), 0.52, self.names[node][-1]
        wide, rise = self.x[node] - self.x[a], self.y[node] - self.y[a]
        steep = 6 * share * (1 - share) * rise
        far = (20 + self._width(float(self.reach[node])) / 2) / float(np.hypot(wide, steep))
        far = far if name == "E" else -far
        x = self.x[a] + share * wide + far * steep
        y = self.y[a] + share * share * (3 - 2 * share) * rise - far * wide
        return halo(text(f"*{name}*", x, y + 10, theme.LABEL, anchor="center"))

    def _score(self, node: int) -> Typst:
        paid, x, y = float(self.score[node]), self.x[node], self.y[node]
        words, colour = (f"*{paid:.0f}*", theme.TEXT) if paid > 0 else (f"{paid:.0f}", theme.MUTED)
        if self.depth[node] == self.last:
            return text(words, x + self.radius + STUB + 14, y + 11, 32, colour)
        return text(words, x, y + self.radius + DROP + 28, theme.TICK + 2, colour, "center")
