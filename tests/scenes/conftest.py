"""Fixtures: the film's own traces and cues, made once, and any clip built from them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from manim import config

from pipeline.build.build import Build
from pipeline.build.jobs import Options
from pipeline.project import project as projects
from pipeline.project.qualities import QUALITIES
from pipeline.workers.progress import Progress
from scenes.engine.stage import Stage
from tests import once
from tests.scenes.film import linked, stage_of
from traces.store import Trace, load


@pytest.fixture(scope="session", autouse=True)
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Manim may write."""
    folder = tmp_path_factory.mktemp("media")
    config.media_dir = str(folder)
    return folder


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Traces and narration of the whole film as shipped, in a folder of its own."""
    root = once.place(tmp_path_factory, "film")
    with once.alone(root / "build"):
        linked(root)
        project = projects.load(root)
        with Build(project, Options(QUALITIES["draft"]), Progress()) as run:
            run.prepare(project.clips)
    return run


@pytest.fixture(scope="session")
def centrepiece(prepared: Build) -> Trace:
    """The trace of the six runs."""
    item = prepared.survey.trace(prepared.project.experiments["six_objectives"])
    return load(prepared.store.path("traces", item.key, ".npz"))


@pytest.fixture(scope="session")
def make(prepared: Build) -> Callable[..., Stage]:
    """Build a clip by name, at a size of pictures: `make("six_maps", 426, 240)`."""
    return lambda name, width=426, height=240: stage_of(prepared, name, width, height)
