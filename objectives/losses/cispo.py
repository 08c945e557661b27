"""CISPO: clip the weight and not the token, so that every token keeps a gradient."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from objectives.estimators import kl_penalty
from objectives.estimators.advantages import group_relative, spread
from objectives.estimators.aggregate import Average
from objectives.estimators.entropy import mean_entropy
from objectives.estimators.kl_penalty import Leash
from objectives.estimators.ratios import importance, stopped_weight
from objectives.hyperparameters import Checked, hyper
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
    ratio_level: str = hyper(
        "token",
        choices=("token", "sequence", "product"),
        source="CISPO (2506.13585) eq. 4; TRL importance_sampling_level",
        doc="one ratio per token, per answer (its length-th root), or of the whole answer",
    )
    aggregation: str = hyper(
        "group",
        choices=("token", "group", "sequence", "sum", "constant", "total"),
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
    empty: str = hyper(
        "drop",
        choices=("drop", "count"),
        source="not in the papers; TRL and verl: count, OpenRLHF: drop",
        doc="whether an answer without a token, cut off say, counts in a mean over answers",
    )
    beta: float = hyper(
        0.0,
        low=0.0,
        high=10.0,
        source="CISPO (2506.13585) section 3.1: none; TRL beta, verl kl_loss_coef",
        doc="weight of the KL penalty to the reference, the leash",
    )
    kl_estimator: str = hyper(
        "k3",
        choices=("k1", "k2", "k3", "abs", "k3_k2"),
        source="as GRPO's; TRL; verl low_var_kl",
        doc="estimator of that KL per token",
    )
    kl_place: str = hyper(
        "loss",
        choices=("loss", "reward", "return"),
        source="as GRPO's; TRL; verl use_kl_in_reward",
        doc="where it enters: a term of the loss, the reward before grading, or the return of each token",
    )
    kl_ratio: bool = hyper(
        False,
        source="TRL use_bias_correction_kl; DeepSeek-V3.2 (2512.02556)",
        doc="multiply the KL in the loss by pi / pi_old, which makes its gradient unbiased",
    )
    kl_cap: float = hyper(
        0.0,
        low=0.0,
        high=1000.0,
        source="not in the paper; verl (k3) and OpenRLHF 10",
        doc="largest KL of one token, 0 for no cap",
    )
    kl_aggregation: str = hyper(
        "same",
        choices=("same", "token"),
        source="as its formula; verl and OpenRLHF with GSPO: token",
        doc="how the KL in the loss is averaged: as the policy is, or over tokens",
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
        4, low=1, high=1000, source="CISPO (2506.13585): 16 per rollout; chosen for the picture", doc="steps per batch"
    )

    def check(self) -> None:
        """The KL has one place."""
        kl_penalty.check(self)


def loss(rollouts: Rollouts, params: Params) -> Terms:
    """Minus the log-probability weighed by the advantage and by a clipped, stopped ratio (CISPO, 2506.13585, eq. 4-5).

        J = E_q [ 1 / sum|o_i| sum_i sum_t sg(clip(rho, 1 - e_low, 1 + e_high)) A_i log pi(o_it) ]

    The weight corrects for old samples and is held constant (sg), so no token is ever silenced: the gate stays open.
    Only its gradient means anything; finite differences of this value do not see the stop.
    The paper has no leash; the libraries allow one (`beta`).
    Holds constant: rewards, old_logp, the weight, ref_logp (not needed at beta = 0). Ignores: values.
    """
    mask, rope, mean = rollouts.mask, Leash.of(params), Average.of(params, rollouts)
    graded = group_relative(rope.rewards(rollouts), rollouts.group, params.scale, params.ddof, params.eps, params.lone)
    advantages = rope.shorten(spread(graded, mask), rollouts)
    ratio = importance(rollouts.logp, rollouts.old_logp, mask, params.ratio_level)
    weight = stopped_weight(ratio, params.clip_low, params.clip_high)
    surrogate = weight * advantages * torch.where(mask, rollouts.logp, torch.zeros_like(rollouts.logp))
    gate = torch.zeros_like(surrogate, dtype=torch.bool)
    policy = -mean.policy(surrogate, mask)
    kl = mean.kl(rope.term(rollouts, ratio), mask)
    entropy = mean_entropy(rollouts.entropies, surrogate, mask, mean.entropy)
    total = policy - params.entropy_weight * entropy
    if rope.place == "loss":
        total = total + params.beta * kl
    return Terms(total, policy, kl, torch.zeros_like(policy), entropy, advantages, ratio, gate)


OBJECTIVE = Objective(NAME, Params, loss, paper="2506.13585")
