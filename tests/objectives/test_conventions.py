"""Each library's formula, written out again with loops, against our loss with that library's settings.

docs/conventions.md holds the same settings; the last test reads them there.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from objectives import OBJECTIVES, Rollouts

DOCS = Path(__file__).parents[2] / "docs" / "conventions.md"
Table = list[list[float]]


class Batch:
    """The rollouts as lists without padding, and what every library computes of them."""

    def __init__(self, r: Rollouts) -> None:
        def ragged(x: torch.Tensor) -> Table:
            return [[float(v) for v, m in zip(row, on, strict=True) if m] for row, on in zip(x, r.mask, strict=True)]

        assert r.ref_logp is not None
        assert r.values is not None
        assert r.old_values is not None
        self.new, self.old, self.ref = ragged(r.logp), ragged(r.old_logp), ragged(r.ref_logp)
        self.v, self.v_old = ragged(r.values), ragged(r.old_values)
        self.rewards, self.group = r.rewards.tolist(), r.group.tolist()
        self.lengths = [len(row) for row in self.new]

    def mates(self, i: int, rewards: Sequence[float]) -> list[float]:
        return [x for x, label in zip(rewards, self.group, strict=True) if label == self.group[i]]

    def log_ratio(self) -> Table:
        return [[a - b for a, b in zip(x, y, strict=True)] for x, y in zip(self.new, self.old, strict=True)]

    def spread(self, per_answer: Sequence[float]) -> Table:
        return [[a] * n for a, n in zip(per_answer, self.lengths, strict=True)]


def std(xs: Sequence[float], ddof: int) -> float:
    mean = sum(xs) / len(xs)
    return math.sqrt(sum((x - mean) ** 2 for x in xs) / (len(xs) - ddof))


def flat(table: Table) -> list[float]:
    return [x for row in table for x in row]


def token_mean(table: Table) -> float:
    return sum(flat(table)) / len(flat(table))


def answer_mean(table: Table) -> float:
    return sum(sum(row) / len(row) for row in table) / len(table)


def pairwise(f: Callable[..., float], *tables: Table) -> Table:
    return [[f(*cells) for cells in zip(*rows, strict=True)] for rows in zip(*tables, strict=True)]


def ppo_clip(low: float, high: float, dual: float | None = None) -> Callable[[float, float], float]:
    """A token's loss from its log-ratio and advantage: verl's three maxima and minima, OpenRLHF's without `dual`."""

    def loss(gap: float, a: float) -> float:
        rho = math.exp(gap)
        worst = max(-a * rho, -a * min(max(rho, 1 - low), 1 + high))
        return min(worst, -a * dual) if dual is not None and a < 0 else worst

    return loss


def k3(new: float, ref: float) -> float:
    return math.exp(ref - new) - (ref - new) - 1


def verl_group(b: Batch, scores: Sequence[float], eps: float = 1e-6) -> list[float]:
    out = []
    for i, x in enumerate(scores):
        mates = b.mates(i, scores)
        mean, deviation = (0.0, 1.0) if len(mates) == 1 else (sum(mates) / len(mates), std(mates, 1))
        out.append((x - mean) / (deviation + eps))
    return out


def trl_group(b: Batch, eps: float = 1e-4) -> list[float]:
    out = []
    for i, x in enumerate(b.rewards):
        mates = b.mates(i, b.rewards)
        deviation = std(mates, 1) if len(mates) > 1 else 0.0
        out.append((x - sum(mates) / len(mates)) / (deviation + eps))
    return out


def token_gae(b: Batch, pay: Table, gamma: float, lam: float) -> tuple[Table, Table]:
    advantages = []
    for values, rewards in zip(b.v_old, pay, strict=True):
        running, row = 0.0, []
        for t in reversed(range(len(values))):
            following = values[t + 1] if t + 1 < len(values) else 0.0
            running = rewards[t] + gamma * following - values[t] + gamma * lam * running
            row.append(running)
        advantages.append(row[::-1])
    return advantages, pairwise(lambda a, v: a + v, advantages, b.v_old)


