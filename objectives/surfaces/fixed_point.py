"""The fixed point of GRPO: where the expected gradients of its rewards and of its KL penalty cancel, exactly."""

from __future__ import annotations

import torch
from torch import Tensor

from objectives.estimators.advantages import group_relative

AT_ONCE = 1 << 22
"""Answers whose advantages are computed at once."""


def compositions(size: int, kinds: int) -> Tensor:
    """Every way in which a group of `size` answers can fall on `kinds` answers: counts [C, kinds], int64."""
    counts, left = torch.empty(1, 0, dtype=torch.long), torch.tensor([size])
    for _ in range(kinds - 1):  # a row for each count of the next kind, from 0 to all that are left
        ways = left + 1
        row = torch.repeat_interleave(torch.arange(len(left)), ways)
        count = torch.arange(len(row)) - (ways.cumsum(0) - ways)[row]
        counts, left = torch.cat([counts[row], count.unsqueeze(-1)], -1), left[row] - count
    return torch.cat([counts, left.unsqueeze(-1)], -1)


def group_gradient(probs: Tensor, rewards: Tensor, size: int, scale: str, ddof: int, eps: float) -> Tensor:
    """Expected gradient, in the logits, of the group-relative surrogate at pi = pi_old, [kinds], by enumeration.

        E[ 1/G sum_i A_i grad log pi(o_i) ]_a = E[ k_a A_a / G ],       k ~ Multinomial(G, pi)

    The second form holds because advantages sum to 0 in each group.
    """
    counts, advantages = _graded_groups(rewards, size, scale, ddof, eps)
    return _expected(probs, counts, _log_ways(counts), advantages)


def kl_gradient(probs: Tensor, reference: Tensor) -> Tensor:
    """Expected gradient in the logits of k3 as a loss at pi = pi_old: that of KL(ref || pi), pi - ref."""
    return probs - reference


def resting_point(
    reference: Tensor,
    rewards: Tensor,
    size: int,
    beta: float,
    *,
    scale: str,
    ddof: int,
    eps: float,
    steps: int = 4000,
    rate: float = 5.0,
) -> Tensor:
    """Follow group_gradient - beta kl_gradient from the reference until it stands still; the policy there, [kinds]."""
    counts, advantages = _graded_groups(rewards, size, scale, ddof, eps)
    logits, log_ways = reference.log(), _log_ways(counts)
    for _ in range(steps):
        probs = logits.softmax(-1)
        move = _expected(probs, counts, log_ways, advantages) - beta * kl_gradient(probs, reference)
        logits = logits + rate * move
        if float(move.abs().max()) < 1e-12:
            break
    return logits.softmax(-1)


def _graded_groups(rewards: Tensor, size: int, scale: str, ddof: int, eps: float) -> tuple[Tensor, Tensor]:
    """Counts [C, kinds] of every composition, and the advantage of each answer in it (0 where it is absent)."""
    counts = compositions(size, len(rewards))
    pieces = torch.split(counts, max(1, AT_ONCE // size))  # a group of 1,024 can fall in half a million ways
    return counts, torch.cat([_graded(piece, rewards, size, scale, ddof, eps) for piece in pieces])


def _graded(counts: Tensor, rewards: Tensor, size: int, scale: str, ddof: int, eps: float) -> Tensor:
    answers = torch.repeat_interleave(torch.arange(len(rewards)).repeat(len(counts)), counts.flatten()).view(
        len(counts), size
    )
    one_group = torch.zeros(size, dtype=torch.long)
    graded = group_relative(rewards[answers], one_group, scale, ddof, eps)
    total = torch.zeros(counts.shape, dtype=rewards.dtype).scatter_add(-1, answers, graded)
    return total / counts.clamp(min=1)


def _log_ways(counts: Tensor) -> Tensor:
    """Log of the number of orders in which each composition can be drawn, [C]."""
    return torch.lgamma(counts[0].sum() + 1.0) - torch.lgamma(counts + 1.0).sum(-1)


def _expected(probs: Tensor, counts: Tensor, log_ways: Tensor, advantages: Tensor) -> Tensor:
    size = counts[0].sum()
    weight = (log_ways + (counts * probs.log()).sum(-1)).exp()
    return (weight.unsqueeze(-1) * counts * advantages).sum(0) / size
