"""World W5: a coin that looks at nothing, and the exact push of a clip on it."""

from __future__ import annotations

import pytest
import torch

from objectives.worlds.noise import Noise, Params

TWO = Noise(Params(answers=2, tilt=0.0))
ZERO = torch.zeros(2, dtype=torch.float64)
UP = torch.tensor([0.5, -0.5], dtype=torch.float64) * torch.tensor(3.0).double().log()  # odds 3 : 1


def test_the_push_of_a_clip_by_hand() -> None:
    """pi_old = (1/2, 1/2), pi = (3/4, 1/4): ratios 3/2 and 1/2, gradient of log pi(a) = onehot - pi.

    Beyond 1.2 the first answer answers only to -1: -(1/2)(1/2)(3/2) (1/4, -1/4) = (-3/32, 3/32).
    Below 0.8 the second answers only to +1: +(1/2)(1/2)(1/2) (-3/4, 3/4) = (-3/32, 3/32).
    """
    assert TWO.push(UP, ZERO, 1.0, 0.2).tolist() == pytest.approx([-3 / 32, 3 / 32])
    assert TWO.push(UP, ZERO, 0.2, 100.0).tolist() == pytest.approx([-3 / 32, 3 / 32])
    assert TWO.push(UP, ZERO, 0.2, 0.2).tolist() == pytest.approx([-6 / 32, 6 / 32])
    assert TWO.push(UP, ZERO, 1.0, 100.0).tolist() == pytest.approx([0.0, 0.0], abs=1e-17)


def test_nothing_pushes_before_the_first_step() -> None:
    world = Noise(Params())
    assert world.push(world.start, world.start, 0.2, 0.2).abs().max().item() < 1e-16


def test_the_push_is_the_mean_of_many_batches() -> None:
    """The clipped surrogate of a huge batch of coins, through the loss of GRPO, has that gradient."""
    from objectives import OBJECTIVES
    from objectives.training import loop

    old, now = TWO.start, UP.clone().requires_grad_(True)
    uniforms = torch.rand(200000, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    episodes = TWO.play(old, uniforms)
    batch = loop.rollouts(TWO, episodes, torch.zeros(200000, dtype=torch.long), now, old)
    params = OBJECTIVES["grpo"].Params(beta=0.0, clip_low=0.2, clip_high=0.2)
    (slope,) = torch.autograd.grad(OBJECTIVES["grpo"].loss(batch, params).total, now)
    assert torch.allclose(-slope, TWO.push(UP, ZERO, 0.2, 0.2), atol=0.005)


def test_the_coin_is_its_own_die_and_no_token() -> None:
    episodes = TWO.play(ZERO, torch.tensor([[0.1, 0.4], [0.9, 0.4], [0.1, 0.6]]).double())
    assert episodes.actions[:, 0].tolist() == [0, 1, 0]
    assert episodes.rewards.tolist() == [1.0, 1.0, 0.0]
    assert episodes.mask.tolist() == [[True, False]] * 3


def test_truth_is_flat() -> None:
    world = Noise(Params(coin=0.3))
    theta = torch.randn(4, 8, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    assert world.true_values(theta).tolist() == [[0.3]] * 4
    assert world.true_gradient(theta).abs().max().item() == 0.0
    assert torch.allclose(world.probs(theta).sum(-1), torch.ones(4).double())


def test_runs_stay_apart() -> None:
    world = Noise(Params())
    uniforms = torch.rand(3, 16, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    together = world.play(world.start.expand(3, -1), uniforms)
    alone = world.play(world.start, uniforms[1])
    assert torch.equal(together.actions[1], alone.actions)
    assert together.mask.shape == together.states.shape == (3, 16, 2)


def test_a_bonus_pays_the_first_answer_more_often_by_hand() -> None:
    """Coin 1/2, bonus 1/4, chances 3/4 and 1/4: J = 1/2 + 3/16; dJ/dz = 1/4 x 3/4 x (1 - 3/4, -1/4) = (3/64, -3/64)."""
    world = Noise(Params(answers=2, tilt=0.0), bonus=0.25)
    assert world.true_values(UP).tolist() == pytest.approx([11 / 16])
    assert world.true_gradient(UP).tolist() == pytest.approx([3 / 64, -3 / 64])
    episodes = world.play(ZERO, torch.tensor([[0.1, 0.7], [0.9, 0.7], [0.9, 0.4]]).double())
    assert episodes.rewards.tolist() == [1.0, 0.0, 1.0]


def test_a_bonus_leaves_a_probability() -> None:
    with pytest.raises(ValueError, match=r"must be a probability, not 1\.3"):
        Noise(Params(coin=0.8), bonus=0.5)
