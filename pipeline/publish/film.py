"""What goes into dist/: the film and its clips."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.media.mux import Chapter
from pipeline.media.timing import Timing
from pipeline.project.lecture_toml import Lecture


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
    """All that goes into dist/.

    `thumbnail` is a PNG of 1280x720, or None; `thumbnail_key` and `hyperparameters` are digests of what they show
    and of all values.
    """

    lecture: Lecture
    quality: str
    clips: tuple[Clip, ...]
    hyperparameters: str
    thumbnail: Path | None = None
    thumbnail_key: str = ""

    @property
    def duration(self) -> float:
        """Seconds."""
        return round(sum(clip.timing.duration for clip in self.clips), 3)

    @property
    def starts(self) -> list[float]:
        """The second of the film at which each clip begins."""
        ends = itertools.accumulate((clip.timing.duration for clip in self.clips), initial=0.0)
        return [round(end, 3) for end in ends][:-1]

    @property
    def chapters(self) -> list[Chapter]:
        """Every chapter, wherever its title changes from one clip to the next."""
        found: list[Chapter] = []
        for clip, start in zip(self.clips, self.starts, strict=True):
            if not found or found[-1].title != clip.chapter:
                found.append(Chapter(clip.chapter, start))
        return found


def manifest(film: Film, level: Mapping[str, float] | None) -> dict[str, Any]:
    """What manifest.json says."""
    return {
        "title": film.lecture.title,
        "quality": film.quality,
        "duration": film.duration,
        "hyperparameters": film.hyperparameters,
        "sound": level,
        "chapters": [chapter._asdict() for chapter in film.chapters],
        "clips": [
            {
                **clip.facts,
                "name": clip.name,
                "chapter": clip.chapter,
                "file": f"clips/{clip.name}.mp4",
                "start": start,
                "duration": round(clip.timing.duration, 3),
                "digest": clip.key,
                "voice": clip.timing.digest,
            }
            for clip, start in zip(film.clips, film.starts, strict=True)
        ],
    }
