"""The film: `lecture`, `watch` and `clean`."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from pipeline.build.status import Survey
from pipeline.build.store import Store
from pipeline.commands import films
from pipeline.commands.common import building, load, minutes, quality_of, surveyed, tell
from pipeline.errors import BuildError, UserError, of_the_system
from pipeline.files import stamp
from pipeline.project import hyperparameters_toml
from pipeline.project.project import Project
from pipeline.project.qualities import Quality
from pipeline.publish.published import is_current

WATCH_EVERY = 0.5
"""Seconds between two looks at the files."""
SETTLED_AFTER = 0.15
"""Seconds for which saved files must rest before they are read."""


def lecture(root: Path, quality: str | None, voice: str | None, workers: int | None, cluster: str = "") -> None:
    """`render.py lecture`."""
    start = time.monotonic()
    project = load(root, voice=voice)
    chosen = quality_of(project, quality)
    current = _current(project, chosen)
    if current:
        print(current)
        return
    with building(project, chosen, workers, cluster=cluster) as build:
        result = build.lecture()
    tell(result, project, start)


def watch(root: Path, quality: str | None, voice: str | None, workers: int | None) -> None:
    """`render.py watch`."""
    folders = ("objectives", "traces", "scenes", "assets")

    def look() -> dict[Path, Any]:
        below = [path.relative_to(root) for folder in folders for path in (root / folder).rglob("*")]
        files = [
            root / path for path in below if not any(part[0] == "." or part == "__pycache__" for part in path.parts)
        ]
        return {
            path: stamp(path)
            for path in (*files, root / "lecture.toml", root / hyperparameters_toml.FILE)
            if path.is_file()
        }

    seen: dict[Path, Any] = {}
    while True:
        now = look()
        if now == seen:
            time.sleep(WATCH_EVERY)
            continue
        while True:  # an editor may save in steps: wait until the files rest
            time.sleep(SETTLED_AFTER)
            if (again := look()) == now:
                break
            now = again
        if seen:
            changed = sorted(str(path.relative_to(root)) for path in {*now, *seen} if now.get(path) != seen.get(path))
            print(f"changed: {', '.join(changed)}", flush=True)
        seen = now
        try:
            lecture(root, quality, voice, workers)
        except (UserError, BuildError) as error:
            print(f"Error: {error}", file=sys.stderr, flush=True)
        except OSError as error:
            print(f"Error: {of_the_system(error)}", file=sys.stderr, flush=True)
        print("watching; Ctrl-C ends it", flush=True)


def clean(root: Path, everything: bool) -> None:
    """`render.py clean`."""
    from pipeline.build import clean as cleaning
    from pipeline.build.lock import alone
    from pipeline.workers.progress import Progress

    if not (root / "build").is_dir():
        print("There is nothing to remove.")
        return
    with alone(root / "build", Progress()):
        if everything:
            freed = cleaning.all_results(root)
        else:
            project, survey, chosen = surveyed(root, None, of_film=True)
            others = [(own, quality) for _, own, quality in films.made(project, survey.store)]
            freed = cleaning.unused(project, [(survey, chosen), *others])
    print(f"Removed {freed / 1e6:.1f} MB.")


def _current(project: Project, quality: Quality) -> str:
    """A sentence if there is nothing to do."""
    survey = Survey(project, Store(project.build))
    film = survey.film(quality)
    survey.store.save()
    if film is None or not is_current(film, project.dist, project.build):
        return ""
    return f"dist/lecture.mp4 is up to date ({quality.name}, {minutes(film.duration)})."
