"""PPO: clipped surrogate on one ratio per token, plus value loss and entropy bonus."""

from __future__ import annotations

from dataclasses import dataclass

from objectives.estimators.kl_penalty import KLPenalty
from objectives.losses.families import Averaged, Clip, EntropyBonus, KLTerm, ValueLoss
from objectives.losses.settings import setting
from objectives.losses.terms import assemble, by_critic, clipped_surrogate
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "ppo"


@dataclass(frozen=True)
class Params(EntropyBonus, ValueLoss, KLTerm, Averaged, Clip):
    """Settings of PPO."""

    gamma: float = setting()
    lam: float = setting()
    whiten: bool = setting(True, "not in the paper; OpenAI baselines ppo2, CleanRL, Stable-Baselines3")
    ddof: int = setting(1, "CleanRL, Stable-Baselines3: torch.std; OpenRLHF 0")
    eps: float = setting(1e-8, "CleanRL, Stable-Baselines3")
    eps_place: str = setting()
    beta: float = setting(0.0, "not in the paper; RLHF: OpenRLHF 0.01, TRL 0.05, verl 0.001")
    kl_place: str = setting("return", "Stiennon et al. 2020 (2009.01325); TRL, OpenRLHF, verl use_kl_in_reward")
    entropy_weight: float = setting(0.0, "PPO (1707.06347) eq. 9: c2, 0 on MuJoCo")
    updates: int = setting(4, "chosen for the picture (paper: 3 on Atari, 10 on MuJoCo)")


def loss(rollouts: Rollouts, params: Params) -> Terms:
    """Minus the clipped surrogate, plus the critic's error, minus the entropy bonus (Schulman et al. 2017, eq. 9).

        J = mean_{i,t} min(rho A, clip(rho, 1 - e, 1 + e) A) - c1 (V - R)^2 + c2 H

    Mean over all tokens (`aggregation`); advantages standardised over the batch (`whiten`). With beta > 0, as in RLHF,
    the KL to the reference is part of the reward of each token (`kl_place="return"`) or of the answer ("reward"), or a
    term of the loss. `value_weight` holds the factor 0.5 that verl, OpenRLHF and TRL put inside.
    Holds constant: rewards, old_logp, ref_logp, old_values. Ignores: group.
    """
    penalty = KLPenalty.of(params)
    advantages, returns = by_critic(rollouts, params, penalty)
    surrogate = clipped_surrogate(rollouts, params, advantages)
    return assemble(rollouts, params, **surrogate, penalty=penalty, returns=returns)


OBJECTIVE = Objective(NAME, Params, loss, critic=True, paper="1707.06347")
