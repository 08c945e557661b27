"""A batch may bring its own advantages, token rewards and critic targets; they go where the formula has them."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from objectives import OBJECTIVES, Rollouts
from objectives.estimators.advantages import gae, group_relative
from tests.objectives import slow_rules
from tests.objectives.losses.test_every_convention import rollouts

CRITICS = [name for name in slow_rules.OURS if OBJECTIVES[name].critic]


def settings_for_own(name: str) -> dict[str, Any]:
    """A rule whose KL enters the advantages by default is told to have it in the loss."""
    return {"kl_place": "loss"} if name in ("rloo", "reinforce_pp") else {}


def own(seed: int, *names: str) -> Rollouts:
    """A batch with some numbers of its own, per token."""
    dice = torch.Generator().manual_seed(seed)
    base = rollouts(seed)
    return replace(base, **{name: torch.randn(base.logp.shape, generator=dice).double() for name in names})


@pytest.mark.parametrize("names", [["token_rewards"], ["returns"], ["advantages"], ["advantages", "returns"]])
@pytest.mark.parametrize("name", slow_rules.OURS)
def test_own_numbers_equal_loops(name: str, names: list[str]) -> None:
    rule = OBJECTIVES[name]
    params = rule.Params(**(settings_for_own(name) if "advantages" in names else {}))
    for seed in (1, 2):
        r = own(seed, *names)
        assert float(rule.loss(r, params).total) == pytest.approx(slow_rules.total(name, params, r), rel=1e-9)


@pytest.mark.parametrize("baseline", ["none", "group"])
@pytest.mark.parametrize("place", ["reward", "return"])
def test_token_rewards_and_a_kl_in_the_reward_add_up_in_reinforce_pp(baseline: str, place: str) -> None:
    rule, r = OBJECTIVES["reinforce_pp"], own(3, "token_rewards")
    params = rule.Params(baseline=baseline, kl_place=place, beta=0.3, gamma=0.9)
    expected = slow_rules.total("reinforce_pp", params, r)
    assert float(rule.loss(r, params).total) == pytest.approx(expected, rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(slow_rules.OURS), seed=st.integers(0, 10**6), shape=st.sampled_from(["[B]", "[B, 1]"]))
def test_one_advantage_per_answer_is_that_of_each_of_its_tokens(name: str, seed: int, shape: str) -> None:
    rule, r = OBJECTIVES[name], rollouts(seed)
    params = rule.Params(**settings_for_own(name))
    each = torch.randn(6, generator=torch.Generator().manual_seed(seed)).double()
    found = rule.loss(replace(r, advantages=each if shape == "[B]" else each.unsqueeze(-1)), params)
    expected = rule.loss(replace(r, advantages=each.unsqueeze(-1).expand(6, 3).clone()), params)
    assert all(torch.equal(x, y) for x, y in zip(found, expected, strict=True))
    assert torch.equal(found.advantages, torch.where(r.mask, each.unsqueeze(-1), 0.0))


@pytest.mark.parametrize("name", slow_rules.OURS)
def test_a_rules_own_advantages_handed_over_change_nothing(name: str) -> None:
    rule, r = OBJECTIVES[name], rollouts(4)
    params = rule.Params(**settings_for_own(name))
    expected = rule.loss(r, params)
    found = rule.loss(replace(r, advantages=expected.advantages), params)
    assert torch.allclose(found.total, expected.total, rtol=1e-14)


def test_advantages_are_neither_graded_nor_standardised() -> None:
    r = replace(rollouts(1), advantages=torch.full((6,), 5.0))
    for name in ("ppo", "grpo", "cispo", "vapo"):
        assert set(OBJECTIVES[name].loss(r, OBJECTIVES[name].Params()).advantages[r.mask].tolist()) == {5.0}


def test_padding_of_own_numbers_may_hold_anything() -> None:
    r = own(1, "advantages", "returns")
    dirty = {name: torch.where(r.mask, getattr(r, name), torch.nan) for name in ("advantages", "returns")}
    dirty_pay = torch.where(r.mask, own(1, "token_rewards").token_rewards, -torch.inf)
    for name in slow_rules.OURS:
        rule = OBJECTIVES[name]
        params = rule.Params(**settings_for_own(name))
        assert torch.equal(rule.loss(replace(r, **dirty), params).total, rule.loss(r, params).total)
        clean = rule.loss(own(1, "token_rewards"), rule.Params()).total
        assert torch.equal(rule.loss(replace(rollouts(1), token_rewards=dirty_pay), rule.Params()).total, clean)


@pytest.mark.parametrize("name", CRITICS)
def test_own_advantages_and_targets_need_no_old_values(name: str) -> None:
    rule = OBJECTIVES[name]
    r = replace(own(1, "advantages", "returns"), old_values=None)
    assert torch.isfinite(rule.loss(r, rule.Params()).total)
    without_critic = replace(r, values=None, returns=None)
    assert rule.loss(without_critic, rule.Params()).value == 0
    with pytest.raises(ValueError, match=r"needs rollouts\.old_values"):
        rule.loss(replace(r, returns=None), rule.Params())


@pytest.mark.parametrize("name", CRITICS)
def test_the_gradient_in_values_goes_to_own_targets(name: str) -> None:
    r = own(1, "returns")
    assert r.returns is not None
    values = r.returns.clone().requires_grad_(True)
    logp = r.logp.clone().requires_grad_(True)
    terms = OBJECTIVES[name].loss(replace(r, logp=logp, values=values), OBJECTIVES[name].Params())
    terms.total.backward()
    assert terms.value == 0
    assert values.grad is not None
    assert not values.grad.any()


@pytest.mark.parametrize("name", slow_rules.OURS)
def test_gradcheck_with_own_numbers(name: str) -> None:
    if name == "cispo":
        pytest.skip("its weight is held constant, which finite differences do not see")
    rule, r = OBJECTIVES[name], own(5, "advantages", "returns")
    params = rule.Params(**settings_for_own(name))

    def total(logp: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
        return rule.loss(replace(r, logp=logp, values=values), params).total

    assert r.values is not None
    inputs = (r.logp.clone().requires_grad_(True), r.values.clone().requires_grad_(True))
    assert torch.autograd.gradcheck(total, inputs)


def test_a_kl_that_would_be_dropped_with_the_rules_advantages_is_refused() -> None:
    for name in ("rloo", "reinforce_pp"):
        rule = OBJECTIVES[name]
        with pytest.raises(ValueError, match=r'kl_place="(reward|return)" takes the KL from what rollouts.advantages'):
            rule.loss(own(1, "advantages"), rule.Params())
        rule.loss(own(1, "advantages"), rule.Params(beta=0.0))
    with pytest.raises(ValueError, match='kl_place="return"'):
        OBJECTIVES["ppo"].loss(own(1, "advantages", "returns"), OBJECTIVES["ppo"].Params(beta=0.1))


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "advantages",
            torch.zeros(5),
            r"advantages must end in \[6\] or \[6, 3\] as logp does, but its shape is \[5\]",
        ),
        ("advantages", torch.zeros(6, 2), r"advantages must end in"),
        ("advantages", torch.full((6,), torch.nan), "advantages must be finite"),
        ("returns", torch.zeros(6), "returns must end in"),
        ("token_rewards", torch.zeros(6, 3, requires_grad=True), "token_rewards must be a constant"),
        ("advantages", torch.zeros(6, requires_grad=True), "advantages must be a constant"),
    ],
)
def test_own_numbers_of_the_wrong_shape_are_refused(name: str, value: torch.Tensor, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(rollouts(1), **{name: value})


# --- what the settings add


def test_k1_k2_has_the_value_of_k1_and_the_gradient_of_k2() -> None:
    r = rollouts(2)
    found = {}
    for kind in ("k1", "k2", "k1_k2"):
        logp = r.logp.clone().requires_grad_(True)
        params = OBJECTIVES["grpo"].Params(beta=0.5, kl_estimator=kind)
        terms = OBJECTIVES["grpo"].loss(replace(r, logp=logp), params)
        terms.kl.backward()
        found[kind] = (terms.kl.detach(), logp.grad)
    assert torch.allclose(found["k1_k2"][0], found["k1"][0])
    assert torch.allclose(found["k1_k2"][1], found["k2"][1])
    assert not torch.allclose(found["k2"][1], found["k1"][1])


def test_dr_grpo_with_a_kl_is_grpo_with_its_two_divisions_left_out() -> None:
    r, kl = rollouts(3), {"beta": 0.2, "kl_estimator": "k3"}
    grpo = OBJECTIVES["grpo"].Params(scale="none", aggregation="constant", length=7.0, **kl)
    dr_grpo = OBJECTIVES["dr_grpo"].Params(length=7.0, **kl)
    for found, expected in zip(OBJECTIVES["dr_grpo"].loss(r, dr_grpo), OBJECTIVES["grpo"].loss(r, grpo), strict=True):
        assert torch.equal(found, expected)


@pytest.mark.parametrize("name", ["grpo", "dr_grpo", "reinforce_pp", "rloo"])
def test_a_log_surrogate_is_not_clipped_and_pulls_with_a_itself(name: str) -> None:
    r = rollouts(1)
    logp = (r.old_logp + 3).requires_grad_(True)
    params = OBJECTIVES[name].Params(surrogate="log", beta=0.0, aggregation="total")
    terms = OBJECTIVES[name].loss(replace(r, logp=logp), params)
    terms.total.backward()
    assert not terms.gate.any()
    assert logp.grad is not None
    assert torch.allclose(logp.grad, -terms.advantages)


def test_token_rewards_of_an_answer_count_in_its_grade() -> None:
    r = own(1, "token_rewards")
    assert r.token_rewards is not None
    total = r.rewards + torch.where(r.mask, r.token_rewards, 0.0).sum(-1)
    found = OBJECTIVES["grpo"].loss(r, OBJECTIVES["grpo"].Params()).advantages
    assert torch.allclose(found, torch.where(r.mask, group_relative(total, r.group).unsqueeze(-1), 0.0))


def test_token_rewards_are_paid_where_they_stand_to_a_critic() -> None:
    r, params = own(1, "token_rewards"), OBJECTIVES["baseline"].Params(gamma=0.5, lam=0.5)
    assert r.old_values is not None
    expected, _ = gae(r.rewards, r.old_values, r.mask, 0.5, 0.5, token_rewards=r.token_rewards)
    assert torch.equal(OBJECTIVES["baseline"].loss(r, params).advantages, expected)


def test_every_rule_with_a_surrogate_setting_has_both() -> None:
    for name, rule in OBJECTIVES.items():
        fields = {field.name: field for field in dataclasses.fields(rule.Params)}
        if "surrogate" in fields:
            assert fields["surrogate"].metadata["choices"] == ("ratio", "log"), name
