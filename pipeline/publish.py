"""dist/: film, single clips, captions, description, thumbnail and manifest, replaced only when all are ready."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.settings import Lecture
from pipeline.timing import Timing


@dataclass(frozen=True)
class Clip:
    """A clip ready to be published: silent MP4 `picture` made under `key`, WAV `sound`, and facts for manifest.json."""

    name: str
    chapter: str  # the chapter's title
    key: str
    picture: Path
    sound: Path
    timing: Timing
    facts: Mapping[str, Any]  # JSON: traces, hyperparameters, versions, ...


@dataclass(frozen=True)
class Film:
    """All that goes into dist/. `thumbnail` is a PNG of 1280x720; `hyperparameters` the digest of all values."""

    lecture: Lecture
    quality: str
    clips: tuple[Clip, ...]
    thumbnail: Path
    hyperparameters: str


def key(film: Film) -> str:
    """What dist/ depends on, as a digest: keys, timings and settings only, no file is read."""
    raise NotImplementedError


def is_current(film: Film, dist: Path, build: Path) -> bool:
    """Whether dist/ holds this film and nobody has touched its files since; instant."""
    raise NotImplementedError


def publish(film: Film, dist: Path, build: Path) -> list[Path]:
    """Make everything in a folder inside `build`, check it, then move it to `dist`; return the files that changed."""
    raise NotImplementedError


def publish_clips(film: Film, names: Sequence[str], dist: Path, build: Path) -> list[Path]:
    """Make only dist/clips/NAME.mp4 for these clips, at the loudness that the whole film has or would have."""
    raise NotImplementedError
