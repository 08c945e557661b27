"""The tail that all rules share: from a surrogate per token to the terms of a loss."""

from __future__ import annotations

from typing import Any, TypedDict

import torch
from torch import Tensor

from objectives import checks
from objectives.estimators.advantages import gae, whiten
from objectives.estimators.aggregate import Average
from objectives.estimators.entropy import mean_entropy
from objectives.estimators.kl_penalty import KLPenalty
from objectives.estimators.ratios import clipped, of_each_token, sequence_ratio, token_ratio
from objectives.estimators.value_loss import value_loss
from objectives.precision import both, inside, tokens
from objectives.rollouts import Rollouts, Terms


class Surrogate(TypedDict):
    """What a rule says of each token, [B, T], by the names under which `assemble` takes it.

    What is the same for all tokens of an answer may be [B, 1]. What is [B, T] is 0 in padding, the ratio 1 and the gate
    open: `masked` says so.
    """

    surrogate: Tensor
    advantages: Tensor
    ratio: Tensor
    gate: Tensor | None
    masked: bool


def log_surrogate(rollouts: Rollouts, advantages: Tensor, ratio: Tensor, weight: Tensor | None = None) -> Surrogate:
    """A log pi per token, [B, T], perhaps times a constant `weight`: the surrogate of a rule without a clip."""
    advantages = of_each(advantages, rollouts.mask)
    weighted = advantages if weight is None else weight * advantages
    surrogate = weighted * rollouts.logp
    return {"surrogate": surrogate, "advantages": advantages, "ratio": ratio, "gate": None, "masked": True}


def of_each(advantages: Tensor, counted: Tensor) -> Tensor:
    """Advantages of answers, [B, 1], for each token that counts, [B, T], 0 elsewhere; those of tokens as they are."""
    if advantages.shape[-1] == counted.shape[-1] > 1:
        return advantages
    return inside(advantages, counted).add_(0.0)  # no -0 in padding


def whitened(advantages: Tensor, mask: Tensor, params: Any) -> Tensor:
    """The advantages standardised over the batch, [B, T], where the rule's `whiten` says so; else as they are."""
    if not params.whiten:
        return advantages
    return whiten(advantages, mask, params.ddof, params.eps, getattr(params, "eps_place", "std"))


def whitened_answers(advantages: Tensor, rollouts: Rollouts, params: Any) -> Tensor:
    """Advantages of answers, [B, 1], standardised over those that count where the rule's `whiten` says so."""
    if not params.whiten:
        return advantages
    lengths = tokens(rollouts.mask, advantages.dtype).unsqueeze(-1)
    return whitened(advantages, (lengths > 0) | (params.empty_answers == "count"), params)


def own_or(advantages: Tensor, rollouts: Rollouts, params: Any) -> Tensor:
    """The advantages that the batch brings of its own, [B, T], 0 in padding, or else the rule's, [B, T] or [B, 1]."""
    if rollouts.advantages is None:
        return advantages
    if getattr(params, "beta", 0.0) > 0 and params.kl_place != "loss":
        raise ValueError(
            f'kl_place="{params.kl_place}" takes the KL from what rollouts.advantages replace: '
            'set kl_place="loss" or beta=0.0'
        )
    return inside(rollouts.advantages, rollouts.mask).add_(0.0)


def by_critic(
    rollouts: Rollouts,
    params: Any,
    penalty: KLPenalty | None = None,
    lam: float | Tensor | None = None,
    lam_critic: float | None = None,
) -> tuple[Tensor, Tensor]:
    """GAE of a batch by a rule's `gamma`, `lam` and `whiten`: advantages and the critic's targets, [B, T].

    Where the batch brings one or both of its own, these are taken as they are; if nothing is left to compute,
    `old_values` is not needed.

    Args:
        rollouts, params: the batch and the rule's settings.
        penalty: the KL penalty of a rule that has one.
        lam, lam_critic: trace decay of the advantages (`params.lam` if None) and of the targets (as that if None).
    """
    own, targets = rollouts.advantages, rollouts.returns
    if own is not None and (targets is not None or rollouts.values is None):
        return own_or(own, rollouts, params), own if targets is None else targets
    rewards, pay = (rollouts.rewards, rollouts.token_rewards) if penalty is None else penalty.pay(rollouts)
    old_values, mask = rollouts.need("old_values"), rollouts.mask
    lam = params.lam if lam is None else lam
    advantages, returns = gae(rewards, old_values, mask, params.gamma, lam, token_rewards=pay)
    if lam_critic is not None:
        _, returns = gae(rewards, old_values, mask, params.gamma, lam_critic, token_rewards=pay)
    advantages = whitened(advantages, mask, params) if own is None else own_or(own, rollouts, params)
    return advantages, returns if targets is None else targets


