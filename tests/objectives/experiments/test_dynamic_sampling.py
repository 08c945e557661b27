"""How often a group is mixed, by hand and by counting all outcomes; bounds; and the filter against the same dice."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from objectives.experiments import papers
from objectives.experiments.dynamic_sampling import run as dynamic_sampling
from objectives.worlds import tally

FILE = Path(__file__).parents[3] / "hyperparameters.toml"
SHIPPED = {
    f"{table}.{key}": tuple(value) if isinstance(value, list) else value
    for table, keys in tomllib.loads(FILE.read_text(encoding="utf-8")).items()
    for key, value in keys.items()
}
FEW = {"practice.iterations": 4, "practice.seeds": 2, "practice.groups": 4}


def sample(**changes: Any) -> dict[str, np.ndarray]:
    return dynamic_sampling.run({**SHIPPED, **FEW, **changes})


def test_a_group_of_two_is_mixed_with_chance_2_p_q() -> None:
    assert dynamic_sampling.mixed_chance(np.array([0.5, 0.1]), np.array(2.0)) == pytest.approx([0.5, 0.18])


def test_the_formula_is_the_sum_over_all_outcomes() -> None:
    total = 0.0
    for outcome in itertools.product((0, 1), repeat=5):
        if 0 < sum(outcome) < 5:
            total += float(np.prod([0.3 if right else 0.7 for right in outcome]))
    assert dynamic_sampling.mixed_chance(np.array(0.3), np.array(5.0)) == pytest.approx(total)


def test_the_numbers_of_the_prototype() -> None:
    """T7: p = .05 gives .337, .560 and .962 at G = 8, 16, 64. DAPO's example: .01 -> .012 and .9 -> 1.08."""
    a = sample()
    assert a["mixed_hard"][1:] == pytest.approx([0.337, 0.560, 0.962], abs=6e-4)
    assert a["bound"][0] == pytest.approx([0.012, 1.08])
    assert a["bound"][1] == pytest.approx([0.0128, 1.152])


def test_the_hard_prompt_by_hand() -> None:
    """p = .05, G = 16: all wrong .95^16 = .4401, all right .05^16 = 1.5e-23; mixed is the rest."""
    a = sample()
    by_hand = {"size_third": 16, "all_wrong_third": 0.4401, "mixed_hard_third": 0.5599}
    assert {name: dynamic_sampling.NUMBERS[name][1](a) for name in by_hand} == pytest.approx(by_hand, abs=5e-5)
    assert np.allclose(a["all_wrong_hard"] + a["mixed_hard"] + a["all_right_hard"], 1)


def test_the_example_is_the_papers() -> None:
    a, quotes = sample(), papers.QUOTES
    assert a["words"].tolist() == [quotes["dapo_rare"].value, quotes["dapo_common"].value]
    assert a["bound"][0] == pytest.approx([quotes["dapo_rare_bound"].value, quotes["dapo_common_bound"].value])
    assert dynamic_sampling.NUMBERS["post_high"][1](a) == pytest.approx(1 + quotes["dapo_high"].value)


def test_the_batch_that_is_looked_at_closely() -> None:
    """Four batches: the third one; of its four groups so many are mixed, and the mean is larger over these alone."""
    a = sample()
    assert int(a["shown"]) == 2
    mixed = float(a["mixed"][0, 0, 2])
    assert dynamic_sampling.NUMBERS["shown_mixed"][1](a) == pytest.approx(4 * mixed)
    assert dynamic_sampling.NUMBERS["shown_shrinks"][1](a) * mixed == pytest.approx(1)
    a["mixed"][0, 0, 2] = 0.0
    assert dynamic_sampling.NUMBERS["shown_shrinks"][1](a) == 0.0


def test_the_expected_share_by_hand() -> None:
    """It says even with 3/4: right with 3/4 or 1/4, by prompt; three are mixed with 1 - 27/64 - 1/64 = 9/16."""
    world = tally.Tally(tally.Params(bits=2, cap=4), 3, only=("0", "1", "00", "10"))
    table = torch.full((9, 3), -40.0, dtype=torch.float64)
    table[:3, 1], table[:3, 2] = np.log(0.25), np.log(0.75)  # no mark yet: O with 1/4, else the answer
    table[3:, 2] = 0.0  # then the answer
    share = dynamic_sampling.mixed_share(world, torch.stack([table.flatten(), world.tallying(60.0)]))
    assert share.tolist() == pytest.approx([9 / 16, 0.0], abs=1e-12)


def test_the_share_of_mixed_groups_is_the_one_to_expect() -> None:
    """Many groups of one policy: within four standard errors of 1 - p^G - (1 - p)^G, prompt by prompt."""
    a = sample(**{"practice.groups": 256, "practice.iterations": 1, "practice.seeds": 4})
    expected = a["mixed_expected"][0, :, 0]
    assert np.ptp(expected) == 0
    error = float(np.sqrt(expected[0] * (1 - expected[0]) / 1024))
    assert a["mixed"][0, :, 0].mean() == pytest.approx(expected[0], abs=4 * error)


