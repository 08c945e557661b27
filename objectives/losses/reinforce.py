"""REINFORCE: log-probability weighed by reward."""

from __future__ import annotations

from dataclasses import dataclass

from objectives.estimators.ratios import token_ratio
from objectives.hyperparameters import hyper
from objectives.losses.families import Averaged
from objectives.losses.settings import setting
from objectives.losses.terms import assemble, log_surrogate, own_or
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "reinforce"


@dataclass(frozen=True)
class Params(Averaged):
    """Settings of REINFORCE."""

    baseline: float = hyper(
        0.0,
        low=-1000.0,
        high=1000.0,
        unit="reward",
        source="Williams 1992, section 3: reinforcement baseline",
        doc="constant subtracted from every reward; 0 is the plain rule",
    )
    aggregation: str = setting("sum", "REINFORCE (Williams 1992): mean over episodes of the sum over steps")
    length: float = setting(0.0, "as Dr. GRPO's")


def loss(rollouts: Rollouts, params: Params) -> Terms:
    """Minus the reward-weighted log-probability (Williams 1992; Sutton et al. 2000).

        J = mean_i (r_i - b) sum_t log pi(o_it)            gradient: mean_i (r_i - b) sum_t grad log pi(o_it)

    Sum over the tokens of an answer, mean over answers. Its value is not a reward: only its gradient at pi = pi_old
    means anything, so a batch is used once. With r >= 0 the batch's optimum is pi proportional to the rewards seen.
    Holds constant: rewards. Ignores: old_logp (but reports the ratio), group, values.
    """
    advantages = (rollouts.answer_rewards - params.baseline).unsqueeze(-1)
    ratio = token_ratio(rollouts.logp, rollouts.old_logp, rollouts.mask)
    advantages = own_or(advantages, rollouts, params)
    return assemble(rollouts, params, **log_surrogate(rollouts, advantages, ratio))


OBJECTIVE = Objective(NAME, Params, loss)
