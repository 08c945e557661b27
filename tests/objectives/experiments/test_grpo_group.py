"""GRPO's table of one group, advantages of right and wrong, the weight of a question, and the models kept."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
import torch

from objectives.estimators.advantages import group_relative
from objectives.experiments.grpo_group import run as group_table
from objectives.experiments.grpo_group.weights import graded, weights
from objectives.hyperparameters import defaults
from objectives.losses import grpo
from objectives.training import loop
from objectives.worlds import three_answers

MODULES = (three_answers, loop, grpo, group_table)
DEFAULTS = {key: value for module in MODULES for key, value in defaults(module.Params, module.NAME).items()}
RULE = grpo.Params()
A, B, C = range(3)


def run(**changes: Any) -> dict[str, np.ndarray]:
    return group_table.run({**DEFAULTS, **changes})


def claims(arrays: dict[str, np.ndarray]) -> dict[str, bool]:
    return {name: claim(arrays) for name, (_, claim) in group_table.CLAIMS.items()}


@pytest.fixture(scope="module")
def arrays() -> dict[str, np.ndarray]:
    return run()


def test_hand_numbers_of_one_group(arrays: dict[str, np.ndarray]) -> None:
    """Two A (1.0), five B (0.6), one C (0): mean 5/8, variance 2 (3/8)^2/8 + 5 (1/40)^2/8 + (5/8)^2/8 = 0.084375."""
    assert np.bincount(arrays["group_answer"], minlength=3).tolist() == [2, 5, 1]
    assert float(arrays["group_mean"]) == pytest.approx(0.625)
    assert float(arrays["group_std"]) == pytest.approx(math.sqrt(0.084375))
    by_answer = [float(arrays["advantage"][arrays["group_answer"] == k][0]) for k in (A, B, C)]
    assert by_answer == pytest.approx([0.375 / 0.084375**0.5, -0.025 / 0.084375**0.5, -0.625 / 0.084375**0.5], abs=1e-6)


def test_the_columns_of_every_row_agree_with_each_other(arrays: dict[str, np.ndarray]) -> None:
    answer, low, high = arrays["group_answer"], *arrays["clip"]
    new, ref = arrays["new_probs"][:, answer], arrays["ref_probs"][answer]
    ratio = new / arrays["old_probs"][answer]
    held = np.clip(ratio, low, high)
    advantage = arrays["advantage"]
    assert arrays["ratio"] == pytest.approx(ratio)
    assert arrays["clipped_ratio"] == pytest.approx(held)
    assert arrays["plain_term"] == pytest.approx(ratio * advantage)
    assert arrays["clipped_term"] == pytest.approx(held * advantage)
    assert arrays["least"] == pytest.approx(np.minimum(ratio * advantage, held * advantage))
    assert arrays["kl"] == pytest.approx(ref / new - np.log(ref / new) - 1)
    assert (
        arrays["gate"].astype(bool).tolist()
        == (((advantage > 0) & (ratio > high)) | ((advantage < 0) & (ratio < low))).tolist()
    )
    assert arrays["surrogate"] == pytest.approx(arrays["least"].mean(-1))
    assert arrays["mean_kl"] == pytest.approx(arrays["kl"].mean(-1))
    assert arrays["objective"] == pytest.approx(arrays["surrogate"] - 0.04 * arrays["mean_kl"])


def test_a_perfect_critic_would_forecast_what_the_old_policy_earns(arrays: dict[str, np.ndarray]) -> None:
    assert float(arrays["old_value"]) == pytest.approx(0.15 * 1.0 + 0.55 * 0.6)


def test_an_answer_is_silent_from_its_stop_on_and_heard_just_before(arrays: dict[str, np.ndarray]) -> None:
    step, gate = arrays["step"], arrays["gate"].astype(bool)
    for k, begin in enumerate(arrays["silent_from"]):
        own = gate[:, arrays["group_answer"] == k].all(-1)
        assert own[step >= begin].all()
        assert not own[step < begin][-1]
    never = run(**{"grpo_group.reach": 0.05})
    assert never["silent_from"] == pytest.approx(0.1)


def test_the_ratio_is_to_the_old_policy_and_the_leash_to_the_reference(arrays: dict[str, np.ndarray]) -> None:
    """Where the new policy is the old one all ratios are 1 and the pushes cancel, but the KL has something to say."""
    assert arrays["ratio"][0] == pytest.approx(1.0)
    assert float(arrays["surrogate"][0]) == pytest.approx(0.0, abs=1e-12)
    assert float(arrays["mean_kl"][0]) == pytest.approx(0.2086, abs=1e-4)
    same = run(**{"grpo_group.old": [0.03, 0.62, 0.35]})
    assert float(same["mean_kl"][0]) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("size", [2, 8, 16])
def test_right_and_wrong_by_the_square_root_formula(size: int) -> None:
    """T5: +sqrt((1 - p)/p) and -sqrt(p/(1 - p)) for p = k/G, summing to 0; all right or all wrong gives 0."""
    up, down = (x.numpy() for x in graded(size, "std", RULE))
    k = np.arange(1, size)
    assert up[1:-1] == pytest.approx(np.sqrt((size - k) / k), rel=1e-6)
    assert down[1:-1] == pytest.approx(-np.sqrt(k / (size - k)), rel=1e-6)
    assert np.arange(size + 1) * up + (size - np.arange(size + 1)) * down == pytest.approx(0.0, abs=1e-9)
    assert [up[0], up[-1], down[0], down[-1]] == [0.0] * 4


def test_one_right_of_eight() -> None:
    up, down = graded(8, "std", RULE)
    assert (float(up[1]), float(down[1])) == pytest.approx((2.6458, -0.3780), abs=5e-5)
    sample_std, _ = graded(8, "std", grpo.Params(ddof=1))
    assert float(sample_std[1] / up[1]) == pytest.approx(0.9354, abs=5e-5)


def test_weights_of_a_question_solved_one_time_in_five(arrays: dict[str, np.ndarray]) -> None:
    """T8."""
    assert arrays["hard_weight"] == pytest.approx([1.0, 1.66, 2.11, 2.35, 2.47], abs=0.005)
    assert float(arrays["hard_limit"]) == pytest.approx(2.5)
    assert float(arrays["group_weight"]) == arrays["hard_weight"][2]
    assert float(run(**{"grpo_group.group_size": 4})["group_weight"]) == pytest.approx(arrays["hard_weight"][1])


def test_weights_agree_with_every_group_spelt_out() -> None:
    """E[1/G sum_i A_i grad log pi(o_i)] in p, over all 2^4 groups of four."""
    p, size = 0.3, 4
    total = 0.0
    for group in itertools.product((0.0, 1.0), repeat=size):
        rewards = torch.tensor(group, dtype=torch.float64)
        advantage = group_relative(rewards, torch.zeros(size, dtype=torch.long), "std", 0, 1e-8)
        score = rewards / p - (1 - rewards) / (1 - p)
        chance = math.prod(p if r else 1 - p for r in group)
        total += chance * float((advantage * score).mean())
    found = weights(size, torch.tensor([p], dtype=torch.float64), RULE)
    assert float(found[0]) == pytest.approx(total, rel=1e-9)


@pytest.mark.parametrize("kind", ["std", "none"])
def test_pushes_agree_with_the_slope_in_a_logit_of_every_group_spelt_out(kind: str) -> None:
    """d/dz of E[1/G sum_i A_i log pi(o_i)] where p = sigmoid z, over all 2^8 groups of eight, at the hard question."""
    arrays, p = run(), 0.2
    z = torch.tensor(p, dtype=torch.float64).logit().requires_grad_(True)
    groups = torch.tensor(list(itertools.product((0.0, 1.0), repeat=8)), dtype=torch.float64)
    graded = group_relative(groups, torch.zeros(8, dtype=torch.long), kind, 0, 1e-8)
    chance = (groups * p + (1 - groups) * (1 - p)).prod(-1)
    logp = torch.where(groups > 0, torch.nn.functional.logsigmoid(z), torch.nn.functional.logsigmoid(-z))
    (slope,) = torch.autograd.grad((chance * (graded * logp).mean(-1)).sum(), z)
    where = arrays["kinds"].tolist().index(kind), arrays["sizes"].tolist().index(8)
    assert float(arrays["hard_push"][where]) == pytest.approx(float(slope), rel=1e-9)


def test_a_push_is_the_weight_times_the_slope_of_the_chance(arrays: dict[str, np.ndarray]) -> None:
    p = arrays["chance"]
    assert arrays["push"] == pytest.approx(arrays["weight"] * p * (1 - p))
    assert arrays["plain_push"] == pytest.approx((1 - 1 / arrays["sizes"][:, None]) * p * (1 - p))
    assert arrays["limit_push"] == pytest.approx(arrays["limit"] * p * (1 - p))
    assert arrays["half_push"][1] == pytest.approx((1 - 1 / arrays["sizes"]) / 4)


def test_pairs_are_reinforce_and_undivided_groups_nearly() -> None:
    chance = torch.linspace(0.05, 0.95, 19, dtype=torch.float64)
    assert weights(2, chance, RULE).numpy() == pytest.approx(1.0, abs=1e-6)
    for size in (2, 8, 64):
        assert weights(size, chance, RULE, "none").numpy() == pytest.approx((size - 1) / size, abs=1e-9)


@pytest.mark.slow
def test_large_groups_climb_the_arcsine(arrays: dict[str, np.ndarray]) -> None:
    chance = torch.tensor([0.2, 0.5, 0.9], dtype=torch.float64)
    slope = 1 / torch.sqrt(chance * (1 - chance))
    assert weights(4096, chance, RULE).numpy() == pytest.approx(slope.numpy(), rel=1e-3)
    p, height = arrays["chance"], arrays["limit_climb"]
    assert np.gradient(height, p)[2:-2] == pytest.approx(arrays["limit"][2:-2], rel=2e-2)
    assert float(np.interp(0.5, p, height)) == pytest.approx(0.0, abs=1e-12)
    assert np.gradient(arrays["climb"][2], p)[2:-2] == pytest.approx(arrays["weight"][2][2:-2], rel=1e-3)


def test_chance_of_a_mixed_group(arrays: dict[str, np.ndarray]) -> None:
    """T7 at p = 0.05."""
    found = dict(zip(arrays["sizes"].tolist(), arrays["rare_mixed"].tolist(), strict=True))
    assert [found[8], found[16], found[64]] == pytest.approx([0.337, 0.560, 0.962], abs=5e-4)


def test_models_kept(arrays: dict[str, np.ndarray]) -> None:
    assert arrays["kept"].sum(1).tolist() == [4, 3, 2, 1]
    assert arrays["bytes"].sum(1).tolist() == [36.0, 20.0, 18.0, 16.0]


def test_dividing_makes_the_ends_louder_than_the_middle(arrays: dict[str, np.ndarray]) -> None:
    """One over the spread: 1 / sqrt(1/8 7/8) for one of eight, 2 for four of them."""
    told = {name: group_table.NUMBERS[name][1](arrays) for name in ("louder_ends", "louder_middle")}
    assert told["louder_ends"] == pytest.approx(8 / math.sqrt(7), rel=1e-5)
    assert told["louder_middle"] == pytest.approx(2, rel=1e-5)


def test_undivided_groups_differ_in_their_spread_and_divided_ones_do_not(arrays: dict[str, np.ndarray]) -> None:
    share = np.arange(1, 8) / 8
    up, down = arrays["up"][:, 1:-1], arrays["down"][:, 1:-1]
    spread = np.sqrt(share * up**2 + (1 - share) * down**2)
    assert spread == pytest.approx(np.stack([np.ones(7), np.sqrt(share * (1 - share))]), abs=1e-6)


def test_with_one_update_a_batch_the_loss_is_the_kl_penalty(arrays: dict[str, np.ndarray]) -> None:
    assert arrays["run_policy"] == pytest.approx(0.0, abs=1e-9)
    assert arrays["run_loss"] == pytest.approx(arrays["run_leash"])
    assert arrays["run_loss"][0] == pytest.approx(0.0, abs=1e-12)
    assert float(arrays["run_j"][0]) == pytest.approx(0.402)
    assert arrays["run_loss"].shape == (80,)


def test_claims_hold_as_shipped(arrays: dict[str, np.ndarray]) -> None:
    assert [name for name, held in claims(arrays).items() if not held] == []
    assert all(np.isfinite(number(arrays)) for _, number in group_table.NUMBERS.values())


@pytest.mark.parametrize(
    ("edit", "falls"),
    [
        ({"grpo.scale": "none"}, "divides_by_the_spread"),
        ({"grpo.ddof": 1}, "pairs_are_reinforce"),
        ({"grpo.eps": 1.0}, "ends_gain_most"),
        ({"grpo.eps": 1.0}, "ends_count_most"),
        ({"grpo_group.group_size": 2}, "ends_gain_most"),
        ({"grpo.eps": 1.0}, "division_flattens_the_push"),
        ({"grpo_group.hard": 0.5}, "division_flattens_the_push"),
        ({"grpo.beta": 0.0}, "leash_pulls_back"),
        ({"grpo_group.group_size": 2}, "lone_win_shouts"),
        ({"grpo_group.reach": 0.2}, "both_ends_fall_silent"),
        ({"grpo_group.reach": 0.2}, "ends_are_silent_half_way"),
        ({"grpo.eps": 1.0}, "division_makes_groups_alike"),
        ({"grpo.beta": 0.0}, "loss_rises_with_the_reward"),
        ({"grpo_group.rare": 0.4}, "rare_groups_are_unanimous"),
        ({"grpo_group.trained_bytes": 2.0}, "learners_need_most"),
        ({"three_answers.reward_correct": 0.0, "three_answers.reward_format": 0.0}, "pushes_cancel"),
    ],
)
def test_an_edit_makes_a_claim_false(edit: dict[str, Any], falls: str) -> None:
    assert not claims(run(**edit))[falls]


def test_the_old_policy_sums_to_one() -> None:
    with pytest.raises(ValueError, match="must sum to 1"):
        group_table.Params(old=[0.5, 0.5, 0.5])
