"""DAPO: GRPO without the leash, with a higher ceiling, equal tokens, and no time for classes that all agree."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from objectives.estimators.advantages import group_relative, group_sizes, mixed_groups, overlong, spread
from objectives.estimators.aggregate import Average
from objectives.estimators.entropy import mean_entropy
from objectives.estimators.ratios import clipped, token_ratio
from objectives.hyperparameters import Checked, hyper
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "dapo"


@dataclass(frozen=True)
class Params(Checked):
    """Settings of DAPO."""

    scale: str = hyper(
        "std",
        choices=("std", "none", "batch"),
        source="DAPO (2503.14476) eq. 9",
        doc="divide by the std of the group, of the batch, or not at all",
    )
    ddof: int = hyper(0, low=0, high=1, source="population std, as GRPO's; verl takes 1", doc="1 = sample std")
    eps: float = hyper(
        1e-8, low=0.0, high=1.0, source="not in the paper; verl 1e-6", doc="added to that standard deviation"
    )
    lone: str = hyper(
        "zero",
        choices=("zero", "reward"),
        source="not in the papers; TRL 0, verl the raw reward",
        doc="what a group of one gets as its advantage",
    )
    clip_low: float = hyper(
        0.2, low=0.0, high=1.0, source="DAPO (2503.14476) section 4.1", doc="how far below 1 the ratio may pay"
    )
    clip_high: float = hyper(
        0.28, low=0.0, high=100.0, source="DAPO (2503.14476) section 4.1", doc="how far above 1 the ratio may pay"
    )
    dual_clip: float = hyper(
        0.0,
        low=0.0,
        high=1000.0,
        source="not in the paper; verl's recipe 10",
        doc="ratio past which a bad token is silenced too; 0 for none, else above 1",
    )
    aggregation: str = hyper(
        "group",
        choices=("token", "group", "sequence", "sum", "constant", "total"),
        source="DAPO (2503.14476) eq. 8 as written; its code, verl and TRL: token",
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
    dynamic_sampling: bool = hyper(
        True, source="DAPO (2503.14476) section 3.2", doc="leave groups without a contrast out of the average"
    )
    metric: str = hyper(
        "reward",
        choices=("reward", "accuracy"),
        source="verl filter_groups.metric; the paper: 0 < #correct < G",
        doc="what a group must differ in to be kept",
    )
    overlong_max: float = hyper(
        20480.0,
        low=1.0,
        high=1e9,
        unit="tokens",
        source="DAPO (2503.14476) section 4.1: 16384 + 4096",
        doc="length from which an answer loses a whole point",
    )
    overlong_cache: float = hyper(
        4096.0,
        low=0.0,
        high=1e9,
        unit="tokens",
        source="DAPO (2503.14476) section 4.1",
        doc="width of the ramp that leads there",
    )
    overlong_weight: float = hyper(
        1.0,
        low=0.0,
        high=1000.0,
        unit="reward",
        source="DAPO (2503.14476) eq. 13; verl penalty_factor",
        doc="weight of that term in the reward",
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
    updates: int = hyper(
        4, low=1, high=1000, source="chosen for the picture (DAPO: 16 per rollout)", doc="steps per batch"
    )

    def check(self) -> None:
        """The second clip lies above 1, and the ramp fits below the longest answer."""
        if 0 < self.dual_clip <= 1:
            raise ValueError(f"dual_clip must be above 1, or 0 for none, not {self.dual_clip!r}")
        if self.overlong_cache > self.overlong_max:
            raise ValueError(f"overlong_cache must be at most overlong_max, not {self.overlong_cache:g}")


def loss(rollouts: Rollouts, params: Params) -> Terms:
    """Minus the clip-higher surrogate over the tokens of mixed groups (DAPO, 2503.14476, eq. 8).

        J = E_q [ 1 / sum|o_i| sum_i sum_t min(rho A_i, clip(rho, 1 - e_low, 1 + e_high) A_i) ]   over mixed groups

    Every token of a kept group weighs the same; no KL, no critic. The paper's formula divides inside the expectation
    over prompts (`aggregation="group"`); its code, TRL and verl divide once, by the tokens of the batch ("token"). The
    paper draws new prompts until the batch is full; here a dropped group is not replaced, so that all rules see the
    same number of answers. If no group is left the loss is 0, its gradient 0, and no step is taken. The filter reads
    the raw reward or accuracy, before the term for overlong answers is added.
    A higher ceiling lets rare tokens rise further in one batch. It does not by itself keep entropy up: on a bandit with
    a signal it sharpens the policy sooner. Nor is this the best of the six in every world.
    Holds constant: rewards, old_logp. Ignores: ref_logp, values.
    """
    mask, mean = rollouts.mask, Average.of(params, rollouts)
    if params.dynamic_sampling:
        mask = mask & mixed(rollouts, params.metric, params.lone).unsqueeze(-1)
    lengths = rollouts.mask.sum(-1).to(rollouts.rewards.dtype)
    rewards = rollouts.rewards + params.overlong_weight * overlong(lengths, params.overlong_max, params.overlong_cache)
    graded = group_relative(rewards, rollouts.group, params.scale, params.ddof, params.eps, params.lone)
    advantages = spread(graded, mask)
    ratio = token_ratio(rollouts.logp, rollouts.old_logp, rollouts.mask)
    surrogate, gate = clipped(ratio, advantages, params.clip_low, params.clip_high, params.dual_clip)
    policy = -mean.policy(surrogate, mask)
    entropy = mean_entropy(rollouts.entropies, surrogate, rollouts.mask, mean.entropy)
    zero = torch.zeros_like(policy)
    return Terms(policy - params.entropy_weight * entropy, policy, zero, zero, entropy, advantages, ratio, gate)


def mixed(rollouts: Rollouts, metric: str, lone: str = "zero") -> Tensor:
    """Which answers sit in a group that differs in `metric`, [B] bool: the dynamic-sampling filter.

    "reward" keeps groups with any spread of raw reward. Where the reward is +1 or -1 for right or wrong, as in the
    paper, that is its 0 < #correct < G; where rewards are graded, as in the three-answer world, a group may be all
    correct and still have something to compare. "accuracy" is 0 < #correct < G whatever the reward. A group of
    one is left out, or with lone="reward" kept, as in verl.
    """
    score = rollouts.rewards if metric == "reward" else rollouts.need("correct").to(rollouts.rewards.dtype)
    kept = mixed_groups(score, rollouts.group)
    return kept | (group_sizes(rollouts.group) == 1) if lone == "reward" else kept


OBJECTIVE = Objective(NAME, Params, loss, paper="2503.14476")
