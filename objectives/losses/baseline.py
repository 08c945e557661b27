"""REINFORCE with a value baseline: log-probability weighed by return minus value."""

from __future__ import annotations

from dataclasses import dataclass

from objectives.estimators.ratios import token_ratio
from objectives.losses.families import Averaged
from objectives.losses.settings import setting
from objectives.losses.terms import assemble, by_critic, log_surrogate
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "baseline"


@dataclass(frozen=True)
class Params(Averaged):
    """Settings of REINFORCE with a value baseline."""

    gamma: float = setting()
    lam: float = setting(1.0, "Sutton et al. 2000: return minus value is lam = 1")
    value_weight: float = setting(0.5, "Stable-Baselines3 A2C vf_coef")
    whiten: bool = setting(False, "not in the paper; Stable-Baselines3 A2C normalize_advantage")
    ddof: int = setting(1, "Stable-Baselines3: torch.std")
    eps: float = setting(1e-8, "Stable-Baselines3")
    entropy_weight: float = setting(0.0, "not in the paper; Stable-Baselines3 A2C ent_coef")
    aggregation: str = setting("sum", "Sutton et al. 2000; Stable-Baselines3 A2C: token")
    length: float = setting(0.0, "as Dr. GRPO's")


def loss(rollouts: Rollouts, params: Params) -> Terms:
    """Minus the advantage-weighted log-probability, plus the critic's error (Williams 1992; Sutton et al. 2000).

        J = mean_i sum_t A_it log pi(o_it)          A_it = R_it - V(s_it)          critic: min mean (V - R)^2

    Subtracting V moves no average and removes noise. Sum over the tokens of an answer, mean over answers, as in
    REINFORCE. The surrogate is unbounded above wherever some A < 0, so a batch is used once.
    Holds constant: rewards, old_values. Ignores: old_logp (but reports the ratio), group.
    """
    advantages, returns = by_critic(rollouts, params)
    ratio = token_ratio(rollouts.logp, rollouts.old_logp, rollouts.mask)
    return assemble(rollouts, params, **log_surrogate(rollouts, advantages, ratio), returns=returns)


OBJECTIVE = Objective(NAME, Params, loss, critic=True)
