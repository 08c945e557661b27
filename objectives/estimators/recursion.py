"""From the last token of an answer to its first: what gains and values to come add up to, padding passed over."""

from __future__ import annotations

import torch
from torch import Tensor

from objectives import checks
from objectives.precision import inside, once


def following(values: Tensor, mask: Tensor) -> Tensor:
    """The value of the token that follows in the answer, [B, T], 0 after its last; padding is passed over.

    `values` are 0 in padding. What is given for padding itself means nothing.
    """
    width = mask.shape[-1]
    if width == 1:
        return values.new_zeros(checks.broadcast(values.shape, mask.shape))
    if not has_gaps(mask):
        return torch.nn.functional.pad(values[..., 1:], (0, 1))
    place = torch.where(mask.bool(), torch.arange(width, device=mask.device), width)
    nearest = place.flip(-1).cummin(-1).values.flip(-1)
    after = torch.nn.functional.pad(nearest[..., 1:], (0, 1), value=width)
    shape = checks.broadcast(values.shape, after.shape)
    padded = torch.nn.functional.pad(values, (0, 1)).expand(*shape[:-1], width + 1)
    return padded.gather(-1, after.expand(shape))


def has_gaps(mask: Tensor) -> bool:
    """Whether the tokens of some answer are apart, with padding between them; within one loss it is seen once."""

    def seen() -> tuple[bool, Tensor]:
        on = mask.bool()
        begun = (on[..., 1:] & ~on[..., :-1]).sum(-1) + on[..., 0].to(torch.int64)
        return bool((begun > 1).any()), mask  # kept, so that no other gets its id

    return once((id(mask), "gaps"), seen)[0]


def backwards(x: Tensor, decay: float | Tensor, mask: Tensor) -> Tensor:
    """R_t = x_t + decay R_{t+1} from the last token to the first, [B, T], 0 in padding, which is passed over."""
    shape = checks.broadcast(x.shape, mask.shape)
    if shape[-1] == 1:
        return inside(x + 0.0, mask).expand(shape)  # as a sum that begins with 0: no -0
    if not isinstance(decay, Tensor) and decay == 1:
        return inside(x.flip(-1).cumsum(-1).flip(-1), mask)
    decay = torch.as_tensor(decay, dtype=x.dtype, device=x.device)
    factors = torch.where(mask.bool(), decay.unsqueeze(-1), decay.new_ones(())).movedim(-1, 0).contiguous().unbind(0)
    steps = x.expand(shape).movedim(-1, 0).contiguous().unbind(0)
    running = torch.zeros_like(steps[-1])
    out = []
    for step, factor in zip(reversed(steps), reversed(factors), strict=True):
        running = step + factor * running
        out.append(running)
    return inside(torch.stack(out[::-1], dim=-1), mask)