def paid(b: Batch, beta: float = 0.0) -> Table:
    """The reward on the last token, minus beta times k1 on each: TRL's, verl's and OpenRLHF's token rewards."""
    rows = [[-beta * (o - r) for o, r in zip(old, ref, strict=True)] for old, ref in zip(b.old, b.ref, strict=True)]
    for row, reward in zip(rows, b.rewards, strict=True):
        row[-1] += reward
    return rows


def masked_whiten(table: Table) -> Table:
    xs = flat(table)
    mean, variance = sum(xs) / len(xs), std(xs, 1) ** 2
    return [[(x - mean) / math.sqrt(variance + 1e-8) for x in row] for row in table]


def openrlhf_normalise(table: Table) -> Table:
    xs = flat(table)
    mean, variance = sum(xs) / len(xs), std(xs, 0) ** 2
    return [[(x - mean) / math.sqrt(max(variance, 1e-8)) for x in row] for row in table]


def half_max_value(b: Batch, returns: Table, clip: float) -> float:
    def error(v: float, old: float, goal: float) -> float:
        held = min(max(v, old - clip), old + clip)
        return max((v - goal) ** 2, (held - goal) ** 2)

    return 0.5 * token_mean(pairwise(error, b.v, b.v_old, returns))


# --- the libraries


def trl_grpo(b: Batch) -> float:
    return answer_mean(pairwise(ppo_clip(0.2, 0.2), b.log_ratio(), b.spread(trl_group(b))))


def trl_grpo_beta(b: Batch) -> float:
    """loss_type="dapo", beta and use_bias_correction_kl."""
    policy = pairwise(ppo_clip(0.2, 0.28), b.log_ratio(), b.spread(trl_group(b)))
    kl = pairwise(lambda n, r, gap: k3(n, r) * math.exp(gap), b.new, b.ref, b.log_ratio())
    return token_mean(pairwise(lambda p, k: p + 0.04 * k, policy, kl))


def trl_grpo_batch(b: Batch) -> float:
    mean = [sum(b.mates(i, b.rewards)) / len(b.mates(i, b.rewards)) for i in range(len(b.rewards))]
    deviation = std(b.rewards, 1) + 1e-4
    graded = [(x - m) / deviation for x, m in zip(b.rewards, mean, strict=True)]
    table = pairwise(ppo_clip(0.2, 0.2), b.log_ratio(), b.spread(graded))
    return sum(map(sum, table)) / (len(table) * 256)


def trl_gspo(b: Batch) -> float:
    gaps = [sum(row) / len(row) for row in b.log_ratio()]
    return answer_mean(pairwise(ppo_clip(3e-4, 4e-4), b.spread(gaps), b.spread(trl_group(b))))


def trl_cispo(b: Batch) -> float:
    weight = pairwise(lambda gap: min(math.exp(gap), 5.0), b.log_ratio())
    return token_mean(pairwise(lambda w, a, n: -w * a * n, weight, b.spread(trl_group(b)), b.new))


def trl_delta(b: Batch) -> float:
    def loss(gap: float, a: float) -> float:
        rho = math.exp(gap)
        return -min(min(rho, 1.3) * a, min(max(rho, 0.8), 1.2) * a)

    return token_mean(pairwise(loss, b.log_ratio(), b.spread(trl_group(b))))


def trl_rloo(b: Batch) -> float:
    kl = [sum(o - r for o, r in zip(old, ref, strict=True)) for old, ref in zip(b.old, b.ref, strict=True)]
    rewards = [x - 0.05 * k for x, k in zip(b.rewards, kl, strict=True)]
    graded = []
    for i, x in enumerate(rewards):
        mates = b.mates(i, rewards)
        graded.append(x - (sum(mates) - x) / (len(mates) - 1) if len(mates) > 1 else 0.0)
    mean, deviation = sum(graded) / len(graded), std(graded, 1)
    graded = [(a - mean) / (deviation + 1e-4) for a in graded]
    losses = [ppo_clip(0.2, 0.2)(sum(row), a) for row, a in zip(b.log_ratio(), graded, strict=True)]
    return sum(losses) / len(losses)


