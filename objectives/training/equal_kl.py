"""Steps of equal KL: how far a change of parameters goes, measured in what the policy does."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from objectives import checks

PARTS, ROUNDS = 64, 9
"""The length is looked for in so many parts at once, and then in one of them, so often: to 2^-54 of the reach."""


def scale_to_kl(divergence: Callable[[Tensor], Tensor], old: Tensor, new: Tensor, size: float, reach: float) -> Tensor:
    """Go from `old` [..., D] the way of new - old as far as divergence(x) = `size`, but no farther than `reach`.

    Args:
        divergence: parameters [..., D] -> KL(old || pi) [...], nats, also with one more dimension before all others; it
            must rise along the way, as it does for logits, where the KL is convex in the length of the way.
        size: nats.
        reach: longest change of the parameters, in their own unit. Where a policy is sure, no change of any length may
            be worth the step.

    Returns:
        [..., D]; a run whose change is 0 stays where it is.
    """
    checks.floating(old=old, new=new)
    checks.finite(old=old, new=new)
    checks.above(0.0, size=size, reach=reach)
    change = new - old
    norm = change.norm(dim=-1, keepdim=True)
    way = torch.where(norm > 0, change / torch.where(norm > 0, norm, torch.ones_like(norm)), torch.zeros_like(change))
    shares = torch.arange(1, PARTS, dtype=old.dtype).reshape(-1, *[1] * old.ndim)
    length, part = torch.zeros_like(norm), reach
    with torch.no_grad():
        for _ in range(ROUNDS):
            part = part / PARTS
            within = divergence(old + (length + shares * part) * way) <= size
            length = length + part * within.sum(0).unsqueeze(-1)
    return old + length * way
