"""What holds for all losses, and the identities between them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from objectives import OBJECTIVES, Rollouts
from tests.objectives import slow_rules

PER_TOKEN = ("logp", "old_logp", "ref_logp", "values", "old_values", "entropies")


def loss(name: str, rollouts: Rollouts, **changes: Any) -> torch.Tensor:
    rule = OBJECTIVES[name]
    return rule.loss(rollouts, rule.Params(**changes)).total


def test_gradients_agree_with_finite_differences(rule: Any, batch: Any) -> None:
    base = batch()
    inputs = tuple(getattr(base, name).clone().requires_grad_(True) for name in ("logp", "values", "entropies"))

    def total(logp: torch.Tensor, values: torch.Tensor, entropies: torch.Tensor) -> torch.Tensor:
        return rule.loss(replace(base, logp=logp, values=values, entropies=entropies), rule.Params()).total

    assert torch.autograd.gradcheck(total, inputs)


@pytest.mark.parametrize("seed", range(4))
def test_vectorised_equals_a_loop_over_answers_and_tokens(any_rule: Any, batch: Any, seed: int) -> None:
    rollouts = batch(seed)
    expected = slow_rules.total(any_rule.name, any_rule.Params(), rollouts)
    assert float(any_rule.loss(rollouts, any_rule.Params()).total) == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("filler", [0.0, -7.5, 1e6, -math.inf, math.nan])
def test_padding_never_leaks_into_value_or_gradient(any_rule: Any, batch: Any, filler: float) -> None:
    clean = batch()
    fields = {name: torch.where(clean.mask, getattr(clean, name), filler) for name in PER_TOKEN}
    for name in ("logp", "values", "entropies"):
        fields[name].requires_grad_(True)
    dirty = replace(clean, **fields)
    found, expected = any_rule.loss(dirty, any_rule.Params()), any_rule.loss(clean, any_rule.Params())
    assert found.total.item() == expected.total.item()
    assert torch.equal(found.advantages[~clean.mask], torch.zeros_like(found.advantages[~clean.mask]))
    assert torch.equal(found.ratio[~clean.mask], torch.ones_like(found.ratio[~clean.mask]))
    assert not found.gate[~clean.mask].any()
    found.total.backward()
    for name in ("logp", "values"):
        gradient = fields[name].grad
        if gradient is not None:
            assert torch.isfinite(gradient).all()
            assert not gradient[~clean.mask].any()


def test_the_order_of_the_answers_does_not_matter(any_rule: Any, batch: Any) -> None:
    rollouts, order = batch(), torch.tensor([4, 2, 6, 0, 5, 1, 3])
    shuffled = replace(rollouts, **{k: v[order] for k, v in vars(rollouts).items() if v is not None})
    assert float(any_rule.loss(shuffled, any_rule.Params()).total) == pytest.approx(
        float(any_rule.loss(rollouts, any_rule.Params()).total), rel=1e-12
    )


def test_runs_stacked_before_the_batch_do_not_mix(any_rule: Any, batch: Any) -> None:
    one, two = batch(1), batch(2)
    both = Rollouts(**{k: torch.stack([v, vars(two)[k]]) for k, v in vars(one).items() if v is not None})
    found = any_rule.loss(both, any_rule.Params())
    for run, alone in enumerate((one, two)):
        expected = any_rule.loss(alone, any_rule.Params())
        assert torch.allclose(found.total[run], expected.total, rtol=1e-13)
        assert torch.allclose(found.advantages[run], expected.advantages, rtol=1e-13)


def test_policies_broadcast_against_one_batch(any_rule: Any, batch: Any) -> None:
    rollouts = batch()
    shifts = torch.tensor([0.0, 0.1, -0.4], dtype=torch.float64)
    many = replace(rollouts, logp=rollouts.logp + shifts.view(3, 1, 1))
    found = any_rule.loss(many, any_rule.Params()).total
    for index, shift in enumerate(shifts):
        alone = any_rule.loss(replace(rollouts, logp=rollouts.logp + shift), any_rule.Params()).total
        assert torch.allclose(found[index], alone, rtol=1e-13)


def test_float32_stays_float32(any_rule: Any, batch: Any) -> None:
    fields = {k: v for k, v in vars(batch()).items() if v is not None}
    single = {k: v.float() if v.is_floating_point() else v for k, v in fields.items()}
    found = any_rule.loss(Rollouts(**single), any_rule.Params())
    assert found.total.dtype == torch.float32
    assert float(found.total) == pytest.approx(float(any_rule.loss(batch(), any_rule.Params()).total), rel=1e-5)


# --- identities of content: T1, T2, T3, T9, T10, T17, T18


@pytest.mark.parametrize("name", ["baseline", "trpo", "ppo", "grpo", "dapo"])
def test_at_the_old_policy_every_gradient_is_advantage_times_grad_log_probability(name: str, batch: Any) -> None:
    rollouts = batch(equal_lengths=True, answers=6)
    logp = rollouts.old_logp.clone().requires_grad_(True)
    rule = OBJECTIVES[name]
    params = rule.Params(beta=0.0) if name == "grpo" else rule.Params()
    found = rule.loss(replace(rollouts, logp=logp), params)
    found.policy.backward()
    tokens = rollouts.logp.shape[0] if name == "baseline" else rollouts.mask.sum()
    assert torch.allclose(logp.grad, -found.advantages / tokens, rtol=1e-12, atol=0)


def three_answer_batch(
    probs: tuple[float, ...], theta: torch.Tensor, counts: list[int], rewards: list[float]
) -> Rollouts:
    answers = torch.repeat_interleave(torch.arange(3), torch.tensor(counts))
    old = torch.tensor(probs, dtype=torch.float64).log()
    value = torch.tensor(probs, dtype=torch.float64) @ torch.tensor(rewards, dtype=torch.float64)
    return Rollouts(
        logp=theta.log_softmax(-1)[..., answers].unsqueeze(-1),
        old_logp=old[answers].unsqueeze(-1),
        mask=torch.ones(len(answers), 1),
        rewards=torch.tensor(rewards, dtype=torch.float64)[answers],
        group=torch.zeros(len(answers), dtype=torch.long),
        old_values=value.expand(len(answers), 1),
    )


def test_with_one_state_and_every_answer_seen_in_proportion_the_map_is_the_territory() -> None:
    theta = torch.randn((50, 3), generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    rewards = torch.tensor([1.0, 0.6, 0.0], dtype=torch.float64)
    rollouts = three_answer_batch((0.25, 0.5, 0.25), theta, [4, 8, 4], rewards.tolist())
    gain = theta.softmax(-1) @ rewards - (0.25 * 1 + 0.5 * 0.6)
    assert torch.allclose(-loss("trpo", rollouts, whiten=False), gain, rtol=0, atol=1e-15)


def test_reinforce_is_best_where_chances_follow_the_reward_seen() -> None:
    theta = torch.tensor([0.4, 0.6, 1e-300], dtype=torch.float64).log().requires_grad_(True)
    rollouts = three_answer_batch((0.25, 0.625, 0.125), theta, [2, 5, 1], [1.0, 0.6, 0.0])
    loss("reinforce", rollouts).backward()
    assert torch.allclose(theta.grad, torch.zeros(3, dtype=torch.float64), atol=1e-15)


def test_with_a_baseline_the_surrogate_has_no_top_so_a_batch_cannot_be_reused() -> None:
    away = torch.tensor([1.0, 1.0, -2.0], dtype=torch.float64)
    heights = [
        float(-loss("baseline", three_answer_batch((0.25, 0.625, 0.125), step * away, [2, 5, 1], [1.0, 0.6, 0.0])))
        for step in (1.0, 10.0, 100.0)
    ]
    assert heights[1] > heights[0] + 1
    assert heights[2] > heights[1] + 10


@pytest.mark.parametrize("name", ["ppo", "grpo", "dapo"])
def test_the_gate_is_closed_exactly_where_the_gradient_is_zero(name: str, batch: Any) -> None:
    rule = OBJECTIVES[name]
    params = rule.Params(beta=0.0) if name == "grpo" else rule.Params()
    base = batch(3, answers=30, equal_lengths=True)
    logp = (base.old_logp + torch.linspace(-1, 1, 120, dtype=torch.float64).view(30, 4)).requires_grad_(True)
    found = rule.loss(replace(base, logp=logp), params)
    found.policy.backward()
    a, rho = found.advantages, found.ratio
    ceiling, floor = 1 + params.clip_high, 1 - params.clip_low
    closed = ((a > 0) & (rho > ceiling)) | ((a < 0) & (rho < floor))
    assert closed.any()
    assert (~closed & (rho > ceiling)).any()
    assert (~closed & (rho < floor)).any()
    assert torch.equal(found.gate, closed)
    assert torch.equal(logp.grad == 0, closed | (a == 0))


def test_dapo_with_grpos_clip_equal_lengths_and_mixed_groups_is_grpo_without_its_kl_penalty(batch: Any) -> None:
    rollouts = batch(equal_lengths=True, answers=6)
    logp = rollouts.logp.clone().requires_grad_(True)
    both = [
        loss("grpo", replace(rollouts, logp=logp), beta=0.0),
        loss("dapo", replace(rollouts, logp=logp), clip_high=0.2),
    ]
    gradients = [torch.autograd.grad(total, logp)[0] for total in both]
    assert torch.allclose(both[0], both[1], rtol=1e-13)
    assert torch.allclose(gradients[0], gradients[1], rtol=1e-12)


@pytest.mark.parametrize("name", ["grpo", "dapo"])
@settings(max_examples=25, deadline=None)
@given(scale=st.floats(0.01, 100), shift=st.floats(-100, 100), seed=st.integers(0, 1000))
def test_the_unit_of_reward_does_not_matter_to_group_relative_rules(
    name: str, scale: float, shift: float, seed: int
) -> None:
    dice = torch.Generator().manual_seed(seed)
    rewards = torch.randn(8, generator=dice, dtype=torch.float64)
    logp = torch.randn((8, 1), generator=dice, dtype=torch.float64)
    rollouts = Rollouts(
        logp=logp,
        old_logp=logp - 0.1,
        ref_logp=logp,
        mask=torch.ones(8, 1),
        rewards=rewards,
        group=torch.arange(8) // 4,
        correct=torch.arange(8) % 2,
    )
    other = replace(rollouts, rewards=scale * rewards + shift)
    assert float(loss(name, other, eps=0.0)) == pytest.approx(float(loss(name, rollouts, eps=0.0)), rel=1e-8, abs=1e-10)
