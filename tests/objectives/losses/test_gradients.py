"""Every loss in every convention: its gradient against finite differences, and properties over random batches."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from objectives import OBJECTIVES, Rollouts
from objectives.estimators.aggregate import KINDS, aggregate
from objectives.estimators.kl import estimate
from objectives.estimators.ratios import stopped_weight

pytestmark = pytest.mark.slow

NEEDS: dict[tuple[str, Any], dict[str, Any]] = {
    ("kl_ratio", True): {"kl_place": "loss", "beta": 0.3},
    ("surrogate", "ratio"): {"aggregation": "sequence"},
}
"""What a setting must be joined with to act at all."""
STOPPED = {"k1_k2", "k3_k2"}
NUMBERS = {"dual_clip": 1.5, "kl_cap": 0.02, "entropy_weight": 0.3, "eps": 0.1, "gamma": 0.9, "beta": 0.3, "lam": 0.5}


def conventions() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each objective with one setting moved away from its default, every choice and every switch in turn."""
    for name, rule in OBJECTIVES.items():
        yield name, {}
        for field in dataclasses.fields(rule.Params):
            default = getattr(rule.Params(), field.name)
            options: list[Any] = [x for x in field.metadata["choices"] if x != default]
            if isinstance(default, bool):
                options = [not default]
            elif field.name in NUMBERS:
                options = [NUMBERS[field.name]]
            for option in options:
                near = NEEDS.get((field.name, option), {})
                if field.name.startswith("kl_") and hasattr(rule.Params(), "beta"):
                    near = {"beta": 0.3, **near}
                yield name, {field.name: option, **{k: v for k, v in near.items() if k != field.name}}


CASES = [case for case in conventions() if case[0] != "cispo" and not STOPPED & set(map(str, case[1].values()))]


@pytest.mark.parametrize(("name", "changes"), CASES, ids=lambda x: str(x).replace("'", ""))
def test_gradients_agree_with_finite_differences(name: str, changes: dict[str, Any], batch: Any) -> None:
    rule = OBJECTIVES[name]
    params = rule.Params(**changes)
    base = batch(1, answers=5, tokens=2)
    inputs = tuple(getattr(base, field).clone().requires_grad_(True) for field in ("logp", "values", "entropies"))

    def total(logp: torch.Tensor, values: torch.Tensor, entropies: torch.Tensor) -> torch.Tensor:
        return rule.loss(replace(base, logp=logp, values=values, entropies=entropies), params).total

    assert torch.autograd.gradcheck(total, inputs)


@pytest.mark.parametrize("changes", [case[1] for case in conventions() if case[0] == "cispo"], ids=str)
def test_cispos_gradient_is_that_of_its_loss_with_the_weight_held(changes: dict[str, Any], batch: Any) -> None:
    rule, base = OBJECTIVES["cispo"], batch(1)
    params = rule.Params(**changes)
    logp = base.logp.clone().requires_grad_(True)
    found = rule.loss(replace(base, logp=logp), params)
    (slope,) = torch.autograd.grad(found.policy, logp)
    weight = stopped_weight(found.ratio.detach(), params.clip_low, params.clip_high) * found.advantages

    def held(at: torch.Tensor) -> torch.Tensor:
        tokens = weight * torch.where(base.mask, at, 0.0)
        return -aggregate(tokens, base.mask, params.aggregation, base.group, params.length)

    assert held(logp).item() == pytest.approx(found.policy.item(), rel=1e-12)
    assert torch.autograd.gradcheck(held, (logp,))
    assert torch.allclose(slope, torch.autograd.grad(held(logp), logp)[0], rtol=1e-12)


def test_the_straight_through_kl_has_the_value_of_k3_and_the_gradient_of_k2(batch: Any) -> None:
    base = batch(1)
    logp = base.logp.clone().requires_grad_(True)
    found = {kind: estimate(kind, logp, base.ref_logp, base.mask).sum() for kind in ("k2", "k3", "k3_k2")}
    slopes = {kind: torch.autograd.grad(value, logp)[0] for kind, value in found.items()}
    assert found["k3_k2"].item() == pytest.approx(found["k3"].item(), rel=1e-12)
    assert torch.allclose(slopes["k3_k2"], slopes["k2"], rtol=1e-12)
    assert not torch.allclose(slopes["k3"], slopes["k2"], rtol=1e-3)


# --- every convention on any batch