def trl_ppo(b: Batch) -> float:
    advantages, returns = token_gae(b, paid(b, 0.05), 1.0, 0.95)
    policy = token_mean(pairwise(ppo_clip(0.2, 0.2), b.log_ratio(), masked_whiten(advantages)))
    return policy + 0.1 * half_max_value(b, returns, 0.2)


def verl_grpo(b: Batch) -> float:
    policy = token_mean(pairwise(ppo_clip(0.2, 0.2, 3.0), b.log_ratio(), b.spread(verl_group(b, b.rewards))))
    return policy + 0.001 * token_mean(pairwise(lambda n, r: min(k3(n, r), 10.0), b.new, b.ref))


def verl_grpo_reward(b: Batch) -> float:
    scores = [sum(row) for row in paid(b, 0.001)]
    return token_mean(pairwise(ppo_clip(0.2, 0.2, 3.0), b.log_ratio(), b.spread(verl_group(b, scores))))


def verl_gspo(b: Batch) -> float:
    gaps = [sum(row) / len(row) for row in b.log_ratio()]
    return answer_mean(pairwise(ppo_clip(3e-4, 4e-4), b.spread(gaps), b.spread(verl_group(b, b.rewards))))


def verl_cispo(b: Batch) -> float:
    weight = pairwise(lambda gap: min(max(math.exp(gap), 0.8), 1.2), b.log_ratio())
    return token_mean(pairwise(lambda w, a, n: -w * a * n, weight, b.spread(verl_group(b, b.rewards)), b.new))


def verl_rloo(b: Batch) -> float:
    graded = []
    for i, x in enumerate(b.rewards):
        mates = b.mates(i, b.rewards)
        n = len(mates)
        graded.append(x * n / (n - 1) - sum(mates) / n * n / (n - 1) if n > 1 else x)
    return token_mean(pairwise(ppo_clip(0.2, 0.2, 3.0), b.log_ratio(), b.spread(graded)))


def verl_dr_grpo(b: Batch) -> float:
    graded = []
    for i, x in enumerate(b.rewards):
        mates = b.mates(i, b.rewards)
        graded.append(x - sum(mates) / len(mates) if len(mates) > 1 else x)
    table = pairwise(ppo_clip(0.2, 0.2, 3.0), b.log_ratio(), b.spread(graded))
    return sum(map(sum, table)) / len(table) / 4


def verl_reinforce_pp(b: Batch) -> float:
    returns = [[sum(row[t:]) for t in range(len(row))] for row in paid(b, 0.001)]
    return token_mean(pairwise(ppo_clip(0.2, 0.2, 3.0), b.log_ratio(), masked_whiten(returns)))


def verl_ppo(b: Batch) -> float:
    advantages, returns = token_gae(b, paid(b), 1.0, 1.0)
    policy = token_mean(pairwise(ppo_clip(0.2, 0.2, 3.0), b.log_ratio(), masked_whiten(advantages)))
    return policy + half_max_value(b, returns, 0.5)


def openrlhf_ppo(b: Batch) -> float:
    advantages, returns = token_gae(b, paid(b, 0.01), 1.0, 1.0)
    policy = token_mean(pairwise(ppo_clip(0.2, 0.2), b.log_ratio(), openrlhf_normalise(advantages)))
    return policy + half_max_value(b, returns, 0.5)


def openrlhf_reinforce_pp(b: Batch) -> float:
    returns = [[sum(row[t:]) for t in range(len(row))] for row in paid(b, 0.01)]
    return token_mean(pairwise(ppo_clip(0.2, 0.2), b.log_ratio(), openrlhf_normalise(returns)))


