"""Whether a clip flashes: a tenth of full light up and down again, over a quarter of the frame, four times a second.

Drawing every frame to find that out takes long, and most clips cannot flash. So the seconds are found first in which
enough could change: a pixel changes by a tenth of full light only where something was written, and only if ink covers
a share of it. Only these seconds are drawn.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from manim import Mobject

from scenes import theme
from scenes.engine.compositor import HALO, Compositor
from scenes.engine.ink import Ink
from scenes.engine.lettering import haloed
from scenes.engine.painter import Box, Painter, Pixels
from scenes.engine.stage import Stage
from scenes.engine.timeline import Actor
from scenes.theme import FloatArray

FLASHES_A_SECOND = 3
SWINGS = 2 * FLASHES_A_SECOND  # up or down; one more in a second is too many
TOGETHER = 2  # swings of things that fade together: an up and a down at most
LIGHT = 0.1  # of full light: a step that the eye takes for a change
PART = 0.25  # of the frame, over which all that changes counts as a flash
COVER = 0.04  # least share of a pixel that ink must cover to change its light by `LIGHT`: the steepest of sRGB is 2.28
ONE_WAY = ("opacity", "reveal")  # channels whose changes make a pixel lighter or darker, not both
ACROSS, DOWN = 96, 54  # pixels of the pictures that are looked at


def flashes(stage: Stage, fps: int = 15) -> list[float]:
    """When more than three flashes in a second begin, in seconds; at most one instant for each stretch looked at."""
    found = []
    for first, last in _stretches(_may_flash(stage, fps), fps):
        light = _luminance(stage, fps, first, min(last, round(stage.duration * fps) - 1))
        found += [(first + k) / fps for k in flashing(light, fps)[:1]]
    return found


def flashing(light: FloatArray, fps: int) -> list[int]:
    """Frames at which a second with more than three flashes begins; `light` [time, y, x] in 0..1."""
    step = np.diff(light, axis=0)
    up, down = ((s * step > LIGHT).mean(axis=(1, 2)) >= PART for s in (1, -1))
    turns = np.flatnonzero(up | down)
    swings = [k for before, k in itertools.pairwise(turns) if up[before] != up[k]]  # a flash is an up and a down
    return [int(k) for k in swings if sum(k <= other < k + fps for other in swings) > SWINGS]


def _luminance(stage: Stage, fps: int, first: int, last: int) -> FloatArray:
    """Luminance of the frames from `first` to `last`, [time, y, x], drawn small."""
    timeline, sheet = stage.timeline, _sheet(stage)
    timeline.seek(first / fps)
    light = [_light(sheet.whole())]
    for k in range(first + 1, last + 1):
        touched = timeline.step(k / fps)
        light.append(_light(sheet.next(touched)) if touched else light[-1])
    return np.array(light)


def _light(picture: Pixels) -> FloatArray:
    """Relative luminance of each pixel, 0..1 (sRGB)."""
    c = picture[..., :3] / 255.0
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    light: FloatArray = linear @ np.array([0.2126, 0.7152, 0.0722])
    return light


def _may_flash(stage: Stage, fps: int) -> list[tuple[int, int]]:
    """Frames at which a quarter of the frame may have changed since the last one, and how many swings that may be.

    What moves may swing at every frame. A fade, or a line that is drawn, changes a pixel one way only: the same fades
    together, on however many frames, are an up and a down at most.
    """
    timeline, sheet = stage.timeline, _sheet(stage)
    actors = {id(actor): actor for actor in timeline.actors}
    timeline.seek(0.0)
    seen = {name: _Seen.of(actor, sheet) for name, actor in actors.items()}
    fading: frozenset[int] = frozenset()
    found = []
    for k in range(1, round(stage.duration * fps)):
        one_way, moving = _at_work(stage, (k - 1) / fps, k / fps)
        touched = timeline.step(k / fps)
        now = {name: _Seen.of(actors[name], sheet) for name in touched}
        if _reaches([seen[name] for name in now] + list(now.values()), sheet, PART):
            moved = [state[name] for name in moving & now.keys() for state in (seen, now)]
            swings = int(_reaches(moved, sheet, PART / 2)) + (0 if one_way == fading else TOGETHER)
            found.append((k, swings))
            fading = one_way
        seen |= now
    return found


def _at_work(stage: Stage, before: float, now: float) -> tuple[frozenset[int], set[int]]:
    """The fades and drawings at work between two instants, and the actors that are changed otherwise."""
    at_work = [track for track in stage.timeline.tracks if track.start <= now and track.end > before]
    one_way = frozenset(id(track) for track in at_work if track.channel in ONE_WAY)
    return one_way, {id(actor) for track in at_work if track.channel not in ONE_WAY for actor in track.actors}


def _reaches(states: Sequence[_Seen], sheet: Compositor, part: float) -> bool:
    """Whether all that was written there may have changed `part` of the frame by `LIGHT`."""
    width, height = sheet.painter.pixel_width, sheet.painter.pixel_height
    if sum(state.ink for state in states) < part * COVER * width * height:
        return False
    written = np.zeros((height, width), dtype=bool)
    for left, top, right, bottom in (state.box for state in states if state.box):
        written[top:bottom, left:right] = True
    return bool(written.mean() >= part)


def _sheet(stage: Stage) -> Compositor:
    return Compositor(Painter(*((DOWN, ACROSS) if stage.upright else (ACROSS, DOWN))), stage.timeline.actors)


@dataclass(frozen=True)
class _Seen:
    """What an actor may paint in one of its states: inside which box, and how many pixels of ink at most."""

    box: Box | None
    ink: float

    @classmethod
    def of(cls, actor: Actor, sheet: Compositor) -> _Seen:
        box = sheet.box(actor)
        scale = sheet.painter.pixel_height / sheet.painter.frame_height
        air = theme.length(HALO) if haloed(actor.mobject) else 0.0
        return cls(box, sum(_area(leaf, air) for leaf in actor.leaves) * scale**2 if box else 0.0)


def _area(leaf: Mobject, air: float) -> float:
    """At most how much a leaf covers, in Manim's units squared: its strokes, and the boxes of what it fills."""
    if not len(leaf.points):
        return 0.0
    xy = leaf.points[:, :2]
    if not isinstance(leaf, Ink):
        return float((np.ptp(xy, axis=0) + 2 * air).prod())
    starts = np.array([start for start in leaf.starts if start < len(xy)])
    area = 0.0
    if leaf.fill is not None:
        size = np.maximum.reduceat(xy, starts) - np.minimum.reduceat(xy, starts)
        area += float(size.prod(axis=1).sum())
    if leaf.stroke is not None or leaf.casing > 0.0:
        steps = np.hypot(*np.diff(xy, axis=0).T)
        steps[starts[1:] - 1] = 0.0  # from one piece to the next no line is drawn
        width = theme.length(leaf.pen + 2 * leaf.casing)
        area += float(steps.sum() + width * len(starts)) * width
    return area


def _stretches(frames: Sequence[tuple[int, int]], fps: int) -> Iterator[tuple[int, int]]:
    """First and last frames of what must be drawn: each second with enough swings, the one before it, and one more."""
    first = last = -1
    for start, _ in frames:
        within = [(k, swings) for k, swings in frames if start <= k < start + fps]
        if sum(swings for _, swings in within) + TOGETHER <= SWINGS:  # fades may have begun before this second
            continue
        if first < 0 or start - fps > last:
            if first >= 0:
                yield first, last
            first = max(0, start - fps)
        last = within[-1][0] + fps
    if first >= 0:
        yield first, last