def test_it_says_which_filter_it_uses() -> None:
    assert str(sample()["filter"]) == "correct"
    assert str(sample(**{"dapo.filter": "reward"})["filter"]) == "reward"


def test_groups_are_told_apart_and_the_first_batch_is_shared() -> None:
    a = sample()
    assert a["kinds"].tolist() == ["off", "left out", "drawn again"]
    assert np.allclose(a["all_right"] + a["all_wrong"] + a["mixed"], 1)
    assert (a["all_right"] >= 0).all()
    assert (a["all_wrong"] >= -1e-15).all()
    assert (a["mixed"][0, :, 0] == a["mixed"][1, :, 0]).all()


def test_what_is_drawn_is_counted() -> None:
    a = sample()
    assert int(a["batch_size"]) == 64
    assert (a["drawn"][:2] == 64).all()
    assert (a["drawn"][2] % 64 == 0).all()
    assert (a["drawn"][2] >= 64).all()
    full = a["mixed"][1, :, 0] == 1
    assert (a["drawn"][2, full, 0] == 64).all()  # nothing is left out of the first batch, so nothing is replaced
    assert (a["drawn"][2, ~full, 0] > 64).all()
    assert (a["mixed"][2] == 1).all()


def test_the_filter_makes_the_first_step_longer_by_the_share_it_leaves_out() -> None:
    """As a mean over groups: over the kept ones it is that over all, divided by the share kept."""
    a = sample(**{"practice.groups": 16, "dapo.aggregation": "group"})
    kept = a["mixed"][0, :, 0]
    assert np.allclose(a["step"][1, :, 0] * kept, a["step"][0, :, 0])


def test_prompts_that_cannot_be_mixed_are_an_error_that_says_so() -> None:
    """A rash answer says "even", so a prompt's group is right or wrong as a whole."""
    with pytest.raises(ValueError, match="drew 3 batches of 16 groups for run 0 and could keep 0"):
        sample(
            **{
                "tally.bits": 1,
                "tally.cap": 2,
                "tally.answer_bias": 20.0,
                "practice.groups": 16,
                "dapo.max_draws": 3,
            }
        )


def test_long_answers_are_paid_less_near_the_longest() -> None:
    """The ramp of the paper in proportion: 4096 of 20480 tokens, so 1.6 of Tally's 8."""
    ramped, free = sample(), sample(**{"dapo.overlong_weight": 0.0})
    assert float(ramped["longest"]) == 8
    long = sample(**{"tally.answer_bias": -2.0})
    assert long["length"][0, :, 0].min() > 5  # so many reach the ramp
    rash = dynamic_sampling.CLAIMS["rash_at_first"][1]
    assert rash(ramped)
    assert not rash(long)
    assert not np.array_equal(ramped["step"], free["step"])


def test_what_it_takes_until_taught_by_hand() -> None:
    """It begins with half right, so a bar of 0.3 is passed at once; one of 1 never, in four batches of 64 answers."""
    at_once, never = (sample(**{"dynamic_sampling.done": done}) for done in (0.3, 1.0))
    assert (at_once["taught_batches"] == 0).all()
    assert (at_once["taught_answers"] == 0).all()
    assert (never["taught_batches"] == 5).all()
    assert (never["taught_answers"][:2] == 4 * 64).all()
    assert (never["taught_answers"][2] == never["drawn"][2].sum(-1)).all()


def test_a_run_that_is_taught_rests() -> None:
    a = sample(**{"dynamic_sampling.done": 0.3})  # it begins with half of its answers right
    assert (a["drawn"][2] == 0).all()
    assert (a["step"][2] == 0).all()
    assert (a["step"][:2] > 0).all()


def test_right_is_paid_better_than_wrong() -> None:
    with pytest.raises(ValueError, match="right must be above wrong"):
        dynamic_sampling.Params(right=-1.0)


def test_edits_flip_claims() -> None:
    a = sample(**{"dynamic_sampling.learning_rate": 0.0, "dynamic_sampling.common": 0.5})
    false = {name for name, (_, function) in dynamic_sampling.CLAIMS.items() if not function(a)}
    assert false == {
        "formula_holds",  # eight groups a batch are too few
        "common_words_have_no_ceiling",
        "groups_fall_silent",
        "filter_learns_sooner",
        "full_batches_teach_sooner",
        "full_batches_cost_answers",
        "left_out_is_cheapest",
        "cost_grows_with_skill",
    }
    assert all(np.isfinite(function(a)) for _, function in dynamic_sampling.NUMBERS.values())