def openrlhf_reinforce_pp_baseline(b: Batch) -> float:
    graded = [x - sum(b.mates(i, b.rewards)) / len(b.mates(i, b.rewards)) for i, x in enumerate(b.rewards)]
    policy = token_mean(pairwise(ppo_clip(0.2, 0.2), b.log_ratio(), openrlhf_normalise(b.spread(graded))))
    return policy + 0.01 * token_mean(pairwise(lambda n, r: (n - r) ** 2 / 2, b.new, b.ref))


def openrlhf_group_norm(b: Batch) -> float:
    to_go = [[sum(row[t:]) for t in range(len(row))] for row in paid(replace_rewards(b, 0.0), 0.01)]
    advantages = pairwise(lambda a, k: a + k, b.spread(trl_group(b, 1e-9)), to_go)
    return token_mean(pairwise(ppo_clip(0.2, 0.2), b.log_ratio(), advantages))


def replace_rewards(b: Batch, value: float) -> Batch:
    copy = object.__new__(Batch)
    copy.__dict__.update(b.__dict__, rewards=[value] * len(b.rewards))
    return copy


def sb3_ppo(b: Batch, held: bool = False) -> float:
    advantages, returns = token_gae(b, paid(b), 0.99, 0.95)
    xs = flat(advantages)
    mean, deviation = sum(xs) / len(xs), std(xs, 1)
    white = pairwise(lambda a: (a - mean) / (deviation + 1e-8), advantages)
    values = pairwise(lambda v, o: o + min(max(v - o, -0.2), 0.2), b.v, b.v_old) if held else b.v
    error = token_mean(pairwise(lambda v, goal: (v - goal) ** 2, values, returns))
    return token_mean(pairwise(ppo_clip(0.2, 0.2), b.log_ratio(), white)) + 0.5 * error


def sb3_a2c(b: Batch) -> float:
    advantages, returns = token_gae(b, paid(b), 0.99, 1.0)
    error = token_mean(pairwise(lambda v, goal: (v - goal) ** 2, b.v, returns))
    return token_mean(pairwise(lambda a, n: -a * n, advantages, b.new)) + 0.5 * error


