"""Looks at the film in dist/ as an upload would: every problem is a sentence that says what and where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline import captions, chapters, publish, sound
from pipeline.formats import Quality
from pipeline.lecture import Project
from pipeline.mp4 import inspect
from pipeline.status import Survey


def problems(project: Project, survey: Survey, quality: Quality) -> tuple[list[str], list[str]]:
    """Sentences on what is wrong, and on what was looked at and is right."""
    film = survey.film(quality)
    if film is None or not publish.is_current(film, project.dist, project.build):
        return [f"the film in dist/ is stale in {quality.name} quality; python render.py status says why."], []
    found: list[str] = []
    passed: list[str] = []
    for name, faults in _looks(project, film):
        found += faults
        if not faults:
            passed.append(name)
    passed += survey.false_claims(project.clips)
    return found, passed


def _looks(project: Project, film: publish.Film) -> Iterator[tuple[str, Sequence[str]]]:
    dist = project.dist
    shown = captions.make([(start, clip.timing) for start, clip in zip(film.starts, film.clips, strict=True)])
    yield f"captions: {len(shown)}", captions.check(shown)
    for name, text in (("lecture.srt", captions.srt(shown)), ("lecture.vtt", captions.vtt(shown))):
        yield name, [] if _text(dist / name) == text else [f"dist/{name} does not hold the captions of this film."]
    listed = chapters.listed(film.chapters, film.duration)
    if listed:
        yield f"chapters: {len(listed)}", chapters.check(listed, film.duration)
    for path in [dist / "lecture.mp4", *(dist / "clips" / f"{clip.name}.mp4" for clip in film.clips)]:
        yield str(path.relative_to(project.root)), inspect(path)
    yield _sound(film, dist / "lecture.mp4")
    yield "thumbnail.jpg", _thumbnail(dist / "thumbnail.jpg") if film.thumbnail else []


def _sound(film: publish.Film, path: Path) -> tuple[str, list[str]]:
    level, target = sound.measure(sound.blocks(path)), film.lecture.sound
    name = f"sound: {level.loudness:.1f} LUFS, true peak {level.true_peak:.1f} dBTP"
    if level.loudness <= sound.SILENCE:
        return "sound: silent", []
    faults = []
    if abs(level.loudness - target.loudness) > publish.LOUDNESS_TOLERANCE:
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
    if size != publish.THUMBNAIL_SIZE:
        faults.append(f"dist/{path.name} is {size[0]}x{size[1]}; it must be 1280x720.")
    if path.stat().st_size >= publish.THUMBNAIL_BYTES:
        faults.append(f"dist/{path.name} has {path.stat().st_size} bytes; under {publish.THUMBNAIL_BYTES} are allowed.")
    return faults


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
