"""Baselines: hand numbers of the four variances, the mean that no constant moves, the runs, what a baseline forbids."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
import torch

from objectives import OBJECTIVES, Rollouts, sampling
from objectives.experiments.baseline_variance import run as baseline_variance
from objectives.experiments.baseline_variance.claims import BEST, PLAIN, SHIFTED, VALUE
from objectives.experiments.gradient_clouds.gradients import gradients
from objectives.hyperparameters import defaults
from objectives.losses import baseline, reinforce
from objectives.surfaces import surface
from objectives.training import loop
from objectives.worlds import three_answers
from tests.objectives.experiments.test_contract import Recorder

MODULES = (three_answers, surface, loop, reinforce, baseline, sampling, baseline_variance)
DEFAULTS = {key: value for module in MODULES for key, value in defaults(module.Params, module.NAME).items()}
SMALL = {"surface.resolution": 5, "baseline_variance.batches": 3, "baseline_variance.redraws": 50}
P, R = np.array([0.03, 0.62, 0.35]), np.array([11.0, 10.6, 10.0])
SCORES = np.eye(3) - P


def run(**changes: Any) -> dict[str, np.ndarray]:
    return baseline_variance.run({**DEFAULTS, **changes})


def claims(arrays: dict[str, np.ndarray]) -> dict[str, bool]:
    return {name: function(arrays) for name, (_, function) in baseline_variance.CLAIMS.items()}


def variance(b: float, rewards: np.ndarray = R, probs: np.ndarray = P) -> float:
    arrows = (rewards - b)[:, None] * (np.eye(3) - probs)
    return float(probs @ ((arrows - probs @ arrows) ** 2).sum(1))


@cache
def shipped() -> dict[str, np.ndarray]:
    return run(**{"surface.resolution": 5})


# --- by hand


def test_the_four_variances() -> None:
    """T4."""
    noise = run(**SMALL, **{"three_answers.start": (0.5, 0.3, 0.2)})["noise"]
    assert noise == pytest.approx([0.2296, 68.84, 0.0669, 0.0535], abs=0.005)
    assert noise[[PLAIN, VALUE, BEST]] == pytest.approx([0.2296, 0.0669, 0.0535], abs=5e-5)


def test_the_variances_at_the_start_of_the_film() -> None:
    a = shipped()
    weight = P * (SCORES**2).sum(1)
    best = float(weight @ R / weight.sum())
    assert a["noise"] == pytest.approx([variance(0, R - 10), variance(0), variance(10.402), variance(best)])
    assert a["best_constant"] == pytest.approx(best)


def test_the_expectation_is_the_average_reward() -> None:
    assert shipped()["value"] == pytest.approx(0.03 * 11 + 0.62 * 10.6 + 0.35 * 10)


def test_the_advantages_are_the_rewards_above_it() -> None:
    told = {name: function(shipped()) for name, (_, function) in baseline_variance.NUMBERS.items()}
    assert [told[f"advantage_{name}"] for name in "abc"] == pytest.approx([0.598, 0.198, -0.402])
    assert told["shortfall_c"] == pytest.approx(0.402)


def test_no_constant_leaves_less_noise_than_the_best_one() -> None:
    a = shipped()
    assert (a["curve_noise"] >= a["noise"][BEST]).all()
    assert a["curve_noise"][::100] == pytest.approx([variance(float(b)) for b in a["curve_b"][::100]])


# --- what a constant moves, and what it does not


def test_directions_weighed_by_their_chances_close() -> None:
    a = shipped()
    assert a["probs"] @ a["scores"] == pytest.approx([0.0, 0.0], abs=1e-15)


@pytest.mark.parametrize("b", [-3.0, 0.0, 10.402, 500.0])
def test_the_expected_gradient_is_the_slope_whatever_is_subtracted(b: float) -> None:
    a = shipped()
    assert a["probs"] @ ((a["shifted_rewards"] - b)[:, None] * a["scores"]) == pytest.approx(a["exact"], abs=1e-12)


def test_a_constant_moves_each_batch_along_its_own_pull() -> None:
    a = shipped()
    assert a["tips"][SHIFTED] - a["tips"][PLAIN] == pytest.approx(10 * a["pull"], abs=1e-12)
    for kind in (VALUE, BEST):
        assert a["tips"][kind] == pytest.approx(a["tips"][SHIFTED] - a["subtracted"][kind] * a["pull"], abs=1e-12)


def test_the_value_baseline_makes_the_same_gradients_as_its_constant() -> None:
    world = three_answers.ThreeAnswers(three_answers.Params())
    draws = sampling.Params(groups=1, group_size=16, iterations=500, seeds=1, seed=0)
    drawn = world.play(world.start, sampling.uniforms(world.name, draws, 1)[0])
    slopes = gradients(world, drawn, baseline.NAME, baseline.Params(), world.true_values(world.start))
    assert surface.three_logit_plane().coordinates(slopes).numpy() == pytest.approx(shipped()["tips"][VALUE], abs=1e-12)


def test_what_is_seen_of_the_noise_is_near_what_is_exact() -> None:
    a = shipped()
    assert a["noise_seen"] == pytest.approx(a["noise"], rel=0.2)
    assert a["spread"] ** 2 * 16 == pytest.approx(a["noise"])


# --- the runs


def test_the_runs_begin_together_and_see_the_same_first_batch() -> None:
    a = shipped()
    assert a["walk"].shape == (2, 12, 401, 2)
    assert a["walk"][:, :, 0] == pytest.approx(np.broadcast_to(a["start"], (2, 12, 2)))
    world = three_answers.ThreeAnswers(three_answers.Params())
    uniforms = sampling.uniforms(world.name, sampling.Params(), 1)[:, 0]
    answers = world.play(world.start.expand(12, 3), uniforms).actions.squeeze(-1).numpy()
    for rule, less in enumerate((0.0, 0.402)):
        push = np.array([((R - 10 - less)[drawn, None] * a["scores"][drawn]).mean(0) for drawn in answers])
        assert a["walk"][rule, :, 1] - a["walk"][rule, :, 0] == pytest.approx(0.5 * push)


def test_a_run_is_out_of_b_when_a_has_more_than_half() -> None:
    a = shipped()
    told = {name: function(a) for name, (_, function) in baseline_variance.NUMBERS.items()}
    ends = a["walk_probs"][:, :, -1, 0]
    assert [told["out_reinforce"], told["out_baseline"]] == (ends > 0.5).sum(1).tolist()
    last = int(told["last_out_baseline"])
    out = ends[1] > 0.5
    assert (a["walk_probs"][1, out, last, 0] > 0.5).all()
    assert not (a["walk_probs"][1, out, last - 1, 0] > 0.5).all()


def test_a_longer_film_leaves_the_first_batches_alone() -> None:
    short = run(**SMALL, **{"sampling.iterations": 2})
    assert int(short["early"]) == 2
    assert np.array_equal(short["walk"], shipped()["walk"][:, :, :4])


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
    generator = torch.Generator().manual_seed(0)
    others = torch.rand(200, 3, generator=generator, dtype=torch.float64).softmax(-1).tolist()
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
        ("points_explode", {"baseline_variance.offset": 0.1}),
        ("expectation_quiets", {"baseline_variance.offset": 0.5}),
        ("expectation_quiets", {"three_answers.start": (0.98, 0.01, 0.01)}),
        ("expectation_helps_plain", {"three_answers.start": (0.98, 0.01, 0.01)}),
        ("too_much_is_loud_again", {"three_answers.start": (0.01, 0.01, 0.98)}),
        ("a_and_b_above_c_below", {"three_answers.start": (0.5, 0.3, 0.2)}),
        ("only_the_advantage_sees_c", {"reinforce.baseline": 0.1}),
        ("both_go_to_b", {}),
        ("baseline_gets_out_more_often", {}),
        ("all_of_the_baseline_get_out", {}),
        ("baseline_keeps_together", {"reinforce.baseline": 0.402}),
    ],
)
def test_an_edit_makes_a_claim_false(claim: str, edit: dict[str, Any]) -> None:
    arrays = run(**SMALL, **edit)  # the runs are short: none of them is at B, or out of it
    assert not claims(arrays)[claim]
    assert all(np.isfinite(function(arrays)) for _, function in baseline_variance.NUMBERS.values())


def test_it_reads_every_declared_hyperparameter_and_no_other() -> None:
    h = Recorder(**SMALL)
    baseline_variance.run(h)
    tables = {key.partition(".")[0] for key in baseline_variance.KEYS}
    assert h.read == {key for key in h if key.partition(".")[0] in tables}


def test_arrays_keep_the_schema() -> None:
    a, lengths = shipped(), dict[str, int]()
    assert list(a) == list(baseline_variance.SCHEMA)
    for name, (dims, _unit, doc) in baseline_variance.SCHEMA.items():
        assert doc, name
        assert a[name].flags.c_contiguous
        for dim, length in zip(dims.split(), a[name].shape, strict=True):
            assert lengths.setdefault(dim, length) == length, (name, dim)
        assert a[name].dtype.kind != "f" or np.isfinite(a[name]).all(), name


def test_the_same_seed_gives_the_same_bytes() -> None:
    one, two = run(**SMALL), run(**SMALL)
    assert all(one[name].tobytes() == two[name].tobytes() for name in one)
