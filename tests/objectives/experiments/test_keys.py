"""An experiment that no small run of the contract covers declares what it reads, and nothing else: its key is that."""

from __future__ import annotations

from typing import Any

import pytest

from tests.objectives.experiments.test_contract import SHIPPED, Recorder, module

pytestmark = pytest.mark.slow

SMALL: dict[str, dict[str, Any]] = {
    "gradient_clouds": {"gradient_clouds.redraws": 50},
    "grpo_group": {"grpo_group.batches": 2, "grpo_group.stops": 2},
    "papers": {},
    "ppo_clip": {"surface.resolution": 5, "ppo_clip.updates": 2, "ppo_clip.words": 2},
    "two_knobs": {},
}


@pytest.mark.parametrize("name", SMALL)
def test_it_reads_every_declared_hyperparameter_and_no_other(name: str) -> None:
    h, declared = Recorder(**SMALL[name]), module(name).KEYS
    module(name).run(h)
    assert h.read == {key for key in SHIPPED if key in declared or f"{key.partition('.')[0]}.*" in declared}
