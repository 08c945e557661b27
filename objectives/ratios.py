"""How much likelier each token has become, and the fence around that number."""

from __future__ import annotations

import torch
from torch import Tensor

from objectives import checks


def token_ratio(logp: Tensor, old_logp: Tensor, mask: Tensor) -> Tensor:
    """rho = pi(token) / pi_old(token) = exp(logp - old_logp), [B, T], 1 in padding. `old_logp` is a constant."""
    checks.floating(logp=logp, old_logp=old_logp)
    return torch.where(mask.bool(), logp - old_logp, torch.zeros((), dtype=logp.dtype)).exp()


def clipped(ratio: Tensor, advantages: Tensor, low: float, high: float) -> tuple[Tensor, Tensor]:
    """The pessimistic surrogate min(rho A, clip(rho, 1 - low, 1 + high) A), to be maximised (PPO, 1707.06347 eq. 7).

    The gate is closed, and the gradient 0, exactly where A > 0 and rho > 1 + high, or A < 0 and rho < 1 - low. On the
    other two sides the gradient stays: a token that went the wrong way is still called back. Nothing holds the ratio
    inside the fence; past it there is only no more reason to go on.

    Args:
        ratio, advantages: [B, T].
        low, high: the two half-widths of the fence; equal in PPO and GRPO, decoupled in DAPO.

    Returns:
        surrogate [B, T] and gate [B, T] (True = closed).
    """
    inside = ratio.clamp(1 - low, 1 + high)
    surrogate = torch.minimum(ratio * advantages, inside * advantages)
    gate = ((advantages > 0) & (ratio > 1 + high)) | ((advantages < 0) & (ratio < 1 - low))
    return surrogate, gate
