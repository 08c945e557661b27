"""What was published, by its record: under which key, which files with which stamps.

So a run with nothing new takes no time, and a single changed clip is the only one that is muxed again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from pipeline.files import read_json, stamp, write_json
from pipeline.media import timing
from pipeline.publish import page, swap
from pipeline.publish.film import Film, home, room

_MODULES = (
    *("publish/captions", "publish/film", "publish/gain", "publish/mastering", "publish/page"),
    *("publish/publish", "publish/published", "publish/thumbnail", "publish/youtube_chapters"),
    *("media/loudness", "media/mp4", "media/mux", "media/sound", "media/timing"),
)
RECORD = "published.json"
RESULTS = (
    "lecture.mp4",
    "lecture.srt",
    "lecture.vtt",
    "description.txt",
    "thumbnail.jpg",
    "manifest.json",
    "index.html",
)
"""What stands beside the clips."""


def key(film: Film) -> str:
    """What dist/ depends on, as a digest: keys, timings, settings, the modules of this step; no made file is read."""
    lecture = asdict(replace(film.lecture, voice=replace(film.lecture.voice, say={}, mix=False)))
    del lecture["films"], lecture["video"]  # the quality when the command line names none; this film's stands beside it
    clips = [[clip.name, clip.chapter, clip.key, clip.timing.digest, clip.facts] for clip in film.clips]
    parts = [film.name, film.quality, film.hyperparameters, film.thumbnail_key, lecture, clips]
    return timing.digest(timing.sources(*_MODULES), page.digest(), parts)


def is_current(film: Film, dist: Path, build: Path) -> bool:
    """Whether the film's folder holds this film and nobody has touched its files since; instant."""
    dist, build = home(film.name, dist), room(film.name, build)
    return read(build)["key"] == key(film) and not altered(dist, build)


def altered(dist: Path, build: Path) -> list[str]:
    """A sentence for each file of the last publication that is gone or was changed by somebody else; instant."""
    marks = {name: (tuple(mark), stamp(dist / name)) for name, mark in read(build)["files"].items()}
    return [
        f"{dist.name}/{name} {'is missing' if now is None else 'is not the file that was published'}."
        for name, (then, now) in marks.items()
        if now != then
    ]


def belongs(name: str, clips: Sequence[str], build: Path) -> bool:
    """Whether a file of this name below dist/ was published, or would be for these clips."""
    return name == "lecture.mp4" or name in {*(f"clips/{clip}.mp4" for clip in clips), *read(build)["files"]}


def read(build: Path) -> dict[str, Any]:
    """The record of the last publication: its key, files with their stamps, keys of single clips, gain."""
    shape = {"key": str, "files": {str: (int, int)}, "clips": {str: str}, "gain": int | float | None}
    empty: dict[str, Any] = {"key": "", "files": {}, "clips": {}, "gain": None}
    return read_json(build / RECORD, shape) or empty


def put(
    stage: Path, dist: Path, build: Path, key: str, clips: Mapping[str, str], gain: Any, gone: Sequence[str] = ()
) -> list[Path]:
    """Brings what changed from the stage to dist/ with the record of it, all at once; returns the files.

    A file that is not in the stage keeps the stamp with which it was published. What is `gone` leaves the record, and
    dist/ unless somebody changed it.
    """
    known, staged = read(build)["files"], swap.files_in(stage)
    names = swap.changed(stage, dist)
    files = {name: mark for name, mark in known.items() if name not in gone}
    files |= swap.stamps(stage, names, dist, staged)
    write_json(stage / RECORD, {"key": key, "files": files, "clips": dict(clips), "gain": gain})
    removed = [name for name in gone if untouched(dist, name, known[name])]
    swap.replace(stage, names, removed, dist, build, build / RECORD)
    return [dist / name for name in names]


def untouched(dist: Path, name: str, mark: Sequence[int]) -> bool:
    """Whether a file still has the stamp with which it was published."""
    return stamp(dist / name) == tuple(mark)


def forgotten(film: Film, stage: Path, build: Path) -> list[str]:
    """What an earlier publication left and the film no longer has, such as a clip that left it."""
    kept = {*swap.files_in(stage), *(f"clips/{clip.name}.mp4" for clip in film.clips)}
    return [name for name in read(build)["files"] if name not in kept]
