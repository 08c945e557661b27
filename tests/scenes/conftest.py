"""Fixtures: the film's own traces and cues, made once, and any clip built from them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from manim import config

from pipeline.build.build import Build
from scenes.engine.stage import Stage
from tests.scenes.film import building, stage_of
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
    with building(tmp_path_factory) as run:
        run.prepare(run.project.told)
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
