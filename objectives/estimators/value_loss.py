"""The critic's loss: squared error of the value, plain or clipped."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from objectives import checks
from objectives.estimators.aggregate import token_mean
from objectives.precision import difference, wide

Mean = Callable[[Tensor, Tensor], Tensor]
VALUE_LOSSES = ("plain", "clipped", "max")
"""What `value_loss` knows."""


def value_loss(
    values: Tensor | None,
    returns: Tensor,
    mask: Tensor,
    kind: str = "plain",
    old_values: Tensor | None = None,
    clip: float = 0.0,
    average: Mean = token_mean,
) -> Tensor:
    """Mean over tokens, or another `average`, of the critic's squared error. Without `values`, 0.

    | kind      | per token                                | who                                                   |
    |-----------|------------------------------------------|-------------------------------------------------------|
    | "plain"   | (V - R)^2                                | PPO (1707.06347 eq. 9), SB3 without `clip_range_vf`   |
    | "clipped" | (V_c - R)^2                              | Stable-Baselines3 with `clip_range_vf`                |
    | "max"     | max of the two                           | verl, OpenRLHF with `value_clip`, CleanRL, TRL's PPO  |

    V_c = V_old + clamp(V - V_old, -clip, clip). verl, OpenRLHF and TRL put a factor 0.5 inside; here it is part of the
    weight that an objective gives the critic.

    Args:
        values: [B, T], the critic being trained; carries the gradient.
        returns: [B, T], its targets, constants.
        mask: [B, T].
        kind, old_values, clip: see above; the last two are needed unless "plain".
        average: (x, mask) -> scalar.
    """
    checks.choice(VALUE_LOSSES, kind=kind)
    if values is None:
        return returns.new_zeros(returns.shape[:-2])
    checks.masked(values=values, returns=returns, mask=mask)
    values, returns = wide(values), wide(returns)
    error = difference(values, returns, mask) ** 2
    if kind != "plain":
        checks.at_least(0.0, clip=clip)
        if old_values is None or clip == 0:
            raise ValueError(f"a {kind} value loss needs old_values and a clip above 0, not clip = {clip!r}")
        checks.masked(old_values=old_values, mask=mask)
        checks.trailing(tuple(values.shape[-2:]), old_values=old_values)
        old_values = wide(old_values)
        moved = old_values + (values - old_values).clamp(-clip, clip)
        held = difference(moved, returns, mask) ** 2
        error = held if kind == "clipped" else torch.maximum(error, held)
    return average(error, mask)
