"""What commands begin and end with: the project, the quality asked for, a build, and what it made."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.build.status import Survey
from pipeline.build.store import Store
from pipeline.errors import UserError, did_you_mean
from pipeline.project import films, qualities
from pipeline.project import project as projects
from pipeline.project.lecture_toml import ENGINES
from pipeline.project.project import Project
from pipeline.project.qualities import Quality

if TYPE_CHECKING:
    from pipeline.build.build import Build
    from pipeline.build.work import Result


def load(root: Path, overrides: Sequence[str] = (), voice: str | None = None) -> Project:
    """The project with these values and this voice; a note on standard error for each file that is not read."""
    if voice is not None and voice not in ENGINES:
        raise UserError(f"--voice {voice}: there is no such engine{did_you_mean(voice, ENGINES)}")
    project = films.checked(projects.load(root, overrides, voice))
    for path in project.sources.skipped:
        print(f"note: {path} is not read: no module of Python can have that name.", file=sys.stderr)
    return project


def quality_of(project: Project, name: str | None) -> Quality:
    """The quality of this name, or with none given that of lecture.toml."""
    return qualities.quality(name or project.settings.video.quality)


def surveyed(root: Path, quality: str | None, of_film: bool = False) -> tuple[Project, Survey, Quality]:
    """With no quality given, that of lecture.toml, as for `lecture`; or that of the film in dist/."""
    project = load(root)
    survey = Survey(project, Store(project.build))
    return project, survey, quality_of(project, quality or (survey.last_quality() if of_film else None))


@contextlib.contextmanager
def building(
    project: Project, quality: Quality, workers: int | None, remember: bool = True, cluster: str = ""
) -> Iterator[Build]:
    """A build that has build/ to itself, and shows how far it is."""
    from pipeline.build.build import Build
    from pipeline.build.jobs import Options
    from pipeline.build.lock import alone
    from pipeline.workers import progress, scheduler

    _refuse_too_large(quality)
    options = Options(quality, workers or scheduler.default_workers(quality), remember, cluster)
    with progress.for_terminal() as shown, alone(project.build, shown), Build(project, options, shown) as build:
        yield build


def _refuse_too_large(quality: Quality) -> None:
    """A UserError where one picture of this size needs more memory than is free."""
    from pipeline.workers import memory, scheduler

    needed, free = scheduler.memory_of(quality), memory.free()
    if free is not None and needed > free:
        raise UserError(
            f"pictures of {quality.width}x{quality.height} need about {needed / 1e9:.1f} GB of memory to draw, and "
            f"{free / 1e9:.1f} GB are free; take a smaller size."
        )


def tell(result: Result, project: Project, start: float | None = None) -> None:
    """Prints the files on standard output, notes and the time taken on standard error."""
    for note in result.notes:
        print(f"note: {note}", file=sys.stderr)
    for path in result.files:
        print(path.relative_to(project.root) if path.is_relative_to(project.root) else path)
    if start is not None:
        made = len([name for name in result.made if name != "lecture"])
        print(f"Made {made} anew in {minutes(time.monotonic() - start)}.", file=sys.stderr)


def minutes(seconds: float) -> str:
    """A time as a terminal shows it."""
    from pipeline.workers.progress import clock

    return clock(seconds)
