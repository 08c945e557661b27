"""RLOO: REINFORCE, and what the siblings earned is the baseline."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from objectives.estimators import kl_penalty
from objectives.estimators.advantages import leave_one_out, spread, whiten
from objectives.estimators.aggregate import Average
from objectives.estimators.entropy import mean_entropy
from objectives.estimators.kl_penalty import Leash
from objectives.estimators.ratios import clipped, importance
from objectives.hyperparameters import Checked, hyper
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "rloo"


@dataclass(frozen=True)
class Params(Checked):
    """Settings of RLOO."""

    lone: str = hyper(
        "zero",
        choices=("zero", "reward"),
        source="not in the papers; TRL 0, verl the raw reward",
        doc="what a group of one gets as its advantage",
    )
    surrogate: str = hyper(
        "log",
        choices=("log", "ratio"),
        source="RLOO (2402.14740) eq. 8; TRL, verl and OpenRLHF: ratio",
        doc="A log pi, or the clipped ratio times A",
    )
    ratio_level: str = hyper(
        "product",
        choices=("token", "sequence", "product"),
        source="TRL's RLOOTrainer: product; verl and OpenRLHF: token",
        doc="one ratio per token, per answer (its length-th root), or of the whole answer",
    )
    clip_low: float = hyper(
        0.2, low=0.0, high=1.0, source="not in the paper; TRL epsilon", doc="how far below 1 the ratio may pay"
    )
    clip_high: float = hyper(
        0.2, low=0.0, high=100.0, source="not in the paper; TRL epsilon", doc="how far above 1 the ratio may pay"
    )
    dual_clip: float = hyper(
        0.0,
        low=0.0,
        high=1000.0,
        source="1912.09729; off in the paper, TRL and OpenRLHF, verl 3",
        doc="ratio past which a bad token is silenced too; 0 for none, else above 1",
    )
    whiten: bool = hyper(
        False,
        source="not in the paper; TRL normalize_advantages",
        doc="standardise the advantages over the answers of the batch",
    )
    ddof: int = hyper(1, low=0, high=1, source="TRL, verl: torch.std", doc="1 = sample standard deviation")
    eps: float = hyper(1e-4, low=0.0, high=1.0, source="TRL", doc="added to that standard deviation")
    aggregation: str = hyper(
        "sum",
        choices=("token", "group", "sequence", "sum", "constant", "total"),
        source="RLOO (2402.14740): the answer is one action; with TRL's product: sequence",
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
        0.03,
        low=0.0,
        high=10.0,
        source="RLOO (2402.14740) appendix C, as in TRL's paper index",
        doc="weight of the KL penalty to the reference, the leash",
    )
    kl_estimator: str = hyper(
        "k1",
        choices=("k1", "k2", "k3", "abs", "k3_k2"),
        source="RLOO (2402.14740) eq. 3; TRL, verl",
        doc="estimator of that KL per token",
    )
    kl_place: str = hyper(
        "reward",
        choices=("loss", "reward", "return"),
        source="RLOO (2402.14740) eq. 3; OpenRLHF: return",
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
    updates: int = hyper(1, low=1, high=1000, source="RLOO (2402.14740): on policy", doc="steps per batch")

    def check(self) -> None:
        """The KL has one place, and the second clip lies above 1."""
        kl_penalty.check(self)
        if 0 < self.dual_clip <= 1:
            raise ValueError(f"dual_clip must be above 1, or 0 for none, not {self.dual_clip!r}")


def loss(rollouts: Rollouts, params: Params) -> Terms:
    """Minus the log-probability weighed by reward minus the others' mean (RLOO, 2402.14740, eq. 8).

        J = mean_i A_i sum_t log pi(o_it)       A_i = r_i - mean_{j != i} r_j       r_i holds -beta KL of the answer

    G / (G - 1) times the advantage of Dr. GRPO. Sum over the tokens of an answer, mean over answers.
    `surrogate="ratio"` gives the form of the libraries, where a batch may be used more than once.
    Holds constant: rewards, old_logp, ref_logp (not needed at beta = 0). Ignores: values.
    """
    mask, rope, mean = rollouts.mask, Leash.of(params), Average.of(params, rollouts)
    graded = leave_one_out(rope.rewards(rollouts), rollouts.group, params.lone)
    if params.whiten:
        counted = mask.any(-1, keepdim=True) | (params.empty == "count")
        graded = whiten(graded.unsqueeze(-1), counted, params.ddof, params.eps).squeeze(-1)
    advantages = rope.shorten(spread(graded, mask), rollouts)
    ratio = importance(rollouts.logp, rollouts.old_logp, mask, params.ratio_level)
    if params.surrogate == "ratio":
        surrogate, gate = clipped(ratio, advantages, params.clip_low, params.clip_high, params.dual_clip)
    else:
        surrogate = advantages * torch.where(mask, rollouts.logp, torch.zeros_like(rollouts.logp))
        gate = torch.zeros_like(surrogate, dtype=torch.bool)
    policy = -mean.policy(surrogate, mask)
    kl = mean.kl(rope.term(rollouts, ratio), mask)
    entropy = mean_entropy(rollouts.entropies, surrogate, mask, mean.entropy)
    total = policy - params.entropy_weight * entropy
    if rope.place == "loss":
        total = total + params.beta * kl
    return Terms(total, policy, kl, torch.zeros_like(policy), entropy, advantages, ratio, gate)


OBJECTIVE = Objective(NAME, Params, loss, paper="2402.14740")
