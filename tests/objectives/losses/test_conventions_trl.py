"""TRL 1.16's formulas, written out again with loops, against our losses with the settings of docs/conventions.md."""

from __future__ import annotations

import math

import pytest

from benchmarks.peers.modes import MODES
from tests.objectives.slowly import Batch, batch, flat, held, k3, mean, ours, pairwise, std


def grpo(
    b: Batch,
    loss_type: str = "dapo",
    scale_rewards: str = "group",
    importance_sampling_level: str = "token",
    beta: float = 0.0,
    epsilon: float = 0.2,
    epsilon_high: float | None = None,
    delta: float = math.inf,
    use_bias_correction_kl: bool = True,
    entropy_coef: float = 0.0,
    max_completion_length: int = 0,
) -> float:
    high = epsilon if epsilon_high is None else epsilon_high
    graded = []
    for i, x in enumerate(b.rewards):
        mates = b.mates(i, b.rewards)
        deviation = std(b.rewards if scale_rewards == "batch" else mates) + 1e-4
        graded.append((x - mean(mates)) / (1.0 if scale_rewards == "none" else deviation))
    gaps = b.gaps()
    if importance_sampling_level == "sequence":
        gaps = b.spread([mean(row) for row in gaps])

    def loss(gap: float, a: float, new: float, ref: float) -> float:
        rho = math.exp(gap)
        if loss_type == "cispo":
            policy = -min(rho, high) * a * new
        else:
            policy = -min(min(rho, delta) * a, held(rho, 1 - epsilon, 1 + high) * a)
        return policy + beta * k3(new, ref) * (rho if use_bias_correction_kl else 1.0)

    table = pairwise(loss, gaps, b.spread(graded), b.new, b.ref)
    total = {
        "grpo": lambda: mean([mean(row) for row in table]),
        "luspo": lambda: mean([sum(row) for row in table]),
        "dr_grpo": lambda: sum(flat(table)) / (len(table) * max_completion_length),
    }.get(loss_type, lambda: mean(flat(table)))()
    return total - entropy_coef * mean(flat(b.entropy))


def rloo(b: Batch, beta: float = 0.05, normalize_advantages: bool = False) -> float:
    rewards = [
        x - beta * sum(o - r for o, r in zip(old, ref, strict=True))
        for x, old, ref in zip(b.rewards, b.old, b.ref, strict=True)
    ]
    graded = []
    for i, x in enumerate(rewards):
        mates = b.mates(i, rewards)
        graded.append(x - (sum(mates) - x) / (len(mates) - 1))
    if normalize_advantages:
        middle, deviation = mean(graded), std(graded)
        graded = [(a - middle) / (deviation + 1e-4) for a in graded]
    ratios = [math.exp(sum(row)) for row in b.gaps()]
    return mean([-min(rho * a, held(rho, 0.8, 1.2) * a) for rho, a in zip(ratios, graded, strict=True)])


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("mode", MODES["TRL"])
def test_trl_with_its_settings_gives_its_number(mode: str, seed: int) -> None:
    r, words = batch("TRL", mode, seed), dict(MODES["TRL"][mode])
    formula = rloo if words.pop("trainer", "") == "rloo" else grpo
    assert ours("TRL", mode, r) == pytest.approx(formula(Batch(r), **words), rel=1e-9, abs=1e-13)
