"""What goes into dist/: the film and its clips."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.media.mux import Chapter
from pipeline.media.timing import Timing
from pipeline.project.lecture_toml import LECTURE, Lecture


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

    @property
    def title(self) -> str:
        """What a list of clips shows."""
        return self.name.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Film:
    """All that goes into dist/.

    `thumbnail` is a PNG of 1280x720, a clip whose last picture is taken, or None; `thumbnail_key` and `hyperparameters`
    are digests of what they show and of all values.
    """

    lecture: Lecture
    quality: str
    clips: tuple[Clip, ...]
    hyperparameters: str
    thumbnail: Path | None = None
    thumbnail_key: str = ""
    name: str = LECTURE

    @property
    def is_lecture(self) -> bool:
        """Whether this is the film of all chapters, which alone hands out its clips."""
        return self.name == LECTURE

    @property
    def stem(self) -> str:
        """What its files are called: lecture, or the last part of another film's name."""
        return self.name.rpartition("/")[2]

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
        """Every chapter, wherever its title changes; in a film of one chapter every clip is one."""
        found: list[Chapter] = []
        by_clip = not self.is_lecture and len({clip.chapter for clip in self.clips}) == 1 < len(self.clips)
        for clip, start in zip(self.clips, self.starts, strict=True):
            title = clip.title if by_clip else clip.chapter
            if not found or found[-1].title != title:
                found.append(Chapter(title, start))
        return found


def home(film: str, dist: Path) -> Path:
    """The folder that a film has to itself; the lecture's is dist/ itself."""
    return dist if film == LECTURE else dist / "films" / film


def room(film: str, build: Path) -> Path:
    """Where the record of a film's publication is."""
    return build if film == LECTURE else build / "films" / film


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
                **({"file": f"clips/{clip.name}.mp4"} if film.is_lecture else {}),
                "start": start,
                "duration": round(clip.timing.duration, 3),
                "digest": clip.key,
                "voice": clip.timing.digest,
            }
            for clip, start in zip(film.clips, film.starts, strict=True)
        ],
    }
