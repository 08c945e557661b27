"""Random rollouts for the libraries: ragged, an answer cut off to nothing, a group that agrees, wild ratios."""

from __future__ import annotations

from dataclasses import replace

import torch

from benchmarks.peers.modes import EVEN, FULL, WHOLE
from objectives import Rollouts

GROUP = 4


def of(library: str, mode: str, seed: int) -> Rollouts:
    """The batch on which a mode is compared."""
    r = random(seed, library in EVEN, mode not in WHOLE)
    return replace(r, mask=torch.ones_like(r.mask)) if mode in FULL else r


def random(seed: int, even: bool, empty: bool = True) -> Rollouts:
    """12 answers of up to 7 tokens, float64: three groups of 4 in order, or five shuffled ones of 1 to 4."""
    dice = torch.Generator().manual_seed(seed)

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=dice, dtype=torch.float64)

    answers, tokens = 3 * GROUP, 7
    group = torch.arange(answers) // GROUP
    if not even:
        group = torch.tensor([0, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4])[torch.randperm(answers, generator=dice)]
    lengths = torch.randint(1, tokens + 1, (answers,), generator=dice)
    if empty:
        lengths[5] = 0
    rewards = normal(answers)
    rewards[group == 2] = 0.5
    old = -normal(answers, tokens).abs() - 0.05
    spread = torch.where(torch.rand(answers, tokens, generator=dice) < 0.2, 1.5, 0.25).double()
    ref_spread = torch.where(torch.rand(answers, tokens, generator=dice) < 0.1, 4.0, 0.4).double()
    return Rollouts(
        logp=(old + spread * normal(answers, tokens)).requires_grad_(True),
        old_logp=old,
        ref_logp=old + ref_spread * normal(answers, tokens),
        mask=torch.arange(tokens) < lengths.unsqueeze(-1),
        rewards=rewards,
        group=group,
        values=normal(answers, tokens).requires_grad_(True),
        old_values=normal(answers, tokens),
        entropies=normal(answers, tokens).abs().requires_grad_(True),
    )
