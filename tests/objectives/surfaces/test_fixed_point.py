"""The exact expected pull of group-relative advantages, against enumeration, known weights, and a long run."""

from __future__ import annotations

import itertools

import pytest
import torch

from objectives.estimators.advantages import group_relative
from objectives.surfaces import fixed_point

REWARDS = torch.tensor([1.0, 0.6, 0.0], dtype=torch.float64)
PROBS = torch.tensor([0.2, 0.5, 0.3], dtype=torch.float64)
PLAIN = {"scale": "std", "ddof": 0, "eps": 0.0}


def test_there_are_as_many_compositions_as_ways_to_place_two_bars() -> None:
    counts = fixed_point.compositions(16, 3)
    assert len(counts) == 18 * 17 // 2
    assert (counts.sum(-1) == 16).all()


def test_the_pull_is_the_mean_over_every_possible_group() -> None:
    expected = torch.zeros(3, dtype=torch.float64)
    for answers in itertools.product(range(3), repeat=4):
        index = torch.tensor(answers)
        graded = group_relative(REWARDS[index], torch.zeros(4, dtype=torch.long), **PLAIN)
        slope = (graded.unsqueeze(-1) * (torch.eye(3, dtype=torch.float64)[index] - PROBS)).mean(0)
        expected += PROBS[index].prod() * slope
    assert torch.allclose(fixed_point.group_gradient(PROBS, REWARDS, 4, **PLAIN), expected, atol=1e-14)


@pytest.mark.parametrize(("size", "weight"), [(2, 1.0), (4, 1.66), (8, 2.11), (16, 2.35), (64, 2.47)])
def test_dividing_by_the_spread_makes_rare_wins_weigh_more(size: int, weight: float) -> None:
    """Right or wrong, p = 0.2: the pull over that of REINFORCE, p (1 - p); the limit is 1 / sqrt(p (1 - p)) = 2.5."""
    probs, rewards = torch.tensor([0.2, 0.8], dtype=torch.float64), torch.tensor([1.0, 0.0], dtype=torch.float64)
    pull = fixed_point.group_gradient(probs, rewards, size, **PLAIN)
    assert pull[0].item() / (0.2 * 0.8) == pytest.approx(weight, abs=6e-3)


def test_gradient_and_penalty_cancel_at_the_resting_point() -> None:
    reference = torch.tensor([0.03, 0.62, 0.35], dtype=torch.float64)
    rest = fixed_point.resting_point(reference, REWARDS, 16, beta=0.04, **PLAIN)
    pull = fixed_point.group_gradient(rest, REWARDS, 16, **PLAIN)
    assert torch.allclose(pull, 0.04 * fixed_point.kl_gradient(rest, reference), atol=1e-10)
    assert rest[0].item() == pytest.approx(0.99, abs=0.005)


def test_a_weaker_penalty_rests_further_from_the_reference() -> None:
    reference = torch.tensor([0.03, 0.62, 0.35], dtype=torch.float64)
    rests = [
        fixed_point.resting_point(reference, REWARDS, 16, beta, **PLAIN)[0].item() for beta in (1.0, 0.3, 0.1, 0.01)
    ]
    assert rests == sorted(rests)
    assert rests[0] < 0.6


def test_without_a_difference_in_reward_the_policy_rests_at_the_reference() -> None:
    reference = torch.tensor([0.03, 0.62, 0.35], dtype=torch.float64)
    assert torch.allclose(fixed_point.resting_point(reference, REWARDS * 0, 4, beta=0.1, **PLAIN), reference)


def test_every_way_to_share_a_group_is_counted_once_in_order() -> None:
    for size, kinds in ((3, 3), (4, 2), (2, 4), (5, 1)):
        every = torch.cartesian_prod(*[torch.arange(size + 1)] * kinds).view(-1, kinds)
        assert torch.equal(fixed_point.compositions(size, kinds), every[every.sum(-1) == size])
    assert len(fixed_point.compositions(1024, 3)) == 1025 * 1026 // 2


def test_advantages_by_pieces_are_those_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = fixed_point.group_gradient(PROBS, REWARDS, 9, **PLAIN)
    monkeypatch.setattr(fixed_point, "AT_ONCE", 40)
    assert torch.equal(fixed_point.group_gradient(PROBS, REWARDS, 9, **PLAIN), whole)
