"""GSPO: the reward is for the answer, so the ratio and the clip are of the answer."""

from __future__ import annotations

from dataclasses import dataclass

from objectives.estimators.advantages import graded_in_groups
from objectives.losses.families import Averaged, EntropyBonus, GroupScale
from objectives.losses.settings import setting
from objectives.losses.terms import assemble, clipped_surrogate
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "gspo"


@dataclass(frozen=True)
class Params(EntropyBonus, Averaged, GroupScale):
    """Settings of GSPO."""

    scale: str = setting("std", "GSPO (2507.18071) eq. 6")
    clip_low: float = setting(3e-4, "GSPO (2507.18071) section 5.1")
    clip_high: float = setting(4e-4, "GSPO (2507.18071) section 5.1")
    ratio_level: str = setting("sequence", "GSPO (2507.18071) eq. 7; TRL importance_sampling_level, verl gspo")
    aggregation: str = setting("sequence", "GSPO (2507.18071) eq. 5; verl, TRL with loss_type grpo")
    updates: int = setting(4, "GSPO (2507.18071) section 5.1: four minibatches per rollout")


def loss(rollouts: Rollouts, params: Params) -> Terms:
    """Minus the clipped surrogate with one ratio per answer (GSPO, 2507.18071, eq. 5-7).

        J = 1/G sum_i min(s_i A_i, clip(s_i, 1 - e_low, 1 + e_high) A_i)     s_i = (pi(o_i) / pi_old(o_i))^(1 / |o_i|)

    The mean log-ratio of many tokens is small, and so is the clip range. An answer is clipped as a whole or not at
    all. At pi = pi_old the gradient is GRPO's. verl writes it per token with stop-gradients (the paper's GSPO-token):
    with one advantage per answer that is the same value and the same gradient.
    Holds constant: rewards, old_logp. Ignores: ref_logp, values.
    """
    graded = graded_in_groups(rollouts.answer_rewards, rollouts.group, params)
    return assemble(rollouts, params, **clipped_surrogate(rollouts, params, graded.unsqueeze(-1)))


OBJECTIVE = Objective(NAME, Params, loss, paper="2507.18071")
