"""REINFORCE with a value baseline: make an answer likelier if it did better than a critic had forecast."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from objectives.estimators.advantages import gae, whiten
from objectives.estimators.aggregate import Average
from objectives.estimators.entropy import mean_entropy
from objectives.estimators.ratios import token_ratio
from objectives.estimators.value_loss import value_loss
from objectives.hyperparameters import Checked, hyper
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "baseline"


@dataclass(frozen=True)
class Params(Checked):
    """Settings of REINFORCE with a value baseline."""

    gamma: float = hyper(1.0, low=0.0, high=1.0, source="language models: undiscounted", doc="discount per token")
    lam: float = hyper(
        1.0,
        low=0.0,
        high=1.0,
        source="Sutton et al. 2000: return minus value is lam = 1",
        doc="trace decay of the advantage (GAE); 1 is return minus value",
    )
    value_weight: float = hyper(
        0.5,
        low=0.0,
        high=100.0,
        source="Stable-Baselines3 A2C vf_coef",
        doc="weight of the critic's squared error in the loss",
    )
    whiten: bool = hyper(
        False,
        source="not in the paper; Stable-Baselines3 A2C normalize_advantage",
        doc="standardise the advantages over the batch",
    )
    ddof: int = hyper(1, low=0, high=1, source="Stable-Baselines3: torch.std", doc="1 = sample standard deviation")
    eps: float = hyper(1e-8, low=0.0, high=1.0, source="Stable-Baselines3", doc="added to that standard deviation")
    entropy_weight: float = hyper(
        0.0,
        low=0.0,
        high=100.0,
        source="not in the paper; Stable-Baselines3 A2C ent_coef",
        doc="weight of the entropy bonus",
    )
    aggregation: str = hyper(
        "sum",
        choices=("token", "group", "sequence", "sum", "constant", "total"),
        source="Sutton et al. 2000; Stable-Baselines3 A2C: token",
        doc="how tokens become one number",
    )
    length: float = hyper(
        0.0, low=0.0, high=1e9, unit="tokens", source="as Dr. GRPO's", doc="divisor of constant; 0 = width of the batch"
    )
    empty: str = hyper(
        "drop",
        choices=("drop", "count"),
        source="not in the papers; TRL and verl: count, OpenRLHF: drop",
        doc="whether an answer without a token, cut off say, counts in a mean over answers",
    )


def loss(rollouts: Rollouts, params: Params) -> Terms:
    """Minus the advantage-weighted log-probability, plus the critic's error (Williams 1992; Sutton et al. 2000).

        J = mean_i sum_t A_it log pi(o_it)          A_it = R_it - V(s_it)          critic: min mean (V - R)^2

    Subtracting V moves no average and removes noise. Sum over the tokens of an answer, mean over answers, as in
    REINFORCE. The surrogate is unbounded above wherever some A < 0, so a batch is used once.
    Holds constant: rewards, old_values. Ignores: old_logp (but reports the ratio), group.
    """
    mask, mean = rollouts.mask, Average.of(params, rollouts)
    advantages, returns = gae(rollouts.rewards, rollouts.need("old_values"), mask, params.gamma, params.lam)
    if params.whiten:
        advantages = whiten(advantages, mask, params.ddof, params.eps)
    ratio = token_ratio(rollouts.logp, rollouts.old_logp, mask)
    surrogate = advantages * torch.where(mask, rollouts.logp, torch.zeros_like(rollouts.logp))
    gate = torch.zeros_like(surrogate, dtype=torch.bool)
    policy = -mean.policy(surrogate, mask)
    value = value_loss(rollouts.values, returns, mask)
    entropy = mean_entropy(rollouts.entropies, surrogate, mask)
    total = policy + params.value_weight * value - params.entropy_weight * entropy
    return Terms(total, policy, torch.zeros_like(policy), value, entropy, advantages, ratio, gate)


OBJECTIVE = Objective(NAME, Params, loss, critic=True)
