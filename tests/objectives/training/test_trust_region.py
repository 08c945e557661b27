"""The TRPO step, part by part, against what is known in closed form for a softmax over three answers."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from objectives import OBJECTIVES, sampling
from objectives.estimators import kl
from objectives.training import loop, trust_region
from objectives.worlds import three_answers

PI = torch.tensor([0.05, 0.25, 0.70], dtype=torch.float64)
REWARDS = torch.tensor([1.0, 1.0, 0.0], dtype=torch.float64)
START = PI.log() - PI.log().mean()


def divergence(theta: Tensor) -> Tensor:
    return kl.categorical(START.log_softmax(-1), theta.log_softmax(-1))


def surrogate(theta: Tensor) -> Tensor:
    return theta.softmax(-1) @ REWARDS


SETTINGS = {"delta": 0.01, "damping": 1e-9, "iterations": 10, "backtrack": 0.8, "backtracks": 10}


def test_the_fisher_vector_product_is_that_of_the_softmax() -> None:
    fisher = torch.diag(PI) - torch.outer(PI, PI)
    for vector in torch.eye(3, dtype=torch.float64):
        product = trust_region.fisher_vector_product(divergence, START, vector)
        assert torch.allclose(product, fisher @ vector, atol=1e-15)
        damped = trust_region.fisher_vector_product(divergence, START, vector, damping=0.1)
        assert torch.allclose(damped, fisher @ vector + 0.1 * vector, atol=1e-15)


def test_products_that_share_one_slope_are_those_taken_anew_to_the_bit() -> None:
    asked = 0

    def counted(theta: torch.Tensor) -> torch.Tensor:
        nonlocal asked
        asked += 1
        return divergence(theta)

    product = trust_region.fisher_vector_products(counted, START, damping=0.1)
    for vector in torch.randn((4, 3), generator=torch.Generator().manual_seed(0), dtype=torch.float64):
        assert torch.equal(product(vector), trust_region.fisher_vector_product(divergence, START, vector, damping=0.1))
    assert asked == 1
    kept, anew = (trust_region.step(surrogate, divergence, START, anew=how, **SETTINGS) for how in (False, True))
    assert torch.equal(kept, anew)


def test_conjugate_gradients_solve_every_run_of_a_batch_exactly_in_as_many_steps_as_dimensions() -> None:
    generator = torch.Generator().manual_seed(0)
    root = torch.randn((5, 4, 4), generator=generator, dtype=torch.float64)
    matrix = root @ root.mT + torch.eye(4, dtype=torch.float64)
    b = torch.randn((5, 4), generator=generator, dtype=torch.float64)
    b[2] = 0
    x = trust_region.conjugate_gradient(lambda v: (matrix @ v.unsqueeze(-1)).squeeze(-1), b, iterations=4)
    assert torch.allclose(x, torch.linalg.solve(matrix, b), atol=1e-10)
    assert not x[2].any()


def test_the_step_is_stretched_to_the_radius() -> None:
    fisher = torch.diag(PI) - torch.outer(PI, PI)
    direction = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64)
    step = trust_region.scale_to_radius(direction, fisher @ direction, delta=0.02)
    assert (step @ fisher @ step / 2).item() == pytest.approx(0.02)
    zero = torch.zeros(3, dtype=torch.float64)
    assert torch.equal(trust_region.scale_to_radius(zero, zero, delta=0.02), zero)


def test_the_line_search_stops_at_the_first_length_that_will_do() -> None:
    start, step = torch.zeros(1, dtype=torch.float64), torch.ones(1, dtype=torch.float64)

    def search(limit: float, backtracks: int = 10) -> float:
        return trust_region.line_search(
            surrogate=lambda x: x.sum(-1),
            kl=lambda x: x.sum(-1),
            start=start,
            step=step,
            delta=limit,
            backtrack=0.5,
            backtracks=backtracks,
        ).item()

    assert search(2.0) == 1.0
    assert search(0.3) == 0.25
    assert search(0.3, backtracks=1) == 0.0  # no length will do: stay


def test_the_line_search_never_goes_downhill() -> None:
    start, step = torch.zeros(1, dtype=torch.float64), torch.ones(1, dtype=torch.float64)
    worse = trust_region.line_search(lambda x: -x.sum(-1), lambda x: x.sum(-1) * 0, start, step, 1.0, 0.8, 10)
    assert worse.item() == 0


def test_the_natural_step_multiplies_each_chance_by_the_exponent_of_its_advantage() -> None:
    after = trust_region.step(surrogate, divergence, START, **SETTINGS).softmax(-1)
    advantage = REWARDS - PI @ REWARDS
    growth = (after / PI).log()
    eta = (growth[0] - growth[2]) / (advantage[0] - advantage[2])
    expected = PI * (eta * advantage).exp()
    assert torch.allclose(after, expected / expected.sum(), atol=1e-7)


def test_the_natural_step_keeps_the_odds_of_equally_good_answers_and_the_plain_one_does_not() -> None:
    after = trust_region.step(surrogate, divergence, START, **SETTINGS).softmax(-1)
    assert (after[0] / after[1]).item() == pytest.approx((PI[0] / PI[1]).item(), rel=1e-6)
    theta = START.clone().requires_grad_(True)
    (slope,) = torch.autograd.grad(surrogate(theta), theta)
    plain = (START + slope).softmax(-1)
    assert (plain[0] / plain[1]).item() < 0.97 * (PI[0] / PI[1]).item()


def test_stretching_the_parameters_does_not_change_the_natural_step_but_bends_the_plain_one() -> None:
    stretch = torch.tensor([1.0, 4.0, 0.5], dtype=torch.float64)

    def run(scale: Tensor) -> tuple[Tensor, Tensor]:
        start = START / scale
        natural = trust_region.step(
            lambda x: surrogate(x * scale), lambda x: divergence(x * scale), start, **{**SETTINGS, "damping": 0.0}
        )
        theta = start.clone().requires_grad_(True)
        (slope,) = torch.autograd.grad(surrogate(theta * scale), theta)
        return (natural * scale).softmax(-1), ((start + 0.5 * slope) * scale).softmax(-1)

    natural, plain = run(torch.ones(3, dtype=torch.float64))
    natural_stretched, plain_stretched = run(stretch)
    assert torch.allclose(natural, natural_stretched, atol=1e-9)
    assert not torch.allclose(plain, plain_stretched, atol=1e-2)


@pytest.mark.parametrize("delta", [1e-4, 0.01, 0.1, 1.0])
def test_the_step_stays_in_the_trust_region_and_improves(delta: float) -> None:
    after = trust_region.step(surrogate, divergence, START, **{**SETTINGS, "delta": delta})
    assert 0.3 * delta < divergence(after).item() <= delta
    assert surrogate(after).item() > surrogate(START).item()


def test_the_radius_is_measured_by_the_metric_and_kept_by_the_kl() -> None:
    """By a metric of four times the KL the step is half as long, the same way; by a quarter of it, too long."""
    plain = {**SETTINGS, "damping": 0.0, "delta": 1e-4}
    whole = trust_region.step(surrogate, divergence, START, **plain) - START
    half = trust_region.step(surrogate, divergence, START, **plain, metric=lambda x: 4 * divergence(x)) - START
    assert torch.allclose(half / half.norm(), whole / whole.norm(), rtol=1e-9)
    assert divergence(START + half).item() == pytest.approx(1e-4 / 4, rel=0.02)
    wide = trust_region.step(surrogate, divergence, START, **plain, metric=lambda x: divergence(x) / 4)
    assert 0 < divergence(wide).item() <= 1e-4


def test_a_policy_with_nothing_to_gain_stays_where_it_is() -> None:
    after = trust_region.step(lambda x: x.sum(-1) * 0, divergence, START, **SETTINGS)
    assert torch.equal(after, START)


def test_the_line_search_tries_one_length_more_than_it_may_shorten() -> None:
    """Ten tries, as Spinning Up and SB3-Contrib count, are nine shortenings."""
    start, step = torch.zeros(1, dtype=torch.float64), torch.ones(1, dtype=torch.float64)
    tried: list[float] = []

    def watched(theta: Tensor) -> Tensor:
        tried.append(float(theta[0]))
        return -theta[..., 0]

    trust_region.line_search(watched, lambda x: x[..., 0] * 0, start, step, 1.0, 0.5, 9)
    assert tried[1:] == [0.5**k for k in range(10)]


@pytest.mark.parametrize("direction", ["old_new", "new_old"])
def test_the_line_search_keeps_the_kl_that_is_asked_for(direction: str) -> None:
    rule, world = OBJECTIVES["trpo"], three_answers.ThreeAnswers(three_answers.Params())
    dice = sampling.Params(iterations=1, seeds=1)
    episodes = world.play(world.start, sampling.uniforms(world.name, dice, world.tokens)[0, 0])
    values = world.true_values(world.start)
    drawn = loop.rollouts(world, episodes, sampling.group_labels(dice), world.start, world.start, values, values)
    moved = {}
    for kept in ("old_new", "new_old"):
        params = rule.Params(delta=2.0, damping=1e-3, backtrack=0.98, backtracks=300, kl_direction=kept)
        moved[kept] = loop.trust_region_step(rule, params, world, episodes, drawn, world.start)
    assert not torch.equal(moved["old_new"], moved["new_old"])
    gone = loop.token_divergence(world, world.start, episodes, direction)(moved[direction])
    assert 1.8 < float(gone) <= 2.0
    old, new = (theta.log_softmax(-1) for theta in (START, START + 1.5 * REWARDS))
    there, back = kl.directed(old, new), kl.directed(old, new, "new_old")
    assert torch.allclose(there, (old.exp() * (old - new)).sum())
    assert torch.allclose(back, (new.exp() * (new - old)).sum())
    with pytest.raises(ValueError, match="direction must be one of old_new, new_old"):
        kl.directed(old, new, "both")
