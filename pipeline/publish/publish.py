"""dist/: film, single clips, captions, description, thumbnail and manifest, replaced only when all are ready.

Everything is made and checked in a folder inside build/ and then takes its place at once (see swap). What was published
is recorded with its key and the stamps of its files, so that a run with nothing new takes no time and a single changed
clip is the only one that is muxed again.
"""

from __future__ import annotations

import itertools
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.errors import BuildError
from pipeline.files import read_json, stamp, write_json
from pipeline.media import sound, timing
from pipeline.media.mux import Chapter, Tags, add_sound, inspect, join
from pipeline.media.timing import Timing
from pipeline.project.lecture_toml import Lecture
from pipeline.publish import captions, mastering, swap
from pipeline.publish import youtube_chapters as chapters
from pipeline.publish.mastering import Work

THUMBNAIL_SIZE = (1280, 720)
THUMBNAIL_BYTES = 2_000_000
LOUDNESS_TOLERANCE = 0.5  # LU

_MODULES = (
    "publish/captions",
    "publish/youtube_chapters",
    "publish/publish",
    "publish/mastering",
    "media/mux",
    "media/mp4",
    "media/sound",
    "media/timing",
)
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


@dataclass(frozen=True)
class Published:
    """The files that were replaced, and sentences worth a warning."""

    files: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()


def key(film: Film) -> str:
    """What dist/ depends on, as a digest: keys, timings, settings, the modules of this step; no made file is read."""
    lecture = asdict(replace(film.lecture, voice=replace(film.lecture.voice, say={}, mix=False)))
    del lecture["video"]  # the quality when the command line names none; this film's stands beside it
    clips = [[clip.name, clip.chapter, clip.key, clip.timing.digest, clip.facts] for clip in film.clips]
    parts = [film.quality, film.hyperparameters, film.thumbnail_key, lecture, clips]
    return timing.digest(timing.sources(*_MODULES), parts)


def is_current(film: Film, dist: Path, build: Path) -> bool:
    """Whether dist/ holds this film and nobody has touched its files since; instant."""
    record = _read(build)
    return record["key"] == key(film) and not altered(dist, build)


def altered(dist: Path, build: Path) -> list[str]:
    """A sentence for each file of the last publication that is gone or was changed by somebody else; instant."""
    marks = {name: (tuple(mark), stamp(dist / name)) for name, mark in _read(build)["files"].items()}
    return [
        f"{dist.name}/{name} {'is missing' if now is None else 'is not the file that was published'}."
        for name, (then, now) in marks.items()
        if now != then
    ]


def belongs(name: str, clips: Sequence[str], build: Path) -> bool:
    """Whether a file of this name below dist/ was published, or would be for these clips."""
    return name == "lecture.mp4" or name in {*(f"clips/{clip}.mp4" for clip in clips), *_read(build)["files"]}


def publish(film: Film, dist: Path, build: Path, work: Work = mastering.here) -> Published:
    """Make everything in a folder inside `build`, check it, then move it to `dist`; `work` does what takes long.

    Raises BuildError if a clip does not fit, the captions cannot be read or the film is not fit for upload; then
    dist/ is as it was.
    """
    swap.recover(dist, build)
    if is_current(film, dist, build):
        return Published()
    with _stage(build) as folder:
        stage = Path(folder)
        shown = captions.make([(start, clip.timing) for start, clip in zip(film.starts, film.clips, strict=True)])
        _refuse(captions.check(shown))
        listed = chapters.listed(film.chapters, film.duration)
        _refuse(chapters.check(listed, film.duration) if listed else [])
        gain = _gain(film, build, work)
        made = _clips(film, gain, dist, build, stage, work)
        shown_as = Tags(film.lecture.title, f"hyperparameters sha256 {film.hyperparameters}", film.chapters)
        join([clip.path for clip in made.values()], stage / "lecture.mp4", shown_as)
        _refuse(inspect(stage / "lecture.mp4"))
        level = _check_level(film, sound.together(clip.level for clip in made.values()))
        _text(stage / "lecture.srt", captions.srt(shown))
        _text(stage / "lecture.vtt", captions.vtt(shown))
        _text(stage / "description.txt", chapters.description(film.lecture, listed, film.duration))
        write_json(stage / "manifest.json", _manifest(film, level))
        if film.thumbnail:
            _thumbnail(film.thumbnail, stage / "thumbnail.jpg")
        keys = {name: clip.key for name, clip in made.items()}
        files = _put(stage, dist, build, key(film), keys, gain, _forgotten(film, stage, build))
    _sweep(build / "levels")
    notes = captions.hurried(shown)
    if not listed:
        notes.append(
            f"description.txt lists no chapters: fewer than {chapters.FEWEST} last {chapters.SHORTEST:.0f} s or more."
        )
    return Published(tuple(files), tuple(notes))


