"""PPO: a cheaper fence, one number per token, past which nothing urges on."""

from __future__ import annotations

from dataclasses import dataclass

from objectives.estimators import kl_penalty
from objectives.estimators.advantages import gae, whiten
from objectives.estimators.aggregate import Average
from objectives.estimators.entropy import mean_entropy
from objectives.estimators.kl_penalty import Leash
from objectives.estimators.ratios import clipped, token_ratio
from objectives.estimators.value_loss import value_loss
from objectives.hyperparameters import Checked, hyper
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "ppo"


@dataclass(frozen=True)
class Params(Checked):
    """Settings of PPO."""

    gamma: float = hyper(1.0, low=0.0, high=1.0, source="language models: undiscounted", doc="discount per token")
    lam: float = hyper(
        0.95, low=0.0, high=1.0, source="PPO (1707.06347) table 3", doc="trace decay of the advantage (GAE)"
    )
    clip_low: float = hyper(
        0.2, low=0.0, high=1.0, source="PPO (1707.06347) section 6.1", doc="how far below 1 the ratio may pay"
    )
    clip_high: float = hyper(
        0.2, low=0.0, high=100.0, source="PPO (1707.06347) section 6.1", doc="how far above 1 the ratio may pay"
    )
    dual_clip: float = hyper(
        0.0,
        low=0.0,
        high=1000.0,
        source="1912.09729; off in the paper, TRL (delta) and OpenRLHF, verl 3",
        doc="ratio past which a bad token is silenced too; 0 for none, else above 1",
    )
    whiten: bool = hyper(
        True,
        source="not in the paper; OpenAI baselines ppo2, CleanRL, Stable-Baselines3",
        doc="standardise the advantages over the batch",
    )
    ddof: int = hyper(
        1,
        low=0,
        high=1,
        source="CleanRL, Stable-Baselines3: torch.std; OpenRLHF 0",
        doc="1 = sample standard deviation",
    )
    eps: float = hyper(
        1e-8, low=0.0, high=1.0, source="CleanRL, Stable-Baselines3", doc="added to that standard deviation"
    )
    eps_place: str = hyper(
        "std",
        choices=("std", "variance", "floor", "none"),
        source="CleanRL, Stable-Baselines3; verl: variance; OpenRLHF: floor",
        doc="where eps goes: std + eps, sqrt(var + eps), sqrt(max(var, eps)); none only centres",
    )
    aggregation: str = hyper(
        "token",
        choices=("token", "group", "sequence", "sum", "constant", "total"),
        source="PPO (1707.06347) eq. 7: mean over time steps",
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
        source="not in the paper; RLHF: OpenRLHF 0.01, TRL 0.05, verl 0.001",
        doc="weight of the KL penalty to the reference, the leash",
    )
    kl_estimator: str = hyper(
        "k1",
        choices=("k1", "k2", "k3", "abs", "k3_k2"),
        source="Stiennon et al. 2020 (2009.01325); TRL, OpenRLHF, verl",
        doc="estimator of that KL per token",
    )
    kl_place: str = hyper(
        "return",
        choices=("loss", "reward", "return"),
        source="Stiennon et al. 2020 (2009.01325); TRL, OpenRLHF, verl use_kl_in_reward",
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
    value_loss: str = hyper(
        "plain",
        choices=("plain", "clipped", "max"),
        source="PPO (1707.06347) eq. 9; SB3 clip_range_vf: clipped; verl, OpenRLHF: max",
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
        0.5, low=0.0, high=100.0, source="PPO (1707.06347) eq. 9: c1; value as in CleanRL", doc="weight of the critic"
    )
    value_aggregation: str = hyper(
        "token",
        choices=("same", "token"),
        source="PPO (1707.06347) eq. 9: mean over time steps; verl: the critic's loss_agg_mode",
        doc="how the critic's error is averaged: as the policy is, or over tokens",
    )
    entropy_weight: float = hyper(
        0.0, low=0.0, high=100.0, source="PPO (1707.06347) eq. 9: c2, 0 on MuJoCo", doc="weight of the entropy bonus"
    )
    entropy_aggregation: str = hyper(
        "token",
        choices=("same", "token"),
        source="not in the papers; TRL, OpenRLHF: token, verl: its loss_agg_mode",
        doc="how the entropy is averaged: as the policy is, or over tokens",
    )
    updates: int = hyper(
        4, low=1, high=1000, source="chosen for the picture (paper: 3 on Atari, 10 on MuJoCo)", doc="steps per batch"
    )

    def check(self) -> None:
        """The KL has one place, and the second clip lies above 1."""
        kl_penalty.check(self)
        if 0 < self.dual_clip <= 1:
            raise ValueError(f"dual_clip must be above 1, or 0 for none, not {self.dual_clip!r}")


def loss(rollouts: Rollouts, params: Params) -> Terms:
    """Minus the clipped surrogate, plus the critic's error, minus the entropy bonus (Schulman et al. 2017, eq. 9).

        J = mean_{i,t} min(rho A, clip(rho, 1 - e, 1 + e) A) - c1 (V - R)^2 + c2 H

    Mean over all tokens (`aggregation`); advantages standardised over the batch (`whiten`). With beta > 0, as in RLHF,
    the KL to the reference is part of the reward of each token (`kl_place="return"`) or of the answer ("reward"), or a
    term of the loss. `value_weight` holds the factor 0.5 that verl, OpenRLHF and TRL put inside.
    Holds constant: rewards, old_logp, ref_logp, old_values. Ignores: group.
    """
    mask, rope, mean = rollouts.mask, Leash.of(params), Average.of(params, rollouts)
    old_values = rollouts.need("old_values")
    pay = -rope.tokens(rollouts) if rope.place == "return" else None
    advantages, returns = gae(rope.rewards(rollouts), old_values, mask, params.gamma, params.lam, token_rewards=pay)
    if params.whiten:
        advantages = whiten(advantages, mask, params.ddof, params.eps, params.eps_place)
    ratio = token_ratio(rollouts.logp, rollouts.old_logp, mask)
    surrogate, gate = clipped(ratio, advantages, params.clip_low, params.clip_high, params.dual_clip)
    policy = -mean.policy(surrogate, mask)
    kl = mean.kl(rope.term(rollouts, ratio), mask)
    value = value_loss(rollouts.values, returns, mask, params.value_loss, old_values, params.value_clip, mean.value)
    entropy = mean_entropy(rollouts.entropies, surrogate, mask, mean.entropy)
    total = policy + params.value_weight * value - params.entropy_weight * entropy
    if rope.place == "loss":
        total = total + params.beta * kl
    return Terms(total, policy, kl, value, entropy, advantages, ratio, gate)


OBJECTIVE = Objective(NAME, Params, loss, critic=True, paper="1707.06347")
