"""Which answers belong together: those with one label."""

from __future__ import annotations

import torch
from torch import Tensor

from objectives import checks
from objectives.precision import once


def groups(group: Tensor) -> tuple[int, Tensor]:
    """How many groups there are, and the number of each answer's, from 0, [B]."""

    def sorted_out() -> tuple[int, Tensor, Tensor]:
        labels, index = torch.unique(group, return_inverse=True)
        return len(labels), index, group

    return once((id(group), "groups"), sorted_out)[:2]


def group_sizes(group: Tensor) -> Tensor:
    """How many answers share each answer's group, [B]."""
    checks.labels(group=group)
    _, index = groups(group)
    return torch.zeros_like(index).scatter_add(-1, index, torch.ones_like(index)).gather(-1, index)
