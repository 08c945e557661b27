"""Dr. GRPO: GRPO without its two divisions, by the std of the group and by the length of the answer."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from objectives.estimators.advantages import group_relative, spread
from objectives.estimators.aggregate import Average
from objectives.estimators.entropy import mean_entropy
from objectives.estimators.ratios import clipped, token_ratio
from objectives.hyperparameters import Checked, hyper
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "dr_grpo"


@dataclass(frozen=True)
class Params(Checked):
    """Settings of Dr. GRPO."""

    scale: str = hyper(
        "none",
        choices=("std", "none", "batch"),
        source="Dr. GRPO (2503.20783) section 3.2",
        doc="divide by the std of the group, of the batch, or not at all",
    )
    ddof: int = hyper(0, low=0, high=1, source="only with scale; as GRPO's", doc="1 = sample std")
    eps: float = hyper(
        1e-8, low=0.0, high=1.0, source="only with scale; as GRPO's", doc="added to that standard deviation"
    )
    lone: str = hyper(
        "zero",
        choices=("zero", "reward"),
        source="not in the papers; TRL 0, verl the raw reward",
        doc="what a group of one gets as its advantage",
    )
    clip_low: float = hyper(
        0.2, low=0.0, high=1.0, source="PPO's; sail-sg/understand-r1-zero", doc="how far below 1 the ratio may pay"
    )
    clip_high: float = hyper(
        0.2, low=0.0, high=100.0, source="PPO's; sail-sg/understand-r1-zero", doc="how far above 1 the ratio may pay"
    )
    dual_clip: float = hyper(
        0.0,
        low=0.0,
        high=1000.0,
        source="1912.09729; off in the paper, TRL (delta) and OpenRLHF, verl 3",
        doc="ratio past which a bad token is silenced too; 0 for none, else above 1",
    )
    aggregation: str = hyper(
        "constant",
        choices=("token", "group", "sequence", "sum", "constant", "total"),
        source="Dr. GRPO (2503.20783) listing 1; TRL dr_grpo, verl seq-mean-token-sum-norm",
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
    updates: int = hyper(1, low=1, high=1000, source="Dr. GRPO (2503.20783): one epoch", doc="steps per batch")

    def check(self) -> None:
        """The second clip lies above 1."""
        if 0 < self.dual_clip <= 1:
            raise ValueError(f"dual_clip must be above 1, or 0 for none, not {self.dual_clip!r}")


def loss(rollouts: Rollouts, params: Params) -> Terms:
    """Minus the clipped surrogate, summed over tokens and divided by a constant (Dr. GRPO, 2503.20783, listing 1).

        J = 1/G sum_i 1/L sum_t min(rho A_i, clip(rho, 1 - e, 1 + e) A_i)          A_i = r_i - mean of its group

    Dividing by |o_i| pays for long wrong answers, dividing by the std favours questions that are nearly solved or
    nearly hopeless; both biases are gone. L is the budget of an answer (`length`), the same for all. No KL.
    Holds constant: rewards, old_logp. Ignores: ref_logp, values.
    """
    mask, mean = rollouts.mask, Average.of(params, rollouts)
    graded = group_relative(rollouts.rewards, rollouts.group, params.scale, params.ddof, params.eps, params.lone)
    advantages = spread(graded, mask)
    ratio = token_ratio(rollouts.logp, rollouts.old_logp, mask)
    surrogate, gate = clipped(ratio, advantages, params.clip_low, params.clip_high, params.dual_clip)
    policy = -mean.policy(surrogate, mask)
    entropy = mean_entropy(rollouts.entropies, surrogate, mask, mean.entropy)
    zero = torch.zeros_like(policy)
    return Terms(policy - params.entropy_weight * entropy, policy, zero, zero, entropy, advantages, ratio, gate)


OBJECTIVE = Objective(NAME, Params, loss, paper="2503.20783")
