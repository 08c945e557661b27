"""Half precision loses nothing but the digits of what came in: statistics and sums are those of float64."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from objectives import OBJECTIVES, Rollouts
from objectives.estimators import advantages, aggregate, entropy, kl, ratios, value_loss

HALVES = (torch.bfloat16, torch.float16)
DICE = torch.Generator().manual_seed(0)
X, Y = (torch.randn((6, 3000), generator=DICE, dtype=torch.float64) for _ in range(2))
MASK, GROUP = torch.arange(3000) < torch.tensor([3000, 1, 2500, 2000, 700, 0]).unsqueeze(-1), torch.arange(6) // 3
INPUTS = {
    "x": X,
    "y": Y,
    "far": X + 20,
    "logp": -X.abs(),
    "near": -X.abs() + 0.01 * Y,
    "away": -X.abs() + 10 * Y,
    "rewards": torch.tensor([1.0, 0.6, 0.8, 0.7, 0.3, 0.9], dtype=torch.float64),
}
CALLS: dict[str, Callable[[Any], Any]] = {
    "discounted_returns": lambda i: advantages.discounted_returns(i.x, MASK, 0.99),
    "gae": lambda i: torch.stack(advantages.gae(i.rewards, i.x, MASK, 0.999, 0.95, token_rewards=i.y)),
    "whiten": lambda i: advantages.whiten(i.far, MASK, 1, 1e-8),
    "group_relative": lambda i: advantages.group_relative(i.rewards, GROUP),
    "group_relative over the batch": lambda i: advantages.group_relative(i.rewards, GROUP, "batch", 1),
    "leave_one_out": lambda i: advantages.leave_one_out(i.rewards, GROUP),
    "group_statistics": lambda i: torch.stack(advantages.group_statistics(i.rewards, GROUP, 1)),
    "divide": lambda i: advantages.divide(i.x, i.y.abs(), 1e-6, "variance"),
    "overlong": lambda i: advantages.overlong(i.far, 25.0, 10.0),
    "token_mean": lambda i: aggregate.token_mean(i.far, MASK),
    "total": lambda i: aggregate.aggregate(i.far, MASK, "total", GROUP),
    "group_mean": lambda i: aggregate.group_mean(i.far, MASK, GROUP),
    "sequence_mean": lambda i: aggregate.sequence_mean(i.far, MASK),
    "sequence_sum": lambda i: aggregate.sequence_sum(i.far, MASK),
    "token_ratio": lambda i: ratios.token_ratio(i.logp, i.away, MASK),
    "sequence_ratio": lambda i: ratios.sequence_ratio(i.logp, i.near, MASK, per_token=False),
    "importance": lambda i: ratios.importance(i.logp, i.near, MASK, "sequence"),
    "clipped": lambda i: ratios.clipped(i.x.abs(), i.y, 0.2, 0.2, 3.0)[0],
    "stopped_weight": lambda i: ratios.stopped_weight(i.x.abs(), 0.2, 0.2),
    "k3": lambda i: kl.estimate("k3", i.logp, i.away, MASK),
    "categorical": lambda i: kl.categorical(i.logp, i.away),
    "value_loss": lambda i: value_loss.value_loss(i.x, i.y, MASK, "max", i.far, 0.2),
    "mean_entropy": lambda i: entropy.mean_entropy(i.far, i.x, MASK),
}


def inputs(dtype: torch.dtype, as_dtype: torch.dtype) -> Any:
    """The inputs rounded to one type, and handed over in another."""
    return SimpleNamespace(**{name: value.to(dtype).to(as_dtype) for name, value in INPUTS.items()})


@pytest.mark.parametrize("dtype", HALVES)
@pytest.mark.parametrize("name", CALLS)
def test_an_estimator_in_half_precision_is_float64s_of_the_same_numbers(name: str, dtype: torch.dtype) -> None:
    derived, expected = CALLS[name](inputs(dtype, dtype)), CALLS[name](inputs(dtype, torch.float64))
    assert derived.dtype == torch.float32
    assert torch.allclose(derived.double(), expected, rtol=1e-4, atol=1e-5)


@settings(max_examples=200, deadline=None)
@given(
    rewards=st.lists(st.floats(-100, 100, width=16), min_size=1, max_size=12),
    dtype=st.sampled_from(HALVES),
    scale=st.sampled_from(["std", "none", "batch"]),
)
def test_grades_in_half_precision_are_float64s(rewards: list[float], dtype: torch.dtype, scale: str) -> None:
    r = torch.tensor(rewards, dtype=torch.float64).to(dtype)
    group = torch.arange(len(r)) // 4
    derived = advantages.group_relative(r, group, scale, eps=1e-4)
    expected = advantages.group_relative(r.double(), group, scale, eps=1e-4)
    assert torch.allclose(derived.double(), expected, rtol=1e-4, atol=1e-4)


def test_four_rewards_in_bfloat16_are_graded() -> None:
    found = advantages.group_relative(torch.tensor([1, 0.6, 0.8, 0.7]).bfloat16(), torch.zeros(4, dtype=torch.long))
    assert found.tolist() == pytest.approx([1.521, -1.183, 0.169, -0.507], abs=0.02)


def test_a_float16_mean_over_many_tokens_is_a_number() -> None:
    ones = torch.ones(1, 131072, dtype=torch.float16)
    assert float(aggregate.token_mean(ones, ones)) == 1.0
    assert float(aggregate.sequence_sum(ones, ones)) == 131072.0


def filled(rollouts: Rollouts) -> dict[str, torch.Tensor]:
    """The fields that hold something."""
    return {name: value for name, value in vars(rollouts).items() if value is not None}


def long(batch: Any) -> Rollouts:
    """Answers long enough that sums taken in half precision would be wrong in their first digits."""
    made = batch(3, answers=9, tokens=600, equal_lengths=True)
    return replace(made, rewards=torch.tensor([1.0, 0.6, 0.8, 0.7, 0.65, 0.9, 0.1, 0.2, 0.9], dtype=torch.float64))


def seen(rule: Any, params: Any, rollouts: Rollouts, fields: dict[str, torch.Tensor]) -> tuple[Any, torch.Tensor]:
    """The terms of a batch, and the gradient in logp in float64."""
    logp = fields["logp"].clone().requires_grad_(True)
    terms = rule.loss(Rollouts(**{**vars(rollouts), **fields, "logp": logp}), params)
    terms.total.backward()
    assert logp.grad is not None
    assert logp.grad.dtype == logp.dtype
    return [term.detach() for term in terms], logp.grad.double()


@pytest.mark.parametrize("dtype", HALVES)
@pytest.mark.parametrize("name", OBJECTIVES)
def test_a_rule_in_half_precision_is_float64s_of_the_same_numbers(name: str, dtype: torch.dtype, batch: Any) -> None:
    rule, rollouts = OBJECTIVES[name], long(batch)
    halves = {key: value.to(dtype) for key, value in filled(rollouts).items() if value.is_floating_point()}
    found, slope = seen(rule, rule.Params(), rollouts, halves)
    expected, true_slope = seen(rule, rule.Params(), rollouts, {key: value.double() for key, value in halves.items()})
    for term, value in zip(found, expected, strict=True):
        if term.is_floating_point():
            assert term.dtype == torch.float32
            assert torch.allclose(term.double(), value, rtol=1e-3, atol=1e-4 * float(value.abs().max()))
    kind = torch.finfo(dtype)
    least = 1e-4 * float(true_slope.abs().max()) + kind.smallest_normal * kind.eps
    assert torch.allclose(slope, true_slope, rtol=2 * kind.eps, atol=least)
    assert true_slope.any()


@pytest.mark.parametrize("name", ["old_logp", "ref_logp", "rewards", "old_values", "values", "entropies"])
def test_one_wide_field_promotes_no_loss(any_rule: Any, batch: Any, name: str) -> None:
    double = filled(batch())
    single = {key: value.float() if value.is_floating_point() else value for key, value in double.items()}
    found = any_rule.loss(Rollouts(**{**single, name: double[name]}), any_rule.Params())
    assert {term.dtype for term in found if term.is_floating_point()} == {torch.float32}
    expected = any_rule.loss(Rollouts(**single), any_rule.Params())
    assert torch.equal(found.total, expected.total)