def publish_clips(film: Film, names: Sequence[str], dist: Path, build: Path, work: Work = mastering.here) -> Published:
    """Make only dist/clips/NAME.mp4 for these clips of the film, at the loudness of the last published film.

    If no film was published yet, these clips together get the loudness that the film would have. A film that holds
    another version of a clip is no longer current after this.
    """
    wanted = tuple(clip for clip in film.clips if clip.name in names)
    record = _read(build)
    level = gain_of(replace(film, clips=wanted), build, work)
    with _stage(build) as folder:
        stage = Path(folder)
        made = _clips(replace(film, clips=wanted), level, dist, build, stage, work)
        clips = {**record["clips"], **{name: clip.key for name, clip in made.items()}}
        unchanged = record["key"] if clips == record["clips"] else ""
        files = _put(stage, dist, build, unchanged, clips, record["gain"])
    return Published(tuple(files))


def gain_of(film: Film, build: Path, work: Work = mastering.here) -> float:
    """The gain (dB) of the last published film; if there was none, the one that brings these clips to its loudness."""
    known: float | None = _read(build)["gain"]
    return _gain(film, build, work) if known is None else known


def mastered(film: Film, clip: Clip, gain: float) -> Any:
    """The samples of a clip as they are in the film."""
    return mastering.mastered(clip.sound, gain, film.lecture.sound.true_peak)


def tags(clip: Clip, marks: Sequence[str] = ()) -> Tags:
    """What a player shows of a single clip, and by which `marks` it differs from the film."""
    return Tags(f"{clip.chapter}: {clip.name.replace('_', ' ')}", "; ".join([f"clip {clip.key}", *marks]))


def write_clip(film: Film, clip: Clip, gain: float, out: Path, marks: Sequence[str] = ()) -> None:
    """Writes a clip with its sound as an MP4; BuildError if it is not fit for upload."""
    add_sound(clip.picture, mastered(film, clip, gain), out, tags(clip, marks), film.lecture.sound.bitrate)
    _refuse(inspect(out))


def _stage(build: Path) -> tempfile.TemporaryDirectory[str]:
    build.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(dir=build, prefix="publish-")


def _read(build: Path) -> dict[str, Any]:
    """The record of the last publication: its key, files with their stamps, keys of single clips, gain."""
    record = read_json(build / _RECORD)
    empty: dict[str, Any] = {"key": "", "files": {}, "clips": {}, "gain": None}
    return record if isinstance(record, dict) and record.keys() == empty.keys() else empty


def _put(
    stage: Path, dist: Path, build: Path, key: str, clips: Mapping[str, str], gain: Any, gone: Sequence[str] = ()
) -> list[Path]:
    """Brings what changed from the stage to dist/ with the record of it, all at once; returns the files.

    A file that is not in the stage keeps the stamp with which it was published. What is `gone` leaves the record, and
    dist/ unless somebody changed it.
    """
    known, staged = _read(build)["files"], swap.files_in(stage)
    names = swap.changed(stage, dist)
    files = {name: mark for name, mark in known.items() if name not in gone}
    files |= swap.stamps(stage, names, dist, staged)
    write_json(stage / _RECORD, {"key": key, "files": files, "clips": dict(clips), "gain": gain})
    removed = [name for name in gone if _untouched(dist, name, known[name])]
    swap.replace(stage, names, removed, dist, build, build / _RECORD)
    return [dist / name for name in names]


def _untouched(dist: Path, name: str, mark: Sequence[int]) -> bool:
    return stamp(dist / name) == tuple(mark)


