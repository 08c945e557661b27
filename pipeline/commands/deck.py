"""Slides for a talk: `deck`."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from pipeline.build.status import Survey
from pipeline.build.store import Store
from pipeline.commands.clips import SHAPE
from pipeline.commands.common import building, load, minutes, quality_of
from pipeline.errors import BuildError, UserError, did_you_mean
from pipeline.project.project import Clip, Project
from pipeline.project.qualities import Quality
from pipeline.publish import bundle
from pipeline.publish.film import Film
from pipeline.publish.published import read

MODULES = ("publish/deck", "publish/publish", "publish/thumbnail", "media/mux", "media/sound", "media/loudness")


def deck(
    root: Path,
    names: Sequence[str],
    chapter: str,
    form: str,
    title: str,
    port: int | None,
    quality: str | None,
    voice: str | None,
    workers: int | None,
    cluster: str = "",
) -> None:
    """`render.py deck`."""
    from pipeline.publish import deck as decks
    from pipeline.publish.gain import gain_of

    if form not in decks.FORMATS:
        raise UserError(f'there is no format "{form}" for a deck{did_you_mean(form, decks.FORMATS)}')
    if port is not None and form != "reveal":
        raise UserError("--serve shows slides in a browser; leave out --format pptx.")
    start = time.monotonic()
    project, chosen = load(root, voice=voice), None
    chosen = quality_of(project, quality)
    clips = _clips(project, names, chapter)
    decks.check(form)
    name = _name(title, names, chapter)
    folder, room = project.dist / "decks" / name, project.build / "decks" / name / form
    shown = folder / ("index.html" if form == "reveal" else f"{name}.pptx")
    film = _film(project, clips, chosen)
    if film is None or not bundle.is_current(folder, room, _key(film, project, form)):
        with building(project, chosen, workers, not voice, cluster) as build:
            build.prepare(clips)
            build.pictures(clips)
            build.result.raise_failures()
            film = _film(project, clips, chosen)
            if film is None:
                raise BuildError("something changed while the deck was made; run the same command again.")
            made, gain = film, gain_of(film, project.build, build.spread)
            bundle.make(
                folder, room, _key(film, project, form), lambda stage: decks.fill(stage, made, gain, form, name)
            )
        print(f"Made a deck of {len(clips)} clips in {minutes(time.monotonic() - start)}.", file=sys.stderr)
    print(shown.relative_to(root))
    if port is not None:
        _serve(folder, port)


def _clips(project: Project, names: Sequence[str], chapter: str) -> list[Clip]:
    """The clips that are named, one by one or by their chapter."""
    if bool(names) == bool(chapter):
        raise UserError("name clips, or a chapter with --chapter.")
    chapters = {each.name: each for each in project.every}
    if chapter and chapter not in chapters:
        raise UserError(f'there is no chapter "{chapter}"{did_you_mean(chapter, chapters)}')
    clips = [project.find(name) for name in dict.fromkeys(names)] if names else list(chapters[chapter].clips)
    for clip in clips:
        clip.check_size(SHAPE)
    return clips


def _name(title: str, names: Sequence[str], chapter: str) -> str:
    name = title or chapter or (names[0] if len(set(names)) == 1 else "deck")
    if not name.replace("-", "").replace("_", "").isalnum() or not name.isascii():
        raise UserError(f'--name "{name}": a deck is called by letters, digits, - and _.')
    return name


def _film(project: Project, clips: Sequence[Clip], quality: Quality) -> Film | None:
    """The clips as they are published, or None while one of them is not made yet."""
    survey = Survey(project, Store(project.build))
    ready = []
    for clip in clips:
        picture, spoken = survey.clip(clip, quality).record, survey.voice(clip).record
        if picture is None or spoken is None:
            return None
        ready.append(survey.published(clip, picture, spoken, quality))
    return Film(project.settings, quality.name, tuple(ready), "")


def _key(film: Film, project: Project, form: str) -> str:
    """What a deck depends on; clips are as loud as in the lecture, so its gain is a part of it."""
    from dataclasses import asdict

    from pipeline.publish import deck as decks

    clips = [[clip.name, clip.chapter, clip.key, clip.timing.digest, clip.facts["description"]] for clip in film.clips]
    lecture = film.lecture
    parts = [form, decks.VERSION, lecture.title, lecture.language, asdict(lecture.sound), read(project.build)["gain"]]
    return bundle.key(MODULES, parts, clips)


def _serve(folder: Path, port: int) -> None:
    from pipeline.publish import serve

    with serve.server(folder, port) as running:
        print(f"http://{serve.HOST}:{running.server_port}/ shows it; Ctrl-C ends it.", flush=True)
        try:
            running.serve_forever()
        except KeyboardInterrupt:
            print(file=sys.stderr)
