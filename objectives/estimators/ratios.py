"""The importance ratio of each token or answer, and the clip on it."""

from __future__ import annotations

import torch
from torch import Tensor

from objectives import checks
from objectives.precision import difference, held, number, tokens, wide

LIMIT = 20.0
"""A token's log-ratio is held to +-LIMIT, or exp would overflow and 0 x inf be NaN; there the gradient is 0. So do verl
and OpenRLHF; TRL and Stable-Baselines3 do not hold it."""

ANSWER_LIMIT = 60.0
"""The same for a whole answer's. verl holds GSPO's to at most 10, the others do not hold it."""

LEVELS = ("token", "sequence", "product")
"""What `importance` knows."""


def importance(logp: Tensor, old_logp: Tensor, mask: Tensor, level: str) -> Tensor:
    """The ratio of `level` for each token, [B, T], 1 in padding: one per token, or one per answer on all its tokens."""
    checks.choice(LEVELS, level=level)
    if level == "token":
        return token_ratio(logp, old_logp, mask)
    return of_each_token(sequence_ratio(logp, old_logp, mask, level == "sequence"), mask)


def of_each_token(ratio: Tensor, mask: Tensor) -> Tensor:
    """A ratio [B, 1] or [B, T] as [B, T], 1 in padding."""
    shape = checks.broadcast(ratio.shape, mask.shape)
    return torch.ones(shape, dtype=ratio.dtype, device=ratio.device).lerp_(ratio, number(mask, ratio.dtype))


def token_ratio(logp: Tensor, old_logp: Tensor, mask: Tensor) -> Tensor:
    """rho = pi(token) / pi_old(token) = exp(logp - old_logp), [B, T], 1 in padding. `old_logp` is a constant."""
    return held(_gap(logp, old_logp, mask), LIMIT).exp_()


def sequence_ratio(logp: Tensor, old_logp: Tensor, mask: Tensor, per_token: bool = True) -> Tensor:
    """s = (pi(answer) / pi_old(answer))^(1 / length), [B, 1] (GSPO, 2507.18071 eq. 7); 1 for an answer without a token.

    With per_token=False the root is not taken: the importance weight of the whole answer (TRL's RLOO).
    """
    gap = _gap(logp, old_logp, mask)
    length = tokens(mask, gap.dtype).unsqueeze(-1).clamp(min=1)
    total = gap.sum(-1, keepdim=True)
    return (total / length if per_token else total).clamp(-ANSWER_LIMIT, ANSWER_LIMIT).exp()


def clipped(ratio: Tensor, advantages: Tensor, low: float, high: float, dual: float = 0.0) -> tuple[Tensor, Tensor]:
    """The pessimistic surrogate min(rho A, clip(rho, 1 - low, 1 + high) A), to be maximised (PPO, 1707.06347 eq. 7).

    The gate is closed, and the gradient 0, exactly where A > 0 and rho > 1 + high, or A < 0 and rho < 1 - low. On the
    other two sides the gradient stays: a token that went the wrong way is still called back. Nothing holds the ratio
    inside the clip range; past it the gradient is only 0.

    Dual clip (1912.09729) closes the third side too: where A < 0 and rho > dual, the surrogate stays at dual A.

    Args:
        ratio, advantages: [B, T], or [B, 1] for one number per answer.
        low, high: the two half-widths of the clip range; equal in PPO and GRPO, decoupled in DAPO.
        dual: verl's `clip_ratio_c` (3), TRL's `delta`, OpenRLHF's `dual_clip` (both off); 0 for none, else above 1.

    Returns:
        surrogate [B, T] and gate [B, T] (True = closed).
    """
    checks.floating(ratio=ratio, advantages=advantages)
    checks.fit(ratio=ratio, advantages=advantages)
    checks.tokenwise(ratio=ratio, advantages=advantages)
    checks.finite(ratio=ratio, advantages=advantages)
    checks.at_least(0.0, low=low, high=high, dual=dual)
    ratio, advantages = wide(ratio), wide(advantages)
    with torch.no_grad():
        bounded = ratio.clamp(1 - low, 1 + high)
        gate = ((ratio - bounded) * advantages).relu_().bool()  # above 0
    surrogate = torch.where(gate, bounded, ratio) * advantages
    if dual == 0:
        return surrogate, gate
    if not dual > 1:
        raise ValueError(f"dual must be above 1, or 0 for none, not {dual!r}")
    beyond = (advantages < 0) & (ratio > dual)
    return torch.where(beyond, dual * advantages, surrogate), gate | beyond


def stopped_weight(ratio: Tensor, low: float, high: float) -> Tensor:
    """CISPO's weight sg(clip(rho, 1 - low, 1 + high)), [B, T]: held constant, so no token loses its gradient.

    2506.13585 eq. 5. The one stop-gradient that is part of a rule; TRL clips from above only, which is low = 1.
    """
    checks.floating(ratio=ratio)
    checks.finite(ratio=ratio)
    checks.at_least(0.0, low=low, high=high)
    return wide(ratio).detach().clamp(1 - low, 1 + high)


def _gap(logp: Tensor, old_logp: Tensor, mask: Tensor) -> Tensor:
    checks.masked(logp=logp, old_logp=old_logp, mask=mask)
    return difference(logp, old_logp, mask)
