"""DAPO: GRPO without the leash, with a higher ceiling, equal tokens, and no time for classes that all agree."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from objectives.advantages import group_relative, group_statistics, spread
from objectives.aggregate import token_mean
from objectives.critic import mean_entropy
from objectives.params import Checked, hyper
from objectives.ratios import clipped, token_ratio
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "dapo"


@dataclass(frozen=True)
class Params(Checked):
    """Settings of DAPO."""

    scale: str = hyper(
        "std", choices=("std", "none"), source="DAPO (2503.14476) eq. 9", doc="divide by the group's std?"
    )
    ddof: int = hyper(0, low=0, high=1, source="population std, as GRPO's; verl takes 1", doc="1 = sample std")
    eps: float = hyper(
        1e-8, low=0.0, high=1.0, source="not in the paper; verl 1e-6", doc="added to that standard deviation"
    )
    clip_low: float = hyper(
        0.2, low=0.0, high=1.0, source="DAPO (2503.14476) section 4.1", doc="how far below 1 the ratio may pay"
    )
    clip_high: float = hyper(
        0.28, low=0.0, high=100.0, source="DAPO (2503.14476) section 4.1", doc="how far above 1 the ratio may pay"
    )
    dynamic_sampling: bool = hyper(
        True, source="DAPO (2503.14476) section 3.2", doc="leave groups without a contrast out of the average"
    )
    metric: str = hyper(
        "reward",
        choices=("reward", "accuracy"),
        source="verl filter_groups.metric; the paper: 0 < #correct < G",
        doc="what a group must differ in to be kept",
    )
    updates: int = hyper(
        4, low=1, high=1000, source="chosen for the picture (DAPO: 16 per rollout)", doc="steps per batch"
    )


def loss(rollouts: Rollouts, params: Params) -> Terms:
    """Minus the clip-higher surrogate over the tokens of mixed groups (DAPO, 2503.14476, eq. 8).

        J = 1 / sum|o_i| sum_i sum_t min(rho A_i, clip(rho, 1 - e_low, 1 + e_high) A_i)     over mixed groups only

    Every token of the kept groups weighs the same; no KL, no critic. The paper draws new prompts until the batch is
    full; here a dropped group is not replaced, so that all rules see the same number of answers. If no group is left
    the loss is 0, its gradient 0, and no step is taken.
    A higher ceiling lets rare tokens rise further in one batch. It does not by itself keep entropy up: on a bandit with
    a signal it sharpens the policy sooner. Nor is this the best of the six in every world.
    Holds constant: rewards, old_logp. Ignores: ref_logp, values.
    """
    mask = rollouts.mask
    if params.dynamic_sampling:
        mask = mask & mixed(rollouts, params.metric).unsqueeze(-1)
    advantages = spread(group_relative(rollouts.rewards, rollouts.group, params.scale, params.ddof, params.eps), mask)
    ratio = token_ratio(rollouts.logp, rollouts.old_logp, rollouts.mask)
    surrogate, gate = clipped(ratio, advantages, params.clip_low, params.clip_high)
    policy = -token_mean(surrogate, mask)
    entropy = mean_entropy(rollouts.entropies, surrogate, rollouts.mask)
    return Terms(policy, policy, policy * 0, policy * 0, entropy, advantages, ratio, gate)


def mixed(rollouts: Rollouts, metric: str) -> Tensor:
    """Which answers sit in a group that differs in `metric`, [B] bool: the dynamic-sampling filter.

    "reward" keeps groups with any spread of reward: right where rewards are graded, as in the three-answer world,
    where a group may be all correct and still have something to compare. "accuracy" is the paper's 0 < #correct < G.
    """
    score = rollouts.rewards if metric == "reward" else rollouts.need("correct").to(rollouts.rewards.dtype)
    return group_statistics(score, rollouts.group)[2] > 0


OBJECTIVE = Objective(NAME, Params, loss)
