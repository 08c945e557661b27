"""World W2: the checker, the exact truth, and the variance that a baseline takes away."""

from __future__ import annotations

import pytest
import torch

from objectives.worlds import three_answers
from objectives.worlds.tabular import TabularSoftmax, draw, lookup
from objectives.worlds.three_answers import Params, ThreeAnswers, mark


@pytest.fixture
def world() -> ThreeAnswers:
    return ThreeAnswers(Params())


@pytest.mark.parametrize(
    ("text", "correct", "formatted"),
    [
        (three_answers.ANSWERS[0], True, True),
        ("4", True, False),
        ("22", False, False),
        ("<think>4</think> 22", False, True),  # a right number that is only thought does not count
        ("<think></think> 4", True, False),  # empty thoughts are not thoughts
        ("4 <think>two and two</think>", True, False),  # thinking comes first
        ("3, no: 4", True, False),
        ("-4", False, False),
        ("four", False, False),
        ("", False, False),
    ],
)
def test_the_checker_reads_the_text(text: str, correct: bool, formatted: bool) -> None:
    assert mark(text) == (correct, formatted)


def test_rewards_are_the_sum_of_what_the_checker_found(world: ThreeAnswers) -> None:
    assert world.rewards.tolist() == [1.0, 0.6, 0.0]
    assert world.correct.tolist() == [True, True, False]


def test_expected_reward_of_the_start(world: ThreeAnswers) -> None:
    assert world.true_values(world.start).item() == pytest.approx(0.03 + 0.6 * 0.62)
    assert torch.allclose(world.probs(world.start), world.start_probs)
    assert world.start.sum().item() == pytest.approx(0)


def test_the_exact_gradient_is_that_of_the_exact_value(world: ThreeAnswers) -> None:
    theta = world.start.clone().requires_grad_(True)
    (slope,) = torch.autograd.grad(world.true_values(theta).sum(), theta)
    assert torch.allclose(slope, world.true_gradient(world.start))


def test_the_penalised_optimum_is_a_maximum(world: ThreeAnswers) -> None:
    beta, reference = 0.4, world.start_probs.log()

    def penalised(theta: torch.Tensor) -> torch.Tensor:
        log_probs = theta.log_softmax(-1)
        return log_probs.exp() @ world.rewards - beta * (log_probs.exp() * (log_probs - reference)).sum(-1)

    theta = world.start.clone()
    for _ in range(2000):
        theta = theta.detach().requires_grad_(True)
        (slope,) = torch.autograd.grad(penalised(theta), theta)
        theta = theta + 5 * slope
    assert torch.allclose(theta.softmax(-1), world.gibbs(beta), atol=1e-6)


@pytest.mark.parametrize(("forecast", "variance"), [(-10.0, 68.84), (0.0, 0.2296), (0.68, 0.0669)])
def test_variance_of_the_gradient_under_three_forecasts(world: ThreeAnswers, forecast: float, variance: float) -> None:
    """Subtracting -10 is adding ten points to every answer; 0.68 is the expected reward at (.5, .3, .2)."""
    theta = torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64).log()
    found = world.gradient_variance(theta, torch.tensor(forecast))
    assert found.item() == pytest.approx(variance, abs=5e-5 * max(1, 200 * (variance > 1)))


def test_the_best_constant_forecast(world: ThreeAnswers) -> None:
    theta = torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64).log()
    probs = world.probs(theta)
    weight = probs * ((torch.eye(3, dtype=torch.float64) - probs) ** 2).sum(-1)
    best = (weight * world.rewards).sum() / weight.sum()
    assert world.gradient_variance(theta, best).item() == pytest.approx(0.0535, abs=5e-5)
    for other in (best - 0.05, best + 0.05):
        assert world.gradient_variance(theta, other) > world.gradient_variance(theta, best)


def test_answers_fall_where_the_random_numbers_say(world: ThreeAnswers) -> None:
    uniforms = torch.tensor([0.0, 0.0299, 0.0301, 0.6499, 0.6501, 0.9999]).double().view(6, 1)
    episodes = world.play(world.start, uniforms)
    assert episodes.actions.squeeze(-1).tolist() == [0, 0, 1, 1, 2, 2]
    assert episodes.rewards.tolist() == [1.0, 1.0, 0.6, 0.6, 0.0, 0.0]
    assert episodes.correct.tolist() == [True, True, True, True, False, False]
    assert episodes.mask.all()


def test_samples_follow_the_policy() -> None:
    probs = torch.tensor([0.03, 0.62, 0.35], dtype=torch.float64)
    uniforms = torch.rand(100_000, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    counts = torch.bincount(draw(probs.log(), uniforms), minlength=3)
    assert torch.allclose(counts / 100_000, probs.float(), atol=0.005)


def test_every_seed_plays_its_own_policy(world: ThreeAnswers) -> None:
    sure = 50 * torch.eye(3, dtype=torch.float64)
    uniforms = torch.rand((3, 5, 1), generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    assert world.play(sure, uniforms).actions.squeeze(-1).tolist() == [[0] * 5, [1] * 5, [2] * 5]


def test_a_start_that_is_no_distribution_is_refused() -> None:
    with pytest.raises(ValueError, match=r"start must sum to 1, but it sums to 0.9"):
        Params(start=[0.03, 0.52, 0.35])
    with pytest.raises(ValueError, match="start must hold 3 probabilities, not 2"):
        Params(start=[0.5, 0.5])


def test_a_table_of_several_states_is_read_by_state_and_token() -> None:
    policy = TabularSoftmax(states=2, actions=3)
    theta = torch.randn((4, 6), generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    states, actions = torch.tensor([[0, 1], [1, 1]]), torch.tensor([[2, 0], [1, 2]])
    found = policy.logp(theta, states, actions)
    table = theta.view(4, 2, 3).log_softmax(-1)
    for run in range(4):
        for answer in range(2):
            for token in range(2):
                expected = table[run, states[answer, token], actions[answer, token]]
                assert found[run, answer, token] == expected
    assert torch.allclose(policy.entropies(theta), -(table.exp() * table).sum(-1))
    values = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    assert lookup(values, states).tolist() == [[[1, 2], [2, 2]], [[3, 4], [4, 4]]]
