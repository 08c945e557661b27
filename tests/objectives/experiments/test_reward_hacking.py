"""The climb on a learned reward model: one step by hand, the star at its end, what edits do to the claims."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from objectives.experiments import kl_estimators, reward_hacking
from objectives.hyperparameters import defaults
from objectives.worlds import flattery

pytestmark = pytest.mark.slow

FILE = Path(__file__).parents[3] / "hyperparameters.toml"
SHIPPED = {
    f"{table}.{key}": tuple(value) if isinstance(value, list) else value
    for table, keys in tomllib.loads(FILE.read_text(encoding="utf-8")).items()
    for key, value in keys.items()
}
SMALL = {"reward_hacking.seeds": 1, "reward_hacking.panels": 1}


def hack(**changes: Any) -> dict[str, np.ndarray]:
    return reward_hacking.run({**SHIPPED, **SMALL, **changes})


def failing(module: Any, arrays: dict[str, np.ndarray]) -> set[str]:
    return {name for name, (_, function) in module.CLAIMS.items() if not function(arrays)}


def test_one_step_of_the_climb_by_hand() -> None:
    """Two answers, scored 0 and 1, reference 3/4 and 1/4: at the reference the KL penalty has no gradient yet.

    The gradient of J is pi (r - J) = (3/4 x -1/4, 1/4 x 3/4) = (-3/16, 3/16), so the log-odds grow by rate x 3/8.
    """
    settings = flattery.Params(answers=2, step=1.0, modesty=float(np.log(3.0)))
    world = flattery.Flattery(settings, reward_model=torch.tensor([0.0, 1.0]).double())
    path = reward_hacking.climb(world, torch.tensor([0.0, 1.0]).double(), rate=2.0, steps=1)
    gap = (path[:, 1, 1] - path[:, 1, 0]).tolist()
    assert gap == pytest.approx([0.75 - np.log(3.0)] * 2)


def test_a_climb_with_a_kl_penalty_reaches_its_gibbs_policy_to_a_millionth() -> None:
    """For KL penalties that hold."""
    people = flattery.Flattery(flattery.Params())
    world = flattery.Flattery(flattery.Params(), reward_model=0.635 * people.levels)
    path = reward_hacking.climb(world, torch.tensor([0.6, 1.0]).double(), rate=3.0, steps=4000)
    stars = torch.stack([world.gibbs(0.6), world.gibbs(1.0)])
    assert (world.probs(path[:, -1]) - stars).abs().max().item() < 1e-6


def test_pairs_are_counted_and_the_drawn_loss_has_its_lowest_point_at_the_fit() -> None:
    a = hack(**{"reward_hacking.steps": 1})
    assert a["wins"].sum() == 500
    assert a["pairs_apart"][0] == 500 - np.trace(a["wins"])
    lowest = a["weight_grid"][a["pair_loss"].argmin()]
    assert abs(lowest - a["fitted"][0]) <= a["weight_grid"][1] / 2 + 1e-12
    assert a["pair_loss"][0] == pytest.approx(np.log(2))
    # A reward model that rises always prefers the more flattering answer: people's agreement is a sum over pairs.
    assert a["agrees_people"][0] == pytest.approx(np.tril(a["wins"], -1).sum() / a["pairs_apart"][0])
    better = a["gold"][:, None] > a["gold"][None, :]
    either = (a["wins"] + a["wins"].T) / 2
    flatters = np.tril(np.ones((9, 9), dtype=bool), -1)
    right = (either * (flatters == better) * ~np.eye(9, dtype=bool)).sum()
    assert a["agrees_gold"][0] == pytest.approx(right / a["pairs_apart"][0])


def test_the_first_panel_has_the_numbers_of_the_prototype() -> None:
    """content.md: pair accuracy .94 on gold and .70 on people; gold .22 -> .61 at KL 1.6 -> .31."""
    a = reward_hacking.run({**SHIPPED, "reward_hacking.seeds": 1})
    numbers = {name: function(a) for name, (_, function) in reward_hacking.NUMBERS.items()}
    assert numbers["agrees_gold"] == pytest.approx(0.94, abs=0.01)
    assert numbers["agrees_people"] == pytest.approx(0.70, abs=0.01)
    assert numbers["gold_start"] == pytest.approx(0.22, abs=0.005)
    assert numbers["gold_peak"] == pytest.approx(0.61, abs=0.005)
    assert numbers["kl_peak"] == pytest.approx(1.68, abs=0.01)
    assert numbers["gold_end_free"] == pytest.approx(0.31, abs=0.005)
    assert numbers["gold_favourite"] == a["gold"][a["judge"].argmax()]


@pytest.mark.parametrize(
    ("edit", "falls"),
    [
        ({"flattery.bend": 0.0}, {"gold_rises_then_falls", "long_leash_is_hacked"}),  # nothing to be hacked
        ({"reward_hacking.steps": 20}, {"gold_rises_then_falls", "leashes_end_at_the_star"}),  # stopped early
        ({"reward_hacking.betas": (0.0, 0.05, 0.1)}, {"short_leashes_stay_near"}),
        ({"flattery.slope": 100.0}, {"judge_is_right_where_people_looked"}),  # people never err
    ],
)
def test_an_edit_flips_the_claims_that_it_should(edit: dict[str, Any], falls: set[str]) -> None:
    assert falls <= failing(reward_hacking, hack(**edit))


def test_how_often_the_second_answer_is_preferred_to_the_first_by_hand() -> None:
    """Gold of the second is 0.5 - 0.35 x 0.25 = 0.4125, of the first 0; people are as sure as 2.5 times that."""
    preferred = reward_hacking.NUMBERS["preferred"][1](hack())
    assert preferred == pytest.approx(1 / (1 + np.exp(-2.5 * 0.4125)))


def test_contradictory_penalties_are_refused() -> None:
    for betas in [(0.0, 1.0), (0.1, 0.2, 0.3), (0.0, 1.0, 0.5), (0.0, 0.5, 0.5)]:
        with pytest.raises(ValueError, match="betas must be"):
            reward_hacking.Params(betas=list(betas))


# --- the three estimators


def test_estimators_of_one_answer_by_hand() -> None:
    """d = log pi - log ref of an answer: k1 = d, k2 = d^2 / 2, k3 = exp(-d) - 1 + d."""
    a = kl_estimators.run(SHIPPED)
    d = np.log(a["probs"]) - np.log(a["ref_probs"])
    assert np.allclose(a["value"][:, 0], d)
    assert np.allclose(a["value"][:, 1], d**2 / 2)
    assert np.allclose(a["value"][:, 2], np.exp(-d) - 1 + d)
    assert np.allclose(a["true_kl"], (a["probs"] * d).sum(1))
    assert np.allclose(a["forward_kl"], -(a["ref_probs"] * d).sum(1))


def test_gradients_of_the_estimators_by_hand() -> None:
    """Mean of k'(d) (onehot - pi) under pi: 0 for k1; pi (d - mean d) for k2; pi - ref for k3."""
    a = kl_estimators.run(SHIPPED)
    d = np.log(a["probs"]) - np.log(a["ref_probs"])
    mean = (a["probs"] * d).sum(1, keepdims=True)
    assert np.allclose(a["gradient"][:, 0], 0, atol=1e-15)
    assert np.allclose(a["gradient"][:, 1], a["probs"] * (d - mean))
    assert np.allclose(a["gradient"][:, 2], a["probs"] - a["ref_probs"])


