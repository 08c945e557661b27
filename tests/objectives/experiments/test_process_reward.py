"""Pay for steps: which marks are paid by hand, sums over nodes against sampled answers, and a tallier's pay."""

from __future__ import annotations

import pytest
import torch

from objectives.worlds.step_rewards import KINDS, StepRewards
from objectives.worlds.tally import Params


def test_which_marks_are_paid_by_hand() -> None:
    """Prompt 10: after one bit the tally is odd, after two still odd, and so it stays."""
    steps, leaky = (StepRewards(Params(bits=2, cap=4), kind=kind, bonus=0.25) for kind in ("steps", "leaky"))
    row = steps.prompts.index("10")
    assert steps.pays[row].tolist() == [[0, 1], [0, 1], [0, 0], [0, 0]]
    assert leaky.pays[row].tolist() == [[0, 1]] * 4
    row = steps.prompts.index("11")
    assert steps.pays[row].tolist() == [[0, 1], [1, 0], [0, 0], [0, 0]]


def test_a_perfect_tallier_by_hand() -> None:
    """Prompts of 1 to 4 bits, equally likely lengths: 2.5 right steps on average, 1 for the answer."""
    for kind, pay in zip(KINDS, (1.0, 1 + 0.25 * 2.5, 1 + 0.25 * 2.5), strict=True):
        world = StepRewards(Params(), kind=kind, bonus=0.25)
        assert world.true_pay(world.tallying(60.0)).item() == pytest.approx(pay)
        assert world.true_answered(world.tallying(60.0)).item() == pytest.approx(1.0)


def test_who_never_answers_is_paid_by_the_leak_only() -> None:
    """Keeping the right mark to the cap: 8 bonuses; the honest rule pays 2.5 of them."""
    for kind, pay in zip(KINDS, (0.0, 0.25 * 2.5, 0.25 * 8), strict=True):
        world = StepRewards(Params(), kind=kind, bonus=0.25)
        theta = world.tallying(60.0).reshape(3, 3, 3)
        theta[:, 2] = 60 * torch.tensor([[1.0, 0, 0], [1, 0, 0], [0, 1, 0]]).double()
        assert world.true_pay(theta.flatten()).item() == pytest.approx(pay)
        assert world.true_answered(theta.flatten()).item() == pytest.approx(0.0)


@pytest.mark.parametrize("kind", KINDS)
def test_exact_pay_is_the_mean_of_many_answers(kind: str) -> None:
    world = StepRewards(Params(bits=3, cap=6), group_size=4, kind=kind, bonus=0.25)
    theta = world.start + torch.randn(27, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    uniforms = torch.rand(2, 40000, world.tokens, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    episodes = world.play(theta, uniforms)
    assert episodes.rewards.mean().item() == pytest.approx(world.true_pay(theta).item(), abs=0.01)
    assert episodes.correct.double().mean().item() == pytest.approx(world.true_j(theta).item(), abs=0.01)
    answered = (episodes.mask & (episodes.actions == 2)).any(-1).double().mean().item()
    assert answered == pytest.approx(world.true_answered(theta).item(), abs=0.01)
