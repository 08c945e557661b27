"""What a teacher would object to: formulas and charts that leave too soon, footnotes that define.

A formula rests `FORMULA_RESTS` seconds after its last change, a curve of a chart `CHART_RESTS`, unless another formula
takes its place. Lighting a term is no change. A footnote may hold seed, size and source, and no meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from scenes.engine.ink import Ink
from scenes.engine.lettering import said
from scenes.engine.lint import Box, Fault, box_of, readable
from scenes.engine.stage import Stage
from scenes.engine.timeline import Actor

FORMULA_RESTS, CHART_RESTS = 6.0, 5.0  # seconds
STEP = 0.25  # seconds between two looks
SEEN = 0.2  # opacity from which a thing is seen
DEFINES = re.compile(r"\b(means|is called|stands for|is the|are the|denotes)\b|\w\s*=\s*\w")


@dataclass
class Shown:
    """One formula or curve as it was seen over a clip."""

    what: str
    needs: float
    box: Box = (0.0, 0.0, 0.0, 0.0)
    first: float = -1.0
    changed: float = -1.0
    """When it last changed."""
    until: float = -1.0
    """When it was last seen."""
    state: tuple[object, ...] = field(default=())


def faults(stage: Stage) -> list[Fault]:
    """Every objection, in order of time."""
    return sorted([*rests(stage), *footnotes(stage)], key=lambda fault: fault.time)


def rests(stage: Stage) -> Iterator[Fault]:
    """Formulas and curves that leave, or end the clip, before there was time to take them in."""
    seen: dict[object, Shown] = {}
    kinds = {key: actors for key, actors in _things(stage).items()}
    for time in np.arange(0.0, stage.duration + STEP / 2, STEP):
        stage.timeline.seek(float(min(time, stage.duration)))
        for key, (what, needs, actors) in kinds.items():
            strongest = max(actor.opacity for actor in actors)  # what fades as a whole keeps all of its terms
            bound = SEEN * min(1.0, strongest)
            visible = [actor for actor in actors if actor.opacity > bound and any(len(m.points) for m in actor.leaves)]
            if visible and strongest > SEEN:
                _look(seen.setdefault(key, Shown(what, needs)), visible, float(time))
    for one in seen.values():
        rest = one.until - one.changed + STEP
        if rest < one.needs and not any(_follows(other, one) for other in seen.values()):
            sentence = f"{one.what} rests {rest:.1f} s after its last change; it needs {one.needs:g} s."
            yield Fault("haste", one.until, sentence, (one.box,))


def _things(stage: Stage) -> dict[object, tuple[str, float, list[Actor]]]:
    """Formulas and curves of charts: what each is, how long it has to rest, and its actors."""
    found: dict[object, tuple[str, float, list[Actor]]] = {}
    for actor in stage.timeline.actors:
        mobject, told = actor.mobject, said(actor.mobject)
        if told and told.formula:
            words = f'the formula "{readable(told.words)}"'
            found.setdefault(told.owner, (words, FORMULA_RESTS, []))[2].append(actor)
        elif isinstance(mobject, Ink) and mobject.curve:
            found[id(mobject)] = (mobject.curve, CHART_RESTS, [actor])
    return found


def _look(one: Shown, visible: list[Actor], time: float) -> None:
    boxes = [box_of(actor.mobject) for actor in visible]
    box = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
    reveals = tuple(round(float(getattr(actor.mobject, "reveal", 1.0)), 2) for actor in visible)
    state = (*map(id, visible), *reveals, *(round(edge) for edge in box))
    if one.first < 0:
        one.first = time
    if state != one.state:
        one.changed = time
    one.state, one.box, one.until = state, box, time


def _follows(later: Shown, before: Shown) -> bool:
    """Whether one formula takes the place of another: it comes as that goes, on the same ground."""
    close = before.until - 2.0 <= later.first <= before.until + 1.5 and later.until > before.until
    left, top = max(later.box[0], before.box[0]), max(later.box[1], before.box[1])
    right, bottom = min(later.box[2], before.box[2]), min(later.box[3], before.box[3])
    return close and left < right and top < bottom


def footnotes(stage: Stage) -> Iterator[Fault]:
    """Footnotes that define what should be said aloud."""
    for actor in stage.timeline.actors:
        told = said(actor.mobject)
        if told and told.footnote:
            words = readable(told.words)
            if found := DEFINES.search(words):
                sentence = f'the footnote "{words}" defines something ("{found[0]}"): say it aloud, in the picture.'
                yield Fault("footnote", 0.0, sentence, (box_of(actor.mobject),))


def labels(stage: Stage) -> list[tuple[float, str]]:
    """When each new word or formula comes on stage (seconds), and what it says; headings and footnotes aside."""
    found: dict[int, tuple[float, str]] = {}
    for time in np.arange(0.0, stage.duration + STEP / 2, STEP):
        stage.timeline.seek(float(min(time, stage.duration)))
        for actor in stage.timeline.actors:
            told = said(actor.mobject)
            if told and not told.footnote and actor.opacity > SEEN and told.owner not in found:
                found[told.owner] = (float(time), readable(told.words))
    return sorted(found.values())
