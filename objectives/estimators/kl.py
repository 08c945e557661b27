"""Kullback-Leibler divergences: exact for a categorical policy, and the three estimators from sampled tokens.

With d = log pi_ref - log pi of a token drawn from pi, rho = pi / pi_old (Schulman, "Approximating KL divergence",
2020):

| name     | per token            | expectation under pi         | gradient when used as a loss                        |
|----------|----------------------|------------------------------|-----------------------------------------------------|
| k1       | -d                   | KL(pi || ref), high variance | 0 on average: it pulls nowhere                      |
| abs      | |d|                  | biased                       | that of E |d| with the samples held (verl "abs")    |
| k2       | d^2 / 2              | biased                       | that of KL(pi || ref)                               |
| k3       | exp(d) - d - 1       | KL(pi || ref), never < 0     | that of KL(ref || pi), the other way round          |
| k1_k2    | value of k1          | KL(pi || ref), high variance | k2's, that of KL(pi || ref) (verl "k1+")            |
| k3_k2    | value of k3          | KL(pi || ref)                | k2's, that of KL(pi || ref) (verl "k3+")            |
| rho k3   | rho (exp(d) - d - 1) | KL(pi || ref), samples old   | that of KL(pi || ref) (DeepSeek-V3.2, 2512.02556)   |

All in nats, elementwise, the gradient through `logp`.
"""

from __future__ import annotations

import torch
from torch import Tensor

from objectives import checks
from objectives.precision import difference, held, wide

LIMIT = 20.0
"""The log-ratio is held to +-LIMIT before exp, which overflows otherwise (TRL issue 3015); there the gradient is 0."""

ESTIMATORS = ("k1", "k2", "k3", "abs", "k1_k2", "k3_k2")
"""What `estimate` knows."""


def estimate(
    kind: str, logp: Tensor, ref_logp: Tensor, mask: Tensor, ratio: Tensor | None = None, cap: float = 0.0
) -> Tensor:
    """One of `ESTIMATORS` per token, [B, T], 0 in padding.

    Args:
        kind: which.
        logp, ref_logp, mask: [B, T]; the gradient goes through logp.
        ratio: rho = pi / pi_old [B, T], to be multiplied with it; makes the gradient of k3 unbiased off policy too.
        cap: the value is held to +-cap and its gradient is 0 beyond (verl holds k3 to 10, OpenRLHF all); 0 for no cap.
            "k1_k2" and "k3_k2" keep the gradient of k2 there, as verl does.
    """
    checks.choice(ESTIMATORS, kind=kind)
    checks.at_least(0.0, cap=cap)
    if ratio is not None:
        checks.masked(ratio=ratio, mask=mask)
    named, _, through = kind.partition("_")
    value = _held({"k1": k1, "k2": k2, "k3": k3, "abs": absolute}[named](logp, ref_logp, mask), cap)
    if through:
        slope = k2(logp, ref_logp, mask)
        value = slope - slope.detach() + value.detach()
    return value if ratio is None else ratio * value


def absolute(logp: Tensor, ref_logp: Tensor, mask: Tensor) -> Tensor:
    """|log pi - log pi_ref|, [B, T], 0 in padding."""
    return _gap(logp, ref_logp, mask).abs()


def k1(logp: Tensor, ref_logp: Tensor, mask: Tensor) -> Tensor:
    """log pi - log pi_ref, [B, T], 0 in padding."""
    checks.masked(logp=logp, ref_logp=ref_logp, mask=mask)
    return held(difference(logp, ref_logp, mask), LIMIT)


def k2(logp: Tensor, ref_logp: Tensor, mask: Tensor) -> Tensor:
    """(log pi - log pi_ref)^2 / 2, [B, T], 0 in padding."""
    return _gap(logp, ref_logp, mask) ** 2 / 2


def k3(logp: Tensor, ref_logp: Tensor, mask: Tensor) -> Tensor:
    """pi_ref / pi - log(pi_ref / pi) - 1, [B, T], 0 in padding (GRPO, 2402.03300 eq. 4)."""
    gap = _gap(logp, ref_logp, mask)
    return torch.expm1(gap) - gap


def categorical(log_p: Tensor, log_q: Tensor) -> Tensor:
    """KL(p || q) = sum_a p_a (log p_a - log q_a) over the last dimension, exact. Where p_a = 0 nothing is added.

    Infinite where q_a = 0 and p_a is not: log-probabilities may be -inf, but never NaN.
    """
    checks.floating(log_p=log_p, log_q=log_q)
    checks.fit(log_p=log_p, log_q=log_q)
    checks.numbers(log_p=log_p, log_q=log_q)
    log_p, log_q = wide(log_p), wide(log_q)
    p = log_p.exp()
    return torch.where(p > 0, p * (log_p - log_q), p.new_zeros(())).sum(-1)


def directed(log_old: Tensor, log_new: Tensor, direction: str = "old_new") -> Tensor:
    """`categorical` from the old distribution to the new one, KL(old || new), or "new_old", KL(new || old)."""
    checks.choice(("old_new", "new_old"), direction=direction)
    return categorical(log_old, log_new) if direction == "old_new" else categorical(log_new, log_old)


def _held(x: Tensor, cap: float) -> Tensor:
    return held(x, cap) if cap > 0 else x


def _gap(logp: Tensor, ref_logp: Tensor, mask: Tensor) -> Tensor:
    checks.masked(logp=logp, ref_logp=ref_logp, mask=mask)
    return held(difference(ref_logp, logp, mask), LIMIT)
