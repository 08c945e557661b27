"""What is narrower than float32 is computed, and handed on, in float32.

Half-precision types hold few digits (bfloat16: two and a half) and, in float16, no number above 65,504: a sum over
many tokens, a standard deviation or a ratio of probabilities does not fit. Gradients return in the type that came in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import torch
from torch import Tensor

from objectives import checks

Made = TypeVar("Made")


def wide(x: Tensor) -> Tensor:
    """`x` in float32 if its type is narrower, else as it is."""
    return x if x.dtype in (torch.float32, torch.float64) else x.to(wide_type(x.dtype))


def wide_type(dtype: torch.dtype) -> torch.dtype:
    """The float type in which numbers of this type are computed."""
    return torch.promote_types(dtype, torch.float32)


def once(key: tuple[Any, ...], make: Callable[[], Made]) -> Made:
    """What `make` gives; within one loss it is made once for a key."""
    known = checks.known_in_this_loss()
    if known is None:
        return make()
    if key not in known:
        known[key] = make()
    found: Made = known[key]
    return found


def number(mask: Tensor, dtype: torch.dtype) -> Tensor:
    """The mask as 0 and 1 of a float type; within one loss it is made once. Bytes are converted faster than bools."""

    def made() -> tuple[Tensor, Tensor]:
        return mask.bool().view(torch.uint8).to(dtype), mask  # kept, so that no other gets its id

    return once((id(mask), dtype), made)[0]


def tokens(mask: Tensor, dtype: torch.dtype) -> Tensor:
    """How many tokens each answer has, [B]; within one loss it is counted once."""
    return once((id(mask), dtype, "tokens"), lambda: (number(mask, dtype).sum(-1), mask))[0]


def both(x: Tensor, y: Tensor) -> Tensor:
    """Where both are True, broadcast: as bytes, which is faster than as bools."""
    return (x.view(torch.uint8) & y.view(torch.uint8)).view(torch.bool)


def inside(x: Tensor, mask: Tensor) -> Tensor:
    """`x` where the mask is set, 0 elsewhere, whatever stands there.

    In a loss, padding is finite (`Rollouts`), and a product does what the slower choice would.
    """
    if checks.known_in_this_loss() is None:
        return torch.where(mask.bool(), x, x.new_zeros(()))
    return x * number(mask, x.dtype)


def difference(x: Tensor, y: Tensor, mask: Tensor) -> Tensor:
    """x - y where the mask is set, 0 elsewhere: `inside` of a tensor that nobody else holds, and so in its place."""
    gap = wide(x) - wide(y)
    if checks.known_in_this_loss() is None or gap.shape[:-2] != checks.broadcast(gap.shape[:-2], mask.shape[:-2]):
        return inside(gap, mask)
    return gap.mul_(number(mask, gap.dtype))


def held(x: Tensor, limit: float) -> Tensor:
    """`x` within +-limit; beyond, the gradient is 0.

    Almost never is anything beyond. On a processor that is seen first: a clamp without effect would cost more, on the
    way back, than an exponential.
    """
    if x.device.type == "cpu" and x.numel():
        low, high = torch.aminmax(x.detach())
        if float(low) >= -limit and float(high) <= limit:
            return x
    return x.clamp(-limit, limit)
