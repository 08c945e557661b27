"""From one number per token to one number per batch. The only place with denominators.

Every function takes x [B, T] and mask [B, T] and returns a scalar, in float32 at least; dimensions before these are
independent runs. Inside a loss x may be [B, 1], the same number for all tokens of an answer. Padding never counts;
`masked` says that x is 0 there already, and saves the product. A batch without a token gives 0, with a zero gradient.
Whether an answer without a token (cut off, or of a filtered group) counts as one is `empty_answers`: "drop" (OpenRLHF),
"count" (TRL, verl).

KINDS names them for the parameters of an objective. verl's `agg_loss` calls them "token-mean", "seq-mean-token-mean",
"seq-mean-token-sum", "seq-mean-token-sum-norm" and "token-sum". The libraries divide by the tokens and answers of the
global batch, however it is split; ours is the whole batch that `Rollouts` holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from objectives import checks
from objectives.estimators.groups import groups
from objectives.precision import inside, tokens, wide

KINDS = ("token", "group", "sequence", "sum", "constant", "total")
"""What `aggregate` knows."""
OTHERS = ("kl", "entropy", "value")
"""What an objective averages besides its surrogate."""


def aggregate(
    x: Tensor,
    mask: Tensor,
    kind: str,
    group: Tensor,
    length: float = 0.0,
    empty_answers: str = "drop",
    masked: bool = False,
) -> Tensor:
    """One of `KINDS`: token, group or sequence mean, sequence sum, that over a constant, or the sum of all tokens.

    Args:
        x, mask: [B, T].
        kind: which.
        group: [B], labels; only "group" reads them.
        length: the constant of "constant" in tokens, the budget of an answer; 0 takes T, as verl does.
        empty_answers: "count" takes answers without a token (groups, for "group") into the number that is divided by.
        masked: x is 0 in padding.
    """
    checks.choice(KINDS, kind=kind)
    checks.at_least(0.0, length=length)
    checks.choice(("drop", "count"), empty_answers=empty_answers)
    if kind == "token":
        return token_mean(x, mask, masked)
    if kind == "total":
        return _of_batch(x, mask, masked)[0]
    if kind == "group":
        return group_mean(x, mask, group, empty_answers, masked)
    if kind == "sequence":
        return sequence_mean(x, mask, empty_answers, masked)
    return sequence_sum(x, mask, 1.0 if kind == "sum" else length or float(mask.shape[-1]), empty_answers, masked)


@dataclass(frozen=True)
class Average:
    """How a rule makes one number of its tokens, and whether KL, entropy and critic do it alike ("same" or "token")."""

    kind: str
    group: Tensor
    length: float = 0.0
    empty_answers: str = "drop"
    of_kl: str = "same"
    of_entropy: str = "token"
    of_value: str = "token"

    @classmethod
    def of(cls, params: Any, rollouts: Any) -> Average:
        """The average that `params.aggregation`, `.length`, `.empty_answers` ... describe; over tokens without them."""
        extra = {f"of_{x}": getattr(params, f"{x}_aggregation") for x in OTHERS if hasattr(params, f"{x}_aggregation")}
        if not hasattr(params, "aggregation"):
            return cls("token", rollouts.group, **extra)
        return cls(params.aggregation, rollouts.group, params.length, params.empty_answers, **extra)

    def policy(self, x: Tensor, mask: Tensor, masked: bool = False) -> Tensor:
        """The surrogate's average, [...]; x may hold one number an answer, [..., B, 1]."""
        if x.shape[-1] == 1 and checks.known_in_this_loss() is None:
            x, masked = x.expand(*x.shape[:-1], mask.shape[-1]), False  # what is checked has a number a token
        return aggregate(x, mask, self.kind, self.group, self.length, self.empty_answers, masked)

    def kl(self, x: Tensor, mask: Tensor) -> Tensor:
        """That of the KL in the loss, which is 0 in padding."""
        return self.policy(x, mask, True) if self.of_kl == "same" else token_mean(x, mask, True)

    def entropy(self, x: Tensor, mask: Tensor) -> Tensor:
        """That of the entropy bonus."""
        return self.policy(x, mask) if self.of_entropy == "same" else token_mean(x, mask)

    def value(self, x: Tensor, mask: Tensor) -> Tensor:
        """That of the critic's error, which is 0 in padding."""
        return self.policy(x, mask, True) if self.of_value == "same" else token_mean(x, mask, True)


