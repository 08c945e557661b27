"""DAPO: GRPO with clip-higher, a token-level mean, dynamic sampling and a soft overlong penalty, without the KL."""

from __future__ import annotations

from dataclasses import dataclass

from objectives.estimators.advantages import graded_in_groups, overlong
from objectives.estimators.group_filter import kept
from objectives.losses.families import Averaged, Clip, DynamicSampling, EntropyBonus, GroupScale, Overlong
from objectives.losses.settings import setting
from objectives.losses.terms import assemble, clipped_surrogate
from objectives.precision import tokens
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "dapo"


@dataclass(frozen=True)
class Params(Overlong, DynamicSampling, EntropyBonus, Averaged, Clip, GroupScale):
    """Settings of DAPO."""

    scale: str = setting("std", "DAPO (2503.14476) eq. 9")
    clip_low: float = setting(0.2, "DAPO (2503.14476) section 4.1")
    clip_high: float = setting(0.28, "DAPO (2503.14476) section 4.1")
    dual_clip: float = setting(0.0, "not in the paper; verl's recipe 10")
    aggregation: str = setting("token", "DAPO (2503.14476) section 3.3, verl, TRL; eq. 8 within its expectation: group")
    updates: int = setting(4, "chosen for the picture (DAPO: 16 per rollout)")


def loss(rollouts: Rollouts, params: Params) -> Terms:
    """Minus the clip-higher surrogate over the tokens of mixed groups (DAPO, 2503.14476, eq. 8).

        J = E_q [ 1 / sum|o_i| sum_i sum_t min(rho A_i, clip(rho, 1 - e_low, 1 + e_high) A_i) ]   over mixed groups

    Every token of a kept group weighs the same. One division by the tokens of all kept groups, as in the paper's code,
    verl and TRL; its formula divides inside the expectation over prompts (`aggregation="group"`). A group counts if it
    holds right and wrong answers as drawn (`filter`); another is left out here, and replaced by whoever draws
    (`refill`). If none is left, loss and gradient are 0, and no step is taken.
    Holds constant: rewards, old_logp. Ignores: ref_logp, values.
    """
    correct = rollouts.need("correct") if params.filter == "correct" else None
    earned, group = rollouts.answer_rewards, rollouts.group
    counts = rollouts.mask & kept(earned, correct, group, params).unsqueeze(-1)
    lengths = tokens(rollouts.mask, earned.dtype)
    ramp = overlong(lengths, params.overlong_max, params.overlong_cache)
    graded = graded_in_groups(earned + params.overlong_weight * ramp, group, params)
    return assemble(rollouts, params, **clipped_surrogate(rollouts, params, graded.unsqueeze(-1), counts), kept=counts)


OBJECTIVE = Objective(NAME, Params, loss, paper="2503.14476", kept=kept)
