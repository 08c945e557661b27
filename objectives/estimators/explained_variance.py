"""How much of what answers earn a critic foresees."""

from __future__ import annotations

from torch import Tensor

from objectives import checks
from objectives.estimators.aggregate import token_mean


def explained_variance(returns: Tensor, values: Tensor, mask: Tensor) -> Tensor:
    """1 - Var(R - V) / Var(R) over the tokens of a batch, [...]; 0 where all returns are equal.

    1 foresees every return, 0 no more than their mean; below 0 the mean would do better. A constant error costs nothing
    (as `explained_variance` of Stable-Baselines3, which gives NaN where returns are equal).

    Args:
        returns, values: [..., B, T].
        mask: [..., B, T], which tokens count.
    """
    checks.masked(returns=returns, values=values, mask=mask)
    total = _variance(returns, mask)
    left = _variance(returns - values, mask)
    return (1 - left / total.where(total > 0, left.new_ones(()))).where(total > 0, left.new_zeros(()))


def _variance(x: Tensor, mask: Tensor) -> Tensor:
    mean = token_mean(x, mask)[..., None, None]
    return token_mean((x - mean).square(), mask)
