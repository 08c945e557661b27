"""DAPO: GRPO with clip-higher, a token-level mean, dynamic sampling and a soft overlong penalty, without the KL."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from objectives.estimators.advantages import graded_in_groups, overlong
from objectives.estimators.group_filter import counting
from objectives.losses.settings import Settings, setting
from objectives.losses.terms import assemble, clipped_surrogate
from objectives.precision import tokens
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "dapo"


@dataclass(frozen=True)
class Params(Settings):
    """Settings of DAPO."""

    scale: str = setting("std", "DAPO (2503.14476) eq. 9")
    ddof: int = setting(0, "population std, as GRPO's; verl takes 1")
    eps: float = setting(1e-8, "not in the paper; verl 1e-6")
    singleton_group: str = setting()
    clip_low: float = setting(0.2, "DAPO (2503.14476) section 4.1")
    clip_high: float = setting(0.28, "DAPO (2503.14476) section 4.1")
    dual_clip: float = setting(0.0, "not in the paper; verl's recipe 10")
    aggregation: str = setting("token", "DAPO (2503.14476) section 3.3, verl, TRL; eq. 8 within its expectation: group")
    length: float = setting()
    empty_answers: str = setting()
    filter: str = setting()
    refill: bool = setting()
    max_draws: int = setting()
    overlong_max: float = setting()
    overlong_cache: float = setting()
    overlong_weight: float = setting()
    entropy_weight: float = setting()
    entropy_aggregation: str = setting()
    updates: int = setting(4, "chosen for the picture (DAPO: 16 per rollout)")

    def check(self) -> None:
        """The ramp fits below the longest answer."""
        super().check()
        if self.overlong_cache > self.overlong_max:
            raise ValueError(f"overlong_cache must be at most overlong_max, not {self.overlong_cache:g}")


def loss(rollouts: Rollouts, params: Params) -> Terms:
    """Minus the clip-higher surrogate over the tokens of mixed groups (DAPO, 2503.14476, eq. 8).

        J = E_q [ 1 / sum|o_i| sum_i sum_t min(rho A_i, clip(rho, 1 - e_low, 1 + e_high) A_i) ]   over mixed groups

    Every token of a kept group weighs the same; no KL, no critic. One division by the tokens of all kept groups, as in
    the paper's code, verl and TRL; its formula divides inside the expectation over prompts (`aggregation="group"`).
    A group counts if it holds right and wrong answers (`filter`); what does not count is left out here, and whoever
    draws the answers replaces it (`refill`: `training.refill`, and `training.loop` for a rule that asks for it). If no
    group is left the loss is 0, its gradient 0, and no step is taken. The filter reads what was drawn, before the term
    for overlong answers is added.
    A higher ceiling lets rare tokens rise further in one batch. It does not by itself keep entropy up: on a bandit with
    a signal it sharpens the policy sooner. Nor is this the best of the six in every world.
    Holds constant: rewards, old_logp. Ignores: ref_logp, values.
    """
    correct = rollouts.need("correct") if params.filter == "correct" else None
    earned, group = rollouts.answer_rewards, rollouts.group
    counts = rollouts.mask & kept(earned, correct, group, params).unsqueeze(-1)
    lengths = tokens(rollouts.mask, earned.dtype)
    ramp = overlong(lengths, params.overlong_max, params.overlong_cache)
    graded = graded_in_groups(earned + params.overlong_weight * ramp, group, params)
    return assemble(rollouts, params, **clipped_surrogate(rollouts, params, graded.unsqueeze(-1), counts), kept=counts)


def kept(rewards: Tensor, correct: Tensor | None, group: Tensor, params: Params) -> Tensor:
    """Which answers sit in a group that counts, [B] bool (`group_filter.counting`)."""
    return counting(rewards, correct, group, params.filter, params.singleton_group)


OBJECTIVE = Objective(NAME, Params, loss, paper="2503.14476", kept=kept)
