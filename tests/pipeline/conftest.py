"""Fixtures: a tiny project of its own for each test, as written or with its film made."""

from pathlib import Path

import pytest

from tests.pipeline import tiny


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The root of a fresh tiny project."""
    return tiny.create(tmp_path / "project")


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of a tiny project whose film was made; only to be read."""
    root = tiny.create(tmp_path_factory.mktemp("finished") / "project")
    tiny.build(root)
    return root


@pytest.fixture
def made(finished: Path, tmp_path: Path) -> Path:
    """The root of a tiny project whose film was made."""
    return tiny.copy(finished, tmp_path / "project")
