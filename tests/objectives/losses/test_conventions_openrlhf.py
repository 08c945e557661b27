"""OpenRLHF 0.11's formulas, with loops, against our losses with the settings of docs/conventions.md."""

from __future__ import annotations

import math

import pytest

from benchmarks.peers.modes import MODES
from tests.objectives.slowly import (
    Batch,
    Table,
    batch,
    clipped,
    flat,
    gae,
    held,
    k3,
    mean,
    ours,
    paid,
    pairwise,
    std,
    to_go,
    value_error,
)


def approx_kl(kind: str, new: float, ref: float) -> float:
    gap = new - ref
    return held({"k1": gap, "k2": gap**2 / 2, "k3": k3(new, ref)}[kind], -10, 10)


def normalised(table: Table, by_std: bool) -> Table:
    middle, variance = mean(flat(table)), std(flat(table), 0) ** 2
    return [[(x - middle) / (math.sqrt(max(variance, 1e-8)) if by_std else 1.0) for x in row] for row in table]


def shaped(b: Batch, estimator: str) -> list[float]:
    out = []
    for i, x in enumerate(b.rewards):
        mates = b.mates(i, b.rewards)
        if estimator == "rloo":
            out.append(x - (sum(mates) - x) / (len(mates) - 1))
        elif estimator == "group_norm":
            out.append((x - mean(mates)) / (std(mates) + 1e-9))
        else:
            out.append(x - mean(mates) if estimator in ("reinforce_baseline", "dr_grpo") else x)
    return out


def loss(
    b: Batch,
    estimator: str,
    coef: float = 0.01,
    kl: str = "k1",
    use_loss: bool = False,
    lambd: float = 1.0,
    gamma: float = 1.0,
    no_std_norm: bool = False,
    loss_type: str = "ppo",
    dual_clip: float | None = None,
    entropy_coef: float = 0.0,
    clip: tuple[float, float] = (0.2, 0.2),
) -> float:
    penalty = pairwise(lambda o, r: 0.0 if use_loss else coef * approx_kl(kl, o, r), b.old, b.ref)
    pay = paid(b, penalty, shaped(b, estimator))
    returns: Table = []
    if estimator == "gae":
        advantages, returns = gae(b, pay, gamma, lambd)
    else:
        advantages = to_go(pay, gamma)
    if estimator in ("gae", "reinforce", "reinforce_baseline"):
        advantages = normalised(advantages, not no_std_norm)
    gaps = b.spread([mean(row) for row in b.gaps()]) if loss_type == "gspo" else b.gaps()
    table = pairwise(lambda gap, a: clipped(math.exp(gap), a, *clip, dual_clip), gaps, advantages)
    total = mean([mean(row) for row in table if row]) if loss_type == "gspo" else mean(flat(table))
    if use_loss:
        total += coef * mean(flat(pairwise(lambda n, r: approx_kl(kl, n, r), b.new, b.ref)))
    if estimator == "gae":
        total += mean(flat(value_error(b, returns, 0.5)))
    return total - entropy_coef * mean(flat(b.entropy))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("mode", MODES["OpenRLHF"])
def test_openrlhf_with_its_settings_gives_its_number(mode: str, seed: int) -> None:
    r = batch("OpenRLHF", mode, seed)
    assert ours("OpenRLHF", mode, r) == pytest.approx(loss(Batch(r), **MODES["OpenRLHF"][mode]), rel=1e-9, abs=1e-13)
