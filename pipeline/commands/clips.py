"""Single clips, for talks and slides: `clip` and `sweep`."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.build.status import Survey
from pipeline.build.store import Store
from pipeline.commands.common import building, load, quality_of, tell
from pipeline.errors import UserError
from pipeline.project import project as projects
from pipeline.project import qualities
from pipeline.project.project import Project
from pipeline.project.qualities import Quality
from pipeline.publish.export import annotate, check_output, exported, marked

SHAPE = (16, 9)


@dataclass(frozen=True)
class Look:
    """How single clips differ from those in the film."""

    form: str = ""
    """Empty: what the suffix of the file says, or else mp4."""
    transparent: bool = False
    size: str | None = None
    poster: bool = False


def clip(
    root: Path,
    names: Sequence[str],
    overrides: Sequence[str],
    look: Look,
    output: Path | None,
    quality: str | None,
    voice: str | None,
    workers: int | None,
    cluster: str = "",
) -> None:
    """`render.py clip`."""
    if output and len(names) > 1:
        raise UserError("--output names one file; give one clip with it.")
    start = time.monotonic()
    project = load(root, overrides, voice)
    size = qualities.size(look.size) if look.size else None
    clips = [project.find(name) for name in names]
    for each in clips:
        each.check_size(size or SHAPE)
    plain = quality_of(project, quality)
    form = qualities.of_file(output, look.form) if output else look.form or "mp4"
    chosen = qualities.shaped(plain, form, look.transparent, size)
    for path in [output, *([output.with_suffix(".png")] if look.poster else [])] if output else ():
        check_output(path, project)
    marks = [*overrides, *_marks(project, plain, voice, look)]
    own = not marks and not output and form == "mp4"
    remember = not overrides and not voice and chosen == plain
    with building(project, chosen, workers, remember, cluster) as build:
        targets = None if own else {name: _target(name, chosen.suffix, project, marks, output) for name in names}
        result = build.clips(names, targets, marks)
        if look.poster:
            kept = list(result.files)
            posters = [_target(each.name, ".png", project, marks, output).absolute() for each in clips]
            build.run([build.poster_job(each, path) for each, path in zip(clips, posters, strict=True)])
            for path in posters if marks else ():
                annotate(path, "; ".join(marks))
            result.files = kept + posters
            exported(project, posters)
    tell(result, project, start)


def sweep(
    root: Path,
    name: str,
    over: str,
    look: Look,
    quality: str | None,
    voice: str | None,
    workers: int | None,
    cluster: str = "",
    one_length: bool = False,
) -> None:
    """`render.py sweep`."""
    from pipeline.build import sweep as sweeping

    start = time.monotonic()
    project = load(root, voice=voice)
    project.find(name)
    span = sweeping.parse(over)
    each = [projects.load(root, [override], voice, like=project) for override in span.overrides]
    plain = quality_of(project, quality)
    chosen = qualities.shaped(plain, look.form or "mp4", look.transparent, None)
    marks = _marks(project, plain, voice, look) + (["one-length"] if one_length else [])
    print(span.told, file=sys.stderr, flush=True)
    with building(project, chosen, workers, remember=False, cluster=cluster) as build:
        result = sweeping.run(build, each, span, name, marks, one_length)
    tell(result, project, start)
    result.raise_failures()


def _marks(project: Project, quality: Quality, voice: str | None, look: Look) -> list[str]:
    """How clips differ from those in the film besides their values and their format."""
    marks = [f"voice={voice}"] if voice else []
    film = Survey(project, Store(project.build)).last_quality() or project.settings.video.quality
    marks += [quality.name] if quality.name != film else []
    marks += [look.size] if look.size else []
    return [*marks, "transparent"] if look.transparent else marks


def _target(name: str, suffix: str, project: Project, marks: Sequence[str], output: Path | None) -> Path:
    """Where a clip or its poster is wanted; a poster stands beside its clip."""
    if output:
        return output.with_suffix(suffix) if suffix == ".png" else output
    return project.dist / "clips" / f"{name}{marked(marks)}{suffix}"
