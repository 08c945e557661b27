"""What takes long is made once in a run of the suite, by whichever worker comes first; the others wait and share it."""

from __future__ import annotations

import io
import os
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from pipeline.build import lock
from pipeline.workers.progress import Progress


def place(factory: pytest.TempPathFactory, name: str) -> Path:
    """A path that all workers of this run share, and no other run."""
    base = factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name


def alone(folder: Path) -> AbstractContextManager[None]:
    """What makes something in `folder`: one worker at a time may, as one build at a time may in build/."""
    return lock.alone(folder, Progress(io.StringIO()))
