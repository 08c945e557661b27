"""CISPO: clip the weight and not the token, so that every token keeps a gradient."""

from __future__ import annotations

from dataclasses import dataclass

from objectives.estimators.advantages import graded_in_groups
from objectives.estimators.kl_penalty import KLPenalty
from objectives.estimators.ratios import stopped_weight
from objectives.losses.families import Averaged, EntropyBonus, GroupScale, KLTerm
from objectives.losses.settings import setting
from objectives.losses.terms import assemble, log_surrogate, own_or, ratio_of
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "cispo"


@dataclass(frozen=True)
class Params(EntropyBonus, KLTerm, Averaged, GroupScale):
    """Settings of CISPO."""

    scale: str = setting("std", "CISPO (2506.13585) eq. 2")
    clip_low: float = setting(
        1.0,
        "CISPO (2506.13585) section 3.1: no lower bound; TRL none, verl 0.2",
        "how far below 1 the weight may go; 1 for no bound",
    )
    clip_high: float = setting(
        4.0,
        "ScaleRL (2510.13786), TRL: weight at most 5; CISPO does not state its own",
        "how far above 1 the weight may go",
    )
    ratio_level: str = setting("token", "CISPO (2506.13585) eq. 4; TRL importance_sampling_level")
    aggregation: str = setting("group", "CISPO (2506.13585) eq. 4 as written; verl and TRL: token")
    beta: float = setting(0.0, "CISPO (2506.13585) section 3.1: none; TRL beta, verl kl_loss_coef")
    kl_estimator: str = setting("k3", "as GRPO's; TRL; verl low_var_kl")
    kl_place: str = setting("loss", "as GRPO's; TRL; verl use_kl_in_reward")
    updates: int = setting(4, "CISPO (2506.13585): 16 per rollout; chosen for the picture")


def loss(rollouts: Rollouts, params: Params) -> Terms:
    """Minus the log-probability weighed by the advantage and by a clipped, stopped ratio (CISPO, 2506.13585, eq. 4-5).

        J = E_q [ 1 / sum|o_i| sum_i sum_t sg(clip(rho, 1 - e_low, 1 + e_high)) A_i log pi(o_it) ]

    The weight corrects for old samples and is held constant (sg), so no token is ever silenced: the gate stays open.
    Only its gradient means anything; finite differences of this value do not see the stop.
    The paper has no KL penalty; the libraries allow one (`beta`).
    Holds constant: rewards, old_logp, the weight, ref_logp (not needed at beta = 0). Ignores: values.
    """
    penalty = KLPenalty.of(params)
    graded = graded_in_groups(penalty.rewards(rollouts), rollouts.group, params)
    advantages = own_or(penalty.subtract_kl_to_go(graded.unsqueeze(-1), rollouts), rollouts, params)
    ratio = ratio_of(rollouts, params)
    weight = stopped_weight(ratio, params.clip_low, params.clip_high)
    return assemble(rollouts, params, **log_surrogate(rollouts, advantages, ratio, weight), penalty=penalty)


OBJECTIVE = Objective(NAME, Params, loss, paper="2506.13585")
