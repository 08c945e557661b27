"""Looks for what is wrong with the film: every problem is a sentence that says what and where.

First at what is said (every number looked up, every outcome behind a claim), then at the layout of every clip, then at
the files in dist/ as an upload would.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.build import narration
from pipeline.build.build import Build
from pipeline.build.status import Survey, summary
from pipeline.check import fact_check, pace
from pipeline.check.looked import Look, look
from pipeline.errors import UserError
from pipeline.media import loudness, sound
from pipeline.media.mp4 import inspect
from pipeline.media.timing import Timing
from pipeline.project import films, placeholders, qualities, translation
from pipeline.project.qualities import Quality
from pipeline.publish import captions, foretold, youtube_chapters
from pipeline.publish.film import Film, home, room
from pipeline.publish.gain import LOUDNESS_TOLERANCE
from pipeline.publish.published import altered, is_current
from pipeline.publish.thumbnail import THUMBNAIL_BYTES, THUMBNAIL_SIZE
from pipeline.speech.stray_recordings import stray_recordings

SECONDS_HEARD = 0.02
"""Seconds that measuring a second of sound takes, about."""
BYTES_READ = 2e8
"""Bytes of an MP4 that are looked at in a second, about."""


def problems(build: Build, quality: Quality) -> tuple[list[str], list[str]]:
    """Sentences on what is wrong, and on what was looked at and is right.

    Traces and narration that are stale are made first; pictures are not.
    """
    project = build.project
    build.prepare(project.told)
    found: list[str] = []
    passed: list[str] = []
    for name, faults in _looks(build, quality):
        found += faults
        if not faults:
            passed.append(name)
    passed += build.survey.false_claims(project.told)
    return found, passed


def _looks(build: Build, quality: Quality) -> Iterator[tuple[str, Sequence[str]]]:
    yield "upload: title, description, captions", foretold.faults(build.project)
    yield from _truth(build)
    yield from _translations(build)
    kept = narration.told(build)
    if kept.lines:
        yield f"speech: {len(kept.missing)} of {len(kept.lines)} lines are not in assets/speech", []
    strays = stray_recordings(build.project)
    if strays:
        yield "recordings", strays
    glossary, looks, told = pace.read(build.project.root), build.layouts(build.project.told), []
    for chapter in build.project.every:
        for clip in chapter.clips:
            seen = looks[clip.name]
            yield f"layout: {clip.name}", _layout(clip.name, seen, chapter.name in glossary.chapters)
            labels = () if isinstance(seen, str) else tuple((time, words) for time, words in seen["labels"])
            told.append(pace.Told(chapter.name, _timing(build, clip.name), labels))
    if glossary.chapters:
        name = f"pace: {len(glossary.chapters)} chapters, {len(glossary.terms)} terms"
        yield name, list(pace.findings(told, glossary))
    foreign = altered(build.project.dist, build.project.build)
    if foreign:
        yield "files in dist/", foreign
    film = build.survey.film(quality)
    if film is None or not is_current(film, build.project.dist, build.project.build):
        yield "film", [f"the film in dist/ is stale in {quality.name} quality; python render.py status says why."]
    else:
        yield from _film(build, film)
    for name in films.names(build.project):
        yield from _another(build, Survey(films.of(build.project, name), build.store))


def _another(build: Build, survey: Survey) -> Iterator[tuple[str, Sequence[str]]]:
    """A film beside the lecture, as it was made last; nothing of one that never was."""
    project, last = survey.project, survey.last_quality()
    if not last:
        return
    quality = qualities.shaped(qualities.quality(last.partition(" ")[0]), "mp4", False, project.size)
    film = survey.film(quality)
    if film is None or not is_current(film, project.dist, project.build):
        yield f"film {project.film}", [f"the film {project.film} is stale; python render.py status says why."]
        return
    if foreign := altered(home(film.name, project.dist), room(film.name, project.build)):
        yield f"files of {film.name}", foreign
    yield from ((f"{film.name}: {told}", faults) for told, faults in _film(build, film))


def _translations(build: Build) -> Iterator[tuple[str, Sequence[str]]]:
    """How far each translation is, and where it is not the original in other words."""
    for language in translation.languages(build.project):
        try:
            told = translation.load(build.project, language)
        except UserError as error:
            yield f"narration in {language}", [str(error)]
            continue
        yield f"narration in {language}: {len(told.scripts)} of {len(build.project.told)} clips", []


def _truth(build: Build) -> Iterator[tuple[str, Sequence[str]]]:
    """What is said, as written and with its numbers."""
    project = build.project
    sources = [source.title for source in project.settings.publish.sources]
    for chapter in project.every:
        path = project.root / "assets/narration" / f"{chapter.name}.md"
        sentences = fact_check.read(path)
        faults = [str(finding) for finding in fact_check.findings(sentences, sources)]
        for clip in chapter.clips:
            assert clip.script is not None
            traces = {name: summary(build.survey.trace(project.experiments[name])) for name in clip.spoken_traces}
            faults += map(str, fact_check.unready(clip.script, project.hyperparameters, traces))
        numbers = sum(placeholders.count(sentence.text) for sentence in sentences)
        guarded = sum(sentence.guarded for sentence in sentences)
        told = f"{len(sentences)} sentences, {numbers} numbers looked up, {guarded} sentences behind claims"
        yield f"narration: {chapter.name}: {told}", faults
        for told in fact_check.exempt(sentences):
            yield f"narration: {told}", []


def _timing(build: Build, name: str) -> Timing:
    """When each word of a clip is said."""
    spoken = build.survey.voice(build.project.find(name))
    return Timing.load(build.store.path("voices", spoken.key, ".json"))


def _layout(name: str, seen: dict[str, Any] | str, paced: bool) -> list[str]:
    """What is wrong with the picture; how long things rest counts in chapters that are held to it."""
    if isinstance(seen, str):
        return [f"layout: {name} cannot be drawn: {seen}"]
    return [
        f"layout: {name} at {fault['time']:.2f} s: {fault['sentence']} ({fault['still']})"
        for fault in seen["faults"]
        if paced or fault["kind"] not in pace.KINDS
    ]


def _film(build: Build, film: Film) -> Iterator[tuple[str, Sequence[str]]]:
    dist, root = home(film.name, build.project.dist), build.project.root
    shown = captions.make([(start, clip.timing) for start, clip in zip(film.starts, film.clips, strict=True)])
    yield f"captions: {len(shown)}", captions.check(shown)
    for name, text in ((f"{film.stem}.srt", captions.srt(shown)), (f"{film.stem}.vtt", captions.vtt(shown))):
        place = (dist / name).relative_to(root).as_posix()
        yield name, [] if _text(dist / name) == text else [f"{place} does not hold the captions of this film."]
    listed = youtube_chapters.listed(film.chapters, film.duration)
    if listed:
        yield f"chapters: {len(listed)}", youtube_chapters.check(listed, film.duration)
    clips = film.clips if film.is_lecture else ()
    paths = [dist / f"{film.stem}.mp4", *(dist / "clips" / f"{clip.name}.mp4" for clip in clips)]
    bytes_of, target = build.store.digests.of, film.lecture.sound
    looks = [_container(path, root, bytes_of(path)) for path in paths]
    heard = [bytes_of(paths[0]), target.loudness, target.true_peak, LOUDNESS_TOLERANCE]
    judges = ("check/check", "media/loudness", "media/sound")
    hear = functools.partial(_sound, film, paths[0])
    looks.append(Look("sound of the film", heard, judges, hear, film.duration * SECONDS_HEARD))
    yield from look(build, looks)
    yield "thumbnail.jpg", _thumbnail(dist / "thumbnail.jpg") if film.thumbnail else []


def _container(path: Path, root: Path, digest: str | None) -> Look:
    name = str(path.relative_to(root))
    size = path.stat().st_size if path.is_file() else 0
    return Look(name, [digest], ("media/mp4",), lambda: (name, inspect(path)), size / BYTES_READ)


def _sound(film: Film, path: Path) -> tuple[str, list[str]]:
    level, target = loudness.measure(sound.blocks(path)), film.lecture.sound
    name = f"sound: {level.loudness:.1f} LUFS, true peak {level.true_peak:.1f} dBTP"
    if level.loudness <= loudness.SILENCE:
        return "sound: silent", []
    faults = []
    if abs(level.loudness - target.loudness) > LOUDNESS_TOLERANCE:
        faults.append(f"the film has {level.loudness:.1f} LUFS, but lecture.toml asks for {target.loudness:.1f}.")
    if level.true_peak > target.true_peak:
        faults.append(
            f"the film has peaks of {level.true_peak:.1f} dBTP, but at most {target.true_peak:.1f} are allowed."
        )
    return name, faults


def _thumbnail(path: Path) -> list[str]:
    from PIL import Image

    with Image.open(path) as image:
        size = image.size
    faults = []
    if size != THUMBNAIL_SIZE:
        faults.append(f"dist/{path.name} is {size[0]}x{size[1]}; it must be 1280x720.")
    if path.stat().st_size >= THUMBNAIL_BYTES:
        faults.append(f"dist/{path.name} has {path.stat().st_size} bytes; under {THUMBNAIL_BYTES} are allowed.")
    return faults


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
