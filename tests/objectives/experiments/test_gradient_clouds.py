"""Gradient clouds: hand numbers of the exact slope, the handfuls that sample it, and the walks that follow it."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
import torch

from objectives import sampling
from objectives.experiments import gradient_clouds
from objectives.hyperparameters import defaults
from objectives.losses import reinforce
from objectives.surfaces import surface
from objectives.training import loop
from objectives.worlds import three_answers
from tests.objectives.experiments.test_contract import Recorder

MODULES = (three_answers, surface, loop, reinforce, sampling, gradient_clouds)
DEFAULTS = {key: value for module in MODULES for key, value in defaults(module.Params, module.NAME).items()}
SMALL = {"surface.resolution": 5, "gradient_clouds.redraws": 50, "gradient_clouds.walks": 2}


def run(**changes: Any) -> dict[str, np.ndarray]:
    return gradient_clouds.run({**DEFAULTS, **changes})


def claims(arrays: dict[str, np.ndarray]) -> dict[str, bool]:
    return {name: function(arrays) for name, (_, function) in gradient_clouds.CLAIMS.items()}


def numbers(arrays: dict[str, np.ndarray]) -> dict[str, float]:
    return {name: float(function(arrays)) for name, (_, function) in gradient_clouds.NUMBERS.items()}


@cache
def shipped() -> dict[str, np.ndarray]:
    return run()


# --- by hand


def test_the_slope_at_the_start_is_the_odds_times_the_score_above_average_on_the_plane() -> None:
    a = shipped()
    j = 0.03 * 1.0 + 0.62 * 0.6
    slope = np.array([0.03 * (1 - j), 0.62 * (0.6 - j), 0.35 * (0 - j)])
    by_hand = [(slope[0] - slope[1]) / math.sqrt(2), (slope[0] + slope[1] - 2 * slope[2]) / math.sqrt(6)]
    assert a["exact"] == pytest.approx(by_hand)
    assert a["terms"].sum(0) == pytest.approx(a["exact"])


def test_the_direction_that_makes_b_likelier_is_the_corner_b_minus_the_odds() -> None:
    score = np.array([-0.03, 1 - 0.62, -0.35])
    by_hand = [(score[0] - score[1]) / math.sqrt(2), (score[0] + score[1] - 2 * score[2]) / math.sqrt(6)]
    assert shipped()["scores"][1] == pytest.approx(by_hand)


def test_the_variance_of_one_answer_is_that_of_a_sum_over_three() -> None:
    p, r = np.array([0.03, 0.62, 0.35]), np.array([1.0, 0.6, 0.0])
    arrows = r[:, None] * (np.eye(3) - p)
    mean = p @ arrows
    variance = float(p @ (arrows**2).sum(1) - mean @ mean)
    assert shipped()["spread"] == pytest.approx(np.sqrt(variance / np.array([1, 4, 16, 64])))


def test_a_handful_without_a_comes_as_often_as_its_answers_all_miss() -> None:
    assert shipped()["best_missing"] == pytest.approx([0.97, 0.97**4, 0.97**16, 0.97**64])


def test_texts_are_counted_to_the_last_digit() -> None:
    a = shipped()
    assert a["text_counts"][0] == "128000"
    assert a["text_counts"][-1] == str(2**200 * 5**60)
    assert numbers(a)["digits"] == 103
    assert a["read_count"] == "3155760000"
    assert numbers(a)["read_digits"] == 10


# --- the handfuls


def test_one_answer_votes_for_its_reward_times_its_direction() -> None:
    a = shipped()
    pushes = a["rewards"][:, None] * a["scores"]
    assert a["tips"][0] == pytest.approx(pushes[a["drawn"][:, 0]])
    assert a["hand_arrows"] == pytest.approx(pushes[a["hand"]])


@pytest.mark.parametrize("size", range(4))
def test_a_handful_votes_for_the_average_of_its_answers(size: int) -> None:
    a = shipped()
    pushes = (a["rewards"][:, None] * a["scores"])[a["drawn"][:, : a["sizes"][size]]]
    assert a["tips"][size] == pytest.approx(pushes.mean(1))


def test_the_handful_that_is_read_aloud_is_the_first_one() -> None:
    a = shipped()
    assert a["hand"].tolist() == a["drawn"][0, :4].tolist()
    assert a["hand_vote"] == pytest.approx(a["hand_arrows"].mean(0))
    assert a["hand_vote"] == pytest.approx(a["tips"][1, 0])
    assert a["hand_copy"] == pytest.approx(a["hand_scores"].mean(0))


def test_imitation_of_ones_own_answers_goes_nowhere_on_average() -> None:
    a = shipped()
    assert a["start_probs"] @ a["scores"] == pytest.approx([0.0, 0.0], abs=1e-15)


def test_the_field_is_the_slope_of_the_mountain() -> None:
    a, step = shipped(), 1e-5
    world = three_answers.ThreeAnswers(three_answers.Params())
    plane = surface.three_logit_plane()
    at = torch.from_numpy(a["field_at"])

    def height(uv: torch.Tensor) -> torch.Tensor:
        return world.true_values(plane.points(uv)).squeeze(-1)

    for axis in range(2):
        shift = step * torch.eye(2, dtype=torch.float64)[axis]
        assert a["field"][:, axis] == pytest.approx(((height(at + shift) - height(at - shift)) / (2 * step)).numpy())


def test_the_handfuls_that_are_looked_into_are_the_first_ones_and_those_without_a_are_counted() -> None:
    a = shipped()
    assert a["shown"].tolist() == a["drawn"][:24, :16].tolist()
    assert numbers(a)["shown_missing"] == sum(0 not in row for row in a["shown"].tolist())


def test_an_answer_weighs_its_reward_minus_the_constant() -> None:
    a = run(**SMALL, **{"reinforce.baseline": 0.25})
    assert a["hand_weights"] == pytest.approx(a["rewards"][a["hand"]] - 0.25)
    assert a["hand_arrows"] == pytest.approx(a["hand_weights"][:, None] * a["hand_scores"])


# --- the walks


def test_the_true_slopes_own_walk_takes_the_learning_rate_times_the_slope() -> None:
    a = shipped()
    assert a["exact_walk"][0] == pytest.approx(a["start"])
    assert a["exact_walk"][1] - a["exact_walk"][0] == pytest.approx(0.5 * a["exact"])
    assert a["exact_probs"][int(a["escape"]), 0] > 0.5 >= a["exact_probs"][int(a["escape"]) - 1, 0]


def test_walks_start_together_and_are_as_long_as_asked_for() -> None:
    a = shipped()
    assert a["walk"].shape == (24, 61, 2)
    assert a["walk"][:, 0] == pytest.approx(np.tile(a["start"], (24, 1)))


# --- the contract


def test_the_claims_hold_on_the_shipped_settings() -> None:
    assert {name for name, holds in claims(shipped()).items() if not holds} == set()


@pytest.mark.parametrize(
    ("claim", "edit"),
    [
        ("too_many_texts", {"gradient_clouds.length": 1}),
        ("one_is_wild", {"reinforce.baseline": 0.4}),
        ("best_usually_missing", {"three_answers.start": (0.4, 0.3, 0.3)}),
        ("a_pays_most_and_is_rare", {"three_answers.reward_format": 0.0}),
        ("a_pays_most_and_is_rare", {"three_answers.start": (0.2, 0.5, 0.3)}),
        ("weighs_by_raw_score", {"reinforce.baseline": 0.4}),
        ("raw_walks_end_at_b", {"reinforce.baseline": 0.1}),
        ("raw_walks_end_at_b", {"three_answers.reward_format": 4.0}),
        ("hand_misses_best", {"three_answers.start": (0.98, 0.01, 0.01)}),
        ("walks_end_at_b", {"three_answers.reward_format": 4.0}),
        ("true_slope_lowers_a", {"three_answers.start": (0.4, 0.3, 0.3)}),
        ("true_path_ends_at_b", {"three_answers.start": (0.4, 0.3, 0.3)}),
        ("true_path_escapes_late", {"three_answers.reward_format": -0.4}),
        ("rare_and_loud", {"three_answers.reward_format": -0.4}),
        ("largest_is_calm", {"gradient_clouds.factor": 2, "reinforce.baseline": -1.0}),
    ],
)
def test_an_edit_makes_a_claim_false(claim: str, edit: dict[str, Any]) -> None:
    arrays = run(**SMALL, **edit)
    assert not claims(arrays)[claim]
    assert all(np.isfinite(value) for value in numbers(arrays).values())


def test_it_reads_every_declared_hyperparameter_and_no_other() -> None:
    h = Recorder(**SMALL)
    gradient_clouds.run(h)
    tables = ("three_answers", "surface", "training", "reinforce", "gradient_clouds")
    assert h.read == {key for key in h if key.partition(".")[0] in tables} | {"sampling.seed"}


def test_arrays_keep_the_schema() -> None:
    a, lengths = shipped(), dict[str, int]()
    assert list(a) == list(gradient_clouds.SCHEMA)
    for name, (dims, _unit, doc) in gradient_clouds.SCHEMA.items():
        assert doc, name
        assert a[name].flags.c_contiguous
        for dim, length in zip(dims.split(), a[name].shape, strict=True):
            assert lengths.setdefault(dim, length) == length, (name, dim)
        assert a[name].dtype.kind != "f" or np.isfinite(a[name]).all(), name


def test_the_same_dice_give_the_same_bytes_and_other_dice_others() -> None:
    one, two, other = run(**SMALL), run(**SMALL), run(**SMALL, **{"sampling.seed": 1})
    assert all(one[name].tobytes() == two[name].tobytes() for name in one)
    assert not np.array_equal(one["drawn"], other["drawn"])


def test_more_redraws_leave_the_first_ones_alone() -> None:
    assert np.array_equal(run(**SMALL)["drawn"], shipped()["drawn"][:50])
