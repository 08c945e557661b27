"""What an experiment computes, computed once for all workers of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from tests import once

Computed = Callable[[str, Callable[[], Mapping[str, np.ndarray]]], once.Arrays]


@pytest.fixture(scope="session")
def computed(tmp_path_factory: pytest.TempPathFactory) -> Computed:
    """`computed("two_knobs", lambda: two_knobs.run(SHIPPED))`: its arrays, which nobody may change."""
    kept: dict[str, once.Arrays] = {}

    def find(name: str, make: Callable[[], Mapping[str, np.ndarray]]) -> once.Arrays:
        if name not in kept:
            kept[name] = once.arrays(tmp_path_factory, name, make)
            for array in kept[name].values():
                array.setflags(write=False)
        return kept[name]

    return find