def _gain(film: Film, build: Path, work: Work) -> float:
    """The gain that brings these clips together to the loudness of lecture.toml."""
    target = film.lecture.sound

    def level_at(gain: float) -> sound.Level:
        places = [_kept(build, [clip.timing.digest, gain, target.true_peak]) for clip in film.clips]
        jobs = [
            {"sound": str(clip.sound), "gain": gain, "true_peak": target.true_peak, "keep": str(place)}
            for clip, place in zip(film.clips, places, strict=True)
        ]
        _missing_levels(f"Sound at {gain:+.1f} dB", mastering.level, jobs, film, work)
        return sound.together(map(_level, places))

    return sound.find_gain(level_at, target.loudness, target.true_peak)


def _kept(build: Path, made_from: Sequence[object]) -> Path:
    """Where the level of a sound is kept: under what the sound is made from."""
    return build / "levels" / f"{timing.digest(timing.sources('media/sound', 'media/mux'), made_from)}.json"


def _level(path: Path) -> sound.Level:
    known = read_json(path)
    os.utime(path)
    return sound.Level(tuple(known["momentary"]), known["true_peak"])


def _missing_levels(
    label: str,
    function: Callable[[mastering.Job], dict[str, Any]],
    jobs: Sequence[mastering.Job],
    film: Film,
    work: Work,
) -> None:
    """Does the jobs whose level is not kept yet."""
    missing = [k for k, job in enumerate(jobs) if not isinstance(read_json(Path(job["keep"])), dict)]
    if missing:
        work(label, function, [jobs[k] for k in missing], [film.clips[k].timing.duration for k in missing])


def _sweep(folder: Path) -> None:
    """Remove what was not used for a week."""
    for path in folder.glob("*.json"):
        if time.time() - path.stat().st_mtime > 7 * 24 * 3600:
            path.unlink()


class _Made(NamedTuple):
    """A clip with its sound, in the stage or already in dist/."""

    key: str
    path: Path
    level: sound.Level


def _clips(film: Film, gain: float, dist: Path, build: Path, stage: Path, work: Work) -> dict[str, _Made]:
    """Every clip with its sound: in stage/clips/, or in dist/clips/ if that holds it already."""
    (stage / "clips").mkdir()
    record = _read(build)
    target = film.lecture.sound
    made: dict[str, tuple[str, Path, Path]] = {}
    encoded: list[tuple[Clip, mastering.Job]] = []
    measured: list[mastering.Job] = []
    for clip in film.clips:
        name = f"clips/{clip.name}.mp4"
        made_from = [clip.key, clip.timing.digest, clip.chapter, gain, asdict(target)]
        wanted = timing.digest(timing.sources("media/mux", "media/sound"), made_from)
        keep = _kept(build, ["encoded", wanted])
        mark = record["files"].get(name)
        path = dist / name
        if not (record["clips"].get(clip.name) == wanted and mark and _untouched(dist, name, mark)):
            path = stage / name
            job = {"sound": str(clip.sound), "gain": gain, "true_peak": target.true_peak, "bitrate": target.bitrate}
            shown = tags(clip)
            job |= {"picture": str(clip.picture), "title": shown.title, "comment": shown.comment}
            encoded.append((clip, job | {"out": str(path), "keep": str(keep)}))
        measured.append({"out": str(path), "keep": str(keep)})
        made[clip.name] = wanted, path, keep
    if encoded:
        lengths = [clip.timing.duration for clip, _ in encoded]
        work("Sound of the clips", mastering.encode, [job for _, job in encoded], lengths)
    _missing_levels("Sound in dist/", mastering.measure, measured, film, work)
    return {name: _Made(key, path, _level(keep)) for name, (key, path, keep) in made.items()}


def _forgotten(film: Film, stage: Path, build: Path) -> list[str]:
    """What an earlier publication left and the film no longer has, such as a clip that left it."""
    kept = {*swap.files_in(stage), *(f"clips/{clip.name}.mp4" for clip in film.clips)}
    return [name for name in _read(build)["files"] if name not in kept]


def _check_level(film: Film, level: sound.Level) -> dict[str, float] | None:
    """Loudness and true peak of the encoded film, which must be those of lecture.toml; None if it is silent."""
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
                "duration": round(clip.timing.duration, 3),
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
