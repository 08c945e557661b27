"""Narration scripts: chapters of clips of lines, with cues for the pictures and numbers that are looked up.

    # Six maps, one mountain                                    chapter title

    ## six_maps                                                 clip

    [open] Here are {sampling.groups} groups of answers.        a line; its name is six_maps.open
    [map] Each rule [draw] draws its own map.                   `draw` falls on the word "draws"

    [lazy] if six_objectives.falls_into_corner: It ends at {six_objectives#reinforce_j_end:.2f}.
    else: This time it escapes.

    [rest] pause 1.5

A line begins with a cue in brackets and ends where the next one begins or at a blank line. `{table.key}` is a
hyperparameter, `{experiment#number}` a number of a trace; both take a Python format (`{x.y:.0%}`), and `{x.y[0]}`
is an item of a list. `{x.y|group|groups}` is the first of the two where the number is 1, else the second, so that a
sentence stays one: `{x.y} {x.y|group|groups}`. `*words*` are said with more weight by a voice that can. HTML comments
are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.project.placeholders import PLACEHOLDER, Facts, fill, look_up, split, trace, value_of

CUE = re.compile(r"\[([a-z][a-z0-9_]*)\]")
LINE_START = re.compile(r"^\[([a-z][a-z0-9_]*)\]\s*")
_PAUSE = re.compile(r"^pause\s+(\d+(?:\.\d+)?)$")
_STRESS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]*[^\s*])\*(?![\w*])")


@dataclass(frozen=True)
class Condition:
    """Speak the first text if the claim holds (or does not hold, if `negated`), else the second."""

    experiment: str
    claim: str
    negated: bool


@dataclass(frozen=True)
class LineScript:
    """A line as written: one text, or two and a condition."""

    cue: str
    where: str
    text: str
    otherwise: str = ""
    condition: Condition | None = None

    @property
    def cues(self) -> tuple[str, ...]:
        """Every cue that the line defines, the first one first, whichever branch is spoken."""
        return tuple(dict.fromkeys([self.cue, *CUE.findall(self.text), *CUE.findall(self.otherwise)]))


@dataclass(frozen=True)
class ClipScript:
    """A clip's lines as written."""

    name: str
    lines: tuple[LineScript, ...]
    where: str = ""

    @property
    def cues(self) -> tuple[str, ...]:
        """Every cue of the clip in order of writing."""
        return tuple(cue for line in self.lines for cue in line.cues)


@dataclass(frozen=True)
class Chapter:
    """A chapter's title and clips in order."""

    title: str
    clips: tuple[ClipScript, ...]


@dataclass(frozen=True)
class Line:
    """A line ready to be spoken: `cues` are pairs (name, index of the word it falls on).

    When `text` is "" the line is `pause` seconds of silence. `stressed` are the numbers of words with more weight.
    """

    name: str
    text: str
    cues: tuple[tuple[str, int], ...]
    pause: float = 0.0
    stressed: tuple[int, ...] = ()


def begins_line(text: str) -> bool:
    """Whether a line of a script is the first of a line of narration."""
    return bool(LINE_START.match(text))


def is_pause(text: str) -> bool:
    """Whether a text is a silence and no words."""
    return pause(text) is not None


def pause(text: str) -> float | None:
    """The seconds of a silence, or None where there are words."""
    found = _PAUSE.match(text)
    return float(found[1]) if found else None


def without_cues(text: str) -> str:
    """A text as it is heard."""
    return _STRESS.sub(r"\1", CUE.sub("", text))


def needs(script: ClipScript) -> tuple[set[str], set[str]]:
    """The hyperparameters ("table.key") and the experiments that a clip's script reads, in either branch."""
    hyperparameters: set[str] = set()
    experiments: set[str] = set()
    for line in script.lines:
        if line.condition:
            experiments.add(line.condition.experiment)
        for inside in PLACEHOLDER.findall(line.text + line.otherwise):
            left, mark, right, _, _ = split(inside, line.where)
            if mark == ".":
                hyperparameters.add(f"{left}.{right}")
            else:
                experiments.add(left)
    return hyperparameters, experiments


def resolve(script: ClipScript, hyperparameters: Mapping[str, Any], traces: Mapping[str, Facts]) -> tuple[Line, ...]:
    """Choose branches by their claims and put the numbers in; `hyperparameters` is keyed "table.key"."""
    return tuple(_resolve_line(script.name, line, hyperparameters, traces) for line in script.lines)


def _resolve_line(clip: str, line: LineScript, hyperparameters: Mapping[str, Any], traces: Mapping[str, Facts]) -> Line:
    text = line.text
    if line.condition:
        claims = trace(line.condition.experiment, traces, line.where).claims
        holds = look_up(line.condition.claim, claims, f"{line.condition.experiment} has no claim", line.where)
        text = line.otherwise if holds == line.condition.negated else line.text
    name = f"{clip}.{line.cue}"
    silence = pause(text)
    if silence is not None:
        return Line(name, "", tuple((cue, 0) for cue in line.cues), silence)

    def value(match: re.Match[str]) -> str:
        return value_of(match[1], hyperparameters, traces, line.where)

    words: list[str] = []
    cues: dict[str, int] = {line.cue: 0}
    pieces = CUE.split(text)
    for index, piece in enumerate(pieces):
        if index % 2:
            cues[piece] = len(words)
        else:
            words += fill(piece, value).split()
    for cue in line.cues:  # cues of the branch that is not spoken
        cues.setdefault(cue, 0)
    plain, stressed = _stressed(" ".join(words))
    return Line(name, plain, tuple(cues.items()), stressed=stressed)


def _stressed(text: str) -> tuple[str, tuple[int, ...]]:
    """A text without its marks of stress, and the numbers of the words between them."""
    numbers: list[int] = []
    for match in _STRESS.finditer(text):
        first = text[: match.start()].count(" ")
        numbers += range(first, first + match[1].count(" ") + 1)
    return _STRESS.sub(r"\1", text), tuple(numbers)
