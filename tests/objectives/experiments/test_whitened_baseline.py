"""The baseline whitened and faster: its runs are what a plain loop finds, and begin as the centrepiece's do."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from objectives import sampling
from objectives.experiments import whitened_baseline

FILE = Path(__file__).parents[3] / "hyperparameters.toml"
SHIPPED = {
    f"{table}.{key}": value
    for table, keys in tomllib.loads(FILE.read_text(encoding="utf-8")).items()
    for key, value in keys.items()
}


def run(**changes: Any) -> dict[str, np.ndarray]:
    return whitened_baseline.run({**SHIPPED, **changes})


def claims(arrays: dict[str, np.ndarray]) -> set[str]:
    return {name for name, (_, function) in whitened_baseline.CLAIMS.items() if function(arrays)}


@pytest.mark.parametrize(
    ("variant", "rate", "whiten"), [(0, 0.5, False), (1, 2.0, False), (2, 0.5, True), (3, 2.0, True)]
)
def test_each_run_is_what_a_plain_loop_finds(variant: int, rate: float, whiten: bool) -> None:
    arrays = run(**{"sampling.iterations": 10, "sampling.seeds": 1})
    uniforms = sampling.uniforms("three_answers", sampling.Params(iterations=10, seeds=1), 1)[0, :, :, 0].numpy()
    rewards, z, forecast = np.array([1.0, 0.6, 0.0]), np.log([0.03, 0.62, 0.35]), 0.402
    found = [float(np.exp(z) @ rewards)]
    for batch in uniforms:
        probs = np.exp(z) / np.exp(z).sum()
        answers = [int(np.searchsorted(probs.cumsum()[:2], u, side="right")) for u in batch]
        pushes = rewards[answers] - forecast
        if whiten:
            pushes = (pushes - pushes.mean()) / (pushes.std(ddof=1) + 1e-8)
        z = z + rate * np.mean([push * (np.eye(3)[a] - probs) for push, a in zip(pushes, answers, strict=True)], axis=0)
        forecast += 0.5 * float(np.mean(rewards[answers] - forecast))
        found.append(float(np.exp(z) @ rewards / np.exp(z).sum()))
    assert np.allclose(arrays["j"][variant, 0], found, atol=1e-9)
    assert (arrays["rate"][variant], arrays["whitened"][variant]) == (rate, whiten)


def test_settings_of_the_rules_do_not_undo_the_comparison() -> None:
    arrays = run(**{"sampling.iterations": 2, "baseline.whiten": True, "ppo.updates": 1, "ppo.whiten": False})
    assert arrays["whitened"].tolist() == [False, False, True, True, False]
    assert arrays["updates"].tolist() == [1] * 5


@pytest.mark.parametrize(
    ("changes", "falsified"),
    [
        ({"whitened_baseline.rate_factor": 1.0}, {"whitened_and_fast_leads_ppo", "whitening_alone_is_slower"}),
        ({"three_answers.start": [0.5, 0.25, 0.25]}, {"rate_alone_stays_on_b"}),
    ],
)
def test_an_edit_can_make_a_claim_false(changes: dict[str, Any], falsified: set[str]) -> None:
    assert claims(run(**changes)) & falsified == set()
