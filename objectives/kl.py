"""Kullback-Leibler divergences: exact for a categorical policy, and the three estimators from sampled tokens.

With d = log pi_ref - log pi of a token drawn from pi (Schulman, "Approximating KL divergence", 2020):

| name | per token       | expectation under pi        | gradient when used as a loss                       |
|------|-----------------|-----------------------------|----------------------------------------------------|
| k1   | -d              | KL(pi || ref), high variance| 0 on average: it pulls nowhere                     |
| k2   | d^2 / 2         | biased                      | that of KL(pi || ref)                              |
| k3   | exp(d) - d - 1  | KL(pi || ref), never < 0    | that of KL(ref || pi), the other way round         |

All in nats, elementwise, the gradient through `logp`.
"""

from __future__ import annotations

import torch
from torch import Tensor

from objectives import checks

LIMIT = 20.0
"""The log-ratio is held to +-LIMIT before exp, which overflows otherwise (TRL issue 3015); there the gradient is 0."""


def k1(logp: Tensor, ref_logp: Tensor, mask: Tensor) -> Tensor:
    """log pi - log pi_ref, [B, T], 0 in padding."""
    return -_gap(logp, ref_logp, mask)


def k2(logp: Tensor, ref_logp: Tensor, mask: Tensor) -> Tensor:
    """(log pi - log pi_ref)^2 / 2, [B, T], 0 in padding."""
    return _gap(logp, ref_logp, mask) ** 2 / 2


def k3(logp: Tensor, ref_logp: Tensor, mask: Tensor) -> Tensor:
    """pi_ref / pi - log(pi_ref / pi) - 1, [B, T], 0 in padding (GRPO, 2402.03300 eq. 4)."""
    gap = _gap(logp, ref_logp, mask)
    return torch.expm1(gap) - gap


def categorical(log_p: Tensor, log_q: Tensor) -> Tensor:
    """KL(p || q) = sum_a p_a (log p_a - log q_a) over the last dimension, exact. Where p_a = 0 nothing is added."""
    checks.floating(log_p=log_p, log_q=log_q)
    p = log_p.exp()
    return torch.where(p > 0, p * (log_p - log_q), torch.zeros((), dtype=log_p.dtype)).sum(-1)


def _gap(logp: Tensor, ref_logp: Tensor, mask: Tensor) -> Tensor:
    checks.floating(logp=logp, ref_logp=ref_logp)
    inside = torch.where(mask.bool(), ref_logp - logp, torch.zeros((), dtype=logp.dtype))
    return inside.clamp(-LIMIT, LIMIT)
