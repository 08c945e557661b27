"""When each line, word and cue of a clip sounds: what the voice hands to pictures, captions and the film."""

from __future__ import annotations

import functools
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

SAMPLE_RATE = 48_000
# A clip lasts a multiple of 8/15 s: the shortest time that is whole frames at 15 fps (8), 30 (16) and 60 (32), and
# whole packets of 1024 samples of AAC (25). So the sound of a clip can be encoded once, and copied into the film.
QUANTUM = Fraction(8, 15)


class Word(NamedTuple):
    """A word as the captions show it, and when it sounds (seconds)."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class TimedLine:
    """A line of narration in its clip, and who speaks it; `text` is "" for a silent line."""

    name: str
    start: float
    end: float
    text: str
    words: tuple[Word, ...] = ()
    speaker: str = ""
    """An engine of lecture.toml, or "recording"."""


@dataclass(frozen=True)
class Timing:
    """A clip's duration (a multiple of `QUANTUM`), its cues and lines in seconds from its start.

    `digest` covers all of these and the sound itself.
    """

    clip: str
    duration: float
    cues: Mapping[str, float]
    lines: tuple[TimedLine, ...]
    digest: str

    def save(self, path: Path) -> None:
        """Write the JSON that `load` reads; the same timing gives the same bytes."""
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Timing:
        """Read what `save` wrote."""
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        lines = tuple(
            TimedLine(**{**line, "words": tuple(Word(*word) for word in line["words"])}) for line in data["lines"]
        )
        return cls(data["clip"], data["duration"], data["cues"], lines, data["digest"])


def round_up(seconds: float) -> float:
    """The next multiple of `QUANTUM`."""
    return float(math.ceil(round(seconds / float(QUANTUM), 6)) * QUANTUM)


def digest(*parts: object) -> str:
    """SHA-256 over the canonical JSON of the parts."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@functools.cache
def sources(*modules: str) -> str:
    """Digest of the text of modules ("media/sound"): results that they shape are made again when they change."""
    here = Path(__file__).parents[1]
    return hashlib.sha256(b"\0".join((here / f"{name}.py").read_bytes() for name in modules)).hexdigest()
