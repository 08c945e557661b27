"""What takes long is made once in a run of the suite, by whichever worker comes first; the others wait and share it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

Arrays = dict[str, np.ndarray]


def place(factory: pytest.TempPathFactory, name: str) -> Path:
    """A path that all workers of this run share, and no other run."""
    base = factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name


def alone(factory: pytest.TempPathFactory, name: str) -> FileLock:
    """What makes `name`: one worker at a time may hold this."""
    return FileLock(place(factory, f"{name}.lock"))


def arrays(factory: pytest.TempPathFactory, name: str, make: Callable[[], Mapping[str, np.ndarray]]) -> Arrays:
    """The arrays that `make` gives, computed by one worker."""
    path = place(factory, f"{name}.npz")
    with alone(factory, name):
        if not path.exists():
            np.savez(path, allow_pickle=False, **make())
    with np.load(path) as stored:
        return dict(stored)
