"""The gradient of a rule's surrogate from each of many batches."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from objectives import OBJECTIVES
from objectives.training import loop
from objectives.worlds import Episodes, three_answers


def gradients(world: three_answers.ThreeAnswers, episodes: Episodes, rule: str, params: Any, critic: Tensor) -> Tensor:
    """The gradient of a rule's surrogate at the start policy, by autograd, one per run of the episodes: [..., 3]."""
    theta = world.start.expand(*episodes.rewards.shape[:-1], -1).clone().requires_grad_(True)
    group = torch.zeros(episodes.rewards.shape[-1], dtype=torch.long)
    batch = loop.rollouts(world, episodes, group, theta, world.start, critic, critic)
    (slope,) = torch.autograd.grad(-OBJECTIVES[rule].loss(batch, params).total.sum(), theta)
    return slope
