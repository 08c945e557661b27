"""The tail that all rules share: from a surrogate per token to the terms of a loss."""

from __future__ import annotations

from typing import Any, TypedDict

import torch
from torch import Tensor

from objectives.estimators.advantages import whiten
from objectives.estimators.aggregate import Average
from objectives.estimators.entropy import mean_entropy
from objectives.estimators.kl_penalty import KLPenalty
from objectives.estimators.ratios import clipped, importance
from objectives.estimators.value_loss import value_loss
from objectives.rollouts import Rollouts, Terms


class Surrogate(TypedDict):
    """What a rule says of each token, [B, T], by the names under which `assemble` takes it."""

    surrogate: Tensor
    advantages: Tensor
    ratio: Tensor
    gate: Tensor


def log_surrogate(advantages: Tensor, rollouts: Rollouts) -> Tensor:
    """A log pi per token, [B, T], 0 in padding: the surrogate of a rule that uses a batch once."""
    return advantages * torch.where(rollouts.mask, rollouts.logp, torch.zeros_like(rollouts.logp))


def whitened(advantages: Tensor, mask: Tensor, params: Any) -> Tensor:
    """The advantages standardised over the batch, [B, T], where the rule's `whiten` says so; else as they are."""
    if not params.whiten:
        return advantages
    return whiten(advantages, mask, params.ddof, params.eps, getattr(params, "eps_place", "std"))


def clipped_surrogate(rollouts: Rollouts, params: Any, advantages: Tensor) -> Surrogate:
    """PPO's clipped surrogate of each token, [B, T], as `assemble` takes it (Schulman et al. 2017, 1707.06347, eq. 7).

        min(rho A, clip(rho, 1 - clip_low, 1 + clip_high) A)          rho per token, or as `ratio_level` says

    A rule without `ratio_level` has a ratio per token, one without `dual_clip` no second clip.
    """
    ratio = importance(rollouts.logp, rollouts.old_logp, rollouts.mask, getattr(params, "ratio_level", "token"))
    dual = getattr(params, "dual_clip", 0.0)
    surrogate, gate = clipped(ratio, advantages, params.clip_low, params.clip_high, dual)
    return {"surrogate": surrogate, "advantages": advantages, "ratio": ratio, "gate": gate}


def assemble(
    rollouts: Rollouts,
    params: Any,
    *,
    surrogate: Tensor,
    advantages: Tensor,
    ratio: Tensor,
    gate: Tensor | None = None,
    kept: Tensor | None = None,
    penalty: KLPenalty | None = None,
    returns: Tensor | None = None,
) -> Terms:
    """Average what a rule says of each token, and add its terms up.

        total = policy + value_weight value - entropy_weight entropy (+ beta kl, where the KL is a term of the loss)

    Args:
        rollouts, params: the batch and the rule's settings.
        surrogate: [B, T], what the rule maximises.
        advantages, ratio: [B, T], handed on.
        gate: [B, T], where the clip has stopped the gradient; nowhere if None.
        kept: [B, T], the tokens whose surrogate counts; all of the mask if None.
        penalty: the KL penalty of a rule that has one.
        returns: [B, T], the critic's targets, for a rule with a critic.
    """
    mask, mean = rollouts.mask, Average.of(params, rollouts)
    policy = -mean.policy(surrogate, mask if kept is None else kept)
    kl = value = torch.zeros_like(policy)
    entropy = mean_entropy(rollouts.entropies, surrogate, mask, mean.entropy)
    total = policy
    if returns is not None:
        kind, clip = getattr(params, "value_loss", "plain"), getattr(params, "value_clip", 0.0)
        value = value_loss(rollouts.values, returns, mask, kind, rollouts.old_values, clip, mean.value)
        total = total + params.value_weight * value
    if hasattr(params, "entropy_weight"):
        if params.entropy_weight > 0:
            rollouts.need("entropies", f"entropy_weight is {params.entropy_weight:g}")
        total = total - params.entropy_weight * entropy
    if penalty is not None:
        kl = mean.kl(penalty.per_token(rollouts, ratio), mask)
        total = total + params.beta * kl if penalty.place == "loss" else total
    gate = torch.zeros_like(surrogate, dtype=torch.bool) if gate is None else gate
    return Terms(total, policy, kl, value, entropy, advantages, ratio, gate)
