"""What a designer would object to, found by geometry: overlaps, cut-offs, small or faint words, haste, flashes.

`faults(stage)` looks at every beat, where a picture has come to rest. Words with a halo may lie on curves, words may
lie on an area's fill, and a running counter need not be read; everything else is held to look.md.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from manim import Mobject, Typst, VMobject

from scenes import theme
from scenes.engine.flashes import FLASHES_A_SECOND, flashes
from scenes.engine.ink import Ink, Marks, Picture
from scenes.engine.lettering import said
from scenes.engine.stage import Stage
from scenes.engine.timeline import Actor
from scenes.theme import FloatArray

Box = tuple[float, float, float, float]  # left, top, right, bottom in canvas pixels

SMALLEST = theme.SMALLEST
WORD_CONTRAST, MARK_CONTRAST = 4.5, 3.0
SECONDS_A_WORD = 0.3
TOUCH = 2.0  # pixels by which boxes may overlap: the shapes in them have air
LEAN = 14.0  # pixels by which the centre of a marker, or a pen, may lean over the safe area


@dataclass(frozen=True)
class Fault:
    """One objection: what kind, when, about what, and where on the canvas."""

    kind: str
    time: float
    sentence: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Words:
    """A text or formula on stage at one instant."""

    text: str
    box: Box
    em: float
    colour: str
    opacity: float
    halo: bool
    owner: int


def faults(stage: Stage) -> list[Fault]:
    """Every objection to a clip, in order of time; one for each pair of things and kind."""
    found: dict[tuple[str, str], Fault] = {}
    for _, time in stage.beats():
        for fault in at_rest(stage, time):
            found.setdefault((fault.kind, fault.sentence), fault)
    flashing = (
        Fault("flash", time, f"more than {FLASHES_A_SECOND} flashes in a second.", ((0, 0, 1920, 1080),))
        for time in flashes(stage)
    )
    for fault in itertools.chain(hasty(stage), flashing):
        found.setdefault((fault.kind, fault.sentence), fault)
    return sorted(found.values(), key=lambda f: f.time)


def at_rest(stage: Stage, time: float) -> Iterator[Fault]:
    """Objections to the picture at one instant."""
    stage.timeline.seek(time)
    actors = [a for a in stage.timeline.actors if a.opacity > 0.05 and any(len(leaf.points) for leaf in a.leaves)]
    words = [w for a in actors if (w := as_words(a)) is not None]
    yield from _overlaps(words, actors, time)
    yield from _outside(stage.safe, words, actors, time)
    for w in words:
        if w.em < SMALLEST - 0.01:
            yield Fault(
                "small", time, f'"{w.text}" is set at {w.em:.0f} px; nothing may be under {SMALLEST}.', (w.box,)
            )
    yield from _faint(stage, words, actors, time)


def as_words(actor: Actor) -> Words | None:
    """The actor as words, or None if it is a drawing."""
    mobject, told = actor.mobject, said(actor.mobject)
    if not isinstance(mobject, VMobject) or told is None:
        return None
    leaf = mobject.family_members_with_points()[0]
    halo = bool(leaf.get_stroke_width(background=True) > 0)
    em = told.em * (mobject.height / told.height if told.height else 1.0)  # a dash has no height
    colour = leaf.get_fill_color().to_hex()[:7]
    return Words(readable(told.words), box_of(mobject), em, colour, actor.opacity, halo, told.owner)


def readable(markup: str) -> str:
    """Typst markup without its marks, for sentences and for counting words."""
    plain = re.sub(
        r"#block\([^)]*\)\[#set par\([^)]*\)|#text\([^)]*\)|#word|\{\{|:\s*[a-z]+\s*\}\}|[*_$\\\[\]]", " ", markup
    )
    return " ".join(plain.split())


def box_of(mobject: Mobject) -> Box:
    """Bounding box in canvas pixels."""
    points = np.concatenate([m.points[:, :2] for m in mobject.get_family() if len(m.points)])
    x = points[:, 0] * theme.PIXELS_PER_UNIT + theme.WIDTH / 2
    y = theme.HEIGHT / 2 - points[:, 1] * theme.PIXELS_PER_UNIT
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def _overlaps(words: Sequence[Words], actors: Sequence[Actor], time: float) -> Iterator[Fault]:
    for one, two in itertools.combinations(words, 2):
        if one.owner != two.owner and _meet(one.box, two.box):
            yield Fault("overlap", time, f'"{one.text}" overlaps "{two.text}".', (one.box, two.box))
    for actor in actors:
        ink = actor.mobject
        if not isinstance(ink, Ink) or (ink.stroke is None and not isinstance(ink, Marks)):
            continue
        pieces = [_pixels(piece) for piece in ink.pieces() if len(piece) > 1]
        bounds = [(*piece.min(axis=0), *piece.max(axis=0)) for piece in pieces]
        for w in words:
            near = (piece for piece, around in zip(pieces, bounds, strict=True) if _touch(around, w.box))
            if not w.halo and any(_crosses(piece, w.box) for piece in near):
                yield Fault("overlap", time, f'"{w.text}" overlaps a line or a marker.', (w.box, box_of(ink)))


def _outside(safe: theme.Area, words: Sequence[Words], actors: Sequence[Actor], time: float) -> Iterator[Fault]:
    def leaves(box: Box, slack: float) -> bool:
        left, top, right, bottom = box
        return (
            left < safe.left - slack
            or top < safe.top - slack
            or right > safe.right + slack
            or bottom > safe.bottom + slack
        )

    for w in words:
        if leaves(w.box, TOUCH):
            yield Fault("outside", time, f'"{w.text}" leaves the safe area.', (w.box,))
    for actor in actors:
        if isinstance(actor.mobject, (Ink, Picture)) and leaves(_core(actor.mobject), LEAN):
            sentence = "a picture or a line leaves the safe area."
            yield Fault("outside", time, sentence, (box_of(actor.mobject),))


def _core(mobject: Ink | Picture) -> Box:
    """What must keep inside the safe area: of markers, which may stand on the edge of a map, their centres."""
    pieces = [_pixels(piece) for piece in mobject.pieces() if len(piece)] if isinstance(mobject, Marks) else []
    if not pieces:
        return box_of(mobject)
    centres = np.array([(piece.min(axis=0) + piece.max(axis=0)) / 2 for piece in pieces])
    (left, top), (right, bottom) = centres.min(axis=0), centres.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def _faint(stage: Stage, words: Sequence[Words], actors: Sequence[Actor], time: float) -> Iterator[Fault]:
    """Contrast of words with what is painted under them, and of lines with what they are drawn on."""
    ground = _picture(stage, [a for a in actors if as_words(a) is None])
    lit = {w.owner for w in words if w.opacity >= 0.95}
    for w in words:
        if w.opacity < 0.95 and w.owner in lit:
            continue  # a term or a line that is quiet while another of its kind is spoken of
        under = theme.CANVAS if w.halo else _colour_in(ground, w.box)
        ratio = theme.contrast(theme.mix(under, w.colour, min(1.0, w.opacity)), under)
        if ratio < WORD_CONTRAST - 0.05:
            yield Fault("faint", time, f'"{w.text}" has a contrast of {ratio:.1f}:1, under {WORD_CONTRAST}.', (w.box,))
    maps = _picture(stage, [a for a in actors if isinstance(a.mobject, Picture)])
    painter = stage.painter
    painter.clear()
    waiting: list[Actor] = []  # to be painted before the next line, if there is one
    for actor in actors:  # a line must stand out from the map under it, or from all that was painted before it
        ink = actor.mobject
        if isinstance(ink, Ink) and not ink.quiet and actor.opacity >= 0.95 and ink.pieces():
            painter.paint((leaf, before.opacity) for before in waiting for leaf in before.leaves)
            waiting.clear()
            on_map, on_all = (list(_faint_line(ink, under, time)) for under in (maps, painter.pixel_array))
            yield from on_map if on_all else []
        waiting.append(actor)


def _faint_line(ink: Ink, picture: npt.NDArray[Any], time: float) -> Iterator[Fault]:
    edged = ink.fill is not None and ink.stroke == theme.CASING  # a marker with a dark edge
    colour, opacity = (ink.fill, ink.fill_opacity) if edged or not ink.stroke else (ink.stroke, ink.stroke_opacity)
    if colour is None:
        return
    under = [theme.CASING] if edged else _colours_along(picture, ink)
    if ink.casing > 0:
        under = [theme.mix(below, theme.CASING, ink.casing_opacity) for below in under]
    ratios = [theme.contrast(theme.mix(below, colour, opacity), below) for below in under]
    if np.mean([ratio < MARK_CONTRAST - 0.05 for ratio in ratios]) > 0.25:
        sentence = f"a line in {colour} has a contrast of {min(ratios):.1f}:1, under {MARK_CONTRAST:g}."
        yield Fault("faint", time, sentence, (box_of(ink),))


def hasty(stage: Stage, step: float = 0.1) -> Iterator[Fault]:
    """Words that are not there long enough to be read: 0.3 s a word."""
    texts = [a for a in stage.timeline.actors if said(a.mobject) and not getattr(a.mobject, "running", False)]
    seen = {id(a): 0.0 for a in texts}
    first: dict[int, float] = {}
    stage.timeline.seek(0.0)
    for k in range(round(stage.duration / step)):
        stage.timeline.step(k * step)
        for a in texts:
            if a.opacity >= 0.5:
                seen[id(a)] += step
                first.setdefault(id(a), k * step)
    for a in texts:
        w = as_words(a)
        if w is None or id(a) not in first:
            continue
        need = SECONDS_A_WORD * len(w.text.split()) if isinstance(a.mobject, Typst) else 0.0
        if seen[id(a)] + step < need:
            sentence = f'"{w.text}" is there for {seen[id(a)]:.1f} s; reading it takes {need:.1f}.'
            yield Fault("hasty", first[id(a)], sentence, (w.box,))


def _meet(one: Box, two: Box) -> bool:
    across = min(one[2], two[2]) - max(one[0], two[0])
    down = min(one[3], two[3]) - max(one[1], two[1])
    return across > TOUCH and down > TOUCH


def _touch(one: Box, two: Box) -> bool:
    """Whether two boxes, which may be flat, share a point."""
    return one[0] <= two[2] and two[0] <= one[2] and one[1] <= two[3] and two[1] <= one[3]


def _pixels(piece: FloatArray) -> FloatArray:
    x = piece[:, 0] * theme.PIXELS_PER_UNIT + theme.WIDTH / 2
    return np.stack([x, theme.HEIGHT / 2 - piece[:, 1] * theme.PIXELS_PER_UNIT], axis=1)


def _at(picture: npt.NDArray[Any], places: FloatArray) -> FloatArray:
    """Rows and columns of a picture, which shows the middle of the canvas, under canvas pixels [n, 2]: x, then y."""
    scale = picture.shape[0] / theme.HEIGHT
    found: FloatArray = (places - [theme.WIDTH / 2, 0]) * scale + [picture.shape[1] / 2, 0]
    return found


def _crosses(path: FloatArray, box: Box) -> bool:
    """Whether a polyline [n, 2] in pixels enters the inside of a box (Liang-Barsky on every segment)."""
    low, high = np.array(box[:2]) + TOUCH, np.array(box[2:]) - TOUCH
    if len(path) < 2 or (high <= low).any():
        return False
    a, d = path[:-1], np.diff(path, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        t0, t1 = (low - a) / d, (high - a) / d
    inside = (a > low) & (a < high)
    enter = np.where(d == 0, np.where(inside, -np.inf, np.inf), np.minimum(t0, t1)).max(axis=1)
    leave = np.where(d == 0, np.where(inside, np.inf, -np.inf), np.maximum(t0, t1)).min(axis=1)
    return bool((np.maximum(enter, 0) < np.minimum(leave, 1)).any())


def _picture(stage: Stage, actors: Sequence[Actor]) -> FloatArray:
    stage.painter.clear()
    stage.painter.paint((m, a.opacity) for a in actors for m in a.leaves)
    return stage.painter.pixel_array[..., :3].astype(float)


def _colour_in(picture: FloatArray, box: Box) -> str:
    """The median colour of a part of a picture."""
    corners = _at(picture, np.array(box).reshape(2, 2))
    (left, top), (right, bottom) = np.round(corners).astype(int)
    part = picture[max(top, 0) : max(bottom, top + 1), max(left, 0) : max(right, left + 1)].reshape(-1, 3)
    red, green, blue = np.median(part, axis=0).astype(int) if len(part) else theme.rgb(theme.CANVAS)
    return f"#{int(red):02X}{int(green):02X}{int(blue):02X}"


def _colours_along(picture: npt.NDArray[Any], ink: Ink, count: int = 24) -> list[str]:
    """Colours of a picture under some of the points of a line."""
    at = _at(picture, _pixels(ink.points[:: max(1, len(ink.points) // count), :2])).astype(int)
    x, y = np.clip(at[:, 0], 0, picture.shape[1] - 1), np.clip(at[:, 1], 0, picture.shape[0] - 1)
    return ["#{:02X}{:02X}{:02X}".format(*(int(c) for c in rgb)) for rgb in picture[y, x]]
