"""DAPO's filter: groups whose answers are all alike compare nothing, and do not count."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from objectives import checks
from objectives.estimators.advantages import mixed_groups
from objectives.estimators.groups import group_sizes


def counting(
    rewards: Tensor, correct: Tensor | None, group: Tensor, by: str = "correct", singleton_group: str = "zero"
) -> Tensor:
    """Which answers sit in a group that counts, [B] bool   (DAPO, 2503.14476, eq. 8: 0 < #correct < G).

    by="correct" is the paper's, whatever the reward. "reward" keeps groups with any spread of raw reward: the same
    where that is +1 or -1 for right or wrong, but where rewards are graded, as in the three-answer world, a group may
    be all correct and still have something to compare. "off" keeps all. A group of one is left out, or with
    singleton_group="reward" kept, as in verl.
    """
    score = rewards if by == "reward" else correct
    if by == "off" or score is None:
        return torch.ones(checks.broadcast(rewards.shape, group.shape), dtype=torch.bool, device=rewards.device)
    if by == "correct":
        checks.zero_one(correct=score)
    mixed = mixed_groups(score.to(rewards.dtype), group)
    return mixed | (group_sizes(group) == 1) if singleton_group == "reward" else mixed


def kept(rewards: Tensor, correct: Tensor | None, group: Tensor, params: Any) -> Tensor:
    """The same by a rule's `filter` and `singleton_group`, [B] bool, as `Objective.kept` asks for it."""
    return counting(rewards, correct, group, params.filter, params.singleton_group)
