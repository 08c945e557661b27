"""Baselines: hand numbers of the four variances, the mean that no constant moves, and what a baseline forbids."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
import torch

from objectives import OBJECTIVES, Rollouts, sampling
from objectives.experiments import baseline_variance
from objectives.experiments.baseline_variance import BEST, PLAIN, SHIFTED, VALUE
from objectives.hyperparameters import defaults
from objectives.losses import baseline
from objectives.worlds import three_answers
from tests.objectives.experiments.test_contract import Recorder

MODULES = (three_answers, baseline, sampling, baseline_variance)
DEFAULTS = {key: value for module in MODULES for key, value in defaults(module.Params, module.NAME).items()}
P, R = np.array([0.5, 0.3, 0.2]), np.array([11.0, 10.6, 10.0])
SCORES = np.eye(3) - P


def run(**changes: Any) -> dict[str, np.ndarray]:
    return baseline_variance.run({**DEFAULTS, **changes})


def claims(arrays: dict[str, np.ndarray]) -> dict[str, bool]:
    return {name: function(arrays) for name, (_, function) in baseline_variance.CLAIMS.items()}


def variance(b: float, rewards: np.ndarray = R) -> float:
    arrows = (rewards - b)[:, None] * SCORES
    return float(P @ ((arrows - P @ arrows) ** 2).sum(1))


@cache
def shipped() -> dict[str, np.ndarray]:
    return run()


# --- by hand


def test_the_four_variances() -> None:
    """T4."""
    noise = shipped()["noise"]
    assert noise == pytest.approx([0.2296, 68.84, 0.0669, 0.0535], abs=0.005)
    assert noise[[PLAIN, VALUE, BEST]] == pytest.approx([0.2296, 0.0669, 0.0535], abs=5e-5)
    weight = P * (SCORES**2).sum(1)
    best = float(weight @ R / weight.sum())
    assert noise == pytest.approx([variance(0, R - 10), variance(0), variance(10.68), variance(best)])
    assert shipped()["best_constant"] == pytest.approx(best)


def test_the_expectation_is_the_average_reward() -> None:
    assert shipped()["value"] == pytest.approx(0.5 * 11 + 0.3 * 10.6 + 0.2 * 10)


def test_no_constant_leaves_less_noise_than_the_best_one() -> None:
    a = shipped()
    assert (a["curve_noise"] >= a["noise"][BEST]).all()
    assert a["curve_noise"][::100] == pytest.approx([variance(float(b)) for b in a["curve_b"][::100]])


# --- what a constant moves, and what it does not


def test_directions_weighed_by_their_odds_close() -> None:
    a = shipped()
    assert a["probs"] @ a["scores"] == pytest.approx([0.0, 0.0], abs=1e-15)


@pytest.mark.parametrize("b", [-3.0, 0.0, 10.68, 500.0])
def test_the_expected_gradient_is_the_slope_whatever_is_subtracted(b: float) -> None:
    a = shipped()
    assert a["probs"] @ ((a["shifted_rewards"] - b)[:, None] * a["scores"]) == pytest.approx(a["exact"], abs=1e-12)


def test_a_constant_moves_each_handful_along_its_own_pull() -> None:
    a = shipped()
    assert a["tips"][SHIFTED] - a["tips"][PLAIN] == pytest.approx(10 * a["pull"], abs=1e-12)
    for kind in (VALUE, BEST):
        assert a["tips"][kind] == pytest.approx(a["tips"][SHIFTED] - a["subtracted"][kind] * a["pull"], abs=1e-12)


def test_what_is_seen_of_the_noise_is_near_what_is_exact() -> None:
    a = shipped()
    assert a["noise_seen"] == pytest.approx(a["noise"], rel=0.2)
    assert a["spread"] ** 2 * 16 == pytest.approx(a["noise"])


# --- why a batch is used once (T3)


def batch(logits: torch.Tensor, counts: tuple[int, int, int], forecast: float) -> Rollouts:
    answers = torch.repeat_interleave(torch.arange(3), torch.tensor(counts))
    logp = logits.log_softmax(-1)[..., answers].unsqueeze(-1)
    rewards = torch.tensor([1.0, 0.6, 0.0], dtype=torch.float64)[answers]
    values = torch.full_like(logp, forecast)
    ones = torch.ones(len(answers), 1)
    return Rollouts(
        logp=logp, old_logp=logp.detach(), mask=ones, rewards=rewards, group=torch.zeros(len(answers)).long(),
        values=values, old_values=values,
    )  # fmt: skip


def surrogate(name: str, probs: list[float], forecast: float = 0.0) -> float:
    rule = OBJECTIVES[name]
    logits = torch.tensor(probs, dtype=torch.float64).log()
    return -float(rule.loss(batch(logits, (2, 5, 3), forecast), rule.Params()).policy)


def test_a_batch_of_reinforce_is_highest_where_answers_are_as_likely_as_the_reward_they_brought() -> None:
    """Two A (paid 1), five B (paid 0.6), three C (paid 0): pi proportional to (2, 3, 0)."""
    top = surrogate("reinforce", [0.4, 0.6, 1e-12])
    dice = torch.Generator().manual_seed(0)
    others = torch.rand(200, 3, generator=dice, dtype=torch.float64).softmax(-1).tolist()
    near = [[0.41, 0.59, 1e-12], [0.39, 0.61, 1e-12], [0.4, 0.5, 0.1], [0.2, 0.5, 0.3]]
    assert all(surrogate("reinforce", probs) < top for probs in others + near)


def test_with_a_baseline_a_batch_has_no_highest_policy() -> None:
    """C did worse than expected: the less likely it is made, the higher the surrogate, without end."""
    heights = [surrogate("baseline", [0.5, 0.5 - rare, rare], forecast=0.5) for rare in (1e-2, 1e-20, 1e-200)]
    assert heights[0] + 5 < heights[1]
    assert heights[1] + 50 < heights[2]


# --- the contract


def test_the_claims_hold_on_the_shipped_settings() -> None:
    assert {name for name, holds in claims(shipped()).items() if not holds} == set()


@pytest.mark.parametrize(
    ("claim", "edit"),
    [
        ("points_explode", {"baseline_variance.offset": 0.5}),
        ("expectation_quiets", {"baseline_variance.offset": 0.5}),
        ("expectation_helps_plain", {"baseline_variance.odds": (0.98, 0.01, 0.01)}),
        ("expectation_near_best", {"baseline_variance.odds": (0.98, 0.01, 0.01)}),
        ("too_much_is_loud_again", {"baseline_variance.odds": (0.01, 0.01, 0.98)}),
    ],
)
def test_an_edit_makes_a_claim_false(claim: str, edit: dict[str, Any]) -> None:
    arrays = run(**edit)
    assert not claims(arrays)[claim]
    assert all(np.isfinite(function(arrays)) for _, function in baseline_variance.NUMBERS.values())


def test_odds_that_do_not_sum_to_one_are_refused() -> None:
    with pytest.raises(ValueError, match="sum to 1"):
        run(**{"baseline_variance.odds": (0.5, 0.3, 0.3)})
    with pytest.raises(ValueError, match="3 probabilities"):
        run(**{"baseline_variance.odds": (0.5, 0.5)})


def test_it_reads_every_declared_hyperparameter_and_no_other() -> None:
    h = Recorder()
    baseline_variance.run(h)
    named = {"three_answers.reward_correct", "three_answers.reward_format", "sampling.seed"}
    assert h.read == {key for key in h if key.partition(".")[0] in ("baseline", "baseline_variance")} | named


def test_arrays_keep_the_schema() -> None:
    a, lengths = shipped(), dict[str, int]()
    assert list(a) == list(baseline_variance.SCHEMA)
    for name, (dims, _unit, doc) in baseline_variance.SCHEMA.items():
        assert doc, name
        assert a[name].flags.c_contiguous
        for dim, length in zip(dims.split(), a[name].shape, strict=True):
            assert lengths.setdefault(dim, length) == length, (name, dim)
        assert a[name].dtype.kind != "f" or np.isfinite(a[name]).all(), name


def test_the_same_dice_give_the_same_bytes() -> None:
    one, two = run(), run()
    assert all(one[name].tobytes() == two[name].tobytes() for name in one)
