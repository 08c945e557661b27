"""Gradient clouds: hand numbers of the slope, the batches that sample it, and the way that it leads."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest

from objectives import sampling
from objectives.experiments.gradient_clouds import run as gradient_clouds
from objectives.hyperparameters import defaults
from objectives.losses import reinforce
from objectives.surfaces import surface
from objectives.training import loop
from objectives.worlds import three_answers
from tests.objectives.experiments.test_contract import Recorder

MODULES = (three_answers, surface, loop, reinforce, sampling, gradient_clouds)
DEFAULTS = {key: value for module in MODULES for key, value in defaults(module.Params, module.NAME).items()}
SMALL = {"surface.resolution": 5, "gradient_clouds.redraws": 50}


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


def test_the_slope_at_the_start_is_the_chance_times_the_reward_above_average_on_the_plane() -> None:
    a = shipped()
    j = 0.03 * 1.0 + 0.62 * 0.6
    slope = np.array([0.03 * (1 - j), 0.62 * (0.6 - j), 0.35 * (0 - j)])
    by_hand = [(slope[0] - slope[1]) / math.sqrt(2), (slope[0] + slope[1] - 2 * slope[2]) / math.sqrt(6)]
    assert a["exact"] == pytest.approx(by_hand)
    assert (a["start_probs"] * a["rewards"]) @ a["scores"] == pytest.approx(a["exact"])


def test_one_point_for_a_is_taken_from_b_and_c_in_proportion() -> None:
    a = shipped()
    assert a["nudged_probs"] == pytest.approx([0.04, 0.62 * 0.96 / 0.97, 0.35 * 0.96 / 0.97])
    told = numbers(a)
    assert told["in_a_hundred_a_nudged"] == pytest.approx(4)
    assert told["relative_a"] == pytest.approx(1 / 3)
    assert told["relative_b"] == pytest.approx(1 / 62)
    change = a["nudged_probs"] - a["start_probs"]
    assert told["value_nudged"] - told["value"] == pytest.approx(change @ [1.0, 0.6, 0.0])


def test_the_nudge_is_a_step_on_the_logit_of_a_alone() -> None:
    a = shipped()
    logits = np.log(a["nudged_probs"]) - np.log(a["start_probs"])
    assert logits[1] == pytest.approx(logits[2])
    assert logits[0] > logits[1]


def test_a_policy_that_nearly_always_says_a_is_nudged_by_half_of_what_it_lacks() -> None:
    a = run(**SMALL, **{"three_answers.start": (0.99, 0.006, 0.004)})
    assert a["nudged_probs"] == pytest.approx([0.995, 0.003, 0.002])


def test_the_direction_that_makes_b_likelier_is_the_corner_b_minus_the_probabilities() -> None:
    score = np.array([-0.03, 1 - 0.62, -0.35])
    by_hand = [(score[0] - score[1]) / math.sqrt(2), (score[0] + score[1] - 2 * score[2]) / math.sqrt(6)]
    assert shipped()["scores"][1] == pytest.approx(by_hand)


def test_the_variance_of_one_answer_is_that_of_a_sum_over_three() -> None:
    p, r = np.array([0.03, 0.62, 0.35]), np.array([1.0, 0.6, 0.0])
    arrows = r[:, None] * (np.eye(3) - p)
    mean = p @ arrows
    variance = float(p @ (arrows**2).sum(1) - mean @ mean)
    assert shipped()["spread"] == pytest.approx(np.sqrt(variance / np.array([1, 4, 16, 64])))


def test_a_batch_without_a_comes_as_often_as_its_answers_all_miss() -> None:
    assert shipped()["best_missing"] == pytest.approx([0.97, 0.97**4, 0.97**16, 0.97**64])


def test_texts_are_counted_to_the_last_digit() -> None:
    a = shipped()
    assert a["text_counts"][0] == "128000"
    assert a["text_counts"][-1] == str(2**200 * 5**60)
    assert numbers(a)["digits"] == 103
    assert a["read_count"] == str(13_800_000_000 * 31_557_600)
    assert numbers(a)["read_digits"] == 18


# --- the batches


def test_one_answer_pushes_by_its_reward_times_its_direction() -> None:
    a = shipped()
    assert a["tips"][0] == pytest.approx((a["rewards"][:, None] * a["scores"])[a["drawn"][:, 0]])


@pytest.mark.parametrize("size", range(4))
def test_a_batch_pushes_by_the_average_of_its_answers(size: int) -> None:
    a = shipped()
    pushes = (a["rewards"][:, None] * a["scores"])[a["drawn"][:, : a["sizes"][size]]]
    assert a["tips"][size] == pytest.approx(pushes.mean(1))


def test_the_batch_that_is_shown_is_the_first_one_and_its_kinds_add_up_to_its_gradient() -> None:
    a = shipped()
    assert a["batch"].tolist() == a["drawn"][0, :16].tolist()
    assert a["pushes"].sum(0) == pytest.approx(a["tips"][2, 0])
    count = (a["batch"] == 1).sum()
    assert a["pushes"][1] == pytest.approx(count / 16 * 0.6 * a["scores"][1])


def test_imitation_of_ones_own_answers_goes_nowhere_on_average() -> None:
    a = shipped()
    assert a["start_probs"] @ a["scores"] == pytest.approx([0.0, 0.0], abs=1e-15)


def test_the_batches_that_are_looked_into_are_the_first_ones_and_those_without_a_are_counted() -> None:
    a = shipped()
    assert a["shown"].tolist() == a["drawn"][:40, :16].tolist()
    assert numbers(a)["shown_missing"] == sum(0 not in row for row in a["shown"].tolist())


def test_an_answer_weighs_its_reward_minus_the_constant() -> None:
    a = run(**SMALL, **{"reinforce.baseline": 0.25})
    assert a["weights"] == pytest.approx(a["rewards"] - 0.25)
    assert a["pushes"].sum(0) == pytest.approx(a["tips"][2, 0])


# --- the exact slope's way


def test_the_exact_path_takes_the_learning_rate_times_the_slope() -> None:
    a = shipped()
    assert a["exact_walk"][0] == pytest.approx(a["start"])
    assert a["exact_walk"][1] - a["exact_walk"][0] == pytest.approx(0.5 * a["exact"])
    assert a["exact_probs"][int(a["escape"]), 0] > 0.5 >= a["exact_probs"][int(a["escape"]) - 1, 0]


def test_the_exact_path_goes_on_for_half_as_long_again() -> None:
    a = shipped()
    assert len(a["exact_walk"]) == len(a["exact_probs"]) == a["escape"] + a["escape"] // 2 + 1


# --- the contract


def test_the_claims_hold_on_the_shipped_settings() -> None:
    assert {name for name, holds in claims(shipped()).items() if not holds} == set()


@pytest.mark.parametrize(
    ("claim", "edit"),
    [
        ("nudge_pays", {"three_answers.reward_format": -0.4}),
        ("too_many_texts", {"gradient_clouds.length": 1}),
        ("single_answers_miss", {"three_answers.start": (0.98, 0.001, 0.019)}),
        ("a_pays_most_and_is_rare", {"three_answers.reward_format": 0.0}),
        ("a_pays_most_and_is_rare", {"three_answers.start": (0.2, 0.5, 0.3)}),
        ("weighs_by_raw_score", {"reinforce.baseline": 0.4}),
        ("true_path_goes_to_b", {"three_answers.start": (0.4, 0.3, 0.3)}),
        ("true_path_escapes_late", {"three_answers.start": (0.4, 0.3, 0.3)}),
        ("true_path_escapes_late", {"three_answers.reward_format": -0.4}),
    ],
)
def test_an_edit_makes_a_claim_false(claim: str, edit: dict[str, Any]) -> None:
    arrays = run(**SMALL, **edit)
    assert not claims(arrays)[claim]
    assert all(np.isfinite(value) for value in numbers(arrays).values())


def test_where_no_answer_pays_nothing_scatters_and_every_number_can_be_told() -> None:
    arrays = run(**SMALL, **{"three_answers.reward_correct": 0.0, "three_answers.reward_format": 0.0})
    assert arrays["spread"].tolist() == [0.0] * len(arrays["sizes"])
    assert all(np.isfinite(value) for value in numbers(arrays).values())
    assert numbers(arrays)["noise_left_2"] == 0.0


def test_it_reads_every_declared_hyperparameter_and_no_other() -> None:
    h = Recorder(**SMALL)
    gradient_clouds.run(h)
    tables = ("three_answers", "surface", "reinforce", "gradient_clouds")
    assert h.read == {key for key in h if key.partition(".")[0] in tables} | {"sampling.seed", "training.learning_rate"}


def test_arrays_keep_the_schema() -> None:
    a, lengths = shipped(), dict[str, int]()
    assert list(a) == list(gradient_clouds.SCHEMA)
    for name, (dims, _unit, doc) in gradient_clouds.SCHEMA.items():
        assert doc, name
        assert a[name].flags.c_contiguous
        for dim, length in zip(dims.split(), a[name].shape, strict=True):
            assert lengths.setdefault(dim, length) == length, (name, dim)
        assert a[name].dtype.kind != "f" or np.isfinite(a[name]).all(), name


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    one, two, other = run(**SMALL), run(**SMALL), run(**SMALL, **{"sampling.seed": 1})
    assert all(one[name].tobytes() == two[name].tobytes() for name in one)
    assert not np.array_equal(one["drawn"], other["drawn"])


def test_more_redraws_leave_the_first_ones_alone() -> None:
    assert np.array_equal(run(**SMALL)["drawn"], shipped()["drawn"][:50])
