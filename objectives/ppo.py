"""PPO: a cheaper fence, one number per token, past which nothing urges on."""

from __future__ import annotations

from dataclasses import dataclass

from objectives.advantages import gae, whiten
from objectives.aggregate import token_mean
from objectives.critic import mean_entropy, value_loss
from objectives.params import Checked, hyper
from objectives.ratios import clipped, token_ratio
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "ppo"


@dataclass(frozen=True)
class Params(Checked):
    """Settings of PPO."""

    gamma: float = hyper(1.0, low=0.0, high=1.0, source="language models: undiscounted", doc="discount per token")
    lam: float = hyper(
        0.95, low=0.0, high=1.0, source="PPO (1707.06347) table 3", doc="trace decay of the advantage (GAE)"
    )
    clip_low: float = hyper(
        0.2, low=0.0, high=1.0, source="PPO (1707.06347) section 6.1", doc="how far below 1 the ratio may pay"
    )
    clip_high: float = hyper(
        0.2, low=0.0, high=100.0, source="PPO (1707.06347) section 6.1", doc="how far above 1 the ratio may pay"
    )
    whiten: bool = hyper(
        True,
        source="not in the paper; OpenAI baselines ppo2, CleanRL, Stable-Baselines3",
        doc="standardise the advantages over the batch",
    )
    ddof: int = hyper(
        1, low=0, high=1, source="CleanRL, Stable-Baselines3: torch.std", doc="1 = sample standard deviation"
    )
    eps: float = hyper(
        1e-8, low=0.0, high=1.0, source="CleanRL, Stable-Baselines3", doc="added to that standard deviation"
    )
    value_weight: float = hyper(
        0.5, low=0.0, high=100.0, source="PPO (1707.06347) eq. 9: c1; value as in CleanRL", doc="weight of the critic"
    )
    entropy_weight: float = hyper(
        0.0, low=0.0, high=100.0, source="PPO (1707.06347) eq. 9: c2, 0 on MuJoCo", doc="weight of the entropy bonus"
    )
    updates: int = hyper(
        4, low=1, high=1000, source="chosen for the picture (paper: 3 on Atari, 10 on MuJoCo)", doc="steps per batch"
    )


def loss(rollouts: Rollouts, params: Params) -> Terms:
    """Minus the clipped surrogate, plus the critic's error, minus the entropy bonus (Schulman et al. 2017, eq. 9).

        J = mean_{i,t} min(rho A, clip(rho, 1 - e, 1 + e) A) - c1 (V - R)^2 + c2 H

    Mean over all tokens; advantages standardised over the batch (`whiten`). The reference policy does not enter: in
    RLHF its KL is part of the reward.
    Holds constant: rewards, old_logp, old_values. Ignores: group.
    """
    mask = rollouts.mask
    advantages, returns = gae(rollouts.rewards, rollouts.need("old_values"), mask, params.gamma, params.lam)
    if params.whiten:
        advantages = whiten(advantages, mask, params.ddof, params.eps)
    ratio = token_ratio(rollouts.logp, rollouts.old_logp, mask)
    surrogate, gate = clipped(ratio, advantages, params.clip_low, params.clip_high)
    policy = -token_mean(surrogate, mask)
    value = value_loss(rollouts.values, returns, mask)
    entropy = mean_entropy(rollouts.entropies, surrogate, mask)
    total = policy + params.value_weight * value - params.entropy_weight * entropy
    return Terms(total, policy, policy * 0, value, entropy, advantages, ratio, gate)


OBJECTIVE = Objective(NAME, Params, loss, critic=True)
