"""Pictures one after the other, repainting only what changed.

Two arrays of pixels are kept: `under` holds every actor below the lowest mover that is at work, the painter's own the
whole picture. A change below is mended in `under` inside its bounding box; then every box that changed is copied from
`under`, with the actors above painted over it. Cairo rounds clipped shapes differently, so a box is painted without a
clip on a scratch sheet and cut out of it: the picture is the one that painting everything would give, bit for bit.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine.ink import Ink
from scenes.engine.painter import Box, Painter, Pixels
from scenes.engine.timeline import LAYERS, Actor

MOVER = LAYERS.index("mover")
AIR = 4.0  # pixels of the canvas around a bounding box, for joins
HALO = 10.0  # and around words, for a halo
EDGE = 2  # pixels of the picture around all of it, for antialiasing
ALL = 0.5  # share of the frame from which on boxes are not worth it


class Compositor:
    """Draws the successive states of some actors (in drawing order) onto a painter's pixels."""

    def __init__(self, painter: Painter, actors: Sequence[Actor]):
        self.painter, self.actors = painter, actors
        width, height = painter.pixel_width, painter.pixel_height
        self.under, self.scratch = (Painter(width, height, transparent=painter.transparent) for _ in range(2))
        self.rank = {id(actor): k for k, actor in enumerate(actors)}
        self.boxes: list[Box | None] = [None] * len(actors)
        self.split = 0  # actors[:split] are painted in `under`

    def whole(self) -> Pixels:
        """Paint everything; the actors may be in any state."""
        self.split = len(self.actors)
        self.boxes = [self.box(actor) for actor in self.actors]
        self.under.clear()
        self.under.paint(_leaves(self.actors))
        np.copyto(self.painter.pixels, self.under.pixels)
        return self.painter.pixels

    def next(self, touched: Iterable[int]) -> Pixels:
        """Paint what changed since the last picture; `touched` are the ids of the actors whose state was written."""
        changed = sorted(self.rank[actor] for actor in touched)
        before = [self.boxes[k] for k in changed]
        for k in changed:
            self.boxes[k] = self.box(self.actors[k])
        movers = [k for k in changed if self.actors[k].layer == MOVER]
        split = movers[0] if movers else len(self.actors)
        low = [b for k, b in zip(changed, before, strict=True) if k < split and b]
        low += [b for k in changed if k < split and (b := self.boxes[k])]
        high = [b for k, b in zip(changed, before, strict=True) if k >= split and b]
        high += [b for k in changed if k >= split and (b := self.boxes[k])]
        self._bring_under(split, low)
        self._bring_frame(low + high)
        return self.painter.pixels

    def _bring_under(self, split: int, dirty: list[Box]) -> None:
        if split < self.split or self._large(dirty):
            self.under.clear()
            self.under.paint(_leaves(self.actors[:split]))
        else:
            self._mend(self.under, self.under.ground, dirty, range(self.split))
            self.under.paint(_leaves(self.actors[self.split : split]))
        self.split = split

    def _bring_frame(self, dirty: list[Box]) -> None:
        if self._large(dirty):
            np.copyto(self.painter.pixels, self.under.pixels)
            self.painter.paint(_leaves(self.actors[self.split :]))
            return
        self._mend(self.painter, self.under.pixels, dirty, range(self.split, len(self.actors)))

    def _mend(self, painter: Painter, ground: Pixels, dirty: Sequence[Box], ranks: range) -> None:
        """Paint the actors of `ranks` over `ground`, inside the dirty boxes only."""
        if not dirty:
            return
        scratch = self.scratch.pixels
        _copy(ground, scratch, dirty)
        self.scratch.paint(_leaves(self._inside(dirty, ranks)))
        _copy(scratch, painter.pixels, dirty)

    def _inside(self, dirty: Sequence[Box], ranks: range) -> list[Actor]:
        """The actors of `ranks` that reach into one of the boxes."""
        return [self.actors[k] for k in ranks if (box := self.boxes[k]) and any(_meet(box, other) for other in dirty)]

    def _large(self, boxes: Sequence[Box]) -> bool:
        area = sum((right - left) * (bottom - top) for left, top, right, bottom in boxes)
        return area > ALL * self.painter.pixel_width * self.painter.pixel_height

    def box(self, actor: Actor) -> Box | None:
        """The pixels that an actor may paint; None if it paints nothing."""
        if actor.opacity <= 0.0:
            return None
        low, high = np.full(2, np.inf), np.full(2, -np.inf)
        for leaf in actor.leaves:
            if len(leaf.points):
                air = theme.length(_air(leaf))
                low = np.minimum(low, leaf.points[:, :2].min(axis=0) - air)
                high = np.maximum(high, leaf.points[:, :2].max(axis=0) + air)
        if not np.isfinite(low).all():
            return None
        width, height = self.painter.pixel_width, self.painter.pixel_height
        scale = height / self.painter.frame_height
        left = max(0, math.floor(low[0] * scale + width / 2) - EDGE)
        right = min(width, math.ceil(high[0] * scale + width / 2) + EDGE)
        top = max(0, math.floor(height / 2 - high[1] * scale) - EDGE)
        bottom = min(height, math.ceil(height / 2 - low[1] * scale) + EDGE)
        return (left, top, right, bottom) if left < right and top < bottom else None


def _copy(source: Pixels, target: Pixels, boxes: Iterable[Box]) -> None:
    for left, top, right, bottom in boxes:
        target[top:bottom, left:right] = source[top:bottom, left:right]


def _air(leaf: Mobject) -> float:
    """How far beyond its points a mobject may paint, in pixels of the canvas."""
    if isinstance(leaf, Ink):
        return AIR + leaf.pen * (0.5 if leaf.round_joins else 2.0) + leaf.casing
    return AIR + HALO


def _leaves(actors: Iterable[Actor]) -> Iterable[tuple[Mobject, float]]:
    return ((leaf, actor.opacity) for actor in actors for leaf in actor.leaves)


def _meet(one: Box, two: Box) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]
