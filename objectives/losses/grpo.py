"""GRPO: the siblings are the baseline, and a leash ties the policy to where it came from."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from objectives.estimators import kl_penalty
from objectives.estimators.advantages import group_relative, spread
from objectives.estimators.aggregate import Average
from objectives.estimators.entropy import mean_entropy
from objectives.estimators.kl_penalty import Leash
from objectives.estimators.ratios import clipped, importance
from objectives.hyperparameters import Checked, hyper
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "grpo"


@dataclass(frozen=True)
class Params(Checked):
    """Settings of GRPO."""

    scale: str = hyper(
        "std",
        choices=("std", "none", "batch"),
        source="DeepSeekMath (2402.03300) section 4.1.2; Dr. GRPO: none; TRL also batch",
        doc="divide by the std of the group, of the batch, or not at all",
    )
    ddof: int = hyper(
        0, low=0, high=1, source="population std; the paper does not say, verl and TRL take 1", doc="1 = sample std"
    )
    eps: float = hyper(
        1e-8,
        low=0.0,
        high=1.0,
        source="not in the paper; verl 1e-6, TRL 1e-4, OpenRLHF 1e-9",
        doc="added to that standard deviation",
    )
    lone: str = hyper(
        "zero",
        choices=("zero", "reward"),
        source="not in the papers; TRL 0, verl the raw reward",
        doc="what a group of one gets as its advantage",
    )
    clip_low: float = hyper(
        0.2, low=0.0, high=1.0, source="PPO's; DeepSeekMath does not state it", doc="how far below 1 the ratio may pay"
    )
    clip_high: float = hyper(
        0.2,
        low=0.0,
        high=100.0,
        source="PPO's; DeepSeekMath does not state it",
        doc="how far above 1 the ratio may pay",
    )
    dual_clip: float = hyper(
        0.0,
        low=0.0,
        high=1000.0,
        source="1912.09729; off in the paper, TRL (delta) and OpenRLHF, verl 3",
        doc="ratio past which a bad token is silenced too; 0 for none, else above 1",
    )
    ratio_level: str = hyper(
        "token",
        choices=("token", "sequence", "product"),
        source="DeepSeekMath (2402.03300) eq. 3; TRL importance_sampling_level",
        doc="one ratio per token, per answer (its length-th root), or of the whole answer",
    )
    aggregation: str = hyper(
        "sequence",
        choices=("token", "group", "sequence", "sum", "constant", "total"),
        source="DeepSeekMath (2402.03300) eq. 3; TRL's default is dapo, its bnpo: token",
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
        0.04,
        low=0.0,
        high=10.0,
        source="DeepSeekMath (2402.03300) section 4.2; R1-Zero uses 0.001",
        doc="weight of the KL penalty to the reference, the leash",
    )
    kl_estimator: str = hyper(
        "k3",
        choices=("k1", "k2", "k3", "abs", "k3_k2"),
        source="DeepSeekMath (2402.03300) eq. 4; TRL; verl low_var_kl",
        doc="estimator of that KL per token",
    )
    kl_place: str = hyper(
        "loss",
        choices=("loss", "reward", "return"),
        source="DeepSeekMath (2402.03300) eq. 3; verl use_kl_in_reward",
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
    updates: int = hyper(4, low=1, high=1000, source="chosen for the picture (DeepSeekMath: 1)", doc="steps per batch")

    def check(self) -> None:
        """The KL has one place, and the second clip lies above 1."""
        kl_penalty.check(self)
        if 0 < self.dual_clip <= 1:
            raise ValueError(f"dual_clip must be above 1, or 0 for none, not {self.dual_clip!r}")


def loss(rollouts: Rollouts, params: Params) -> Terms:
    """Minus the clipped surrogate of group-relative advantages, plus beta times k3 (DeepSeekMath, 2402.03300, eq. 3-4).

        J = 1/G sum_i 1/|o_i| sum_t { min(rho A_i, clip(rho, 1 - e, 1 + e) A_i) - beta k3_it }
        A_i = (r_i - mean of its group) / std of its group          k3 = pi_ref/pi - log(pi_ref/pi) - 1

    Mean over an answer's tokens, then over answers (`aggregation`). The ratio is to the old policy, the KL to the
    reference. The gradient of k3 as a loss is that of KL(ref || pi), not of KL(pi || ref).
    Holds constant: rewards, old_logp, ref_logp (not needed at beta = 0). Ignores: values.
    """
    mask, rope, mean = rollouts.mask, Leash.of(params), Average.of(params, rollouts)
    graded = group_relative(rope.rewards(rollouts), rollouts.group, params.scale, params.ddof, params.eps, params.lone)
    advantages = rope.shorten(spread(graded, mask), rollouts)
    ratio = importance(rollouts.logp, rollouts.old_logp, mask, params.ratio_level)
    surrogate, gate = clipped(ratio, advantages, params.clip_low, params.clip_high, params.dual_clip)
    policy = -mean.policy(surrogate, mask)
    kl = mean.kl(rope.term(rollouts, ratio), mask)
    entropy = mean_entropy(rollouts.entropies, surrogate, mask, mean.entropy)
    total = policy - params.entropy_weight * entropy
    if rope.place == "loss":
        total = total + params.beta * kl
    return Terms(total, policy, kl, torch.zeros_like(policy), entropy, advantages, ratio, gate)


OBJECTIVE = Objective(NAME, Params, loss, paper="2402.03300")
