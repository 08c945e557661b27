"""The six at equal steps: exact lengths, the rules' own directions, and what an independent run found."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from objectives import SIX, sampling
from objectives.experiments.equal_strides import run as equal_strides
from objectives.experiments.equal_strides.numbers import edit_passes, saved
from tests.objectives.experiments.conftest import Shipped

pytestmark = pytest.mark.slow

FILE = Path(__file__).parents[3] / "hyperparameters.toml"
SHIPPED = {
    f"{table}.{key}": tuple(value) if isinstance(value, list) else value
    for table, keys in tomllib.loads(FILE.read_text(encoding="utf-8")).items()
    for key, value in keys.items()
}


def run(**changes: Any) -> dict[str, np.ndarray]:
    return equal_strides.run({**SHIPPED, **changes})


def claims(arrays: dict[str, np.ndarray]) -> set[str]:
    return {name for name, (_, function) in equal_strides.CLAIMS.items() if function(arrays)}


@pytest.fixture(scope="module")
def full(shipped: Shipped) -> dict[str, np.ndarray]:
    return shipped("equal_strides")


def test_it_says_which_filter_dapo_has_here(full: dict[str, np.ndarray]) -> None:
    assert (str(full["filter"]), bool(full["refill"])) == ("reward", False)


def test_every_change_is_worth_the_stride_until_there_is_nothing_left(full: dict[str, np.ndarray]) -> None:
    for s, stride in enumerate(full["strides"]):
        kl, moved = full["kl_step"][s], full["step_norm"][s]
        assert kl.max() <= stride * (1 + 1e-9)
        short = kl < stride * (1 - 1e-6)
        sure = full["probs"][s, :, :, :-1].max(-1) > 0.98
        assert (sure | (moved == 0))[short].all()  # no answer is left to push, or no length of push is worth it


def test_batches_at_which_j_passes_are_those_of_an_independent_run(full: dict[str, np.ndarray]) -> None:
    """Exact critics; earliest and latest seed that passes, and how many do."""
    expected = {
        "wide": [(20, 25, 10), (20, 22, 12), (16, 18, 12), (18, 21, 12), (18, 20, 12), (18, 21, 12)],
        "narrow": [(37, 51, 9), (37, 43, 12), (29, 32, 12), (32, 38, 12), (34, 37, 12), (33, 36, 12)],
    }
    found = {name: function(full) for name, (_, function) in equal_strides.NUMBERS.items()}
    for stride, table in expected.items():
        ours = [tuple(found[f"{stride}_{what}_{name}"] for what in ("earliest", "latest", "arrived")) for name in SIX]
        assert ours == table


def test_reinforce_is_what_a_plain_loop_finds() -> None:
    """One seed, answer by answer; the length of each step by trial."""
    arrays = run(**{"sampling.iterations": 6, "sampling.seeds": 1})
    uniforms = sampling.uniforms("three_answers", sampling.Params(iterations=6, seeds=1), 1)[0, :, :, 0].numpy()
    rewards, z = np.array([1.0, 0.6, 0.0]), np.log([0.03, 0.62, 0.35])
    found = [z]
    for batch in uniforms:
        old = np.exp(z) / np.exp(z).sum()
        answers = [int(np.searchsorted(old.cumsum()[:2], u, side="right")) for u in batch]
        way = np.mean([rewards[answer] * (np.eye(3)[answer] - old) for answer in answers], axis=0)
        low, high = 0.0, 1000.0
        for _ in range(200):
            middle = (low + high) / 2
            new = np.exp(z + middle * way) / np.exp(z + middle * way).sum()
            low, high = (middle, high) if (old * np.log(old / new)).sum() < 0.01 else (low, middle)
        z = z + low * way
        found.append(z)
    probs = np.exp(found) / np.exp(found).sum(-1, keepdims=True)
    assert np.allclose(arrays["probs"][0, 0, 0], probs, atol=1e-9)


def test_the_edits_that_end_at_a_rule_are_that_rule(full: dict[str, np.ndarray]) -> None:
    edits = full["edits"].tolist()
    for edit, name in {"reinforce": 0, "baseline": 1, "scale": 3, "leash": 4, "dapo": 5}.items():
        assert np.array_equal(full["edit_j"][:, :, edits.index(edit)], full["j"][:, :, name])


def test_edits_are_measured_as_by_hand() -> None:
    """Two seeds; the later rule passes after one batch and after two, the earlier one after two and never."""
    before, after = [[0.4, 0.5, 0.95], [0.4, 0.5, 0.6]], [[0.4, 0.95, 0.96], [0.4, 0.5, 0.91]]
    arrays = {"edits": np.array(["clip", "scale"]), "edit_j": np.array([before, after]).swapaxes(0, 1)[None]}
    assert edit_passes(arrays, 0, "clip").tolist() == [2, 3]
    assert edit_passes(arrays, 0, "scale").tolist() == [1, 2]
    assert saved(arrays, 0, "clip", "scale") == 2.5 - 1.5


def test_edits_between_the_rules_pass_when_measured(full: dict[str, np.ndarray]) -> None:
    """Earliest, latest and how many seeds at the wide step size."""
    found = {}
    for edit in ("ratio", "clip", "group", "higher"):
        when = edit_passes(full, 0, edit)
        found[edit] = (when.min(), when.max(), (when < full["edit_j"].shape[-1]).sum())
    assert found == {"ratio": (20, 22, 12), "clip": (20, 22, 12), "group": (18, 21, 12), "higher": (18, 21, 12)}


def test_the_strides_are_two_the_wide_one_first() -> None:
    with pytest.raises(ValueError, match="the larger first"):
        equal_strides.Params(strides=[0.003, 0.01])
    with pytest.raises(ValueError, match="strides must be two"):
        equal_strides.Params(strides=[0.01])


@pytest.mark.parametrize(
    ("changes", "falsified"),
    [
        (
            {"three_answers.start": (0.5, 0.25, 0.25), "sampling.iterations": 20},
            {"only_reinforce_gets_stuck", "trpo_straight_others_by_b", "narrow_strides_strand_more"},
        ),
        ({"grpo.beta": 0.0, "sampling.iterations": 40}, {"grpo_stops_short"}),
        ({"equal_strides.reach": 0.01, "sampling.iterations": 3}, {"strides_are_equal", "race_nearly_ends_in_a_tie"}),
    ],
)
def test_an_edit_can_make_a_claim_false(changes: dict[str, Any], falsified: set[str]) -> None:
    assert claims(run(**{"sampling.seeds": 3, **changes})) & falsified == set()


def test_what_an_answer_of_one_token_cannot_feel_changes_no_bit() -> None:
    few = {"sampling.iterations": 3, "sampling.seeds": 2}
    plain = run(**few)
    for key, value in {"ppo.lam": 0.5, "trpo.gamma": 0.9, "grpo.ratio_level": "sequence", "dapo.refill": False}.items():
        edited = run(**few, **{key: value})
        assert [name for name in plain if edited[name].tobytes() != plain[name].tobytes()] == [], key
        assert equal_strides.IDLE[key]


def test_the_ring_lies_at_the_stride_and_the_first_steps_end_on_it(full: dict[str, np.ndarray]) -> None:
    for stride, ring, theta in zip(full["strides"], full["ring"], full["theta"], strict=True):
        start = full["probs"][0, 0, 0, 0]
        u, v = ring.T
        logits = np.stack([u / 2**0.5 + v / 6**0.5, -u / 2**0.5 + v / 6**0.5, -2 * v / 6**0.5], axis=1)
        new = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
        assert (start * np.log(start / new)).sum(-1) == pytest.approx(stride, rel=1e-9)
        ends = theta[:, :, 1].reshape(-1, 2)
        nearest = np.linalg.norm(ends[:, None] - ring[None], axis=-1).min(-1)
        assert nearest.max() < np.linalg.norm(np.diff(ring, axis=0), axis=-1).max()
    assert np.allclose(full["ring"][:, 0], full["ring"][:, -1])


def test_every_claim_holds_as_shipped(full: dict[str, np.ndarray]) -> None:
    assert claims(full) == set(equal_strides.CLAIMS)