def ratio_of(rollouts: Rollouts, params: Any) -> Tensor:
    """The ratio that a rule's `ratio_level` asks for: one per token, [B, T], or one per answer, [B, 1]."""
    level = getattr(params, "ratio_level", "token")
    if level == "token":
        return token_ratio(rollouts.logp, rollouts.old_logp, rollouts.mask)
    return sequence_ratio(rollouts.logp, rollouts.old_logp, rollouts.mask, level == "sequence")


def clipped_surrogate(rollouts: Rollouts, params: Any, advantages: Tensor, kept: Tensor | None = None) -> Surrogate:
    """PPO's clipped surrogate of each token, [B, T], as `assemble` takes it (Schulman et al. 2017, 1707.06347, eq. 7).

        min(rho A, clip(rho, 1 - clip_low, 1 + clip_high) A)          rho per token, or as `ratio_level` says

    A rule without `ratio_level` has a ratio per token, one without `dual_clip` no second clip. With `surrogate="log"`
    it is A log pi, and nothing is clipped. `kept` [B, T] are the tokens that count; all of the mask if None.
    """
    counted = rollouts.mask if kept is None else kept
    advantages = own_or(advantages, rollouts, params)
    ratio = ratio_of(rollouts, params)
    log = getattr(params, "surrogate", "ratio") == "log"
    if log or ratio.shape[-1] == counted.shape[-1]:
        advantages = of_each(advantages, counted)
    masked = kept is None or rollouts.advantages is None
    if log:
        return log_surrogate(rollouts, advantages, ratio) | {"masked": masked}
    dual = getattr(params, "dual_clip", 0.0)
    surrogate, gate = clipped(ratio, advantages, params.clip_low, params.clip_high, dual)
    return {"surrogate": surrogate, "advantages": advantages, "ratio": ratio, "gate": gate, "masked": masked}


def assemble(
    rollouts: Rollouts,
    params: Any,
    *,
    surrogate: Tensor,
    advantages: Tensor,
    ratio: Tensor,
    gate: Tensor | None = None,
    masked: bool = False,
    kept: Tensor | None = None,
    penalty: KLPenalty | None = None,
    returns: Tensor | None = None,
) -> Terms:
    """Average what a rule says of each token, and add its terms up.

        total = policy + value_weight value - entropy_weight entropy (+ beta kl, where the KL is a term of the loss)

    Args:
        rollouts, params: the batch and the rule's settings.
        surrogate: [B, T], or [B, 1] for one number per answer, what the rule maximises.
        advantages, ratio: [B, T] with 0 and 1 in padding, or [B, 1]; handed on as [B, T].
        gate: the same, where the clip has stopped the gradient; nowhere if None.
        masked: a surrogate and a gate [B, T] are 0 wherever a token does not count.
        kept: [B, T], the tokens whose surrogate counts; all of the mask if None.
        penalty: the KL penalty of a rule that has one.
        returns: [B, T], the critic's targets, for a rule with a critic.
    """
    mask, mean = rollouts.mask, Average.of(params, rollouts)
    counted = mask if kept is None else kept
    policy = -mean.policy(surrogate, counted, masked)
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
    if penalty is not None and penalty.in_loss(rollouts):
        kl = mean.kl(penalty.per_token(rollouts, _ratio(ratio, mask)), mask)
        total = total + params.beta * kl
    if gate is None:
        shape = checks.broadcast(surrogate.shape, mask.shape[-2:])
        gate = torch.zeros((), dtype=torch.bool, device=mask.device).expand(shape)
    elif not (masked and gate.shape[-1] == mask.shape[-1] > 1):
        gate = both(gate, counted)
    return Terms(total, policy, kl, value, entropy, of_each(advantages, counted), _ratio(ratio, mask), gate)


def _ratio(ratio: Tensor, mask: Tensor) -> Tensor:
    """A ratio as [B, T], as it is or once for each token."""
    return ratio if ratio.shape[-1] == mask.shape[-1] else of_each_token(ratio, mask)
