"""dist/: film, single clips, captions, description, thumbnail and manifest, replaced only when all are ready.

Everything is made and checked in a folder inside build/ and then takes its place at once (see swap).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.errors import BuildError
from pipeline.files import write_json
from pipeline.media import loudness, timing
from pipeline.media.mux import Tags, add_sound, inspect, join
from pipeline.publish import captions, mastering, page, swap, thumbnail
from pipeline.publish import youtube_chapters as chapters
from pipeline.publish.film import Clip, Film, home, manifest, room
from pipeline.publish.gain import check_level, film_gain, gain_of, kept, level_of, measure_missing, sweep
from pipeline.publish.mastering import Work
from pipeline.publish.published import forgotten, is_current, key, put, read, untouched


@dataclass(frozen=True)
class Published:
    """The files that were replaced, and sentences worth a warning."""

    files: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()


def publish(film: Film, dist: Path, build: Path, work: Work = mastering.here) -> Published:
    """Make everything in a folder inside `build`, check it, then move it to `dist`; `work` does what takes long.

    Raises BuildError if a clip does not fit, the captions cannot be read or the film is not fit for upload; then
    its folder is as it was.
    """
    own, record = home(film.name, dist), room(film.name, build)
    swap.recover(own, record)
    if is_current(film, dist, build):
        return Published()
    own.parent.mkdir(parents=True, exist_ok=True)
    with _stage(record) as folder:
        stage = Path(folder)
        shown = captions.make([(start, clip.timing) for start, clip in zip(film.starts, film.clips, strict=True)])
        _refuse(captions.check(shown))
        listed = chapters.listed(film.chapters, film.duration)
        _refuse(chapters.check(listed, film.duration) if listed else [])
        gain = film_gain(film, build, work)
        made = _clips(film, gain, dist, build, stage, work)
        shown_as = Tags(film.lecture.title, f"hyperparameters sha256 {film.hyperparameters}", film.chapters)
        joined = stage / f"{film.stem}.mp4"
        join([clip.path for clip in made.values()], joined, shown_as)
        _refuse(inspect(joined))
        level = check_level(film, loudness.together(clip.level for clip in made.values()))
        _text(joined.with_suffix(".srt"), captions.srt(shown))
        _text(joined.with_suffix(".vtt"), captions.vtt(shown))
        _text(stage / "description.txt", chapters.description(film.lecture, listed, film.duration))
        write_json(stage / "manifest.json", manifest(film, level))
        _text(stage / "index.html", page.html(film, shown))
        if film.thumbnail:
            thumbnail.write(film.thumbnail, stage / "thumbnail.jpg")
        keys = {name: clip.key for name, clip in made.items()}
        if not film.is_lecture:  # whose clips alone are handed out
            shutil.rmtree(stage / "clips")
            keys = {}
        files = put(stage, own, record, key(film), keys, gain, forgotten(film, stage, record))
    sweep(build / "levels")
    notes = captions.too_fast(shown)
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
    record = read(build)
    level = gain_of(replace(film, clips=wanted), build, work)
    with _stage(build) as folder:
        stage = Path(folder)
        made = _clips(replace(film, clips=wanted), level, dist, build, stage, work)
        clips = {**record["clips"], **{name: clip.key for name, clip in made.items()}}
        unchanged = record["key"] if clips == record["clips"] else ""
        files = put(stage, dist, build, unchanged, clips, record["gain"])
    return Published(tuple(files))


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


class _Made(NamedTuple):
    """A clip with its sound, in the stage or already in dist/."""

    key: str
    path: Path
    level: loudness.Level


def _clips(film: Film, gain: float, dist: Path, build: Path, stage: Path, work: Work) -> dict[str, _Made]:
    """Every clip with its sound: in stage/clips/, or in dist/clips/ if that holds it already."""
    (stage / "clips").mkdir()
    dist, record = home(film.name, dist), read(room(film.name, build))
    target = film.lecture.sound
    made: dict[str, tuple[str, Path, Path]] = {}
    encoded: list[tuple[Clip, mastering.Job]] = []
    measured: list[mastering.Job] = []
    for clip in film.clips:
        name = f"clips/{clip.name}.mp4"
        made_from = [clip.key, clip.timing.digest, clip.chapter, gain, asdict(target)]
        wanted = timing.digest(timing.sources("media/mux", "media/sound", "media/loudness"), made_from)
        keep = kept(build, ["encoded", wanted])
        mark = record["files"].get(name)
        path = dist / name
        if not (record["clips"].get(clip.name) == wanted and mark and untouched(dist, name, mark)):
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
    measure_missing("Sound in dist/", mastering.measure, measured, film, work)
    return {name: _Made(key, path, level_of(keep)) for name, (key, path, keep) in made.items()}


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _refuse(problems: Sequence[str]) -> None:
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise BuildError(problems[0] + more)
