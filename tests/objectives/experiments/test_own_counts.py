"""The ends of a range that an experiment declares are numbers that it runs with."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from objectives import OBJECTIVES, sampling
from objectives.experiments import distillation, family_weights, reward_hacking
from objectives.experiments.batch_reuse import run as batch_reuse
from objectives.experiments.ppo_clip import run as ppo_clip
from objectives.training import grpo_runs, loop

FILE = Path(__file__).parents[3] / "hyperparameters.toml"
SHIPPED = {
    f"{table}.{key}": tuple(value) if isinstance(value, list) else value
    for table, keys in tomllib.loads(FILE.read_text(encoding="utf-8")).items()
    for key, value in keys.items()
}


def run(module: Any, **changes: Any) -> dict[str, np.ndarray]:
    arrays: dict[str, np.ndarray] = module.run({**SHIPPED, **changes})
    return arrays


def test_one_pair_of_answers_is_a_comparison() -> None:
    small = {"reward_hacking.seeds": 1, "reward_hacking.panels": 3, "reward_hacking.steps": 2}
    found = run(reward_hacking, **small, **{"flattery.pairs": 1})
    assert found["wins"].sum() == 1
    assert set(found["pairs_apart"]) <= {0, 1}
    assert np.isfinite(found["fitted"]).all()
    many = run(reward_hacking, **small, **{"flattery.pairs": 100000})
    assert many["wins"].sum() == 100000


@pytest.mark.parametrize(
    ("module", "seeds", "small"),
    [
        (batch_reuse, "batch_reuse.seeds", {"batch_reuse.updates": 1, "batch_reuse.answers": 2}),
        (distillation, "distillation.seeds", {"distillation.steps": 1}),
    ],
)
def test_more_runs_than_the_film_draws_are_run(module: Any, seeds: str, small: dict[str, Any]) -> None:
    found = run(module, **small, **{seeds: 600})
    dims = {name: entry.dims.split() for name, entry in module.SCHEMA.items()}
    sizes = {found[name].shape[axes.index("seed")] for name, axes in dims.items() if "seed" in axes}
    assert sizes == {600}


def test_the_practice_runs_take_no_rate_that_their_loop_refuses() -> None:
    own, loops = ({f.name: f.metadata for f in fields(params)} for params in (grpo_runs.Params, loop.Params))
    assert own["learning_rate"]["low"] >= loops["learning_rate"]["low"]
    assert own["learning_rate"]["high"] <= loops["learning_rate"]["high"]


def test_counts_of_ones_own_give_the_numbers_of_the_sampling() -> None:
    settings = sampling.Params(groups=3, group_size=4, iterations=2, seeds=2, seed=5)
    own = sampling.Draws(groups=3, group_size=4, iterations=2, seeds=2, seed=5)
    assert torch.equal(sampling.uniforms("a world", settings, 3), sampling.uniforms("a world", own, 3))
    assert torch.equal(sampling.group_labels(settings), sampling.group_labels(own))
    assert sampling.uniforms("a world", own._replace(group_size=1, groups=1), 3).shape == (2, 2, 1, 3)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_what_a_rule_adds_to_its_surrogate_does_not_weigh_a_token(name: str) -> None:
    keys = [key for key in family_weights.IDLE if key.startswith(f"{name}.")]
    plain = run(family_weights, **{"family_weights.points": 5})
    edited = run(family_weights, **{"family_weights.points": 5}, **dict.fromkeys(keys, 0.5))
    assert all(np.array_equal(plain[array], edited[array]) for array in plain)


@pytest.mark.parametrize(
    "change",
    [{"ppo.clip_high": 0.0}, {"ppo.clip_low": 0.0}, {"ppo_clip.left": 100.0, "ppo_clip.below": 100.0}],
    ids=lambda change: "-".join(change),
)
def test_a_clip_without_width_and_a_far_window_are_drawn(change: dict[str, float]) -> None:
    found = run(ppo_clip, **{"surface.resolution": 5}, **change)
    assert all(np.isfinite(array).all() for array in found.values() if array.dtype.kind == "f")
    if "ppo_clip.left" in change:
        start = found["walk_theta"][0]
        assert (found["grid_u"][0], found["grid_v"][0]) == pytest.approx((start[0] - 100, start[1] - 100))
    else:
        assert (found["look_ratio"] == found["look_ratio"][0]).all()  # no way to go before a clip bound is reached


def test_what_ppo_adds_to_its_surrogate_does_not_move_the_map() -> None:
    plain = run(ppo_clip, **{"surface.resolution": 5})
    edited = run(ppo_clip, **{"surface.resolution": 5}, **dict.fromkeys(ppo_clip.IDLE, 0.5))
    assert all(np.array_equal(plain[name], edited[name]) for name in plain)
