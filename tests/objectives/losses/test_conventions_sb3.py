"""Stable-Baselines3 2.9's formulas, with loops, against our losses; and what docs/conventions.md claims of itself."""

from __future__ import annotations

import dataclasses
import math

import pytest

from benchmarks.peers.documented import PAGE, lines
from benchmarks.peers.modes import MODES, SECTION
from objectives import OBJECTIVES
from tests.objectives.slowly import Batch, batch, clipped, flat, gae, held, mean, ours, paid, pairwise, std


def loss(
    b: Batch,
    kind: str,
    clip_range_vf: float = math.inf,
    normalize_advantage: bool | None = None,
    ent_coef: float = 0.0,
) -> float:
    white = kind == "PPO" if normalize_advantage is None else normalize_advantage
    advantages, returns = gae(b, paid(b, pairwise(lambda o: 0.0, b.old)), 0.99, 0.95 if kind == "PPO" else 1.0)
    if white:
        middle, deviation = mean(flat(advantages)), std(flat(advantages))
        advantages = pairwise(lambda a: (a - middle) / (deviation + 1e-8), advantages)
    if kind == "PPO":
        policy = pairwise(lambda gap, a: clipped(math.exp(gap), a, 0.2, 0.2), b.gaps(), advantages)
    else:
        policy = pairwise(lambda a, n: -a * n, advantages, b.new)
    values = pairwise(lambda v, o: o + held(v - o, -clip_range_vf, clip_range_vf), b.v, b.v_old)
    error = mean(flat(pairwise(lambda v, goal: (v - goal) ** 2, values, returns)))
    return mean(flat(policy)) + 0.5 * error - ent_coef * mean(flat(b.entropy))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("mode", MODES["Stable-Baselines3"])
def test_stable_baselines3_with_its_settings_gives_its_number(mode: str, seed: int) -> None:
    r = batch("Stable-Baselines3", mode, seed)
    expected = loss(Batch(r), **MODES["Stable-Baselines3"][mode])
    assert ours("Stable-Baselines3", mode, r) == pytest.approx(expected, rel=1e-9, abs=1e-13)


def test_what_the_page_calls_run_is_what_is_run() -> None:
    claimed = {key for key, line in lines().items() if line.held == "run"}
    assert claimed == {(SECTION.get(library, library), mode) for library, modes in MODES.items() for mode in modes}
    assert claimed == set(lines())


def test_every_setting_of_the_page_exists() -> None:
    for line in lines().values():
        rule = OBJECTIVES[line.objective]
        assert set(line.settings) <= {field.name for field in dataclasses.fields(rule.Params)}, line
        rule.Params(**line.settings)
    rows = PAGE.read_text(encoding="utf-8").split("## Where they differ")[0].splitlines()
    assert len(lines()) == sum(row.endswith("| run |") for row in rows)