def random_batch(seed: int, answers: int, tokens: int) -> Rollouts:
    dice = torch.Generator().manual_seed(seed)

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=dice, dtype=torch.float64)

    lengths = torch.randint(0, tokens + 1, (answers,), generator=dice)
    old = -normal(answers, tokens).abs()
    return Rollouts(
        logp=old + normal(answers, tokens),
        old_logp=old,
        ref_logp=old + normal(answers, tokens),
        mask=torch.arange(tokens) < lengths.unsqueeze(-1),
        rewards=normal(answers).round(decimals=1),
        group=torch.randint(0, 3, (answers,), generator=dice),
        correct=torch.randint(0, 2, (answers,), generator=dice),
        values=normal(answers, tokens),
        old_values=normal(answers, tokens),
        entropies=normal(answers, tokens).abs(),
    )


ANY = st.sampled_from(list(conventions()))
SIZES = {"seed": st.integers(0, 10_000), "answers": st.integers(1, 6), "tokens": st.integers(1, 4)}


@settings(max_examples=150, deadline=None)
@given(case=ANY, **SIZES)
def test_padding_and_order_never_matter(case: tuple[str, dict[str, Any]], seed: int, answers: int, tokens: int) -> None:
    """Also for answers without a token, groups of one, and batches that are padding throughout."""
    rule, params = OBJECTIVES[case[0]], OBJECTIVES[case[0]].Params(**case[1])
    clean = random_batch(seed, answers, tokens)
    wide = {}
    for name, value in vars(clean).items():
        if value is None:
            continue
        if value.ndim == 2:
            filler = 0.0 if name == "mask" else 1e30
            body = torch.where(clean.mask, value, filler).to(value.dtype)
            value = torch.cat([body, torch.full((answers, 2), filler).to(value.dtype)], dim=-1)
        wide[name] = value
    order = torch.randperm(answers, generator=torch.Generator().manual_seed(seed))
    wide = {name: value[order] for name, value in wide.items()}
    logp = wide["logp"].clone().requires_grad_(True)
    constant = "aggregation" in case[1] and case[1]["aggregation"] == "constant"
    if constant or (case[0] == "dr_grpo" and "aggregation" not in case[1]):
        params = replace(params, length=7.0)  # its divisor would otherwise be the width of the batch
    expected, found = rule.loss(clean, params), rule.loss(Rollouts(**{**wide, "logp": logp}), params)
    assert found.total.item() == pytest.approx(expected.total.item(), rel=1e-9, abs=1e-12)
    if found.total.requires_grad:
        found.total.backward()
        assert logp.grad is not None
        assert torch.isfinite(logp.grad).all()
        assert not logp.grad[~wide["mask"]].any()


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), answers=st.integers(1, 6), tokens=st.integers(1, 5))
def test_at_equal_lengths_and_groups_all_means_agree(seed: int, answers: int, tokens: int) -> None:
    x = torch.randn((2 * answers, tokens), generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    group = torch.arange(2 * answers) // 2
    found = [float(aggregate(x, torch.ones_like(x), kind, group)) for kind in KINDS]
    found[KINDS.index("sum")] /= tokens
    found[KINDS.index("total")] /= x.numel()
    assert found == pytest.approx([float(x.mean())] * len(KINDS), abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(["grpo", "dapo", "gspo", "cispo", "reinforce_pp"]),
    scale=st.floats(0.01, 100),
    shift=st.floats(-100, 100),
    seed=st.integers(0, 1000),
)
def test_the_unit_of_reward_does_not_matter_where_it_is_divided_out(
    name: str, scale: float, shift: float, seed: int
) -> None:
    rule = OBJECTIVES[name]
    changes = {"beta": 0.0} if name in ("grpo", "reinforce_pp") else {}
    base = random_batch(seed, 6, 3)
    params = rule.Params(eps=0.0, **changes)
    other = replace(base, rewards=scale * base.rewards + shift)
    assert float(rule.loss(other, params).total) == pytest.approx(
        float(rule.loss(base, params).total), rel=1e-7, abs=1e-9
    )


@settings(max_examples=40, deadline=None)
@given(name=st.sampled_from(["rloo", "dr_grpo"]), scale=st.floats(0.01, 100), shift=st.floats(-100, 100))
def test_where_it_is_not_divided_out_the_loss_scales_with_it(name: str, scale: float, shift: float) -> None:
    rule, base = OBJECTIVES[name], random_batch(5, 6, 3)
    params = rule.Params(beta=0.0) if name == "rloo" else rule.Params()
    grouped = replace(base, group=torch.arange(6) // 3)
    other = replace(grouped, rewards=scale * grouped.rewards + shift)
    found, expected = rule.loss(other, params).advantages, rule.loss(grouped, params).advantages
    assert torch.allclose(found, scale * expected, rtol=1e-8, atol=1e-10)
