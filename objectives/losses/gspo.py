"""GSPO: the reward is for the answer, so the ratio and the clip are of the answer."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from objectives.estimators.advantages import group_relative, spread
from objectives.estimators.aggregate import Average
from objectives.estimators.entropy import mean_entropy
from objectives.estimators.ratios import clipped, importance
from objectives.hyperparameters import Checked, hyper
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "gspo"


@dataclass(frozen=True)
class Params(Checked):
    """Settings of GSPO."""

    scale: str = hyper(
        "std",
        choices=("std", "none", "batch"),
        source="GSPO (2507.18071) eq. 6",
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
        3e-4, low=0.0, high=1.0, source="GSPO (2507.18071) section 5.1", doc="how far below 1 the ratio may pay"
    )
    clip_high: float = hyper(
        4e-4, low=0.0, high=100.0, source="GSPO (2507.18071) section 5.1", doc="how far above 1 the ratio may pay"
    )
    ratio_level: str = hyper(
        "sequence",
        choices=("token", "sequence", "product"),
        source="GSPO (2507.18071) eq. 7; TRL importance_sampling_level, verl gspo",
        doc="one ratio per token, per answer (its length-th root), or of the whole answer",
    )
    aggregation: str = hyper(
        "sequence",
        choices=("token", "group", "sequence", "sum", "constant", "total"),
        source="GSPO (2507.18071) eq. 5; verl, TRL with loss_type grpo",
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
    empty: str = hyper(
        "drop",
        choices=("drop", "count"),
        source="not in the papers; TRL and verl: count, OpenRLHF: drop",
        doc="whether an answer without a token, cut off say, counts in a mean over answers",
    )
    entropy_weight: float = hyper(
        0.0, low=0.0, high=100.0, source="not in the paper; verl entropy_coeff", doc="weight of the entropy bonus"
    )
    entropy_aggregation: str = hyper(
        "token",
        choices=("same", "token"),
        source="not in the papers; TRL, OpenRLHF: token, verl: its loss_agg_mode",
        doc="how the entropy is averaged: as the policy is, or over tokens",
    )
    updates: int = hyper(
        4, low=1, high=1000, source="GSPO (2507.18071) section 5.1: four minibatches per rollout", doc="steps per batch"
    )


def loss(rollouts: Rollouts, params: Params) -> Terms:
    """Minus the clipped surrogate with one ratio per answer (GSPO, 2507.18071, eq. 5-7).

        J = 1/G sum_i min(s_i A_i, clip(s_i, 1 - e_low, 1 + e_high) A_i)     s_i = (pi(o_i) / pi_old(o_i))^(1 / |o_i|)

    The mean log-ratio of many tokens is small, and so is the fence. An answer is silenced as a whole or not at all. At
    pi = pi_old the gradient is GRPO's. verl writes it per token with stop-gradients (the paper's GSPO-token): with one
    advantage per answer that is the same value and the same gradient.
    Holds constant: rewards, old_logp. Ignores: ref_logp, values.
    """
    mask, mean = rollouts.mask, Average.of(params, rollouts)
    graded = group_relative(rollouts.rewards, rollouts.group, params.scale, params.ddof, params.eps, params.lone)
    advantages = spread(graded, mask)
    ratio = importance(rollouts.logp, rollouts.old_logp, mask, params.ratio_level)
    surrogate, gate = clipped(ratio, advantages, params.clip_low, params.clip_high)
    policy = -mean.policy(surrogate, mask)
    entropy = mean_entropy(rollouts.entropies, surrogate, mask, mean.entropy)
    zero = torch.zeros_like(policy)
    return Terms(policy - params.entropy_weight * entropy, policy, zero, zero, entropy, advantages, ratio, gate)


OBJECTIVE = Objective(NAME, Params, loss, paper="2507.18071")
