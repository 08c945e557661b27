"""What a video site takes beside a film: `upload`."""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline.build.status import Survey
from pipeline.build.store import Store
from pipeline.commands.common import building, load, quality_of
from pipeline.commands.films import Wanted, film
from pipeline.commands.make import lecture
from pipeline.errors import BuildError
from pipeline.files import digest
from pipeline.project import films, translation
from pipeline.project.lecture_toml import LECTURE
from pipeline.project.project import Project
from pipeline.publish import bundle
from pipeline.publish.published import key

MODULES = ("publish/upload", "media/mux")


def upload(
    root: Path,
    name: str,
    language: str,
    quality: str | None,
    voice: str | None,
    workers: int | None,
    cluster: str = "",
) -> None:
    """`render.py upload`: the film is made first if it is stale; in another language, only its times are."""
    project = load(root, voice=voice)
    store = Store(project.build)
    if name != LECTURE:
        films.one(project, name)
    own = project if name == LECTURE else films.of(project, name)
    if language and language != project.settings.language:
        _translated(own, name, language, workers)
        return
    last = Survey(own, store).last_quality()
    chosen = quality_of(project, quality or (last.partition(" ")[0] if last else None))
    if name == LECTURE:
        lecture(root, chosen.name, voice, workers, cluster)
    else:
        film(root, [name], False, chosen.name, voice, workers, cluster)
        wanted = Wanted.of(project, name, chosen, spoken=bool(voice))
        own, chosen = wanted.project, wanted.quality
    made = Survey(own, Store(project.build)).film(chosen)
    if made is None:
        raise BuildError("something changed while the film was made; run the same command again.")
    folder, room = _places(project, name, own.settings.language)
    wanted_key = bundle.key(MODULES, key(made))
    if not bundle.is_current(folder, room, wanted_key):
        from pipeline.publish.upload import fill

        bundle.make(folder, room, wanted_key, lambda stage: fill(stage, made, project.dist))
    print(folder.relative_to(root))


def _places(project: Project, film: str, language: str) -> tuple[Path, Path]:
    """The folder of a package, and that of its record."""
    below = Path() if film == LECTURE else Path("films") / film
    folder, room = (each / "upload" / below / language for each in (project.dist, project.build))
    return folder, room


def _translated(own: Project, name: str, language: str, workers: int | None) -> None:
    told = translation.load(own, language)
    settings = told.settings(own)
    folder, room = _places(own, name, language)
    with building(own, quality_of(own, None), workers) as build:
        import numpy as np

        from pipeline.build import dubbing
        from pipeline.media import sound
        from pipeline.publish.film import Clip, Film
        from pipeline.publish.upload import translated

        clips = list(dubbing.dubbed(build, own.clips, told))
        if faults := [fault for clip in clips for fault in clip.faults]:
            raise BuildError("\n".join(faults))
        untold = told.missing(own)
        ready = tuple(
            Clip(clip.clip.name, told.titles.get(clip.clip.chapter, ""), "", Path(), Path(), clip.timing, {})
            for clip in clips
        )
        film = Film(settings, "", ready, "", name=name)
        read = {path.name: path.read_text("utf-8") for path in (own.root / "assets/narration" / language).iterdir()}
        wanted = bundle.key(
            (*MODULES, "publish/captions", "media/loudness"),
            [digest(read), [clip.kept for clip in clips], [clip.timing.digest for clip in clips]],
        )
        if not bundle.is_current(folder, room, wanted):

            def fill(stage: Path) -> None:
                laid = [sound.lay(clip.pieces, clip.timing.duration) for clip in clips]
                for note in translated(stage, film, np.concatenate(laid), untold):
                    print(f"note: {note}", file=sys.stderr)

            bundle.make(folder, room, wanted, fill)
    if untold:
        count = f"{len(untold)} of {len(clips)} clips"
        print(f"note: {count} are not told in {language}, such as {untold[0]}: they are silent.", file=sys.stderr)
    print(folder.relative_to(own.root))
