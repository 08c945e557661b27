"""A batch is looked at once, when it is made; its loss looks at nothing again, and gives the same numbers."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from objectives import OBJECTIVES, Objective, Rollouts, checks
from objectives.estimators import aggregate
from objectives.precision import difference, held, inside, number
from tests.objectives.losses.test_every_convention import rollouts


def test_a_loss_looks_at_no_number_that_the_batch_has_looked_at(
    any_rule: Any, batch: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, seen = batch(), []
    monkeypatch.setattr(checks, "sums_up", lambda tensor: seen.append(tensor) or True)
    monkeypatch.setattr(torch, "isfinite", lambda tensor: pytest.fail("looked at again"))
    replace(one)
    assert len(seen) == len([x for x in vars(one).values() if x is not None and x.is_floating_point()])
    seen.clear()
    any_rule.loss(one, any_rule.Params())
    assert not seen


def test_a_formula_called_by_itself_checks_and_gives_the_same(any_rule: Any, batch: Any) -> None:
    one = batch()
    found, expected = any_rule.formula(one, any_rule.Params()), any_rule.loss(one, any_rule.Params())
    assert all(torch.allclose(x, y, rtol=1e-13) for x, y in zip(found, expected, strict=True))


def test_after_a_loss_that_fails_checks_are_back() -> None:
    def fails(rollouts: Rollouts, params: Any) -> Any:
        raise RuntimeError("on purpose")

    mine = Objective("mine", OBJECTIVES["grpo"].Params, fails)
    with pytest.raises(RuntimeError, match="on purpose"):
        mine.loss(rollouts(1), mine.Params())
    assert checks.known_in_this_loss() is None
    with pytest.raises(ValueError, match="mask must hold only 0 and 1"):
        aggregate.token_mean(torch.ones(2, 2), torch.full((2, 2), 2.0))


def test_without_checks_a_good_batch_gives_the_same_numbers(any_rule: Any, batch: Any) -> None:
    one = batch()
    for x, y in zip(
        any_rule.loss(replace(one, check=False), any_rule.Params()), any_rule.loss(one, any_rule.Params()), strict=True
    ):
        assert torch.equal(x, y)


def test_without_checks_numbers_are_not_looked_at_but_shapes_and_types_are(batch: Any) -> None:
    one = batch()
    replace(one, logp=torch.full((7, 4), torch.nan), correct=torch.full((7,), 3), check=False)
    with pytest.raises(ValueError, match="old_logp must end in"):
        replace(one, old_logp=torch.zeros(7, 3), check=False)
    with pytest.raises(TypeError, match="rewards must be a floating tensor"):
        replace(one, rewards=torch.zeros(7, dtype=torch.long), check=False)


@settings(max_examples=80, deadline=None)
@given(
    name=st.sampled_from(list(OBJECTIVES)),
    seed=st.integers(0, 10**6),
    filler=st.sampled_from([math.nan, math.inf, -math.inf, 1e300]),
)
def test_padding_of_any_kind_gives_the_same_value_and_gradient(name: str, seed: int, filler: float) -> None:
    rule, clean = OBJECTIVES[name], rollouts(seed)
    fields = ("logp", "old_logp", "ref_logp", "values", "old_values", "entropies")
    found = []
    for fill in (0.0, filler):
        given = {field: torch.where(clean.mask, getattr(clean, field), fill) for field in fields}
        given["logp"] = given["logp"].requires_grad_(True)
        total = rule.loss(replace(clean, **given), rule.Params()).total
        total.backward()
        found.append((total.detach(), given["logp"].grad))
    assert torch.equal(found[0][0], found[1][0])
    assert torch.equal(found[0][1], found[1][1])
    assert not found[1][1][~clean.mask].any()


def test_a_sum_that_overflows_is_no_number_that_is_missing(batch: Any) -> None:
    values = torch.full((7, 4), 3e38)
    single = {k: v.float() if v.is_floating_point() else v for k, v in vars(batch()).items() if v is not None}
    made = Rollouts(**{**single, "values": values})
    assert torch.equal(made.values[made.mask], values[made.mask])


def test_in_a_loss_the_mask_becomes_numbers_once() -> None:
    mask = torch.tensor([[True, False]])
    with checks.settled():
        assert number(mask, torch.float32) is number(mask, torch.float32)
        assert number(mask, torch.float64) is not number(mask, torch.float32)
    assert number(mask, torch.float32) is not number(mask, torch.float32)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_a_product_with_the_mask_is_the_choice_by_the_mask(seed: int) -> None:
    dice = torch.Generator().manual_seed(seed)
    x, y = torch.randn((2, 3, 5), generator=dice, dtype=torch.float64)
    mask = torch.rand((2, 3, 5), generator=dice) < 0.5
    outside = (inside(x, mask), difference(x, y, mask))
    with checks.settled():
        within = (inside(x, mask), difference(x, y, mask))
        alone = difference(x, y, mask[0])
    assert all(torch.equal(a, b) for a, b in zip(outside, within, strict=True))
    assert torch.equal(alone, torch.where(mask[0], x - y, 0.0))


@pytest.mark.parametrize("values", [[-3.0, 2.0], [-3.0, 21.0], [-21.0, 0.0]])
def test_what_is_beyond_the_limit_is_held_and_has_no_gradient(values: list[float]) -> None:
    x = torch.tensor(values, dtype=torch.float64, requires_grad=True)
    kept = held(x, 20.0)
    kept.sum().backward()
    assert kept.tolist() == [max(min(v, 20.0), -20.0) for v in values]
    assert x.grad is not None
    assert x.grad.tolist() == [float(abs(v) <= 20) for v in values]
    assert (kept is x) == all(abs(v) <= 20 for v in values)


@pytest.mark.parametrize("name", ["grpo", "ppo", "gspo", "rloo"])
def test_a_loss_can_be_differentiated_twice(name: str) -> None:
    rule, r = OBJECTIVES[name], rollouts(2)
    assert torch.autograd.gradgradcheck(
        lambda logp: rule.loss(replace(r, logp=logp), rule.Params()).total, (r.logp.clone().requires_grad_(True),)
    )
