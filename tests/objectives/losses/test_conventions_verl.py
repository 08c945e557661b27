"""verl 0.9's formulas, written out again with loops, against our losses with the settings of docs/conventions.md."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

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


def masked_whiten(table: Table) -> Table:
    middle, variance = mean(flat(table)), std(flat(table)) ** 2
    return [[(x - middle) / math.sqrt(variance + 1e-8) for x in row] for row in table]


def graded(b: Batch, scores: Sequence[float], estimator: str, by_std: bool) -> list[float]:
    out = []
    for i, x in enumerate(scores):
        mates = b.mates(i, scores)
        n, alone = len(mates), len(mates) == 1
        if estimator.startswith("grpo"):
            middle, deviation = (0.0, 1.0) if alone else (mean(mates), std(mates))
            out.append((x - middle) / (deviation + 1e-6 if by_std else 1.0))
        elif estimator == "gpg":
            weight = len(scores) / sum(score != 0 for score in scores)
            out.append(weight * (x - (0.0 if alone else mean(mates))))
        elif estimator.startswith("rloo"):
            kept = 0.0 if estimator == "rloo_vectorized" else x
            out.append(kept if alone else x * n / (n - 1) - mean(mates) * n / (n - 1))
        else:
            out.append(x - (0.0 if alone else mean(mates)))
    return out


def average(b: Batch, table: Table, mode: str, scale: float | None) -> float:
    """`agg_loss` with the tokens and answers of the global batch."""
    if mode == "token-mean":
        return sum(flat(table)) / b.tokens
    if mode == "token-sum":
        return sum(flat(table))
    if mode == "seq-mean-token-mean":
        return sum(mean(row) for row in table) / len(table)
    return sum(flat(table)) / len(table) / (1.0 if mode == "seq-mean-token-sum" else scale or b.width)


def kl_penalty(kind: str, new: float, ref: float) -> float:
    gap = new - ref
    if kind in ("low_var_kl", "k3+"):
        return held(k3(0.0, held(-gap, -20, 20)), -10, 10)
    return {"kl": gap, "k1+": gap, "k2": gap**2 / 2, "abs": abs(gap)}[kind]


def loss(
    b: Batch,
    estimator: str = "grpo",
    in_reward: str = "",
    algorithm: dict[str, Any] | None = None,
    loss_mode: str = "vanilla",
    loss_agg_mode: str = "token-mean",
    loss_scale_factor: float | None = None,
    clip_ratio_low: float = 0.2,
    clip_ratio_high: float = 0.2,
    clip_ratio_c: float = 3.0,
    use_kl_loss: bool = False,
    kl_loss_type: str = "low_var_kl",
    kl_loss_coef: float = 0.001,
    entropy_coeff: float = 0.0,
    critic: dict[str, str] | None = None,
) -> float:
    options = {"gamma": 1.0, "lam": 1.0, "norm_adv_by_std_in_grpo": True, **(algorithm or {})}
    weight = 0.001 if in_reward else 0.0
    penalty = pairwise(lambda o, r: weight * (o - r), b.old, b.ref)
    returns: Table = []
    if estimator == "gae":
        advantages, returns = gae(b, paid(b, penalty), options["gamma"], options["lam"])
        advantages = masked_whiten(advantages)
    elif estimator == "reinforce_plus_plus":
        advantages = masked_whiten(to_go(paid(b, penalty), options["gamma"]))
    else:
        scores = [x - sum(row) for x, row in zip(b.rewards, penalty, strict=True)]
        advantages = b.spread(graded(b, scores, estimator, options["norm_adv_by_std_in_grpo"]))
        if estimator == "reinforce_plus_plus_baseline":
            advantages = masked_whiten(advantages)

    def policy(gap: float, a: float, new: float) -> float:
        if loss_mode == "gpg":
            return -a * new
        rho = math.exp(held(gap, -20, 20))
        if loss_mode == "cispo":
            return -held(rho, 1 - clip_ratio_low, 1 + clip_ratio_high) * a * new
        return clipped(rho, a, clip_ratio_low, clip_ratio_high, clip_ratio_c if loss_mode == "vanilla" else None)

    gaps = b.spread([mean(row) for row in b.gaps()]) if loss_mode == "gspo" else b.gaps()
    mode = "seq-mean-token-mean" if loss_mode == "gspo" else loss_agg_mode
    total = average(b, pairwise(policy, gaps, advantages, b.new), mode, loss_scale_factor)
    total -= entropy_coeff * average(b, b.entropy, loss_agg_mode, loss_scale_factor)
    if use_kl_loss:
        kl = pairwise(lambda n, r: kl_penalty(kl_loss_type, n, r), b.new, b.ref)
        total += kl_loss_coef * average(b, kl, loss_agg_mode, loss_scale_factor)
    if estimator == "gae":
        total += average(b, value_error(b, returns, 0.5), (critic or {}).get("loss_agg_mode", "token-mean"), None)
    return total


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("mode", MODES["verl"])
def test_verl_with_its_settings_gives_its_number(mode: str, seed: int) -> None:
    r = batch("verl", mode, seed)
    assert ours("verl", mode, r) == pytest.approx(loss(Batch(r), **MODES["verl"][mode]), rel=1e-9, abs=1e-13)
