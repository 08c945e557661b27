"""World W4: worth, pairs and the fit by hand, then identities, then the optimum with a KL penalty."""

from __future__ import annotations

import math

import pytest
import torch

from objectives.worlds.flattery import Flattery, Params

TWO = Flattery(Params(answers=2, step=1.0, bend=0.25, modesty=math.log(3.0), slope=2.0, ridge=1e-9))


@pytest.fixture(scope="module")
def world() -> Flattery:
    return Flattery(Params())


def test_two_answers_by_hand() -> None:
    """Flattery 0 and 1: gold 0 and 3/4; the reference writes the second with chance (1/3) / (4/3) = 1/4."""
    assert TWO.gold.tolist() == [0.0, 0.75]
    assert TWO.probs(TWO.start).tolist() == pytest.approx([0.75, 0.25])
    assert TWO.true_gold(TWO.start).item() == pytest.approx(0.1875)
    assert TWO.true_gradient(TWO.start).tolist() == pytest.approx([0.75 * -0.1875, 0.25 * 0.5625])
    assert TWO.kl_to_start(torch.zeros(2).double()).item() == pytest.approx(math.log(0.5 / 0.75) / 2 + math.log(2) / 2)


def test_people_compare_by_the_third_die() -> None:
    """sigmoid(2 x 3/4) = 0.8176 is the chance that the flattering answer is preferred."""
    uniforms = torch.tensor([[0.9, 0.1, 0.81], [0.9, 0.1, 0.82], [0.1, 0.9, 0.18], [0.1, 0.9, 0.19], [0.1, 0.1, 0.4]])
    winner, loser = TWO.compare(uniforms.double())
    assert winner.tolist() == [1, 0, 0, 1, 0]
    assert loser.tolist() == [0, 1, 1, 0, 0]


def test_the_fit_of_one_kind_of_pair_is_its_log_odds() -> None:
    """Three of four people prefer the answer that flatters by 1 more: sigmoid(w) = 3/4, so w = log 3."""
    winner, loser = torch.tensor([1, 1, 1, 0]), torch.tensor([0, 0, 0, 1])
    weight = TWO.fit(winner, loser)
    assert weight.item() == pytest.approx(math.log(3.0), abs=1e-6)
    mean = -(3 * math.log(0.75) + math.log(0.25)) / 4
    assert TWO.pair_loss(weight, winner, loser).item() == pytest.approx(mean, abs=1e-6)


def test_the_fit_is_where_the_slope_of_its_loss_is_zero(world: Flattery) -> None:
    uniforms = torch.rand(5, 200, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    winner, loser = world.compare(uniforms)
    weight = world.fit(winner, loser).requires_grad_(True)
    (slope,) = torch.autograd.grad(world.pair_loss(weight, winner, loser).sum(), weight)
    assert slope.abs().max().item() < 1e-12
    assert (weight > 0).all()


def test_the_fit_stays_finite_if_all_pairs_agree_or_none_differ(world: Flattery) -> None:
    agree = world.fit(torch.full((20,), 8), torch.zeros(20, dtype=torch.long))
    assert math.isfinite(agree.item())
    assert agree.item() > 1
    assert world.fit(torch.zeros(20, dtype=torch.long), torch.zeros(20, dtype=torch.long)).item() == 0.0


def test_gold_rises_and_falls_and_its_best_is_rare(world: Flattery) -> None:
    assert world.gold.argmax().item() == 3
    assert world.gold.max().item() == pytest.approx(1.5 - 0.35 * 2.25)
    assert world.true_gold(world.start).item() == pytest.approx(0.223, abs=5e-4)


def test_the_exact_gradient_is_that_of_j(world: Flattery) -> None:
    theta = world.start.clone().requires_grad_(True)
    (slope,) = torch.autograd.grad(world.true_values(theta).sum(), theta)
    assert torch.allclose(slope, world.true_gradient(world.start))


def test_a_batch_has_the_probabilities_of_the_policy(world: Flattery) -> None:
    uniforms = torch.rand(20000, 1, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    episodes = world.play(world.start, uniforms)
    share = torch.bincount(episodes.actions.flatten(), minlength=9) / 20000
    assert torch.allclose(share.double(), world.probs(world.start), atol=0.01)
    assert torch.equal(episodes.rewards, world.gold[episodes.actions.flatten()])


@pytest.mark.parametrize("beta", [0.5, 1.0, 4.0])
def test_the_gibbs_policy_is_the_best_under_its_kl_penalty(world: Flattery, beta: float) -> None:
    """T15: max of E r - beta KL is beta log sum ref exp(r / beta); its gradient is 0 and all others are below."""

    def worth(theta: torch.Tensor) -> torch.Tensor:
        return world.true_values(theta).squeeze(-1) - beta * world.kl_to_start(theta)

    best = world.gibbs(beta).log().requires_grad_(True)
    (slope,) = torch.autograd.grad(worth(best), best)
    assert slope.abs().max().item() < 1e-14
    free_energy = beta * torch.logsumexp(world.start.log_softmax(-1) + world.rewards / beta, -1)
    assert worth(best).item() == pytest.approx(free_energy.item())
    others = best.detach() + 0.1 * torch.randn(20, 9, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    assert (worth(others) < worth(best)).all()


def test_a_reward_model_pays_but_gold_stays(world: Flattery) -> None:
    paid = Flattery(Params(), reward_model=2 * world.levels)
    assert paid.rewards.tolist() == pytest.approx([float(k) for k in range(9)])
    assert torch.equal(paid.gold, world.gold)
    with pytest.raises(ValueError, match="reward_model must score 9 answers"):
        Flattery(Params(), reward_model=torch.zeros(3))
    with pytest.raises(ValueError, match="beta must be above 0"):
        world.gibbs(0.0)
