"""Every loss in every pair of conventions: equal to loops, and its gradient to finite differences."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import torch

from objectives import OBJECTIVES, Rollouts
from tests.objectives import slow_rules

pytestmark = pytest.mark.slow

NUMBERS = {
    "alpha": 0.9,
    "baseline": 0.5,
    "beta": 0.3,
    "clip_high": 0.05,
    "clip_low": 0.05,
    "dual_clip": 1.2,
    "entropy_weight": 0.3,
    "eps": 0.1,
    "gamma": 0.9,
    "kl_cap": 0.02,
    "lam": 0.5,
    "lam_critic": 0.7,
    "length": 7.0,
    "nll_weight": 0.0,
    "overlong_cache": 3.0,
    "overlong_max": 4.0,
    "overlong_weight": 0.5,
    "value_clip": 0.1,
    "value_weight": 0.7,
}
"""A second value for each number that a loss reads."""
ELSEWHERE = {
    "updates",
    "refill",
    "max_draws",
    "delta",
    "kl_direction",
    "damping",
    "cg_iterations",
    "backtrack",
    "backtracks",
}
"""What the training loop reads, not the loss."""
AMOUNTS = set(NUMBERS) - {"beta", "dual_clip", "entropy_weight", "kl_cap"}
"""Numbers that switch nothing: each is moved alone, not in pairs."""
INPUTS = ("logp", "values", "entropies")


def options(name: str) -> dict[str, list[Any]]:
    """Each field of an objective with all its other values; for a number, one other."""
    rule, found = OBJECTIVES[name], {}
    for field in dataclasses.fields(rule.Params):
        default = getattr(rule.Params(), field.name)
        if field.name in ELSEWHERE:
            continue
        if isinstance(default, bool):
            found[field.name] = [not default]
        elif isinstance(default, str):
            found[field.name] = [x for x in field.metadata["choices"] if x != default]
        else:
            found[field.name] = [1 - default] if field.name == "ddof" else [NUMBERS[field.name]]
    return found


def pairs(name: str) -> Iterator[Any]:
    """Settings with one or two fields away from their defaults, all that do not contradict each other."""
    rule, choices = OBJECTIVES[name], options(name)
    ground = {"overlong_max": 4.0, "overlong_cache": 3.0} if name == "dapo" else {}
    for one, two in itertools.combinations_with_replacement(choices, 2):
        if one != two and {one, two} & AMOUNTS:
            continue
        for a, b in itertools.product(choices[one], choices[two]):
            changes = {**ground, one: a, two: b}
            if one != two or a == b:
                for field in (one, two):  # what takes no part at its default is switched on
                    if field.startswith("kl_") and "beta" in choices:
                        changes.setdefault("beta", 0.3)
                    if field.startswith("entropy_"):
                        changes.setdefault("entropy_weight", 0.3)
                if changes.get("kl_ratio") and changes.get("kl_place", rule.Params().kl_place) != "loss":
                    continue  # refused: it corrects a KL in the loss
                yield rule.Params(**changes)


def rollouts(seed: int, answers: int = 6, tokens: int = 3) -> Rollouts:
    """Groups of 3, 2 and 1; one answer cut off to nothing; no number near a kink."""
    dice = torch.Generator().manual_seed(seed)

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=dice, dtype=torch.float64)

    old = -normal(answers, tokens).abs() - 0.1
    return Rollouts(
        logp=old + 0.3 * normal(answers, tokens),
        old_logp=old,
        ref_logp=old + 0.3 * normal(answers, tokens),
        mask=torch.arange(tokens) < torch.tensor([3, 0, 2, 3, 1, 2]).unsqueeze(-1),
        rewards=normal(answers),
        group=torch.tensor([0, 1, 0, 1, 0, 2]),
        correct=torch.tensor([1, 1, 0, 1, 0, 1]),
        values=normal(answers, tokens),
        old_values=normal(answers, tokens),
        entropies=normal(answers, tokens).abs(),
    )


def slopes(rule: Any, params: Any, r: Rollouts) -> tuple[torch.Tensor, torch.Tensor]:
    """The gradient in all inputs, by autograd and by central differences (one call: every nudge is a run)."""
    leaves = {name: getattr(r, name).clone().requires_grad_(True) for name in INPUTS}
    found = torch.autograd.grad(rule.loss(replace(r, **leaves), params).total, list(leaves.values()), allow_unused=True)
    by_grad = torch.cat([(torch.zeros_like(r.logp) if x is None else x).flatten() for x in found])
    size, step = r.logp.numel(), 1e-5
    one_each = torch.eye(3 * size, dtype=torch.float64).reshape(-1, 3, *r.logp.shape)
    nudges = step * torch.cat([one_each, -one_each])
    moved = {name: getattr(r, name) + nudges[:, k] for k, name in enumerate(INPUTS)}
    up, down = rule.loss(replace(r, **moved), params).total.chunk(2)
    return by_grad, (up - down) / (2 * step)


@pytest.mark.parametrize("name", slow_rules.OURS)
def test_every_pair_of_conventions_equals_loops(name: str) -> None:
    r, count = rollouts(1), 0
    for params in pairs(name):
        expected = slow_rules.total(name, params, r)
        assert float(OBJECTIVES[name].loss(r, params).total) == pytest.approx(expected, rel=1e-9, abs=1e-13), params
        count += 1
    assert count >= len(options(name))


@pytest.mark.parametrize("name", [name for name in slow_rules.OURS if name != "cispo"])
def test_every_pair_of_conventions_has_the_gradient_of_its_value(name: str) -> None:
    r, rule = rollouts(1), OBJECTIVES[name]
    for params in pairs(name):
        if getattr(params, "kl_estimator", "") in ("k1_k2", "k3_k2") and params.kl_place == "loss":
            continue  # its value is k1's or k3's and its gradient k2's, on purpose
        by_grad, by_difference = slopes(rule, params, r)
        assert torch.allclose(by_grad, by_difference, rtol=1e-6, atol=1e-9), params