def test_batches_scatter_as_the_spread_says() -> None:
    a = kl_estimators.run(SHIPPED)
    error = a["sd"] / np.sqrt(16 * 2000)
    assert (np.abs(a["estimates"].mean(-1) - a["mean"]) < 4 * error + 1e-15).all()
    assert np.allclose(a["estimates"].std(-1), a["sd"] / 4, rtol=0.15)


def test_k3_is_not_called_calmer_where_it_is_not() -> None:
    """Where the policy hardly ever writes what the reference often does, ref / pi is huge now and then."""
    assert not {"k3_is_right_and_calmer"} & failing(kl_estimators, kl_estimators.run(SHIPPED))
    wild = kl_estimators.run({**SHIPPED, "kl_estimators.far": 6.0})
    assert "k3_is_right_and_calmer" in failing(kl_estimators, wild)


def test_a_policy_at_the_reference_has_no_distance() -> None:
    a = kl_estimators.run({**SHIPPED, "kl_estimators.near": 0.0})
    assert np.allclose(a["value"][0], 0, atol=1e-15)
    assert np.allclose(a["gradient"][0], 0, atol=1e-15)
    assert all(np.isfinite(function(a)) for _, function in kl_estimators.NUMBERS.values())


def test_lists_that_are_read_from_the_file_are_the_defaults() -> None:
    for module in (reward_hacking, kl_estimators):
        expected = {k: tuple(v) if isinstance(v, list) else v for k, v in defaults(module.Params, module.NAME).items()}
        assert {key: SHIPPED[key] for key in expected} == expected
