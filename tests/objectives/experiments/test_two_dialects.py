"""Tally in two tongues: purity and the start by hand, sums over nodes against sampled answers, and Tally within it."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from objectives.experiments import two_dialects
from objectives.worlds import Episodes, tally
from objectives.worlds.dialects import ACTIONS, Dialects, Params


@pytest.fixture
def world() -> Dialects:
    return Dialects(tally.Params(), Params(), group_size=16)


def answers(*texts: str) -> Episodes:
    width = 1 + max(map(len, texts))
    actions = torch.tensor([[0, *map(ACTIONS.index, text), *[0] * (width - 1 - len(text))] for text in texts])
    mask = torch.tensor([[0 < t <= len(text) for t in range(width)] for text in texts])
    blank = torch.zeros(len(texts))
    return Episodes(torch.zeros_like(actions), actions, mask, blank, blank > 0)


def test_purity_by_hand(world: Dialects) -> None:
    texts = ("A", "EOA", "EoA", "eoeA", "EOEo")
    assert world.pure(answers(*texts)).tolist() == [1.0, 1.0, 0.5, 0.0, 0.75]


def test_the_start_by_hand(world: Dialects) -> None:
    """Both forms of a mark share its weight in Tally, 3 : 2, so lengths and accuracy are Tally's."""
    rows = world.policy.log_probs(world.start).exp()
    stop = math.exp(1.5) / (math.exp(1.5) + 2)
    mark = (1 - stop) / 2
    assert rows[7].tolist() == pytest.approx([0.6 * mark, 0.6 * mark, 0.4 * mark, 0.4 * mark, stop])
    assert world.foreign_share(world.start).item() == pytest.approx(0.4)
    plain = tally.Tally(tally.Params())
    assert world.true_accuracy(world.start).item() == pytest.approx(plain.true_j(plain.start).item())


def test_the_truth_is_the_mean_of_many_answers() -> None:
    world = Dialects(tally.Params(bits=3, cap=5), Params(), consistency=0.5)
    theta = world.start + torch.randn(75, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    uniforms = torch.rand(40000, world.tokens, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    episodes = world.play(theta, uniforms)
    assert episodes.correct.double().mean().item() == pytest.approx(world.true_accuracy(theta).item(), abs=0.01)
    marks = episodes.mask & (episodes.actions != 4)
    foreign = marks & (episodes.actions >= 2)
    assert (foreign.sum() / marks.sum()).item() == pytest.approx(world.foreign_share(theta).item(), abs=0.01)
    paid = episodes.correct.double() + 0.5 * world.pure(episodes)
    assert torch.allclose(episodes.rewards, paid)


def test_for_being_right_the_dialects_are_the_same(world: Dialects) -> None:
    """Swapping E with e and O with o everywhere changes neither accuracy nor length, and turns the share around."""
    theta = torch.randn(75, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    swapped = theta.reshape(5, 3, 5)[[0, 3, 4, 1, 2]][..., [2, 3, 0, 1, 4]].flatten()
    assert world.true_accuracy(swapped).item() == pytest.approx(world.true_accuracy(theta).item())
    assert world.node_visits(swapped).sum().item() == pytest.approx(world.node_visits(theta).sum().item())
    assert world.foreign_share(swapped).item() == pytest.approx(1 - world.foreign_share(theta).item())


def test_who_answers_at_once_writes_no_dialect(world: Dialects) -> None:
    rash = torch.zeros(15, 5, dtype=torch.float64)
    rash[:, 4] = 800.0
    assert world.foreign_share(rash.flatten()).item() == 0.0
    uniforms = torch.rand(16, world.tokens, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    paid = Dialects(tally.Params(), Params(), 16, consistency=0.2).play(rash.flatten(), uniforms)
    assert torch.allclose(paid.rewards, paid.correct.double() + 0.2)


def test_runs_are_counted_by_where_they_end() -> None:
    """Four runs: two end below 0.05, one between, one above a half; only their ends count."""
    ends = np.array([0.0, 0.04, 0.3, 0.7])
    share = np.stack([np.stack([1 - ends, ends], -1), np.full((4, 2), 0.4)])
    arrays = {"share": share}
    assert [two_dialects.NUMBERS[name][1](arrays) for name in ("runs", "runs_lost", "runs_turned")] == [4, 2, 1]
    assert two_dialects.CLAIMS["chance_decides"][1](arrays)
    assert not two_dialects.CLAIMS["chance_decides"][1]({"share": share[:, 2:]})
    assert not two_dialects.CLAIMS["chance_decides"][1]({"share": share[:, :3]})


def test_a_policy_that_tallies_is_right_in_the_first_dialect(world: Dialects) -> None:
    theta = world.tallying(60.0)
    assert world.true_accuracy(theta).item() == pytest.approx(1.0)
    assert world.foreign_share(theta).item() == pytest.approx(0.0, abs=1e-12)
    lengths = torch.tensor([float(len(prompt)) for prompt in world.plain.prompts])
    assert world.expected_length(theta).item() == pytest.approx(
        (world.plain.prompt_probs @ lengths.double()).item() + 1
    )


def test_mean_length_is_that_of_tally(world: Dialects) -> None:
    plain = tally.Tally(tally.Params())
    assert world.expected_length(world.start).item() == pytest.approx(plain.expected_length(plain.start).item())
