"""TRPO's whole step, theirs and ours: direction, length, and which of the shortened steps is taken.

A softmax over five actions and batches of forty, at radii from one where some full steps will do to one where some are
not taken at all. The logits are ten times the parameters, so that the damping does not rule.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from benchmarks.peers.documented import Line
from objectives import OBJECTIVES
from objectives.estimators import kl
from objectives.training import trust_region

ACTIONS, BATCH = 5, 40
RADII = (0.01, 0.1, 0.5, 1.0, 3.0)
SHARPNESS, SCALE = 10.0, 2.0


def log_probs(theta: Tensor) -> Tensor:
    """The policy, [K]."""
    return (SHARPNESS * theta).log_softmax(-1)


def ours(start: Tensor, actions: Tensor, advantages: Tensor, delta: float, params: Any) -> Tensor:
    """Our step from `start` [K] by a rule's settings."""
    old = log_probs(start)

    def surrogate(theta: Tensor) -> Tensor:
        return ((log_probs(theta) - old)[actions].exp() * advantages).mean()

    def divergence(theta: Tensor) -> Tensor:
        new = log_probs(theta)
        return kl.categorical(new, old) if params.kl_direction == "new_old" else kl.categorical(old, new)

    return trust_region.step(
        surrogate,
        divergence,
        start,
        delta=delta,
        damping=params.damping,
        iterations=params.cg_iterations,
        backtrack=params.backtrack,
        backtracks=params.backtracks,
    )


def compare(line: Line, peer: Any, seeds: int) -> tuple[int, int, int, float]:
    """Steps, how many were shortened, how many not taken, and the largest difference of the logits, over the step."""
    params = OBJECTIVES[line.objective].Params(**line.settings)
    shortened = refused = 0
    apart = 0.0
    for seed in range(seeds):
        dice = torch.Generator().manual_seed(seed)
        start = SCALE / SHARPNESS * torch.randn(ACTIONS, generator=dice, dtype=torch.float64)
        actions = torch.randint(ACTIONS, (BATCH,), generator=dice)
        advantages = torch.randn(BATCH, generator=dice, dtype=torch.float64)
        graded = peer.standardised(advantages)
        for delta in RADII:
            theirs = centred(peer.stepped(start, actions, graded, delta) - start)
            found = centred(ours(start, actions, graded, delta, params) - start)
            full = centred(ours(start, actions, graded, delta, replace(params, backtracks=0)) - start)
            size = float(theirs.norm())
            refused += size == 0
            shortened += size > 0 and float(full.norm()) == 0
            apart = max(apart, float((theirs - found).norm()) / (size or 1.0))
    return seeds * len(RADII), shortened, refused, apart


def centred(change: Tensor) -> Tensor:
    """A change of logits without what changes no probability."""
    return change - change.mean()
