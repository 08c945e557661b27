"""What an experiment computes from the numbers as shipped, computed once for all workers of a run and with the film."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.scenes.film import building
from traces.store import load

Shipped = Callable[[str], dict[str, np.ndarray]]


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Shipped:
    """`shipped("two_knobs")`: its arrays, which nobody can change."""
    kept: dict[str, dict[str, np.ndarray]] = {}

    def find(name: str) -> dict[str, np.ndarray]:
        if name not in kept:
            with building(tmp_path_factory) as run:
                experiment = run.project.experiments[name]
                run.experiments([experiment])
                kept[name] = dict(load(run.store.path("traces", run.survey.trace(experiment).key, ".npz")).arrays)
        return kept[name]

    return find