def token_mean(x: Tensor, mask: Tensor, masked: bool = False) -> Tensor:
    """Sum over all tokens / number of tokens: every token weighs the same (DAPO, 2503.14476 eq. 8; PPO)."""
    total, lengths = _of_batch(x, mask, masked)
    return total / lengths.sum(-1).clamp(min=1)


def group_mean(x: Tensor, mask: Tensor, group: Tensor, empty_answers: str = "drop", masked: bool = False) -> Tensor:
    """Mean over groups of the mean over all tokens of a group: 1 / sum|o_i| stands inside the expectation over prompts.

    So DAPO (2503.14476 eq. 8) and CISPO (2506.13585 eq. 4) write it; their code, and verl and TRL, take `token_mean`.
    Groups without a token do not count unless `empty_answers` is "count". Where answers are of one token and all groups
    that count equally large, it is the mean over answers, and is summed in the same order: equal to the last bit.
    """
    totals, lengths = _of_answers(x, mask, masked)
    checks.labels(group=group)
    checks.trailing((x.shape[-2],), group=group)
    many, index = groups(group)
    runs = checks.broadcast(totals.shape, lengths.shape, index.shape)
    blank = totals.new_zeros((*runs[:-1], many))
    sums = blank.scatter_add(-1, index.expand(runs), totals.expand(runs))
    counts = blank.scatter_add(-1, index.expand(runs), lengths.expand(runs))
    found = (sums / counts.clamp(min=1)).sum(-1) / _number(counts, empty_answers)
    if mask.shape[-1] > 1:
        return found
    largest = counts.amax(-1, keepdim=True)
    alike = (counts == largest) | (counts == 0) & (empty_answers == "drop")
    return torch.where(alike.all(-1), sequence_mean(x, mask, masked=masked), found)


def sequence_mean(x: Tensor, mask: Tensor, empty_answers: str = "drop", masked: bool = False) -> Tensor:
    """Mean over answers of the mean over each answer's tokens: each answer weighs the same (GRPO, 2402.03300 eq. 3)."""
    totals, lengths = _of_answers(x, mask, masked)
    return (totals / lengths.clamp(min=1)).sum(-1) / _number(lengths, empty_answers)


def sequence_sum(
    x: Tensor, mask: Tensor, length: float = 1.0, empty_answers: str = "drop", masked: bool = False
) -> Tensor:
    """Mean over answers of (sum over tokens / `length`): REINFORCE with 1, Dr. GRPO (2503.20783) with a constant."""
    checks.above(0.0, length=length)
    total, lengths = _of_batch(x, mask, masked)
    return total / length / _number(lengths, empty_answers)


def _of_answers(x: Tensor, mask: Tensor, masked: bool) -> tuple[Tensor, Tensor]:
    """The sum over the tokens of each answer, and their number, [B]."""
    checks.masked(x=x, mask=mask)
    x = wide(x)
    lengths = tokens(mask, x.dtype)
    if x.shape[-1] < mask.shape[-1]:
        return x.squeeze(-1) * lengths, lengths
    return (x if masked else inside(x, mask)).sum(-1), lengths


def _of_batch(x: Tensor, mask: Tensor, masked: bool) -> tuple[Tensor, Tensor]:
    """The sum over all tokens, and how many each answer has, [B]."""
    checks.masked(x=x, mask=mask)
    x = wide(x)
    if x.shape[-1] < mask.shape[-1]:
        totals, lengths = _of_answers(x, mask, masked)
        return totals.sum(-1), lengths
    return (x if masked else inside(x, mask)).sum((-2, -1)), tokens(mask, x.dtype)


def _number(lengths: Tensor, empty_answers: str) -> Tensor:
    """How many of these answers, or groups, count; at least 1."""
    checks.choice(("drop", "count"), empty_answers=empty_answers)
    counted = (lengths > 0) if empty_answers == "drop" else torch.ones_like(lengths, dtype=torch.bool)
    return counted.to(lengths.dtype).sum(-1).clamp(min=1)
