"""The one way that everything in the film climbs: look at the slope where you stand, and step uphill."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def ascend(height: Callable[[Tensor], Tensor], start: Tensor, rate: float, steps: int) -> Tensor:
    """Plain gradient ascent with the exact slope: x becomes x + rate * d height / dx; every place [steps + 1, ..., D].

    Args:
        height: from places [..., D] to heights [...]; differentiable.
        start: [..., D]; dimensions before the last are independent climbs.
        rate: step per unit of slope.
        steps: number of steps.
    """
    places = [start.detach()]
    for _ in range(steps):
        here = places[-1].requires_grad_(True)
        (slope,) = torch.autograd.grad(height(here).sum(), here)
        places.append((here + rate * slope).detach())
    return torch.stack([place.detach() for place in places])
