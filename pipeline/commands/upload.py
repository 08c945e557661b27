"""What a video site takes beside a film: `upload`."""

from __future__ import annotations

from pathlib import Path

from pipeline.build.status import Survey
from pipeline.build.store import Store
from pipeline.commands.common import load, quality_of
from pipeline.commands.films import Wanted, film
from pipeline.commands.make import lecture
from pipeline.errors import BuildError
from pipeline.project import films
from pipeline.project.lecture_toml import LECTURE
from pipeline.publish import bundle
from pipeline.publish.published import key

MODULES = ("publish/upload", "media/mux")


def upload(
    root: Path, name: str, quality: str | None, voice: str | None, workers: int | None, cluster: str = ""
) -> None:
    """`render.py upload`: the film is made first if it is stale."""
    project = load(root, voice=voice)
    store = Store(project.build)
    if name != LECTURE:
        films.one(project, name)
    own = project if name == LECTURE else films.of(project, name)
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
    below = Path() if name == LECTURE else Path("films") / name
    language = own.settings.language
    folder, room = (each / "upload" / below / language for each in (project.dist, project.build))
    wanted_key = bundle.key(MODULES, key(made))
    if not bundle.is_current(folder, room, wanted_key):
        from pipeline.publish.upload import fill

        bundle.make(folder, room, wanted_key, lambda stage: fill(stage, made, project.dist))
    print(folder.relative_to(root))
