"""A tree of walks or of sentences, read from left to right: the breadth of a branch is the chance of getting there.

tree = Tree(trace["parent"], trace["depth"], x=300, y=180, width=1200, height=700)
river = stage.put(tree.river(trace["reach"][0], breadth=120), "line")
tree.flow(stage, river, trace["reach"][0], trace["reach"][1], 120, at="learn", over=1.0)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scenes import theme
from scenes.engine.ink import Ink
from scenes.theme import FloatArray

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

BEND = 14  # points along each bank of a branch


class Tree:
    """Nodes in a rectangle of canvas pixels; parents stand before their children, and the first is the root."""

    def __init__(
        self, parent: FloatArray, depth: FloatArray, x: float, y: float, width: float, height: float, gap: float = 0.0
    ):
        self.gap = gap  # pixels that a branch leaves free on either side of a node, for its word
        self.parent, self.depth = np.asarray(parent, int), np.asarray(depth, int)
        self.x = x + width * self.depth / max(1, int(self.depth.max()))
        self.y = y + height * self._rank()
        self.thinnest = 1.4  # pixels of a branch that is never taken

    def _children(self) -> list[list[int]]:
        children: list[list[int]] = [[] for _ in self.parent]
        for node in range(1, len(self.parent)):
            children[self.parent[node]].append(node)
        return children

    def _rank(self) -> FloatArray:
        """Places from 0 to 1: leaves evenly in the order of the tree, every other node amid its children."""
        children = self._children()
        order: list[int] = []
        waiting = [0]
        while waiting:
            node = waiting.pop()
            order.append(node)
            waiting.extend(reversed(children[node]))
        leaves = [node for node in order if not children[node]]
        place = np.zeros(len(self.parent))
        place[leaves] = (np.arange(len(leaves)) + 0.5) / len(leaves)
        for node in reversed(order):
            if children[node]:
                place[node] = place[children[node]].mean()
        return place

    def river(self, reach: FloatArray, breadth: float, colour: str = theme.SYMBOLS["logp"], **style: object) -> Ink:
        """All branches as one area."""
        points, starts = self.banks(reach, breadth)
        return Ink(points, starts=starts, fill=colour, closed=True, **style)  # type: ignore[arg-type]

    def banks(
        self, reach: FloatArray, breadth: float, at: FloatArray | None = None, gap: float | None = None
    ) -> tuple[FloatArray, list[int]]:
        """Outlines of the branches for chances `reach` [node], the whole being `breadth` pixels; and where each begins.

        `at` [node, 2] are other places for the nodes, in canvas pixels, and `gap` another gap.
        """
        gap = self.gap if gap is None else gap
        xy = np.stack([self.x, self.y], axis=1) if at is None else at
        wide = np.maximum(breadth * np.asarray(reach, float), self.thinnest)
        # Branches leave their parent side by side, in order.
        used = np.zeros(len(wide))
        total = np.zeros(len(wide))
        np.add.at(total, self.parent[1:], wide[1:])
        share = np.linspace(0, 1, BEND)
        bend = share * share * (3 - 2 * share)
        rings = []
        for node in range(1, len(wide)):
            parent = self.parent[node]
            begin = xy[parent, 1] - total[parent] / 2 + used[parent] + wide[node] / 2
            used[parent] += wide[node]
            left, right = xy[parent, 0] + (gap if parent else 0.0), xy[node, 0] - gap
            if right < left:  # two nodes in one place
                left = right = (left + right) / 2
            across = left + share * (right - left)
            down = begin + bend * (xy[node, 1] - begin)
            top, bottom = down - wide[node] / 2, down + wide[node] / 2
            rings.append(
                np.stack([np.concatenate([across, across[::-1]]), np.concatenate([top, bottom[::-1]])], axis=1)
            )
        flat = np.concatenate(rings)
        return theme.points(flat[:, 0], flat[:, 1]), list(range(0, len(flat), 2 * BEND))

    def branch(self, node: int, reach: FloatArray, breadth: float, colour: str = theme.TEXT, **style: object) -> Ink:
        """The branch that leads to one node."""
        points, _ = self.banks(reach, breadth)
        first = 2 * BEND * (node - 1)
        return Ink(points[first : first + 2 * BEND], fill=colour, closed=True, **style)  # type: ignore[arg-type]

    def flow(
        self, stage: Stage, river: Ink, old: FloatArray, new: FloatArray, breadth: float, at: When, over: float
    ) -> None:
        """Let the branches grow from chances [node] to others."""

        def write(share: float) -> None:
            river.write(*self.banks(old + share * (new - old), breadth))

        stage.write(river, write, at=at, over=over, ease=theme.smooth)
