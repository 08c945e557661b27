"""dist/: film, single clips, captions, description, thumbnail and manifest, replaced only when all are ready.

Everything is made and checked in a folder inside build/ and then moved file by file. What was published is recorded
with its key and the stamps of its files, so that a run with nothing new takes no time and a single changed clip is the
only one that is muxed again.
"""

from __future__ import annotations

import filecmp
import os
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from pipeline import captions, chapters, timing
from pipeline.errors import BuildError
from pipeline.files import read_json, stamp, write_json
from pipeline.film import Chapter, Tags, inspect, join
from pipeline.settings import Lecture
from pipeline.timing import Timing

THUMBNAIL_SIZE = (1280, 720)
THUMBNAIL_BYTES = 2_000_000
LOUDNESS_TOLERANCE = 0.5  # LU

_MODULES = ("captions", "chapters", "film", "mp4", "publish", "sound", "timing")
_RECORD = "published.json"


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
        ends = [0.0]
        for clip in self.clips:
            ends.append(round(ends[-1] + clip.timing.duration, 3))
        return ends[:-1]

    @property
    def chapters(self) -> list[Chapter]:
        """Every chapter, wherever its title changes from one clip to the next."""
        found: list[Chapter] = []
        for clip, start in zip(self.clips, self.starts, strict=True):
            if not found or found[-1].title != clip.chapter:
                found.append(Chapter(clip.chapter, start))
        return found


@dataclass(frozen=True)
class Published:
    """The files that were replaced, and sentences worth a warning."""

    files: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()


def key(film: Film) -> str:
    """What dist/ depends on, as a digest: keys, timings, settings, the modules of this step; no made file is read."""
    lecture = asdict(replace(film.lecture, voice=replace(film.lecture.voice, say={})))
    clips = [[clip.name, clip.chapter, clip.key, clip.timing.digest, clip.facts] for clip in film.clips]
    parts = [film.quality, film.hyperparameters, film.thumbnail_key, lecture, clips]
    return timing.digest(timing.sources(*_MODULES), parts)


def is_current(film: Film, dist: Path, build: Path) -> bool:
    """Whether dist/ holds this film and nobody has touched its files since; instant."""
    record = _read(build)
    return record["key"] == key(film) and all(_untouched(dist, name, mark) for name, mark in record["files"].items())


def publish(film: Film, dist: Path, build: Path) -> Published:
    """Make everything in a folder inside `build`, check it, then move it to `dist`.

    Raises BuildError if a clip does not fit, the captions cannot be read or the film is not fit for upload; then
    dist/ is as it was.
    """
    if is_current(film, dist, build):
        return Published()
    with _stage(build) as folder:
        stage = Path(folder)
        shown = captions.make([(start, clip.timing) for start, clip in zip(film.starts, film.clips, strict=True)])
        _refuse(captions.check(shown))
        listed = chapters.listed(film.chapters, film.duration)
        _refuse(chapters.check(listed, film.duration) if listed else [])
        gain = _gain(film, build)
        sounds = [_mastered(film, clip, gain, build) for clip in film.clips]
        clips, jobs = _clip_jobs(film, film.clips, gain, dist, build, stage)
        tags = Tags(film.lecture.title, f"hyperparameters sha256 {film.hyperparameters}", film.chapters)
        whole = _Job([clip.picture for clip in film.clips], sounds, stage / "lecture.mp4", tags)
        _mux([whole, *jobs], film.lecture.sound.bitrate)
        level = _check_level(film, stage / "lecture.mp4")
        _text(stage / "lecture.srt", captions.srt(shown))
        _text(stage / "lecture.vtt", captions.vtt(shown))
        _text(stage / "description.txt", chapters.description(film.lecture, listed, film.duration))
        write_json(stage / "manifest.json", _manifest(film, level))
        if film.thumbnail:
            _thumbnail(film.thumbnail, stage / "thumbnail.jpg")
        files = _move(stage, dist)
        _forget(film, dist, build)
        names = [*(file.relative_to(dist).as_posix() for file in files), *_read(build)["files"]]
        _write(build, dist, key(film), names, clips, gain)
    notes = []
    if not listed:
        notes.append(
            f"description.txt lists no chapters: fewer than {chapters.FEWEST} last {chapters.SHORTEST:.0f} s or more."
        )
    return Published(tuple(files), tuple(notes))


