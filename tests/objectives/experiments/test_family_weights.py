"""Weights against the ratio: by hand for the rules whose curve is known, and T1 at ratio 1."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from objectives import OBJECTIVES
from objectives.experiments import family_weights
from objectives.experiments.family_weights import ALL, BAD, GOOD, ONE

FILE = Path(__file__).parents[3] / "hyperparameters.toml"
SHIPPED = {
    f"{table}.{key}": tuple(value) if isinstance(value, list) else value
    for table, keys in tomllib.loads(FILE.read_text(encoding="utf-8")).items()
    for key, value in keys.items()
}


@pytest.fixture(scope="module")
def arrays() -> dict[str, np.ndarray]:
    return family_weights.run(SHIPPED)


def curve(a: dict[str, np.ndarray], rule: str, sign: int, what: int = ONE) -> np.ndarray:
    weights: np.ndarray = a["weight"][list(OBJECTIVES).index(rule), what, sign]
    return weights


def test_every_rule_weighs_one_at_ratio_one(arrays: dict[str, np.ndarray]) -> None:
    here = arrays["ratio"] == 1
    assert here.sum() == 1
    assert np.allclose(arrays["weight"][..., here], 1)
    assert (np.diff(arrays["ratio"]) > 0).all()


@pytest.mark.parametrize("rule", ["ppo", "grpo", "dr_grpo", "reinforce_pp"])
def test_the_clipped_rules_by_hand(arrays: dict[str, np.ndarray], rule: str) -> None:
    """min(rho A, clip(rho) A): rho until the clip bound in the direction of A, then 0; never 0 on the other side."""
    rho = arrays["ratio"]
    assert np.allclose(curve(arrays, rule, GOOD), np.where(rho > 1.2, 0, rho))
    assert np.allclose(curve(arrays, rule, BAD), np.where(rho < 0.8, 0, rho))


def test_the_others_by_hand(arrays: dict[str, np.ndarray]) -> None:
    rho = arrays["ratio"]
    assert np.allclose(curve(arrays, "dapo", GOOD), np.where(rho > 1.28, 0, rho))
    assert np.allclose(curve(arrays, "trpo", BAD), rho)
    assert np.allclose(curve(arrays, "cispo", GOOD), np.minimum(rho, 5))
    # One token of four: the answer's ratio is its fourth root; of all tokens: the ratio itself.
    root = rho**0.25
    assert np.allclose(curve(arrays, "gspo", GOOD), np.where(root > 1.0004, 0, root))
    assert np.allclose(curve(arrays, "gspo", BAD, ALL), np.where(rho < 0.9997, 0, rho))
    for rule in ("reinforce", "baseline", "rloo"):
        assert np.allclose(arrays["weight"][list(OBJECTIVES).index(rule)], 1)


def test_vapo_never_forgets_a_right_answer(arrays: dict[str, np.ndarray]) -> None:
    """Past the gate imitation is left: .1 over 4 tokens, against A over 8. At lam = 0 only last tokens have A.

    Whitened, +1, -1 and six times 0 become +-sqrt(7 / 2) and 0.
    """
    assert curve(arrays, "vapo", GOOD)[-1] == pytest.approx(0.2 / (0.2 + 3.5**0.5))


def test_gates_are_where_the_weight_is_zero(arrays: dict[str, np.ndarray]) -> None:
    for rule in ("ppo", "grpo", "dapo", "gspo"):
        k = list(OBJECTIVES).index(rule)
        assert ((arrays["weight"][k] == 0) == arrays["gate"][k]).all()


def test_four_gradings_by_hand(arrays: dict[str, np.ndarray]) -> None:
    """Eight answers to each question: one right, or all but one. Mean 1/8 or 7/8, deviation sqrt(7)/8; of both 1/2."""
    paid = arrays["paid"]
    assert paid.sum(-1).tolist() == [1, 7]
    by = dict(zip(arrays["gradings"].tolist(), arrays["graded"], strict=True))
    centred = paid - paid.mean(-1, keepdims=True)
    assert np.allclose(by["dr_grpo"], centred)
    assert np.allclose(by["rloo"], paid - (paid.sum(-1, keepdims=True) - paid) / 7)
    assert np.allclose(by["grpo"], centred / (7**0.5 / 8), atol=1e-6)
    assert np.allclose(by["reinforce_pp"], 2 * paid - 1, atol=1e-6)


@pytest.mark.parametrize(
    ("edit", "falls"),
    [
        ({"dapo.clip_high": 0.2}, "dapo_closes_later"),
        ({"ppo.dual_clip": 3.0}, "nothing_holds_a_bad_riser"),
        ({"cispo.clip_high": 50.0}, "cispo_never_silences"),
        ({"grpo.clip_high": 10.0}, "fences_silence_risers"),
        ({"gspo.clip_high": 0.2}, "gspo_hears_the_answer"),
        ({"grpo.scale": "none"}, "division_is_loud"),
        ({"dr_grpo.scale": "std"}, "rloo_compares_with_the_others"),
        ({"reinforce_pp.baseline": "group"}, "batch_forgets_the_question"),
    ],
)
def test_an_edit_flips_its_claim(edit: dict[str, Any], falls: str) -> None:
    a = family_weights.run({**SHIPPED, **edit})
    assert {name for name, (_, function) in family_weights.CLAIMS.items() if not function(a)} == {falls}
