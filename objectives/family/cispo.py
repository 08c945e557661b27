"""CISPO: clip the weight and not the token, so that every token keeps a gradient."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from objectives.advantages import group_relative, spread
from objectives.aggregate import aggregate
from objectives.critic import mean_entropy
from objectives.params import Checked, hyper
from objectives.ratios import stopped_weight, token_ratio
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "cispo"


@dataclass(frozen=True)
class Params(Checked):
    """Settings of CISPO."""

    scale: str = hyper(
        "std",
        choices=("std", "none", "batch"),
        source="CISPO (2506.13585) eq. 2",
        doc="divide by the std of the group, of the batch, or not at all",
    )
    ddof: int = hyper(
        0, low=0, high=1, source="population std; the paper does not say, verl and TRL take 1", doc="1 = sample std"
    )
    eps: float = hyper(
        1e-8, low=0.0, high=1.0, source="not in the paper; verl 1e-6, TRL 1e-4", doc="added to that standard deviation"
    )
    lone: str = hyper(
        "zero",
        choices=("zero", "reward"),
        source="not in the papers; TRL 0, verl the raw reward",
        doc="what a group of one gets as its advantage",
    )
    clip_low: float = hyper(
        1.0,
        low=0.0,
        high=1.0,
        source="CISPO (2506.13585) section 3.1: no lower bound; TRL none, verl 0.2",
        doc="how far below 1 the weight may go; 1 for no bound",
    )
    clip_high: float = hyper(
        4.0,
        low=0.0,
        high=100.0,
        source="ScaleRL (2510.13786), TRL: weight at most 5; CISPO does not state its own",
        doc="how far above 1 the weight may go",
    )
    aggregation: str = hyper(
        "group",
        choices=("token", "group", "sequence", "sum", "constant"),
        source="CISPO (2506.13585) eq. 4 as written; verl and TRL: token",
        doc="how tokens become one number",
    )
    length: float = hyper(
        0.0,
        low=0.0,
        high=1e9,
        unit="tokens",
        source="Dr. GRPO (2503.20783) listing 1; TRL max_completion_length",
        doc="divisor of constant; 0 = width of the batch",
    )
    entropy_weight: float = hyper(
        0.0, low=0.0, high=100.0, source="not in the paper; verl entropy_coeff", doc="weight of the entropy bonus"
    )
    updates: int = hyper(
        4, low=1, high=1000, source="CISPO (2506.13585): 16 per rollout; chosen for the picture", doc="steps per batch"
    )


def loss(rollouts: Rollouts, params: Params) -> Terms:
    """Minus the log-probability weighed by the advantage and by a clipped, stopped ratio (CISPO, 2506.13585, eq. 4-5).

        J = E_q [ 1 / sum|o_i| sum_i sum_t sg(clip(rho, 1 - e_low, 1 + e_high)) A_i log pi(o_it) ]

    The weight corrects for old samples and is held constant (sg), so no token is ever silenced: the gate stays open.
    Only its gradient means anything; finite differences of this value do not see the stop.
    Holds constant: rewards, old_logp, the weight. Ignores: ref_logp, values.
    """
    mask = rollouts.mask
    graded = group_relative(rollouts.rewards, rollouts.group, params.scale, params.ddof, params.eps, params.lone)
    advantages = spread(graded, mask)
    ratio = token_ratio(rollouts.logp, rollouts.old_logp, mask)
    weight = stopped_weight(ratio, params.clip_low, params.clip_high)
    surrogate = weight * advantages * torch.where(mask, rollouts.logp, torch.zeros_like(rollouts.logp))
    gate = torch.zeros_like(surrogate, dtype=torch.bool)
    policy = -aggregate(surrogate, mask, params.aggregation, rollouts.group, params.length)
    entropy = mean_entropy(rollouts.entropies, surrogate, mask)
    zero = torch.zeros_like(policy)
    return Terms(policy - params.entropy_weight * entropy, policy, zero, zero, entropy, advantages, ratio, gate)


OBJECTIVE = Objective(NAME, Params, loss, paper="2506.13585")