def publish_clips(film: Film, names: Sequence[str], dist: Path, build: Path) -> Published:
    """Make only dist/clips/NAME.mp4 for these clips of the film, at the loudness of the last published film.

    If no film was published yet, these clips together get the loudness that the film would have. A film that holds
    another version of a clip is no longer current after this.
    """
    wanted = tuple(clip for clip in film.clips if clip.name in names)
    record = _read(build)
    gain = _gain(replace(film, clips=wanted), build) if record["gain"] is None else record["gain"]
    with _stage(build) as folder:
        stage = Path(folder)
        clips, jobs = _clip_jobs(film, wanted, gain, dist, build, stage)
        _mux(jobs, film.lecture.sound.bitrate)
        files = _move(stage, dist)
        all_clips = {**record["clips"], **clips}
        made = record["key"] if all_clips == record["clips"] else ""
        moved = [file.relative_to(dist).as_posix() for file in files]
        _write(build, dist, made, [*record["files"], *moved], all_clips, record["gain"])
    return Published(tuple(files))


def _stage(build: Path) -> tempfile.TemporaryDirectory[str]:
    build.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(dir=build, prefix="publish-")


def _read(build: Path) -> dict[str, Any]:
    """The record of the last publication: its key, files with their stamps, keys of single clips, gain."""
    record = read_json(build / _RECORD)
    empty: dict[str, Any] = {"key": "", "files": {}, "clips": {}, "gain": None}
    return record if isinstance(record, dict) and record.keys() == empty.keys() else empty


def _write(build: Path, dist: Path, key: str, names: Sequence[str], clips: Mapping[str, str], gain: Any) -> None:
    files = {name: stamp(dist / name) for name in sorted(set(names)) if (dist / name).is_file()}
    write_json(build / _RECORD, {"key": key, "files": files, "clips": dict(clips), "gain": gain})


def _untouched(dist: Path, name: str, mark: Sequence[int]) -> bool:
    return stamp(dist / name) == tuple(mark)


def _gain(film: Film, build: Path) -> float:
    """The gain of these clips together, measured once and remembered by their sounds."""
    from pipeline import sound

    target = film.lecture.sound
    wanted = timing.digest(
        timing.sources("sound"), [clip.timing.digest for clip in film.clips], target.loudness, target.true_peak
    )
    path = build / "gain.json"
    known = read_json(path)
    if not (isinstance(known, dict) and known.get("key") == wanted):
        gain = sound.master([clip.sound for clip in film.clips], target.loudness, target.true_peak)
        known = {"key": wanted, "gain": gain}
        write_json(path, known)
    return float(known["gain"])


def _mastered(film: Film, clip: Clip, gain: float, build: Path) -> Path:
    """The clip's sound as it is in the film: build/sound/KEY.wav."""
    from pipeline import sound

    peak = film.lecture.sound.true_peak
    path = build / "sound" / f"{timing.digest(timing.sources('sound'), clip.timing.digest, gain, peak)}.wav"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}.part")
        sound.write(temporary, sound.apply(sound.read(clip.sound), gain, peak))
        os.replace(temporary, path)
    return path


class _Job(NamedTuple):
    """An MP4 to be muxed and read back."""

    pictures: list[Path]
    sounds: list[Path]
    out: Path
    tags: Tags


