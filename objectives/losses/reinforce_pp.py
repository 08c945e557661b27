"""REINFORCE++: no critic, no siblings; the whole batch is the scale, and the KL is paid token by token."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from objectives.estimators import kl_penalty
from objectives.estimators.advantages import at_the_end, discounted_returns, group_relative, whiten
from objectives.estimators.aggregate import Average
from objectives.estimators.entropy import mean_entropy
from objectives.estimators.kl_penalty import Leash
from objectives.estimators.ratios import clipped, token_ratio
from objectives.hyperparameters import Checked, hyper
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "reinforce_pp"


@dataclass(frozen=True)
class Params(Checked):
    """Settings of REINFORCE++."""

    baseline: str = hyper(
        "none",
        choices=("none", "group"),
        source="REINFORCE++ (2501.03262): none; its variant REINFORCE++-baseline: group",
        doc="subtract the mean of the group first",
    )
    lone: str = hyper(
        "zero",
        choices=("zero", "reward"),
        source="not in the papers; TRL 0, verl the raw reward",
        doc="what a group of one gets as its advantage",
    )
    gamma: float = hyper(1.0, low=0.0, high=1.0, source="OpenRLHF; verl", doc="discount per token of the reward")
    whiten: bool = hyper(True, source="REINFORCE++ (2501.03262) eq. 7", doc="standardise the advantages over the batch")
    ddof: int = hyper(0, low=0, high=1, source="OpenRLHF; verl 1", doc="1 = sample standard deviation")
    eps: float = hyper(
        1e-8, low=0.0, high=1.0, source="OpenRLHF; not in the paper", doc="added to that standard deviation"
    )
    eps_place: str = hyper(
        "floor",
        choices=("std", "variance", "floor", "none"),
        source="OpenRLHF; verl: variance",
        doc="where eps goes: std + eps, sqrt(var + eps), sqrt(max(var, eps)); none only centres",
    )
    clip_low: float = hyper(0.2, low=0.0, high=1.0, source="PPO's; OpenRLHF", doc="how far below 1 the ratio may pay")
    clip_high: float = hyper(
        0.2, low=0.0, high=100.0, source="PPO's; OpenRLHF", doc="how far above 1 the ratio may pay"
    )
    dual_clip: float = hyper(
        0.0,
        low=0.0,
        high=1000.0,
        source="1912.09729; off in the paper, TRL (delta) and OpenRLHF, verl 3",
        doc="ratio past which a bad token is silenced too; 0 for none, else above 1",
    )
    aggregation: str = hyper(
        "token",
        choices=("token", "group", "sequence", "sum", "constant", "total"),
        source="OpenRLHF token_level_loss; verl token-mean",
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
        0.01,
        low=0.0,
        high=10.0,
        source="OpenRLHF init_kl_coef; the paper does not fix it",
        doc="weight of the KL penalty to the reference, the leash",
    )
    kl_estimator: str = hyper(
        "k1",
        choices=("k1", "k2", "k3", "abs", "k3_k2"),
        source="REINFORCE++ (2501.03262) eq. 6; the -baseline variant: k2",
        doc="estimator of that KL per token",
    )
    kl_place: str = hyper(
        "return",
        choices=("loss", "reward", "return"),
        source="REINFORCE++ (2501.03262) eq. 6; the -baseline variant: loss",
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
        0.0,
        low=0.0,
        high=100.0,
        source="not in the paper; OpenRLHF entropy_loss_coef",
        doc="weight of the entropy bonus",
    )
    entropy_aggregation: str = hyper(
        "token",
        choices=("same", "token"),
        source="not in the papers; TRL, OpenRLHF: token, verl: its loss_agg_mode",
        doc="how the entropy is averaged: as the policy is, or over tokens",
    )
    updates: int = hyper(
        4, low=1, high=1000, source="REINFORCE++ (2501.03262): PPO's; chosen for the picture", doc="steps per batch"
    )

    def check(self) -> None:
        """The KL has one place, and the second clip lies above 1."""
        kl_penalty.check(self)
        if 0 < self.dual_clip <= 1:
            raise ValueError(f"dual_clip must be above 1, or 0 for none, not {self.dual_clip!r}")


def loss(rollouts: Rollouts, params: Params) -> Terms:
    """Minus the clipped surrogate of returns standardised over the whole batch (REINFORCE++, 2501.03262 v9, eq. 5-8).

        J = mean_{i,t} min(rho A_it, clip(rho, 1 - e, 1 + e) A_it)
        A_it = (R_it - mean of the batch) / std of the batch          R_it = r_i - beta sum_{s >= t} k1_is

    A group's own mean and std, from few answers, bias GRPO; those of a large batch hardly do. All answers of one right
    question are pushed up, though, and all of one hard question down, unless `baseline="group"`.
    Holds constant: rewards, old_logp, ref_logp (not needed at beta = 0). Ignores: values, and group with no baseline.
    """
    mask, rope, mean = rollouts.mask, Leash.of(params), Average.of(params, rollouts)
    rewards = rope.rewards(rollouts)
    if params.baseline == "group":
        rewards = group_relative(rewards, rollouts.group, "none", lone=params.lone)
    pay = at_the_end(rewards, mask)
    if rope.place == "return":
        pay = pay - rope.tokens(rollouts)
    advantages = discounted_returns(pay, mask, params.gamma)
    if params.whiten:
        advantages = whiten(advantages, mask, params.ddof, params.eps, params.eps_place)
    ratio = token_ratio(rollouts.logp, rollouts.old_logp, mask)
    surrogate, gate = clipped(ratio, advantages, params.clip_low, params.clip_high, params.dual_clip)
    policy = -mean.policy(surrogate, mask)
    kl = mean.kl(rope.term(rollouts, ratio), mask)
    entropy = mean_entropy(rollouts.entropies, surrogate, mask, mean.entropy)
    total = policy - params.entropy_weight * entropy
    if rope.place == "loss":
        total = total + params.beta * kl
    return Terms(total, policy, kl, torch.zeros_like(policy), entropy, advantages, ratio, gate)


OBJECTIVE = Objective(NAME, Params, loss, paper="2501.03262")
