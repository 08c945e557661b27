"""From one number per token to one number per batch. The only place with denominators.

Every function takes x [B, T] and mask [B, T] and returns a scalar; dimensions before these are independent runs.
Padding never counts, whatever it holds. A batch without a token gives 0, with a zero gradient. Answers without a token
(a filtered group, say) do not count as answers.

Libraries differ: verl's `agg_loss` calls these "token-mean", "seq-mean-token-mean", "seq-mean-token-sum" and
"seq-mean-token-sum-norm", and divides by the tokens of the batch that it is handed (a micro-batch, unless told
otherwise); TRL divides by the tokens of the global batch. Ours is the whole batch that `Rollouts` holds.
"""

from __future__ import annotations

import torch
from torch import Tensor

from objectives import checks


def token_mean(x: Tensor, mask: Tensor) -> Tensor:
    """Sum over all tokens / number of tokens: every token weighs the same (DAPO, 2503.14476 eq. 8; PPO)."""
    x, mask = _prepare(x, mask)
    return _sum(x) / _sum(mask).clamp(min=1)


def sequence_mean(x: Tensor, mask: Tensor) -> Tensor:
    """Mean over answers of the mean over each answer's tokens: each answer weighs the same (GRPO, 2402.03300 eq. 3)."""
    x, mask = _prepare(x, mask)
    lengths = mask.sum(-1)
    answers = (lengths > 0).to(x.dtype).sum(-1)
    return (x.sum(-1) / lengths.clamp(min=1)).sum(-1) / answers.clamp(min=1)


def sequence_sum(x: Tensor, mask: Tensor, length: float = 1.0) -> Tensor:
    """Mean over answers of (sum over tokens / `length`): REINFORCE with 1, Dr. GRPO (2503.20783) with a constant."""
    x, mask = _prepare(x, mask)
    answers = (mask.sum(-1) > 0).to(x.dtype).sum(-1)
    return _sum(x) / length / answers.clamp(min=1)


def _prepare(x: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    checks.floating(x=x)
    checks.rank(2, x=x, mask=mask)
    checks.trailing(tuple(x.shape[-2:]), mask=mask)
    inside = mask.bool()
    return torch.where(inside, x, torch.zeros((), dtype=x.dtype)), inside.to(x.dtype)


def _sum(x: Tensor) -> Tensor:
    return x.sum((-2, -1))