def _mux(jobs: Sequence[_Job], bitrate: int) -> None:
    """Two at a time: the encoder of sound uses one core each."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda job: join(job.pictures, job.sounds, job.out, job.tags, bitrate), jobs))
    for job in jobs:
        _refuse(inspect(job.out))


def _clip_jobs(
    film: Film, clips: Sequence[Clip], gain: float, dist: Path, build: Path, stage: Path
) -> tuple[dict[str, str], list[_Job]]:
    """The key of each clip with its sound, and what must be muxed into stage/clips/ as dist/clips/ does not hold it."""
    (stage / "clips").mkdir()
    record = _read(build)
    keys: dict[str, str] = {}
    jobs = []
    for clip in clips:
        name = f"clips/{clip.name}.mp4"
        made_from = [clip.key, clip.timing.digest, clip.chapter, gain, asdict(film.lecture.sound)]
        keys[clip.name] = timing.digest(timing.sources("film", "sound"), made_from)
        mark = record["files"].get(name)
        if not (record["clips"].get(clip.name) == keys[clip.name] and mark and _untouched(dist, name, mark)):
            tags = Tags(f"{clip.chapter}: {clip.name.replace('_', ' ')}", f"clip {clip.key}")
            jobs.append(_Job([clip.picture], [_mastered(film, clip, gain, build)], stage / name, tags))
    return keys, jobs


def _move(stage: Path, dist: Path) -> list[Path]:
    """Move every file of the stage to its place in dist/, but leave those that are there with the same bytes."""
    moved = []
    for made in sorted(stage.rglob("*")):
        place = dist / made.relative_to(stage)
        if made.is_file() and not (place.is_file() and filecmp.cmp(made, place, shallow=False)):
            place.parent.mkdir(parents=True, exist_ok=True)
            os.replace(made, place)
            moved.append(place)
    return moved


def _forget(film: Film, dist: Path, build: Path) -> None:
    """Remove what an earlier publication left for clips that the film no longer has, unless somebody changed it."""
    kept = {f"clips/{clip.name}.mp4" for clip in film.clips}
    for name, mark in _read(build)["files"].items():
        if name.startswith("clips/") and name not in kept and _untouched(dist, name, mark):
            (dist / name).unlink()


def _check_level(film: Film, path: Path) -> dict[str, float] | None:
    """Loudness and true peak of the encoded film, which must be those of lecture.toml; None if it is silent."""
    from pipeline import sound

    level = sound.measure(sound.blocks(path))
    target = film.lecture.sound
    if level.loudness <= sound.SILENCE:
        return None
    if abs(level.loudness - target.loudness) > LOUDNESS_TOLERANCE or level.true_peak > target.true_peak:
        raise BuildError(
            f"the film's sound has {level.loudness:.1f} LUFS and peaks of {level.true_peak:.1f} dBTP, but lecture.toml "
            f"asks for {target.loudness:.1f} LUFS and at most {target.true_peak:.1f} dBTP."
        )
    return {"loudness": round(level.loudness, 1), "true_peak": round(level.true_peak, 1)}


def _manifest(film: Film, level: Mapping[str, float] | None) -> dict[str, Any]:
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
                "duration": clip.timing.duration,
                "digest": clip.key,
                "voice": clip.timing.digest,
            }
            for clip, start in zip(film.clips, film.starts, strict=True)
        ],
    }


def _thumbnail(picture: Path, out: Path) -> None:
    """The PNG as a JPEG, as good as fits."""
    from PIL import Image

    with Image.open(picture) as image:
        if image.size != THUMBNAIL_SIZE:
            raise BuildError(f"the thumbnail is {image.size[0]}x{image.size[1]}; it must be 1280x720.")
        flat = image.convert("RGB")
    for quality in (95, 90, 80, 70, 50):
        flat.save(out, "JPEG", quality=quality, subsampling=0)
        if out.stat().st_size < THUMBNAIL_BYTES:
            return
    raise BuildError(f"the thumbnail does not fit into {THUMBNAIL_BYTES // 1_000_000} MB.")


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _refuse(problems: Sequence[str]) -> None:
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise BuildError(problems[0] + more)
