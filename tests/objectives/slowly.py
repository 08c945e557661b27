"""Rollouts as lists without padding, and the arithmetic that the libraries share, one number at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch

from benchmarks.peers import batches
from benchmarks.peers.documented import lines
from objectives import OBJECTIVES, Rollouts

Table = list[list[float]]


class Batch:
    """The rollouts as lists without padding; an answer may be empty."""

    def __init__(self, r: Rollouts) -> None:
        def ragged(x: torch.Tensor | None) -> Table:
            assert x is not None
            rows = zip(x.detach(), r.mask, strict=True)
            return [[float(v) for v, m in zip(row, on, strict=True) if m] for row, on in rows]

        self.new, self.old, self.ref = ragged(r.logp), ragged(r.old_logp), ragged(r.ref_logp)
        self.v, self.v_old, self.entropy = ragged(r.values), ragged(r.old_values), ragged(r.entropies)
        self.extra = [[0.0] * len(row) for row in self.new] if r.token_rewards is None else ragged(r.token_rewards)
        self.own = None if r.advantages is None else ragged(r.advantages)
        self.targets = None if r.returns is None else ragged(r.returns)
        self.rewards, self.group = r.rewards.tolist(), r.group.tolist()
        self.lengths = [len(row) for row in self.new]
        self.width = r.mask.shape[-1]
        self.tokens = sum(self.lengths)

    def mates(self, i: int, scores: Sequence[float]) -> list[float]:
        return [x for x, label in zip(scores, self.group, strict=True) if label == self.group[i]]

    def gaps(self) -> Table:
        return pairwise(lambda a, b: a - b, self.new, self.old)

    def spread(self, per_answer: Sequence[float]) -> Table:
        return [[a] * n for a, n in zip(per_answer, self.lengths, strict=True)]


def batch(library: str, mode: str, seed: int) -> Rollouts:
    """The batches that `make peers` compares on."""
    return batches.of(library, mode, seed)


def ours(library: str, mode: str, r: Rollouts) -> float:
    """Our loss with the settings that docs/conventions.md gives for the mode."""
    line = lines()[library, mode]
    rule = OBJECTIVES[line.objective]
    return float(rule.loss(r, rule.Params(**line.settings)).total.detach())


def std(xs: Sequence[float], ddof: int = 1) -> float:
    mean = sum(xs) / len(xs)
    return math.sqrt(sum((x - mean) ** 2 for x in xs) / (len(xs) - ddof))


def flat(table: Table) -> list[float]:
    return [x for row in table for x in row]


def mean(xs: Sequence[float]) -> float:
    return sum(xs) / len(xs) if xs else 0.0


def held(x: float, low: float, high: float) -> float:
    return min(max(x, low), high)


def pairwise(f: Callable[..., float], *tables: Table) -> Table:
    return [[f(*cells) for cells in zip(*rows, strict=True)] for rows in zip(*tables, strict=True)]


def clipped(rho: float, a: float, low: float, high: float, dual: float | None = None) -> float:
    """A token's loss, as verl and OpenRLHF write it."""
    worst = max(-a * rho, -a * held(rho, 1 - low, 1 + high))
    return min(worst, -a * dual) if dual is not None and a < 0 else worst


def k3(new: float, ref: float) -> float:
    return math.exp(ref - new) - (ref - new) - 1


def gae(b: Batch, pay: Table, gamma: float, lam: float) -> tuple[Table, Table]:
    advantages = []
    for values, rewards in zip(b.v_old, pay, strict=True):
        running, row = 0.0, []
        for t in reversed(range(len(values))):
            following = values[t + 1] if t + 1 < len(values) else 0.0
            running = rewards[t] + gamma * following - values[t] + gamma * lam * running
            row.append(running)
        advantages.append(row[::-1])
    return advantages, pairwise(lambda a, v: a + v, advantages, b.v_old)


def paid(b: Batch, penalty: Table, scores: Sequence[float] | None = None) -> Table:
    """The reward on the last token, minus the penalty on each."""
    rows = [[-x for x in row] for row in penalty]
    for row, reward in zip(rows, b.rewards if scores is None else scores, strict=True):
        if row:
            row[-1] += reward
    return rows


def to_go(pay: Table, gamma: float = 1.0) -> Table:
    return [[sum(gamma ** (s - t) * row[s] for s in range(t, len(row))) for t in range(len(row))] for row in pay]


def value_error(b: Batch, returns: Table, clip: float) -> Table:
    """verl's and OpenRLHF's: half the larger of the squared errors with and without the clip."""

    def error(v: float, old: float, goal: float) -> float:
        return 0.5 * max((v - goal) ** 2, (held(v, old - clip, old + clip) - goal) ** 2)

    return pairwise(error, b.v, b.v_old, returns)
