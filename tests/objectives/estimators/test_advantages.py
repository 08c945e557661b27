"""Advantages: hand numbers, then the properties that the lecture tells."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from objectives.estimators.advantages import (
    at_the_end,
    discounted_returns,
    gae,
    group_relative,
    group_statistics,
    leave_one_out,
    per_token,
    whiten,
)


def doubles(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


ONE = torch.zeros(8, dtype=torch.long)


def test_a_reward_passed_back_to_prefixes_is_discounted_once_per_token() -> None:
    _, returns = gae(doubles(0.8), torch.zeros(1, 3, dtype=torch.float64), torch.ones(1, 3), gamma=0.9, lam=1.0)
    assert returns.tolist() == [pytest.approx([0.648, 0.72, 0.8])]


def test_lambda_one_is_return_minus_value_and_lambda_zero_the_one_step_difference() -> None:
    values = torch.tensor([[0.5, 0.2, 0.9]], dtype=torch.float64)
    full, _ = gae(doubles(1.0), values, torch.ones(1, 3), gamma=0.9, lam=1.0)
    assert full.tolist() == [pytest.approx([0.81 - 0.5, 0.9 - 0.2, 1 - 0.9])]
    step, _ = gae(doubles(1.0), values, torch.ones(1, 3), gamma=0.9, lam=0.0)
    assert step.tolist() == [pytest.approx([0.9 * 0.2 - 0.5, 0.9 * 0.9 - 0.2, 1 - 0.9])]


def test_gae_pays_at_the_last_token_and_passes_over_padding() -> None:
    values = torch.tensor([[0.5, 99.0, 0.2, 99.0]], dtype=torch.float64)
    advantages, returns = gae(doubles(1.0), values, torch.tensor([[1, 0, 1, 0]]), gamma=1.0, lam=0.5)
    last = 1 - 0.2
    assert advantages.tolist() == [pytest.approx([0.2 - 0.5 + 0.5 * last, 0, last, 0])]
    assert returns.tolist() == [pytest.approx([0.2 - 0.5 + 0.5 * last + 0.5, 0, 1.0, 0])]


def test_an_answer_without_tokens_has_no_advantage() -> None:
    advantages, returns = gae(doubles(1.0), torch.ones(1, 2, dtype=torch.float64), torch.zeros(1, 2), 1.0, 1.0)
    assert not advantages.any()
    assert not returns.any()


def test_every_token_of_an_answer_is_told_the_same() -> None:
    assert per_token(doubles(2.0, 3.0), torch.tensor([[1, 1], [1, 0]])).tolist() == [[2, 2], [3, 0]]


def test_one_right_answer_in_eight() -> None:
    rewards = doubles(1, 0, 0, 0, 0, 0, 0, 0)
    graded = group_relative(rewards, ONE, "std", ddof=0, eps=0.0)
    assert graded.tolist() == pytest.approx([2.6458, *[-0.3780] * 7], abs=1e-4)
    sample = group_relative(rewards, ONE, "std", ddof=1, eps=0.0)
    assert torch.allclose(sample, graded * math.sqrt(7 / 8))
    assert math.sqrt(7 / 8) == pytest.approx(0.9354, abs=1e-4)


@pytest.mark.parametrize("right", range(1, 8))
def test_binary_advantages_are_the_roots_of_the_odds(right: int) -> None:
    p = right / 8
    graded = group_relative((torch.arange(8) < right).double(), ONE, "std", ddof=0, eps=0.0)
    assert graded[0].item() == pytest.approx(math.sqrt((1 - p) / p))
    assert graded[-1].item() == pytest.approx(-math.sqrt(p / (1 - p)))


def test_without_the_division_only_the_mean_goes() -> None:
    assert group_relative(doubles(1, 0, 5), torch.tensor([4, 4, 9]), "none", 0, 0.0).tolist() == [0.5, -0.5, 0.0]


@pytest.mark.parametrize("scale", ["std", "none"])
@pytest.mark.parametrize("rewards", [[0.3, 0.1 + 0.2, 0.3], [1e9 + 0.1, 1e9 + 0.1, 1e9 + 0.1], [0.0, 0.0, 0.0]])
def test_equal_rewards_teach_nothing_even_when_rounding_hides_that_they_are_equal(
    rewards: list[float], scale: str
) -> None:
    graded = group_relative(doubles(*rewards), torch.zeros(3, dtype=torch.long), scale, ddof=0, eps=0.0)
    assert graded.tolist() == [0, 0, 0]


@pytest.mark.parametrize("ddof", [0, 1])
def test_a_group_of_one_teaches_nothing(ddof: int) -> None:
    assert group_relative(doubles(3.0), torch.tensor([5]), "std", ddof, 0.0).tolist() == [0]
    assert leave_one_out(doubles(3.0), torch.tensor([5])).tolist() == [0]


def test_an_unknown_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="scale must be one of std, none, batch, not 'variance'"):
        group_relative(doubles(1, 0), torch.tensor([0, 0]), "variance", 0, 0.0)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-100, 100), min_size=2, max_size=12), st.integers(1, 3))
def test_group_advantages_sum_to_zero_in_each_group(rewards: list[float], groups: int) -> None:
    group = torch.arange(len(rewards)) % groups
    graded = group_relative(doubles(*rewards), group, "std", ddof=0, eps=1e-8)
    for label in range(groups):
        assert graded[group == label].sum().item() == pytest.approx(0, abs=1e-6)


def test_leave_one_out_is_a_stretched_difference_to_the_mean() -> None:
    rewards, group = doubles(1, 0.6, 0, 2, 5), torch.tensor([0, 0, 0, 1, 1])
    by_hand = [1 - 0.3, 0.6 - 0.5, 0 - 0.8, 2 - 5, 5 - 2]
    assert leave_one_out(rewards, group).tolist() == pytest.approx(by_hand)
    centred = group_relative(rewards, group, "none", 0, 0.0)
    assert torch.allclose(leave_one_out(rewards, group), centred * doubles(1.5, 1.5, 1.5, 2, 2))


@pytest.mark.parametrize(("size", "expected"), [(8, 0.337), (16, 0.560)])
def test_chance_of_a_mixed_group_at_one_right_answer_in_twenty(size: int, expected: float) -> None:
    p = 0.05
    groups = torch.tensor(list(itertools.product([0.0, 1.0], repeat=size)), dtype=torch.float64)
    chance = (p**groups * (1 - p) ** (1 - groups)).prod(-1)
    mixed = group_statistics(groups, torch.zeros(size, dtype=torch.long))[2][:, 0] > 0
    assert chance[mixed].sum().item() == pytest.approx(1 - p**size - (1 - p) ** size)
    assert chance[mixed].sum().item() == pytest.approx(expected, abs=5e-4)


def test_groups_of_runs_stacked_before_the_batch_do_not_mix() -> None:
    rewards = torch.tensor([[1.0, 3.0, 0.0], [5.0, 5.0, 7.0]], dtype=torch.float64)
    mean, std, gap = group_statistics(rewards, torch.tensor([2, 2, 1]))
    assert mean.tolist() == [[2, 2, 0], [5, 5, 7]]
    assert std.tolist() == [[1, 1, 0], [0, 0, 0]]
    assert gap.tolist() == [[2, 2, 0], [0, 0, 0]]


def test_whitening_gives_mean_zero_and_unit_spread_over_real_tokens_only() -> None:
    x, mask = torch.tensor([[1.0, 2.0], [3.0, 99.0]], dtype=torch.float64), torch.tensor([[1, 1], [1, 0]])
    assert whiten(x, mask, ddof=1, eps=0.0).tolist() == [[-1, 0], [1, 0]]
    assert whiten(x, mask, ddof=0, eps=0.0)[0, 0].item() == pytest.approx(-math.sqrt(1.5))


@pytest.mark.parametrize("x", [[0.3, 0.1 + 0.2], [0.0, 0.0]])
def test_whitening_equal_advantages_gives_zero(x: list[float]) -> None:
    assert whiten(torch.tensor([x], dtype=torch.float64), torch.ones(1, 2), 1, 0.0).tolist() == [[0, 0]]


def test_whitening_one_token_or_none_gives_zero() -> None:
    x = torch.tensor([[4.0, 5.0]], dtype=torch.float64)
    assert whiten(x, torch.tensor([[1, 0]]), 1, 0.0).tolist() == [[0, 0]]
    assert whiten(x, torch.tensor([[0, 0]]), 1, 0.0).tolist() == [[0, 0]]


def test_answers_of_one_token_need_no_recursion_and_give_what_a_longer_batch_gives() -> None:
    rewards, mask = torch.tensor([1.0, -2.0, 3.0]), torch.tensor([[1], [1], [0]])
    values = torch.tensor([[0.25], [0.5], [9.0]])
    advantages, returns = gae(rewards, values, mask, 0.9, 0.5)
    assert advantages.tolist() == [[0.75], [-2.5], [0.0]]
    assert returns.tolist() == [[1.0], [-2.0], [0.0]]
    wide = torch.nn.functional.pad(mask, (0, 1)), torch.nn.functional.pad(values, (0, 1))
    for short, long in zip((advantages, returns), gae(rewards, wide[1], wide[0], 0.9, 0.5), strict=True):
        assert torch.equal(short, long[:, :1])
    assert at_the_end(rewards, mask).tolist() == [[1.0], [-2.0], [0.0]]
    assert discounted_returns(values, mask, 0.9).tolist() == [[0.25], [0.5], [0.0]]
