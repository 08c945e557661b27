"""VAPO: PPO again, with a critic that is taught apart and an eye on the length of the answer."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from objectives.estimators.advantages import gae, whiten
from objectives.estimators.aggregate import Average, token_mean
from objectives.estimators.entropy import mean_entropy
from objectives.estimators.ratios import clipped, token_ratio
from objectives.estimators.value_loss import value_loss
from objectives.hyperparameters import Checked, hyper
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "vapo"


@dataclass(frozen=True)
class Params(Checked):
    """Settings of VAPO."""

    gamma: float = hyper(1.0, low=0.0, high=1.0, source="language models: undiscounted", doc="discount per token")
    lam_critic: float = hyper(
        1.0,
        low=0.0,
        high=1.0,
        source="VAPO (2504.05118) section 4.1: decoupled GAE",
        doc="trace decay of the critic's targets; 1 is the return",
    )
    adaptive: bool = hyper(
        True,
        source="VAPO (2504.05118) section 4.2: length-adaptive GAE",
        doc="let the policy's trace decay grow with the answer",
    )
    alpha: float = hyper(
        0.05,
        low=0.0,
        high=1000.0,
        low_open=True,
        source="VAPO (2504.05118) section 5.1",
        doc="lam = 1 - 1 / (alpha length), at least 0, if adaptive",
    )
    lam: float = hyper(
        0.95,
        low=0.0,
        high=1.0,
        source="VAPO (2504.05118) section 3: the PPO it starts from",
        doc="the policy's trace decay if not adaptive",
    )
    clip_low: float = hyper(
        0.2, low=0.0, high=1.0, source="VAPO (2504.05118) section 5.1", doc="how far below 1 the ratio may pay"
    )
    clip_high: float = hyper(
        0.28,
        low=0.0,
        high=100.0,
        source="VAPO (2504.05118) section 5.1: clip-higher",
        doc="how far above 1 the ratio may pay",
    )
    dual_clip: float = hyper(
        0.0,
        low=0.0,
        high=1000.0,
        source="1912.09729; off in the paper, TRL (delta) and OpenRLHF, verl 3",
        doc="ratio past which a bad token is silenced too; 0 for none, else above 1",
    )
    whiten: bool = hyper(True, source="not in the paper; verl always", doc="standardise the advantages over the batch")
    ddof: int = hyper(1, low=0, high=1, source="verl", doc="1 = sample standard deviation")
    eps: float = hyper(1e-8, low=0.0, high=1.0, source="verl", doc="added to that standard deviation")
    eps_place: str = hyper(
        "variance",
        choices=("std", "variance", "floor", "none"),
        source="verl",
        doc="where eps goes: std + eps, sqrt(var + eps), sqrt(max(var, eps)); none only centres",
    )
    aggregation: str = hyper(
        "group",
        choices=("token", "group", "sequence", "sum", "constant", "total"),
        source="VAPO (2504.05118) eq. 9 as written: token-level; verl: token",
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
    value_loss: str = hyper(
        "plain",
        choices=("plain", "clipped", "max"),
        source="PPO's; verl: max",
        doc="the critic's error: as it is, with V held near its old value, or the larger of both",
    )
    value_clip: float = hyper(
        0.2,
        low=0.0,
        high=1000.0,
        low_open=True,
        source="OpenAI baselines ppo2; verl and OpenRLHF 0.5",
        doc="how far V may move if value_loss is clipped or max",
    )
    value_weight: float = hyper(
        0.5, low=0.0, high=100.0, source="verl: 0.5 (V - R)^2, by an optimiser of its own", doc="weight of the critic"
    )
    value_aggregation: str = hyper(
        "token",
        choices=("same", "token"),
        source="PPO (1707.06347) eq. 9: mean over time steps; verl: the critic's loss_agg_mode",
        doc="how the critic's error is averaged: as the policy is, or over tokens",
    )
    nll_weight: float = hyper(
        0.1,
        low=0.0,
        high=100.0,
        source="VAPO (2504.05118) section 5.1: mu",
        doc="weight of imitating the correct answers",
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
    updates: int = hyper(4, low=1, high=1000, source="VAPO (2504.05118): chosen for the picture", doc="steps per batch")

    def check(self) -> None:
        """The second clip lies above 1."""
        if 0 < self.dual_clip <= 1:
            raise ValueError(f"dual_clip must be above 1, or 0 for none, not {self.dual_clip!r}")


def loss(rollouts: Rollouts, params: Params) -> Terms:
    """PPO's loss with decoupled, length-adaptive GAE, plus imitation of what was right (VAPO, 2504.05118, section 4).

        J = E_q [ 1 / sum|o_i| sum_{i,t} min(rho A, clip(rho, 1 - e_low, 1 + e_high) A) ] + mu mean_{t, correct} log pi
        A from GAE with lam_i = 1 - 1 / (alpha |o_i|)          critic: min (V - R)^2, R from GAE with lam = 1

    total = policy + value_weight value - entropy_weight entropy + nll_weight (mean of -log pi over the tokens of
    correct answers); `policy` is the surrogate alone. Below 1 / alpha tokens (20) the rule for lam would be negative:
    it is held at 0. Value pre-training (`training.critic_fitted`) and groups of answers belong to the loop.
    Holds constant: rewards, old_logp, old_values. Ignores: ref_logp.
    """
    mask, mean = rollouts.mask, Average.of(params, rollouts)
    old_values = rollouts.need("old_values")
    lengths = mask.sum(-1).to(old_values.dtype)
    lam = adaptive_lam(lengths, params.alpha) if params.adaptive else params.lam
    advantages, _ = gae(rollouts.rewards, old_values, mask, params.gamma, lam)
    _, returns = gae(rollouts.rewards, old_values, mask, params.gamma, params.lam_critic)
    if params.whiten:
        advantages = whiten(advantages, mask, params.ddof, params.eps, params.eps_place)
    ratio = token_ratio(rollouts.logp, rollouts.old_logp, mask)
    surrogate, gate = clipped(ratio, advantages, params.clip_low, params.clip_high, params.dual_clip)
    policy = -mean.policy(surrogate, mask)
    value = value_loss(rollouts.values, returns, mask, params.value_loss, old_values, params.value_clip, mean.value)
    entropy = mean_entropy(rollouts.entropies, surrogate, mask, mean.entropy)
    total = policy + params.value_weight * value - params.entropy_weight * entropy
    if params.nll_weight > 0:
        total = total - params.nll_weight * token_mean(rollouts.logp, mask & right(rollouts))
    return Terms(total, policy, torch.zeros_like(policy), value, entropy, advantages, ratio, gate)


def adaptive_lam(lengths: Tensor, alpha: float) -> Tensor:
    """lam = 1 - 1 / (alpha length), held at 0 from below, [B]: the trace reaches over a fixed share of the answer."""
    return (1 - 1 / (alpha * lengths.clamp(min=1))).clamp(min=0)


def right(rollouts: Rollouts) -> Tensor:
    """Which answers are correct, [B, 1] bool."""
    return rollouts.need("correct").bool().unsqueeze(-1)


OBJECTIVE = Objective(NAME, Params, loss, critic=True, paper="2504.05118")
