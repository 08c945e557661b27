"""World W6: notes are counted, a step and the distance by hand, and what endless study leads to."""

from __future__ import annotations

import math

import pytest
import torch

from objectives.worlds.teacher import Params, Teacher


@pytest.fixture
def tiny() -> Teacher:
    """One context with probabilities 3/4 and 1/4, one with equal ones."""
    world = Teacher(Params(contexts=2, tokens=2))
    world.log_probs = torch.tensor([[0.75, 0.25], [0.5, 0.5]], dtype=torch.float64).log()
    return world


def test_notes_by_hand(tiny: Teacher) -> None:
    uniforms = torch.tensor([[0.1, 0.7], [0.2, 0.8], [0.49, 0.0], [0.9, 0.6]], dtype=torch.float64)
    counts = tiny.notes(uniforms)
    assert counts.tolist() == [[2.0, 1.0], [0.0, 1.0]]
    assert tiny.targets(counts, soft=False).tolist() == [[0.5, 0.25], [0.0, 0.25]]
    assert tiny.targets(counts, soft=True).tolist() == [[0.5625, 0.1875], [0.125, 0.125]]


def test_one_step_of_study_by_hand(tiny: Teacher) -> None:
    """From equal probabilities the gradient is weight x (1/2) - target: (3/8 - 1/2, 3/8 - 1/4) and (1/8, 1/8 - 1/4)."""
    targets = torch.tensor([[0.5, 0.25], [0.0, 0.25]], dtype=torch.float64)
    before, after = tiny.study(targets, rate=2.0, steps=1)
    assert before.tolist() == [0.0] * 4
    assert after.tolist() == pytest.approx([0.25, -0.25, -0.25, 0.25])
    assert tiny.cross_entropy(before, targets).item() == pytest.approx(math.log(2))


def test_distance_by_hand(tiny: Teacher) -> None:
    nats = 0.75 * math.log(1.5) + 0.25 * math.log(0.5)
    assert tiny.distance(tiny.start).item() == pytest.approx(nats / 2)
    assert tiny.distance(tiny.log_probs.flatten()).item() == pytest.approx(0.0, abs=1e-15)


def test_soft_notes_from_everywhere_lead_to_the_teacher() -> None:
    world = Teacher(Params())
    everywhere = torch.ones(20, 10, dtype=torch.float64)
    *_, theta = world.study(world.targets(everywhere, soft=True), rate=50.0, steps=1000)
    assert world.distance(theta).item() < 1e-5


def test_unread_contexts_keep_equal_probabilities() -> None:
    world = Teacher(Params())
    uniforms = torch.rand(200, 20, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    counts = world.notes(uniforms)
    assert (counts.sum((-2, -1)) == 20).all()
    unread = counts.sum(-1) == 0
    assert unread.double().mean().item() == pytest.approx(world.unread(20), abs=0.01)
    assert world.unread(20) == pytest.approx(0.95**20)
    *_, theta = world.study(world.targets(counts, soft=True), rate=50.0, steps=2)
    assert theta.unflatten(-1, (20, 10))[unread].abs().max().item() == 0.0


def test_the_teacher_has_random_numbers_of_its_own() -> None:
    assert torch.equal(Teacher(Params()).log_probs, Teacher(Params()).log_probs)
    assert not torch.allclose(Teacher(Params()).log_probs, Teacher(Params(seed=1)).log_probs)
    assert torch.allclose(Teacher(Params(sharpness=0.0)).log_probs, torch.full((20, 10), 0.1).double().log())
