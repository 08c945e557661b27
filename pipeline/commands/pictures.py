"""Pictures to look at: `still` and `sheet`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.commands.common import building, load, quality_of, tell
from pipeline.errors import UserError
from pipeline.publish.export import check_output, marked


def still(
    root: Path,
    name: str,
    at: float | None,
    overrides: Sequence[str],
    output: Path | None,
    quality: str | None,
    voice: str | None,
    workers: int | None,
) -> None:
    """`render.py still`."""
    if output and output.suffix.lower() != ".png":
        raise UserError(f"-o {output}: the name of a still ends in .png.")
    project = load(root, overrides, voice)
    chosen = quality_of(project, quality)
    wanted = project.find(name, stills=True)
    if output:
        check_output(output, project)
    with building(project, chosen, workers, remember=not voice and not overrides) as build:
        build.prepare([wanted])
        spoken = build.survey.voice(wanted).record if wanted.script else None
        duration = spoken.facts["duration"] if spoken else 0.0
        moment = duration / 2 if at is None else at
        if moment > max(duration, at or 0.0 if not spoken else 0.0):
            raise UserError(f"--at {moment:g}: {name} is only {duration:g} s long.")
        out = (output or project.build / "pictures" / f"{name}{marked(overrides)}@{moment:.2f}.png").resolve()
        result = build.run([build.still_job(wanted, (chosen.width, chosen.height), out, moment)])
    tell(result, project)


def sheet(
    root: Path,
    names: Sequence[str],
    every: float | None,
    overrides: Sequence[str],
    quality: str | None,
    voice: str | None,
    workers: int | None,
) -> None:
    """`render.py sheet`."""
    project = load(root, overrides, voice)
    clips = [project.find(name) for name in names] if names else list(project.clips)
    with building(project, quality_of(project, quality), workers, remember=not voice and not overrides) as build:
        build.prepare(clips)
        folder, end = project.build / "sheets", marked([*overrides, *([f"every={every:g}"] if every else [])])
        result = build.run([build.sheet_job(clip, folder / f"{clip.name}{end}.png", every) for clip in clips])
    tell(result, project)
