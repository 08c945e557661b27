"""Aggregation, ratios and clip, KL, value loss: each alone."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from objectives.estimators import kl
from objectives.estimators.aggregate import sequence_mean, sequence_sum, token_mean
from objectives.estimators.entropy import mean_entropy
from objectives.estimators.ratios import clipped, token_ratio
from objectives.estimators.value_loss import value_loss

X = torch.tensor([[1.0, 2.0, 3.0], [10.0, 77.0, 77.0]], dtype=torch.float64)
MASK = torch.tensor([[1, 1, 1], [1, 0, 0]])
AGGREGATES = (token_mean, sequence_mean, sequence_sum)


def test_three_ways_to_average_a_long_and_a_short_answer() -> None:
    assert token_mean(X, MASK).item() == pytest.approx((1 + 2 + 3 + 10) / 4)
    assert sequence_mean(X, MASK).item() == pytest.approx((2 + 10) / 2)
    assert sequence_sum(X, MASK).item() == pytest.approx((6 + 10) / 2)
    assert sequence_sum(X, MASK, length=4).item() == pytest.approx((6 / 4 + 10 / 4) / 2)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5), st.integers(1, 5))
def test_at_equal_lengths_the_token_mean_is_the_sequence_mean(seed: int, answers: int, tokens: int) -> None:
    x = torch.randn((answers, tokens), generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    mask = torch.ones(answers, tokens)
    assert token_mean(x, mask).item() == pytest.approx(sequence_mean(x, mask).item())
    assert token_mean(x, mask).item() == pytest.approx(sequence_sum(x, mask, length=tokens).item())


@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_a_batch_without_a_token_gives_zero_with_a_zero_gradient(aggregate: object) -> None:
    x = X.clone().requires_grad_(True)
    total = aggregate(x, torch.zeros(2, 3))  # type: ignore[operator]
    total.backward()
    assert total.item() == 0
    assert x.grad is not None
    assert not x.grad.any()


@pytest.mark.parametrize("aggregate", AGGREGATES)
def test_an_answer_without_a_token_does_not_count(aggregate: object) -> None:
    kept = aggregate(X[:1], MASK[:1])  # type: ignore[operator]
    assert aggregate(X, torch.tensor([[1, 1, 1], [0, 0, 0]])).item() == kept.item()  # type: ignore[operator]


def test_shapes_that_disagree_are_refused() -> None:
    with pytest.raises(ValueError, match=r"mask and x must end in the same \[B, T\]"):
        token_mean(X, torch.ones(2, 2))


# --- ratio and clip


def test_the_ratio_is_that_of_probabilities_not_of_their_logarithms() -> None:
    new, old = torch.tensor([[0.3, 0.1]]).double().log(), torch.tensor([[0.2, 0.2]]).double().log()
    assert token_ratio(new, old, torch.ones(1, 2)).tolist() == [pytest.approx([1.5, 0.5])]


@pytest.mark.parametrize(
    ("advantage", "ratio", "surrogate", "closed"),
    [
        (1, 1.5, 1.2, True),  # already much likelier: no more reason to go on
        (1, 0.5, 0.5, False),  # a good token that became rarer is called back
        (-1, 0.5, -0.8, True),  # already much rarer
        (-1, 1.5, -1.5, False),  # a bad token that became likelier is called back
        (1, 1.1, 1.1, False),
        (-1, 0.9, -0.9, False),
        (0, 5.0, 0.0, False),
    ],
)
def test_the_clip_acts_on_one_side_of_each_sign(advantage: float, ratio: float, surrogate: float, closed: bool) -> None:
    one = lambda x: torch.tensor([[x]], dtype=torch.float64)  # noqa: E731
    found, gate = clipped(one(ratio), one(advantage), 0.2, 0.2)
    assert found.item() == pytest.approx(surrogate)
    assert gate.item() is closed


def test_nothing_pulls_a_ratio_back_that_overshot() -> None:
    """A large step takes the ratio far beyond the clip range, and there the gradient is silent, not reversed."""
    logit = torch.zeros(1, 1, dtype=torch.float64)
    ratios = []
    for rate in (1.0, 5.0, 20.0):
        at = logit.clone().requires_grad_(True)
        ratio = token_ratio(at, logit, torch.ones(1, 1))
        (slope,) = torch.autograd.grad(clipped(ratio, torch.ones_like(ratio), 0.2, 0.2)[0].sum(), at)
        beyond = (logit + rate * slope).requires_grad_(True)
        ratio = token_ratio(beyond, logit, torch.ones(1, 1))
        (slope,) = torch.autograd.grad(clipped(ratio, torch.ones_like(ratio), 0.2, 0.2)[0].sum(), beyond)
        assert slope.item() == 0
        ratios.append(ratio.item())
    assert ratios == pytest.approx([math.exp(1), math.exp(5), math.exp(20)])


# --- KL

PI = torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64)
REF = torch.tensor([0.4, 0.35, 0.25], dtype=torch.float64)
ONES = torch.ones(1, 3)


def test_exact_kl_by_hand_and_with_an_impossible_outcome() -> None:
    assert kl.categorical(PI.log(), REF.log()).item() == pytest.approx(
        0.5 * math.log(0.5 / 0.4) + 0.3 * math.log(0.3 / 0.35) + 0.2 * math.log(0.2 / 0.25)
    )
    certain = torch.tensor([1.0, 0.0, 0.0], dtype=torch.float64).log()
    assert kl.categorical(certain, REF.log()).item() == pytest.approx(-math.log(0.4))


def test_estimators_by_hand() -> None:
    at = (PI.log().view(1, 3), REF.log().view(1, 3), ONES)
    gap = [math.log(r / p) for p, r in zip(PI.tolist(), REF.tolist(), strict=True)]
    assert kl.k1(*at).tolist() == [pytest.approx([-d for d in gap])]
    assert kl.k2(*at).tolist() == [pytest.approx([d * d / 2 for d in gap])]
    assert kl.k3(*at).tolist() == [pytest.approx([math.exp(d) - d - 1 for d in gap])]


def test_k1_and_k3_are_unbiased_and_k2_is_not() -> None:
    at = (PI.log().view(1, 3), REF.log().view(1, 3), ONES)
    exact = kl.categorical(PI.log(), REF.log()).item()
    assert (PI * kl.k1(*at)).sum().item() == pytest.approx(exact)
    assert (PI * kl.k3(*at)).sum().item() == pytest.approx(exact)
    assert (PI * kl.k2(*at)).sum().item() != pytest.approx(exact, rel=1e-3)


@settings(max_examples=50, deadline=None)
@given(st.floats(-30, 0), st.floats(-30, 0))
def test_k3_is_never_negative(logp: float, ref: float) -> None:
    one = lambda x: torch.tensor([[x]], dtype=torch.float64)  # noqa: E731
    assert kl.k3(one(logp), one(ref), torch.ones(1, 1)).item() >= 0


@pytest.mark.parametrize(("estimator", "direction"), [(kl.k1, "none"), (kl.k2, "reverse"), (kl.k3, "forward")])
def test_the_gradient_of_an_estimator_as_a_loss_is_not_that_of_its_value(estimator: object, direction: str) -> None:
    """On average over answers drawn from pi: k1 pulls nowhere, k2 along KL(pi || ref), k3 along KL(ref || pi)."""
    z = PI.log().clone().requires_grad_(True)
    log_pi = z.log_softmax(-1)
    expected = {
        "none": lambda: (z * 0).sum(),
        "reverse": lambda: kl.categorical(log_pi, REF.log()),
        "forward": lambda: kl.categorical(REF.log(), log_pi),
    }[direction]()
    per_answer = estimator(log_pi.view(1, 3), REF.log().view(1, 3), ONES)  # type: ignore[operator]
    (found,) = torch.autograd.grad((PI * per_answer).sum(), z, retain_graph=True)
    (wanted,) = torch.autograd.grad(expected, z)
    assert torch.allclose(found, wanted, atol=1e-14)


@pytest.mark.parametrize("estimator", [kl.k1, kl.k2, kl.k3])
def test_a_policy_that_has_lost_a_token_gives_a_large_number_and_no_overflow(estimator: object) -> None:
    lost = torch.tensor([[-5000.0]], requires_grad=True)
    value = estimator(lost, torch.zeros(1, 1), torch.ones(1, 1)).sum()  # type: ignore[operator]
    value.backward()
    assert math.isfinite(value.item())
    assert lost.grad is not None
    assert torch.isfinite(lost.grad).all()


# --- critic


def test_value_loss_is_the_mean_square_and_needs_no_critic() -> None:
    returns, mask = torch.tensor([[1.0, 0.0]], dtype=torch.float64), torch.tensor([[1, 0]])
    values = torch.tensor([[0.5, math.inf]], dtype=torch.float64)
    assert value_loss(values, returns, mask).item() == 0.25
    assert value_loss(None, returns, mask).item() == 0
    assert mean_entropy(None, returns, mask).item() == 0
    assert mean_entropy(torch.tensor([[0.7, 9.0]], dtype=torch.float64), returns, mask).item() == pytest.approx(0.7)
