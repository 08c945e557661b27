"""REINFORCE: make an answer likelier in proportion to its reward."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from objectives.estimators.advantages import spread
from objectives.estimators.aggregate import Average
from objectives.estimators.entropy import mean_entropy
from objectives.estimators.ratios import token_ratio
from objectives.hyperparameters import Checked, hyper
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "reinforce"


@dataclass(frozen=True)
class Params(Checked):
    """Settings of REINFORCE."""

    baseline: float = hyper(
        0.0,
        low=-1000.0,
        high=1000.0,
        unit="reward",
        source="Williams 1992, section 3: reinforcement baseline",
        doc="constant subtracted from every reward; 0 is the plain rule",
    )
    aggregation: str = hyper(
        "sum",
        choices=("token", "group", "sequence", "sum", "constant", "total"),
        source="REINFORCE (Williams 1992): mean over episodes of the sum over steps",
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
    """Minus the reward-weighted log-probability (Williams 1992; Sutton et al. 2000).

        J = mean_i (r_i - b) sum_t log pi(o_it)            gradient: mean_i (r_i - b) sum_t grad log pi(o_it)

    Sum over the tokens of an answer, mean over answers. Its value is not a reward: only its gradient at pi = pi_old
    means anything, so a batch is used once. With r >= 0 the batch's optimum is pi proportional to the rewards seen.
    Holds constant: rewards. Ignores: old_logp (but reports the ratio), group, values.
    """
    mask, mean = rollouts.mask, Average.of(params, rollouts)
    advantages = spread(rollouts.rewards - params.baseline, mask)
    ratio = token_ratio(rollouts.logp, rollouts.old_logp, mask)
    surrogate = advantages * torch.where(mask, rollouts.logp, torch.zeros_like(rollouts.logp))
    gate = torch.zeros_like(surrogate, dtype=torch.bool)
    policy = -mean.policy(surrogate, mask)
    zero = torch.zeros_like(policy)
    entropy = mean_entropy(rollouts.entropies, surrogate, mask)
    return Terms(policy, policy, zero, zero, entropy, advantages, ratio, gate)


OBJECTIVE = Objective(NAME, Params, loss)
