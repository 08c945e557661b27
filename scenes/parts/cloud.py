"""The compass cloud: arrows from one point, and the tips of many of them as a swarm of dots.

compass = Compass.around(tips, x, y, width, height)  # a scale at which all of these tips fit
cloud = Cloud(stage, exact, Sight(compass, tips, 8 * aside(tips), amber))
cloud.follow(lambda share: Sight(compass, (1 - share) * tips, 8 * aside(tips), amber), at="calm", over=2.0)

Tips are in the units of a gradient; right is towards A from B, up is away from C, as on the plane of policies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
from manim import Mobject, Typst

from scenes import theme
from scenes.engine.ink import Ink
from scenes.engine.lettering import halo, text
from scenes.engine.timeline import Ease
from scenes.theme import FloatArray

if TYPE_CHECKING:
    from scenes.engine.stage import Stage, When

GOLDEN = np.pi * (3 - np.sqrt(5))
SERIES = np.array([m * 10.0**e for e in range(-6, 6) for m in (1, 2, 5)])


@dataclass(frozen=True)
class Compass:
    """A rectangle of canvas pixels in which gradients are arrows from (`zero_x`, `zero_y`), `scale` pixels a unit."""

    x: float
    y: float
    width: float
    height: float
    zero_x: float
    zero_y: float
    scale: float

    @classmethod
    def around(cls, tips: FloatArray, x: float, y: float, width: float, height: float, margin: float = 40.0) -> Compass:
        """The largest scale at which the tips [..., 2], and zero, keep `margin` pixels from the edge."""
        reach = np.concatenate([np.asarray(tips, float).reshape(-1, 2), np.zeros((1, 2))])
        low, high = reach.min(axis=0), reach.max(axis=0)
        room = np.array([width - 2 * margin, height - 2 * margin])
        scale = float((room / np.maximum(high - low, 1e-3)).min())
        middle = (low + high) / 2
        return cls(x, y, width, height, x + width / 2 - scale * middle[0], y + height / 2 + scale * middle[1], scale)

    def zoomed(self, scale: float) -> Compass:
        """The same rectangle and zero at another scale."""
        return replace(self, scale=scale)

    def towards(self, other: Compass, share: float) -> Compass:
        """The view `share` of the way to another one: the scale grows evenly, and what is seen glides along."""
        scale = self.scale * (other.scale / self.scale) ** share
        way = share if other.scale == self.scale else (scale - self.scale) / (other.scale - self.scale)
        x, y = self.zero_x + way * (other.zero_x - self.zero_x), self.zero_y + way * (other.zero_y - self.zero_y)
        return replace(self, zero_x=x, zero_y=y, scale=scale)

    def pixels(self, tips: FloatArray) -> FloatArray:
        """Canvas pixels [..., 2] of gradients [..., 2]."""
        found: FloatArray = np.array([self.zero_x, self.zero_y]) + self.scale * np.asarray(tips, float) * [1.0, -1.0]
        return found

    def inside(self, pixels: FloatArray, margin: float = 6.0) -> FloatArray:
        """The canvas pixels [n, 2], with NaN where they lie outside the rectangle."""
        low = np.array([self.x, self.y]) + margin
        high = np.array([self.x + self.width, self.y + self.height]) - margin
        kept = np.all((pixels >= low) & (pixels <= high), axis=1)
        return np.where(kept[:, None], pixels, np.nan)

    def cross(self, **style: Any) -> Ink:
        """The two axes through zero, from edge to edge."""
        return Ink(self.cross_points(), starts=(0, 2), **{"stroke": theme.HAIRLINE, "pen": 2.0, "quiet": True, **style})

    def cross_points(self) -> FloatArray:
        """Both axes as Manim points [4, 3], two a line."""
        xs = np.array([self.x, self.x + self.width, self.zero_x, self.zero_x])
        ys = np.array([self.zero_y, self.zero_y, self.y, self.y + self.height])
        return theme.points(xs, ys)

    def names(self, size: float = theme.TICK, right: bool = False) -> list[Typst]:
        """What the axes mean: to the left B gains on A, upwards C loses; or the first one said at the right end."""
        below = self.zero_y + 1.25 * size
        across = ("more A than B →", self.x + self.width, below) if right else ("← more B than A", self.x, below)
        return [
            halo(text(*across, size, theme.MUTED, "right" if right else "left")),
            halo(text("↑ less C", self.zero_x + 0.5 * size, self.y + size, size, theme.MUTED)),
        ]

    def arrow(self, tip: FloatArray, tail: npt.ArrayLike = (0.0, 0.0), pen: float = 9.0, **style: Any) -> Ink:
        """An arrow between two gradients; move it with `point`."""
        return Ink(arrow_points(self.pixels(np.asarray(tail)), self.pixels(np.asarray(tip)), pen), closed=True, **style)

    def ring(self, centre: FloatArray, radius: float, count: int = 73) -> FloatArray:
        """A circle around a gradient as Manim points [count, 3]."""
        angle = np.linspace(0, 2 * np.pi, count)
        around = self.pixels(centre) + self.scale * radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        return theme.points(around[:, 0], around[:, 1])

    def bar(self, x: float, y: float, size: float = theme.TICK, most: float = 150.0) -> tuple[Ink, Typst]:
        """A scale bar of a round length, at most `most` pixels long, and what it means."""
        unit = float(SERIES[SERIES * self.scale <= most].max())
        wide = unit * self.scale
        ends = Ink(
            theme.points(np.array([x, x, x, x + wide, x + wide, x + wide]), y + np.array([-6, 6, 0, 0, -6, 6])),
            stroke=theme.AXIS,
            pen=2.5,
        )
        return ends, halo(text(f"slope {unit:g}", x + wide + 14, y + 0.32 * size, size, theme.MUTED))


def arrow_points(tail: FloatArray, tip: FloatArray, pen: float = 9.0) -> FloatArray:
    """Outline of an arrow between two canvas pixels as Manim points [8, 3]; a short arrow is all head."""
    along = np.asarray(tip, float) - np.asarray(tail, float)
    long = float(np.hypot(*along))
    ahead = along / long if long > 1e-9 else np.zeros(2)
    aside_ = np.array([-ahead[1], ahead[0]])
    head = min(3.4 * pen, long)
    neck = np.asarray(tip, float) - head * ahead
    half, wing = min(pen / 2, 0.16 * head), 0.46 * head
    corners = np.stack(
        [
            tail + half * aside_,
            neck + half * aside_,
            neck + wing * aside_,
            tip,
            neck - wing * aside_,
            neck - half * aside_,
            tail - half * aside_,
            tail + half * aside_,
        ]
    )
    return theme.points(corners[:, 0], corners[:, 1])


def aside(tips: FloatArray) -> FloatArray:
    """Offsets [n, 2] that set dots with the same tip side by side, as seeds in a sunflower, one unit apart."""
    _, group = np.unique(np.round(tips, 9), axis=0, return_inverse=True)
    group = group.reshape(-1)
    order = np.argsort(group, kind="stable")
    first = np.searchsorted(group[order], group[order], side="left")
    rank = np.empty(len(group))
    rank[order] = np.arange(len(group)) - first
    radius, angle = 0.58 * np.sqrt(rank), GOLDEN * rank
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


class Dots(Ink):
    """Small round dots at canvas pixels [n, 2]; places with NaN are left out."""

    def __init__(self, places: FloatArray, radius: float = 5.0, rim: float = 0.0, **style: Any):
        angle = np.linspace(0, 2 * np.pi, 13)
        self.outline, self.rim = radius * np.stack([np.cos(angle), np.sin(angle)], axis=1), rim
        super().__init__(np.zeros((0, 3)), closed=True, round_joins=False, pen=rim, **style)
        self.place(places)

    def place(self, places: FloatArray, size: float = 1.0) -> None:
        """Move the dots, and make them `size` times as large as at first."""
        kept = np.asarray(places, float)
        kept = kept[np.isfinite(kept).all(axis=1)]
        ring = (kept[:, None, :] + size * self.outline[None]).reshape(-1, 2)
        self.pen = size * self.rim
        self.write(theme.points(ring[:, 0], ring[:, 1]), range(0, len(ring), len(self.outline)))


def arrows(segments: FloatArray, pen: float, **style: Any) -> Ink:
    """Many arrows as one drawing: (tail, tip) in canvas pixels, [n, 2, 2]."""
    outlines = np.concatenate([arrow_points(tail, tip, pen) for tail, tip in segments])
    return Ink(outlines, starts=range(0, len(outlines), 8), closed=True, **style)


def fly(
    stage: Stage, arrow: Ink, start: FloatArray, end: FloatArray, at: When, pen: float = 8.0, thick: float = 8.0
) -> None:
    """Move an arrow from (tail, tip) `start` to `end`, canvas pixels [2, 2], and from one thickness to another."""

    def write(share: float) -> None:
        tail, tip = start + share * (end - start)
        arrow.write(arrow_points(tail, tip, pen + share * (thick - pen)))

    stage.write(arrow, write, at=at, over=1.0, ease=theme.smooth)


class Sight(NamedTuple):
    """What a cloud looks like at one instant."""

    view: Compass
    tips: FloatArray
    """Gradients, [n, 2]."""
    asides: FloatArray
    """How far each dot is set aside, in pixels, [n, 2]."""
    colour: str
    size: float = 1.0
    """Of the dots, against what they were made."""
    ring: float = 0.0
    """Radius of the ring of scatter around the true slope, in the units of a gradient."""

    def towards(self, other: Sight, share: float) -> Sight:
        """The sight `share` of the way to another one of the same dots."""

        def mix(one: FloatArray, two: FloatArray) -> FloatArray:
            return one + share * (two - one)

        view = self.view.towards(other.view, share)
        tips, asides = mix(self.tips, other.tips), mix(self.asides, other.asides)
        size, ring = (a + share * (b - a) for a, b in ((self.size, other.size), (self.ring, other.ring)))
        return Sight(view, tips, asides, self.colour, size, ring)


class Cloud:
    """Dots and their average, the ring of their scatter, the true slope, the axes: all seen in one view.

    The ring and the marker of the average are hidden until they are shown; with `shown` false, so is everything.
    """

    def __init__(self, stage: Stage, exact: FloatArray, sight: Sight, radius: float = 3.7, shown: bool = True):
        self.stage, self.exact = stage, exact
        nowhere = np.zeros((0, 2))
        self.cross = stage.put(sight.view.cross(), "grid", shown)
        self.dots = stage.put(Dots(nowhere, radius, fill=sight.colour), "mark", shown)
        self.ring = stage.put(
            Ink(np.zeros((0, 3)), stroke=theme.TEXT, pen=3.5, dash=(3, 11), casing=2), "mover", shown=False
        )
        self.arrow = stage.put(sight.view.arrow(exact, fill=theme.TEXT, stroke=theme.CASING), "mover", shown)
        self.middle = stage.put(Dots(nowhere, radius=15, rim=5, stroke=theme.TEXT, casing=4.0), "mover", shown=False)
        for write in self._writers():
            write(sight)

    @property
    def parts(self) -> list[Mobject]:
        """Everything that it has put on stage."""
        return [self.cross, self.dots, self.ring, self.arrow, self.middle]

    def follow(self, sight: Callable[[float], Sight], at: When, over: float, ease: Ease = theme.smooth) -> None:
        """Let everything be drawn as `sight(share)` says; share 0 is what is seen before."""
        for mobject, write in zip(self.parts, self._writers(), strict=True):
            self.stage.write(mobject, partial(_seen, write, sight), at=at, over=over, ease=ease)

    def _writers(self) -> list[Callable[[Sight], None]]:
        """One for each of `parts`, in their order."""

        def dots(s: Sight) -> None:
            self.dots.fill = s.colour
            self.dots.place(s.view.inside(s.view.pixels(s.tips) + s.asides), s.size)

        def ring(s: Sight) -> None:
            self.ring.write(s.view.ring(self.exact, s.ring))

        def arrow(s: Sight) -> None:
            tail, tip = s.view.pixels(np.stack([0 * self.exact, self.exact]))
            self.arrow.write(arrow_points(tail, tip, 13.0))

        def middle(s: Sight) -> None:
            self.middle.place(s.view.inside(s.view.pixels(s.tips.mean(axis=0, keepdims=True))))

        return [lambda s: self.cross.write(s.view.cross_points()), dots, ring, arrow, middle]


class Scale:
    """The scale bar of a view, which is named anew when the view has changed."""

    def __init__(self, stage: Stage, view: Compass, x: float, y: float, shown: bool = True):
        self.stage, self.x, self.y = stage, x, y
        self.parts: list[Mobject] = [stage.put(part, "text", shown) for part in view.bar(x, y)]

    def renew(self, view: Compass, at: When, over: float) -> None:
        """Leave at `at`, and come back for the new view when it has come to rest, `over` seconds later."""
        start = self.stage.time(at)
        self.stage.hide(*self.parts, at=start, over=0.2)
        self.parts = [self.stage.put(part, "text", shown=False) for part in view.bar(self.x, self.y)]
        self.stage.show(*self.parts, at=start + over, over=0.3)


def _seen(write: Callable[[Sight], None], sight: Callable[[float], Sight], share: float) -> None:
    write(sight(share))
