"""The second learner: a forecast of the score, and its loss."""

from __future__ import annotations

import torch
from torch import Tensor

from objectives.aggregate import token_mean


def value_loss(values: Tensor | None, returns: Tensor, mask: Tensor) -> Tensor:
    """Mean over tokens of (V - R)^2 (PPO, 1707.06347 eq. 9). Without `values`, 0.

    Stable-Baselines3 means the same and weighs it 0.5; verl puts the 0.5 inside and clips V; we do neither here.

    Args:
        values: [B, T], the critic being trained; carries the gradient.
        returns: [B, T], its targets, constants.
        mask: [B, T].
    """
    if values is None:
        return torch.zeros(returns.shape[:-2], dtype=returns.dtype)
    error = torch.where(mask.bool(), values - returns, torch.zeros((), dtype=returns.dtype))
    return token_mean(error**2, mask)


def mean_entropy(entropies: Tensor | None, like: Tensor, mask: Tensor) -> Tensor:
    """Mean over tokens of the policy's entropy in nats. Without `entropies`, 0; runs as in `like` [B, T]."""
    if entropies is None:
        return torch.zeros(like.shape[:-2], dtype=like.dtype)
    return token_mean(entropies, mask)
