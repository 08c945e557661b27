"""From one number per token to one number per batch. The only place with denominators.

Every function takes x [B, T] and mask [B, T] and returns a scalar; dimensions before these are independent runs.
Padding never counts, whatever it holds. A batch without a token gives 0, with a zero gradient. Answers without a token
(a filtered group, say) do not count as answers.

KINDS names them for the parameters of an objective. verl's `agg_loss` calls them "token-mean", "seq-mean-token-mean",
"seq-mean-token-sum" and "seq-mean-token-sum-norm", and divides by the tokens of the batch that it is handed (a
micro-batch, unless told otherwise); TRL divides by the tokens of the global batch. Ours is the whole batch that
`Rollouts` holds.
"""

from __future__ import annotations

import torch
from torch import Tensor

from objectives import checks

KINDS = ("token", "group", "sequence", "sum", "constant")
"""What `aggregate` knows."""


def aggregate(x: Tensor, mask: Tensor, kind: str, group: Tensor, length: float = 0.0) -> Tensor:
    """One of `KINDS`: `token_mean`, `group_mean`, `sequence_mean`, `sequence_sum`, or the last over a constant length.

    Args:
        x, mask: [B, T].
        kind: which.
        group: [B], labels; only "group" reads them.
        length: the constant of "constant" in tokens, the budget of an answer; 0 takes T, as verl does.
    """
    checks.choice(KINDS, kind=kind)
    checks.at_least(0.0, length=length)
    if kind == "group":
        return group_mean(x, mask, group)
    if kind == "constant":
        return sequence_sum(x, mask, length or float(x.shape[-1]))
    return {"token": token_mean, "sequence": sequence_mean, "sum": sequence_sum}[kind](x, mask)


def token_mean(x: Tensor, mask: Tensor) -> Tensor:
    """Sum over all tokens / number of tokens: every token weighs the same (DAPO, 2503.14476 eq. 8; PPO)."""
    x, mask = _prepare(x, mask)
    return _sum(x) / _sum(mask).clamp(min=1)


def group_mean(x: Tensor, mask: Tensor, group: Tensor) -> Tensor:
    """Mean over groups of the mean over all tokens of a group: 1 / sum|o_i| stands inside the expectation over prompts.

    So DAPO (2503.14476 eq. 8) and CISPO (2506.13585 eq. 4) write it; their code, and verl and TRL, take `token_mean`.
    Groups without a token do not count.
    """
    x, mask = _prepare(x, mask)
    checks.labels(group=group)
    checks.trailing((x.shape[-2],), group=group)
    labels, index = torch.unique(group, return_inverse=True)
    runs = checks.broadcast(x.shape[:-1], mask.shape[:-1], index.shape)
    blank = x.new_zeros((*runs[:-1], len(labels)))
    sums = blank.scatter_add(-1, index.expand(runs), x.sum(-1).expand(runs))
    tokens = blank.scatter_add(-1, index.expand(runs), mask.sum(-1).expand(runs))
    return (sums / tokens.clamp(min=1)).sum(-1) / (tokens > 0).to(x.dtype).sum(-1).clamp(min=1)


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
    checks.masked(x=x, mask=mask)
    inside = mask.bool()
    return torch.where(inside, x, x.new_zeros(())), inside.to(x.dtype)


def _sum(x: Tensor) -> Tensor:
    return x.sum((-2, -1))
