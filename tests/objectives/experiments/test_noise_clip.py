"""Coins under clips: the loop is the training loop, silence by hand, and what edits do to the claims."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from objectives import sampling
from objectives.experiments import noise_clip
from objectives.losses import grpo
from objectives.training import loop
from objectives.worlds import noise

FILE = Path(__file__).parents[3] / "hyperparameters.toml"
SHIPPED = {
    f"{table}.{key}": tuple(value) if isinstance(value, list) else value
    for table, keys in tomllib.loads(FILE.read_text(encoding="utf-8")).items()
    for key, value in keys.items()
}


def race(**changes: Any) -> dict[str, np.ndarray]:
    return noise_clip.run({**SHIPPED, **{f"noise_clip.{key}": value for key, value in changes.items()}})


def failing(a: dict[str, np.ndarray]) -> set[str]:
    return {name for name, (_, function) in noise_clip.CLAIMS.items() if not function(a)}


@pytest.mark.parametrize("clip", [(0.2, 0.28), noise_clip.OFF])
def test_the_loop_is_the_training_loop_with_grpo(clip: tuple[float, float]) -> None:
    world = noise.Noise(noise.Params())
    params = noise_clip.Params(iterations=5, seeds=3, groups=2)
    together = noise_clip.follow(world, [(0.2, 0.2), clip], params, grpo.Params())[1]
    draws = sampling.Params(2, params.group_size, 5, 3, 0)
    rule = grpo.Params(beta=0.0, clip_low=clip[0], clip_high=clip[1])
    settings = loop.Params(learning_rate=params.learning_rate)
    uniforms = sampling.uniforms(world.name, draws, world.tokens)
    records = loop.train(grpo.OBJECTIVE, rule, world, settings, uniforms, sampling.group_labels(draws))
    alone = torch.stack([world.start.expand(3, -1), *(record.after for record in records)], 1)
    assert torch.allclose(together, alone, atol=1e-12)
    assert (together[:, -1] - world.start).abs().max() > 0.1


def test_all_clips_see_the_same_first_batch_and_start() -> None:
    a = race(iterations=1, seeds=3)
    assert np.ptp(a["entropy"][:, :, 0]) < 1e-12
    assert a["low"].tolist() == [0.2, 0.2, 0.2, 1.0, 0.2, 1.0]
    assert a["high"].tolist() == [0.2, 0.28, 0.5, 0.2, 100.0, 100.0]


def test_the_upper_side_holds_no_riser_back_but_only_pushes_down_what_rose() -> None:
    """At a policy that leans to the likely: without a clip no push; the lower side lifts only what fell below 0.8."""
    a = race(iterations=1, seeds=2)
    assert np.abs(a["push"][noise_clip.NONE]).max() < 1e-15
    fell = a["lean"][0] < 0.8
    assert fell.any()
    assert (a["push"][noise_clip.LOWER, 0][fell].sum()) > 0
    rose = a["lean"] > 1.2
    assert (a["push"][noise_clip.UPPER][rose] <= 0).all()


def test_without_a_bonus_the_runs_with_a_signal_are_those_without() -> None:
    a = race(iterations=4, seeds=3, bonus=0.0)
    assert np.array_equal(a["signal_entropy"], a["entropy"][:3])
    assert not np.array_equal(race(iterations=4, seeds=3)["signal_entropy"], a["signal_entropy"])


def test_the_typical_run_is_the_middle_one() -> None:
    a = race(iterations=6, seeds=3)
    for k, policy in enumerate(a["typical"][:, -1]):
        assert -(policy * np.log(policy)).sum() == pytest.approx(np.median(a["entropy"][k, :, -1]))


def test_the_most_entropy_by_hand() -> None:
    """Eight equally likely answers: log 8 = 2.0794."""
    a = race(iterations=1, seeds=2)
    assert noise_clip.NUMBERS["entropy_uniform"][1](a) == pytest.approx(2.0794, abs=5e-5)
    assert noise_clip.NUMBERS["answers"][1](a) == 8


@pytest.mark.parametrize(
    ("edit", "falls"),
    [
        ({"learning_rate": 0.0}, {"upper_side_alone_picks_a_favourite", "chance_alone_narrows"}),
        ({"highs": (0.2, 0.201)}, {"a_higher_ceiling_keeps_more"}),
        ({"low": 0.99}, {"lower_side_alone_keeps_entropy"}),
        ({"bonus": 0.0}, {"signal_takes_entropy_whatever_the_ceiling", "signal_falls_sooner_below_a_higher_ceiling"}),
    ],
)
def test_an_edit_flips_the_claims_that_it_should(edit: dict[str, Any], falls: set[str]) -> None:
    assert falls <= failing(race(seeds=6, iterations=30, **edit))
