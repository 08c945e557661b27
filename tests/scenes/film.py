"""The film as shipped, for tests: its clips' names, and how to build one."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.keys import reduced
from pipeline.build import build
from pipeline.build.jobs import Options
from pipeline.project import project
from pipeline.project.qualities import QUALITIES
from pipeline.workers.progress import Progress
from scenes.engine.stage import Inputs, Stage
from tests import once
from traces.store import load

ROOT = Path(__file__).resolve().parents[2]


LINKED = ("objectives", "scenes", "assets", "traces", "pipeline", "lecture.toml", "hyperparameters.toml")


def linked(root: Path) -> Path:
    """The film as shipped in a folder of its own, but for its build/."""
    for name in LINKED:
        if not (root / name).exists():
            (root / name).symlink_to(ROOT / name)
    return root


@contextmanager
def building(factory: pytest.TempPathFactory) -> Iterator[build.Build]:
    """A run over the film as shipped, in a folder that all workers of this suite share, one of them at a time."""
    root = once.place(factory, "film")
    with once.alone(root / "build"):
        loaded = project.load(linked(root))
        with build.Build(loaded, Options(QUALITIES["draft"]), Progress()) as run:
            yield run


def small(factory: pytest.TempPathFactory) -> Path:
    """The film reduced, traces and cues made, in a folder of the caller's own; they are made once for all workers."""
    made, copy = once.place(factory, "reduced"), factory.mktemp("reduced") / "film"
    made.mkdir(exist_ok=True)
    with once.alone(made / "build"):
        with reduced(made) as run:
            run.prepare(run.project.clips)
        return Path(shutil.copytree(made, copy, symlinks=True))


def names(upright: bool = False) -> list[str]:
    """Every clip of the films in order, or those that have an upright layout."""
    return [clip.name for clip in project.load(ROOT).told if clip.sizes or not upright]


def stage_of(prepared: build.Build, name: str, width: int, height: int) -> Stage:
    """The clip, built from the traces and cues that the film has."""
    clip = prepared.project.find(name, stills=True)
    payload = prepared.still_job(clip, (width, height), Path("unused.png")).payload
    inputs = Inputs(
        traces={trace: load(Path(path)) for trace, path in payload["traces"].items()},
        hyperparameters=payload["hyperparameters"],
        cues=payload["cues"],
        duration=payload["duration"],
    )
    scene: type[Stage] = getattr(importlib.import_module(payload["module"]), payload["class"])
    return scene.make(inputs, width, height)
