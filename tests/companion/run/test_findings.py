"""Every threshold from both sides: the number on it is no finding, a number past it is."""

import math

import numpy as np
import pytest

from companion.run.batch import Batch
from companion.run.batch_findings import batch_findings
from companion.run.findings import findings
from companion.run.pushes import pushed
from companion.run.runs import Run, Series


def series(values: list[float]) -> Series:
    return Series(np.arange(len(values), dtype=float), np.array(values, dtype=float))


def keys(**curves: list[float]) -> set[str]:
    loss = curves.pop("loss", None)
    run = Run("run", "TRL", {name: series(values) for name, values in curves.items()}, loss and series(loss))
    return {found.key for found in findings([run])}


STEADY = [1.0] * 10
BOTH_SIDES = {
    "no_contrast": ({"alike": [0.0, 0.0, 0.0, 0.5]}, {"alike": [0.0, 0.0, 0.0, 0.51]}),
    "clip_never": ({"clip": [0.0, 0.001, 0.0]}, {"clip": [0.0, 0.0009, 0.0]}),
    "clip_often": ({"clip": [0.9, 0.1, 0.1, 0.3]}, {"clip": [0.1, 0.1, 0.1, 0.31]}),
    "entropy_collapse": ({"entropy": [1.0, 0.5, 0.25]}, {"entropy": [1.0, 0.5, 0.249]}),
    "kl_runaway": ({"kl": [0.0, 0.1, 0.3]}, {"kl": [0.0, 0.1, 0.31]}),
    "kl_floor": ({"kl": [0.0, 0.01, 0.05]}, {"kl": [0.0, 0.01, 0.051]}),
    "length_growth": ({"length": [100, 120], "reward": [0, 0]}, {"length": [100, 121], "reward": [0, 0]}),
    "length_reward": (
        {"length": [100, 200], "reward": [0, 0.11], "reward_std": [1, 1]},
        {"length": [100, 200], "reward": [0, 0.09], "reward_std": [1, 1]},
    ),
    "no_spread": ({"reward_std": [1.0] * 30 + [0.0] + [1.0] * 9}, {"reward_std": [1.0] * 30 + [0.0] * 2 + [1.0] * 8}),
    "first_loss": ({"loss": [1e-6, 1.0]}, {"loss": [9e-7, 1.0]}),
}
NAMED = {"kl_floor": "kl_runaway", "length_reward": "length_growth"}


@pytest.mark.parametrize("key", BOTH_SIDES)
def test_a_threshold_is_crossed_on_one_side_and_not_on_the_other(key: str) -> None:
    within, beyond = BOTH_SIDES[key]
    name = NAMED.get(key, key)
    assert name not in keys(**within)
    assert name in keys(**beyond)


def test_an_even_growth_of_the_kl_is_no_finding() -> None:
    assert "kl_runaway" not in keys(kl=[k / 100 for k in range(100)])


@pytest.mark.parametrize("name", ["alike", "clip", "entropy", "kl", "length", "reward", "reward_std", "loss"])
def test_a_curve_of_gaps_alone_gives_no_finding(name: str) -> None:
    assert keys(**{name: [math.nan, math.inf, math.nan]}) == set()


def test_an_episode_of_an_environment_may_grow() -> None:
    run = Run("run", "Stable-Baselines3", {"length": series([100, 200]), "reward": series([0, 0])})
    assert findings([run]) == []


def batch(rewards: list[float], lengths: list[int], group: list[int], logp: float = 0.0) -> Batch:
    tokens = {"logp": [np.full(n, logp - 1) for n in lengths], "old_logp": [np.full(n, -1.0) for n in lengths]}
    return Batch(
        "batch",
        np.array(rewards, float),
        np.array(group),
        np.array(lengths),
        np.zeros(len(rewards), int),
        [""] * len(rewards),
        [""] * len(rewards),
        np.array(rewards, float),
        tokens,
    )


def of_batch(given: Batch) -> set[str]:
    return {found.key for found in batch_findings(given, pushed(given))}


def test_wrong_answers_are_longer_only_past_the_threshold_and_only_of_enough_answers() -> None:
    def lengths(wrong: int, each: int) -> set[str]:
        return of_batch(batch([1.0, 0.0] * each, [10, wrong] * each, [k // 2 for k in range(2 * each)]))

    assert "wrong_longer" not in lengths(12, 20)
    assert "wrong_longer" in lengths(13, 20)
    assert "wrong_longer" not in lengths(13, 19)


def test_groups_without_contrast_are_found_past_the_half() -> None:
    mixed, alike = [1.0, 0.0], [1.0, 1.0]
    assert "batch_no_contrast" not in of_batch(batch(mixed + alike, [1] * 4, [0, 0, 1, 1]))
    assert "batch_no_contrast" in of_batch(batch(mixed + alike + alike, [1] * 6, [0, 0, 1, 1, 2, 2]))


def test_silenced_tokens_are_found_past_the_threshold() -> None:
    assert "batch_clipped" in of_batch(batch([1.0, 0.0], [4, 4], [0, 0], logp=math.log(1.21)))
    assert "batch_clipped" not in of_batch(batch([1.0, 0.0], [3, 7], [0, 0], logp=math.log(1.21)))
