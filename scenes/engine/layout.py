"""Where things stand, by relation: each function moves a thing and returns it, or cuts an area into areas.

    caption = below(text("three answers"), chart, theme.GAP)
    row(a, b, c, gap=theme.WIDE)                 # b beside a, c beside b, on one baseline if they are words
    left, right = columns(theme.PICTURE, 2)
    centred(formula, right)

A thing is a mobject, an `Area`, a part with `parts`, a `Plane`-like rectangle (x, y, width, height), or a chart with
a `plane`. Areas and rectangles are places: they can be stood beside, not moved. All lengths are canvas pixels.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, Literal, TypeVar

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine.ink import Marks
from scenes.engine.lettering import said
from scenes.theme import Area, FloatArray

T = TypeVar("T")
Align = Literal["start", "middle", "end"]
"""Left, middle, right for things above one another; top, middle, bottom for things beside one another."""


def leaves(thing: object) -> Iterator[Mobject]:
    """Every mobject on stage that a thing is made of: itself, or its parts and theirs."""
    if isinstance(thing, Mobject):
        yield thing
        return
    parts = getattr(thing, "parts", None)
    if parts is None:
        raise TypeError(f"{type(thing).__name__} is no mobject and has no `parts`.")
    for part in parts:
        yield from leaves(part)


def area(*things: object) -> Area:
    """The bounds of one or more things together."""
    if len(things) != 1:
        several = [area(thing) for thing in things]
        return Area(
            min(a.left for a in several),
            min(a.top for a in several),
            max(a.right for a in several),
            max(a.bottom for a in several),
        )
    (thing,) = things
    if isinstance(thing, Area):
        return thing
    if not isinstance(thing, Mobject):
        place: Any = getattr(thing, "plane", thing)
        if all(hasattr(place, name) for name in ("x", "y", "width", "height")):
            return Area(place.x, place.y, place.x + place.width, place.y + place.height)
    points = _points(thing)
    if not len(points):
        raise ValueError(f"{type(thing).__name__} has no points yet, and so no place.")
    (left, low), (right, high) = points.min(axis=0), points.max(axis=0)
    top, bottom = theme.HEIGHT / 2 - high * theme.PIXELS_PER_UNIT, theme.HEIGHT / 2 - low * theme.PIXELS_PER_UNIT
    half = theme.WIDTH / 2
    return Area(left * theme.PIXELS_PER_UNIT + half, top, right * theme.PIXELS_PER_UNIT + half, bottom)


def baseline(thing: object) -> float:
    """The baseline of words; of anything else its lower edge."""
    told, bottom = said(thing), area(thing).bottom
    if told is None or not isinstance(thing, Mobject):
        return bottom
    return bottom - told.depth * thing.height / told.height * theme.PIXELS_PER_UNIT


def shifted(thing: T, across: float, down: float) -> T:
    """Move a thing by pixels."""
    step = np.array([theme.length(across), -theme.length(down), 0.0])
    for leaf in leaves(thing):
        if isinstance(leaf, Marks):
            leaf.place(leaf.centres + step[:2])
        else:
            leaf.shift(step)
    return thing


def at(thing: T, *, x: float | None = None, y: float | None = None, align: Align = "start") -> T:
    """Move a thing so that its left edge (middle, right edge) is at `x` and its baseline at `y`."""
    box = area(thing)
    across = 0.0 if x is None else x - _along(box.left, box.right, align)
    return shifted(thing, across, 0.0 if y is None else y - baseline(thing))


def below(thing: T, other: object, gap: float = theme.GAP, align: Align = "start") -> T:
    """Stand a thing under another one."""
    box, to = area(thing), area(other)
    return shifted(thing, _offset(box, to, align, across=True), to.bottom + gap - box.top)


def above(thing: T, other: object, gap: float = theme.GAP, align: Align = "start") -> T:
    """Stand a thing over another one."""
    box, to = area(thing), area(other)
    return shifted(thing, _offset(box, to, align, across=True), to.top - gap - box.bottom)


def beside(thing: T, other: object, gap: float = theme.GAP, align: Align | None = None) -> T:
    """Stand a thing to the right of another one: words beside words on one baseline, anything else in the middle."""
    box, to = area(thing), area(other)
    return shifted(thing, to.right + gap - box.left, _down(thing, other, align))


def before(thing: T, other: object, gap: float = theme.GAP, align: Align | None = None) -> T:
    """Stand a thing to the left of another one, as `beside` does on the right."""
    box, to = area(thing), area(other)
    return shifted(thing, to.left - gap - box.right, _down(thing, other, align))


def centred(thing: T, other: object, across: bool = True, down: bool = True) -> T:
    """Stand a thing in the middle of another one."""
    (x, y), (to_x, to_y) = area(thing).middle, area(other).middle
    return shifted(thing, to_x - x if across else 0.0, to_y - y if down else 0.0)


def row(*things: object, gap: float = theme.GAP, align: Align | None = None) -> Sequence[object]:
    """Each thing beside the one before; the first stays where it is."""
    for one, two in itertools.pairwise(things):
        beside(two, one, gap, align)
    return things


def column(*things: object, gap: float = theme.GAP, align: Align = "start") -> Sequence[object]:
    """Each thing below the one before; the first stays where it is."""
    for one, two in itertools.pairwise(things):
        below(two, one, gap, align)
    return things


def lines(*things: object, pitch: float, align: Align = "start") -> Sequence[object]:
    """Words below one another, their baselines `pitch` apart; the first stays where it is."""
    first = area(things[0])
    for k, thing in enumerate(things[1:], start=1):
        down = baseline(things[0]) + k * pitch - baseline(thing)
        shifted(thing, _offset(area(thing), first, align, across=True), down)
    return things


def columns(place: object, shares: int | Sequence[float], gap: float = theme.GAP) -> list[Area]:
    """An area cut into areas beside one another: so many alike, or as wide as their shares say."""
    box = area(place)
    return [Area(low, box.top, high, box.bottom) for low, high in _cut(box.left, box.right, shares, gap)]


def rows(place: object, shares: int | Sequence[float], gap: float = theme.GAP) -> list[Area]:
    """An area cut into areas below one another, as `columns` does."""
    box = area(place)
    return [Area(box.left, low, box.right, high) for low, high in _cut(box.top, box.bottom, shares, gap)]


def grid(place: object, down: int, across: int, gap: float = theme.GAP) -> list[Area]:
    """An area cut into `down` rows of `across` areas, read as text is."""
    return [cell for strip in rows(place, down, gap) for cell in columns(strip, across, gap)]


def inset(place: object, by: float) -> Area:
    """An area without a margin of `by` pixels."""
    return trimmed(place, by, by, by, by)


def trimmed(place: object, left: float = 0.0, top: float = 0.0, right: float = 0.0, bottom: float = 0.0) -> Area:
    """An area without a margin of its own on each side."""
    box = area(place)
    return Area(box.left + left, box.top + top, box.right - right, box.bottom - bottom)


def moved(place: object, across: float = 0.0, down: float = 0.0) -> Area:
    """An area as large, so many pixels away."""
    return trimmed(place, across, down, -across, -down)


def narrowed(place: object, share: float) -> Area:
    """The middle part of an area, so much of its width."""
    box = area(place)
    margin = (1 - share) / 2 * box.width
    return Area(box.left + margin, box.top, box.right - margin, box.bottom)


def rectangle(place: object) -> tuple[float, float, float, float]:
    """An area as left, top, width and height, as a chart or a box takes it."""
    box = area(place)
    return box.left, box.top, box.width, box.height


def middles(place: object, count: int) -> FloatArray:
    """Where the middles of so many equal slots beside one another are, across an area."""
    box = area(place)
    ends = np.linspace(box.left, box.right, count + 1)
    found: FloatArray = (ends[:-1] + ends[1:]) / 2
    return found


def square(place: object, align: Align = "middle") -> Area:
    """The largest square in an area: in the middle of it, or at one end of its longer side."""
    box = area(place)
    side = min(box.width, box.height)
    left = _along(box.left, box.right - side, align)
    top = _along(box.top, box.bottom - side, align)
    return Area(left, top, left + side, top + side)


def _points(thing: object) -> FloatArray:
    found = [m.points[:, :2] for leaf in leaves(thing) for m in leaf.get_family() if len(m.points)]
    return np.concatenate(found) if found else np.zeros((0, 2))


def _along(low: float, high: float, align: Align) -> float:
    return {"start": low, "middle": (low + high) / 2, "end": high}[align]


def _offset(box: Area, to: Area, align: Align, across: bool) -> float:
    """How far to move `box` so that it is aligned with `to`."""
    if across:
        return _along(to.left, to.right, align) - _along(box.left, box.right, align)
    return _along(to.top, to.bottom, align) - _along(box.top, box.bottom, align)


def _down(thing: object, other: object, align: Align | None) -> float:
    if align is None and said(thing) and said(other):
        return baseline(other) - baseline(thing)
    return _offset(area(thing), area(other), align or "middle", across=False)


def _cut(low: float, high: float, shares: int | Sequence[float], gap: float) -> Iterator[tuple[float, float]]:
    parts = [1.0] * shares if isinstance(shares, int) else list(shares)
    room = high - low - gap * (len(parts) - 1)
    at = low
    for part in parts:
        size = room * part / sum(parts)
        yield at, at + size
        at += size + gap