GROUP_VERL = {"ddof": 1, "eps": 1e-6, "lone": "reward"}
TRL = {"ddof": 1, "eps": 1e-4}
CASES: dict[str, tuple[str, dict[str, Any], Callable[[Batch], float]]] = {
    "TRL grpo": ("grpo", {**TRL, "beta": 0.0}, trl_grpo),
    "TRL dapo, beta": (
        "grpo",
        {**TRL, "clip_high": 0.28, "aggregation": "token", "beta": 0.04, "kl_ratio": True},
        trl_grpo_beta,
    ),
    "TRL dr_grpo, scale batch": (
        "grpo",
        {**TRL, "scale": "batch", "aggregation": "constant", "length": 256.0, "beta": 0.0},
        trl_grpo_batch,
    ),
    "TRL delta": ("grpo", {**TRL, "aggregation": "token", "beta": 0.0, "dual_clip": 1.3}, trl_delta),
    "TRL sequence": ("gspo", TRL, trl_gspo),
    "TRL cispo": ("cispo", {**TRL, "aggregation": "token"}, trl_cispo),
    "TRL RLOO": (
        "rloo",
        {"surrogate": "ratio", "aggregation": "sequence", "beta": 0.05, "whiten": True},
        trl_rloo,
    ),
    "TRL PPO": (
        "ppo",
        {"beta": 0.05, "eps_place": "variance", "value_loss": "max", "value_weight": 0.05},
        trl_ppo,
    ),
    "verl grpo": (
        "grpo",
        {**GROUP_VERL, "dual_clip": 3.0, "aggregation": "token", "beta": 0.001, "kl_cap": 10.0},
        verl_grpo,
    ),
    "verl grpo, KL in reward": (
        "grpo",
        {
            **GROUP_VERL,
            "dual_clip": 3.0,
            "aggregation": "token",
            "beta": 0.001,
            "kl_estimator": "k1",
            "kl_place": "reward",
        },
        verl_grpo_reward,
    ),
    "verl gspo": ("gspo", GROUP_VERL, verl_gspo),
    "verl cispo": ("cispo", {**GROUP_VERL, "clip_low": 0.2, "clip_high": 0.2, "aggregation": "token"}, verl_cispo),
    "verl rloo": (
        "rloo",
        {
            "lone": "reward",
            "surrogate": "ratio",
            "ratio_level": "token",
            "aggregation": "token",
            "dual_clip": 3.0,
            "beta": 0.0,
        },
        verl_rloo,
    ),
    "verl dr_grpo": ("dr_grpo", {"lone": "reward", "dual_clip": 3.0}, verl_dr_grpo),
    "verl reinforce_plus_plus": (
        "reinforce_pp",
        {"ddof": 1, "eps_place": "variance", "dual_clip": 3.0, "beta": 0.001},
        verl_reinforce_pp,
    ),
    "verl gae": (
        "ppo",
        {"lam": 1.0, "eps_place": "variance", "dual_clip": 3.0, "value_loss": "max", "value_clip": 0.5},
        verl_ppo,
    ),
    "OpenRLHF gae": (
        "ppo",
        {"lam": 1.0, "ddof": 0, "eps_place": "floor", "beta": 0.01, "value_loss": "max", "value_clip": 0.5},
        openrlhf_ppo,
    ),
    "OpenRLHF reinforce": ("reinforce_pp", {}, openrlhf_reinforce_pp),
    "OpenRLHF reinforce_baseline": (
        "reinforce_pp",
        {"baseline": "group", "kl_estimator": "k2", "kl_place": "loss"},
        openrlhf_reinforce_pp_baseline,
    ),
    "OpenRLHF group_norm": (
        "grpo",
        {"ddof": 1, "eps": 1e-9, "aggregation": "token", "beta": 0.01, "kl_estimator": "k1", "kl_place": "return"},
        openrlhf_group_norm,
    ),
    "SB3 PPO": ("ppo", {"gamma": 0.99}, sb3_ppo),
    "SB3 PPO, clip_range_vf": ("ppo", {"gamma": 0.99, "value_loss": "clipped"}, lambda b: sb3_ppo(b, held=True)),
    "SB3 A2C": ("baseline", {"gamma": 0.99, "aggregation": "token"}, sb3_a2c),
}
"""Library and mode -> our objective, its settings, and the library's formula."""


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("case", CASES)
def test_a_library_with_its_settings_gives_its_number(case: str, batch: Any, seed: int) -> None:
    name, settings, formula = CASES[case]
    base = batch(seed)
    wild = replace(base, logp=base.old_logp + 2.0 * (base.logp - base.old_logp))
    found = OBJECTIVES[name].loss(wild, OBJECTIVES[name].Params(**settings)).total
    assert float(found) == pytest.approx(formula(Batch(wild)), rel=1e-10)


def test_the_settings_that_are_documented_are_the_ones_tested_and_exist() -> None:
    written = re.findall(r"`(\w+)\(([^`]*)\)`", DOCS.read_text(encoding="utf-8"))
    documented = []
    for name, arguments in written:
        if name not in OBJECTIVES:
            continue
        settings = eval(f"dict({arguments})", {"__builtins__": {}}, {"dict": dict})
        assert set(settings) <= {field.name for field in dataclasses.fields(OBJECTIVES[name].Params)}
        OBJECTIVES[name].Params(**settings)
        documented.append((name, settings))
    assert len(documented) >= len(CASES)
    for case, (name, settings, _) in CASES.items():
        assert (name, settings) in documented, case
