"""The entropy of the policy before each token, averaged."""

from __future__ import annotations

from torch import Tensor

from objectives import checks
from objectives.estimators.aggregate import token_mean
from objectives.estimators.value_loss import Mean


def mean_entropy(entropies: Tensor | None, like: Tensor, mask: Tensor, average: Mean = token_mean) -> Tensor:
    """Mean over tokens, or another `average`, of the entropy in nats. Without `entropies`, 0; runs as in `like`."""
    if entropies is None:
        return like.new_zeros(like.shape[:-2])
    checks.masked(entropies=entropies, mask=mask)
    return average(entropies, mask)
