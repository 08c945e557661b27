"""Who says what to expect: targets, jumps and GAE by hand, the critic's steps, and what lambda does to the gradient."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from objectives.experiments.token_values import run as token_values
from objectives.experiments.token_values.gradients import gradients, scores
from objectives.hyperparameters import defaults
from objectives.worlds import answer_tree
from objectives.worlds.answer_tree import AnswerTree

pytestmark = pytest.mark.slow

DEFAULTS = {
    **defaults(token_values.Params, "token_values"),
    **defaults(answer_tree.Params, "answer_tree"),
    "three_answers.reward_correct": 0.6,
}
SMALL = {"token_values.answers": 40, "token_values.critics": 3, "token_values.batches": 10}
TREE = AnswerTree(answer_tree.Params(), 0.6)


def run(**changes: Any) -> dict[str, np.ndarray]:
    return token_values.run({**DEFAULTS, **changes})


def claims(arrays: dict[str, np.ndarray]) -> dict[str, bool]:
    return {name: function(arrays) for name, (_, function) in token_values.CLAIMS.items()}


@pytest.fixture(scope="module")
def full() -> dict[str, np.ndarray]:
    return run()


# --- the one answer, by hand


def test_the_tutorials_targets_by_hand(full: dict[str, np.ndarray]) -> None:
    """T16: 0.8 x (1, .9, .81), and one more for the prompt."""
    assert full["sentence"].tolist() == ["2+2", "is", "4", "end"]
    assert full["target"].tolist() == pytest.approx([0.8 * 0.729, 0.648, 0.72, 0.8], rel=1e-14)


def test_values_and_jumps_by_hand(full: dict[str, np.ndarray]) -> None:
    assert full["sentence_value"].tolist() == pytest.approx([0.36, 0.42, 0.30, 0.60], rel=1e-13)
    assert full["jump"].tolist() == pytest.approx([0.06, -0.12, 0.30, 0.20], rel=1e-12)


def test_gae_on_four_tokens_by_hand(full: dict[str, np.ndarray]) -> None:
    """lambda .95: .2; .3 + .95 x .2 = .49; -.12 + .95 x .49 = .3455; .06 + .95 x .3455 = .388225."""
    assert full["worked"].tolist() == pytest.approx([0.388225, 0.3455, 0.49, 0.2], rel=1e-12)
    assert full["advantage"][0].tolist() == pytest.approx(full["jump"].tolist(), rel=1e-12)
    assert full["advantage"][-1].tolist() == pytest.approx([0.44, 0.38, 0.50, 0.20], rel=1e-12)
    assert full["lams"][[0, -1]].tolist() == [0.0, 1.0]


def test_the_step_on_the_one_answer_by_hand(full: dict[str, np.ndarray]) -> None:
    """Of two choices the one written gets A (1 - p), the other -A (1 - p): with a step of 2 the difference of logits
    grows by 2 x 2 A (1 - p)."""
    p, jump = np.array([0.5, 0.5, 0.75]), full["jump"][1:]
    moved = np.log(p / (1 - p)) + 2 * 2.0 * jump * (1 - p)
    assert full["before"].tolist() == pytest.approx([0.5, *p], rel=1e-12)
    assert full["after"][1:] == pytest.approx(1 / (1 + np.exp(-moved)), rel=1e-12)
    logits = np.log([0.25, 0.25, 0.5]) + 2.0 * 0.06 * np.array([-0.25, -0.25, 0.5])
    assert full["after"][0] == pytest.approx(np.exp(logits[2]) / np.exp(logits).sum(), rel=1e-12)


# --- the critic


def test_a_step_moves_the_forecasts_of_the_answers_prefixes_a_tenth_of_their_error(full: dict[str, np.ndarray]) -> None:
    assert full["first_step"].tolist() == pytest.approx([0.08] * 4, rel=1e-13)
    parent = full["parent"]
    for age in range(5):
        passed, s = set(), int(full["drawn"][0, age])
        while s not in passed:
            passed.add(s)
            s = int(parent[s])
        old, new = full["forecast"][0, age : age + 2]
        for k in range(len(parent)):
            by_hand = old[k] + 0.1 * (full["drawn_reward"][0, age] - old[k]) * (k in passed)
            assert new[k] == pytest.approx(by_hand, rel=1e-12, abs=1e-15)


def test_a_slow_critic_finds_the_enumerated_values() -> None:
    """T19: a small rate, many answers; the mean over its later life."""
    arrays = run(**{"token_values.answers": 5000, "token_values.rate": 0.02, "token_values.critics": 4})
    late = arrays["forecast"][:, 1000:].mean((0, 1))
    assert np.abs(late - arrays["value"]).max() < 0.03


def test_the_error_of_one_reward_is_its_standard_deviation_around_the_value(full: dict[str, np.ndarray]) -> None:
    squares, visits = 0.0, 0.0
    for answer, chance, reward in zip(TREE.answers, TREE.chances(TREE.theta), TREE.rewards, strict=True):
        for t in range(len(answer)):
            value = full["value"][full["prefix"].tolist().index(" ".join(answer[:t]))]
            squares += chance.item() * (reward.item() - value) ** 2
            visits += chance.item()
    assert full["single_error"] == pytest.approx((squares / visits) ** 0.5, rel=1e-12)
    reach = full["reach"] / full["reach"].sum()
    assert full["error"][:, 0] == pytest.approx((reach @ full["value"] ** 2) ** 0.5, rel=1e-12)


def test_more_critics_leave_the_others_alone() -> None:
    two, three = run(**{**SMALL, "token_values.critics": 2}), run(**SMALL)
    assert np.array_equal(three["forecast"][:2], two["forecast"])
    assert not np.array_equal(two["drawn"][0], two["drawn"][1])


# --- the gradient


def test_scores_are_the_gradients_of_log_probabilities() -> None:
    def logp(theta: torch.Tensor) -> torch.Tensor:
        return torch.where(TREE.mask, TREE.policy.logp(theta, TREE.states, TREE.actions), 0.0)

    rows = torch.autograd.functional.jacobian(logp, TREE.theta)
    assert torch.allclose(scores(TREE), rows, rtol=0, atol=1e-15)


def test_with_lambda_one_any_critic_and_with_exact_values_any_lambda_gives_the_slope_of_the_expected_reward() -> None:
    theta = TREE.theta.clone().requires_grad_(True)
    (exact,) = torch.autograd.grad(TREE.expected(theta), theta)
    chance, rows = TREE.chances(TREE.theta), scores(TREE)
    values = TREE.true_values(TREE.theta)
    wrong = torch.rand(len(values), generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    for critic, lam in ((wrong, 1.0), (values, 0.0), (values, 0.3), (values, 1.0)):
        found = chance @ gradients(TREE, critic, lam, rows)
        assert torch.allclose(found, exact, rtol=0, atol=1e-15)
    assert (chance @ gradients(TREE, wrong, 0.0, rows) - exact).norm() > 0.05


def test_bias_and_noise_are_those_of_many_sampled_batches() -> None:
    arrays = run(**{**SMALL, "token_values.batches": 2000, "token_values.batch": 8})
    middle, dots, k = arrays["middle"], arrays["dots"], int(arrays["misled"])
    error = dots.std(1) / 2000**0.5
    assert (np.abs(dots.mean(1) - middle) < 4 * error).all()
    assert (arrays["bias"][:, -1] < 1e-12).all()
    assert arrays["exact"].tolist() == pytest.approx([-0.03, 0.0375], rel=1e-12)
    assert middle[-1] == pytest.approx(arrays["exact"], rel=1e-12)
    # the same noise from the answers' gradients, drawn anew
    rows = scores(TREE)
    young = torch.from_numpy(arrays["forecast"][k, int(arrays["young"])])
    each = gradients(TREE, young, 0.0, rows)
    picked = torch.multinomial(TREE.chances(TREE.theta), 8 * 4000, True, generator=torch.Generator().manual_seed(0))
    means = each[picked].reshape(4000, 8, -1).mean(1)
    theta = TREE.theta.clone().requires_grad_(True)
    size = torch.autograd.grad(TREE.expected(theta), theta)[0].norm()
    assert (means.var(0).sum().sqrt() / size).item() == pytest.approx(arrays["noise"][k, 0], rel=0.03)


def test_the_critic_that_is_looked_at_overrates_is_most(full: dict[str, np.ndarray]) -> None:
    names, young = full["prefix"].tolist(), full["forecast"][:, int(full["young"])]
    gap = young[:, names.index("2+2 is")] - young[:, names.index("2+2 =")]
    assert gap[int(full["misled"])] == gap.max() > 0


# --- claims


@pytest.mark.parametrize(
    ("changes", "claim"),
    [
        ({"answer_tree.right_after_is": 0.95}, "is_lowers"),
        ({"answer_tree.first": [0.7, 0.1, 0.2]}, "only_is_is_blamed"),
        ({"token_values.rate": 1.0}, "critic_learns"),
        ({"answer_tree.right_after_is": 0.95}, "young_critic_is_wrong"),
        ({"token_values.young": 4999, "token_values.answers": 5000, "token_values.rate": 0.01}, "zero_is_biased"),
        ({"three_answers.reward_correct": 0.0, "answer_tree.reward_sentence": 0.0}, "one_is_noisier"),
    ],
)
def test_an_edit_can_make_a_claim_false(changes: dict[str, Any], claim: str) -> None:
    arrays = run(**{"token_values.critics": 3, **changes})
    assert not claims(arrays)[claim]
    assert all(np.isfinite(function(arrays)) for _, function in token_values.NUMBERS.values())


def test_a_half_trained_critic_has_not_read_everything() -> None:
    with pytest.raises(ValueError, match="young must be below answers"):
        token_values.Params(answers=5, young=5)
