"""Dynamic sampling: draw again until a batch is full of groups that a rule keeps (DAPO, 2503.14476, section 3.2)."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from objectives.worlds import Episodes

Draw = Callable[[int], Episodes]
"""The answers of a round, counted from 0."""


def full_batch(
    draw: Draw, keep: Callable[[Episodes], Tensor], group: Tensor, cap: int, resting: Tensor | None = None
) -> tuple[Episodes, Tensor]:
    """A batch of groups that are all kept, in the order in which they were drawn, and what it cost.

    Args:
        draw: round -> as many answers as the batch holds, [S, B, T]; in every round a batch of its own.
        keep: answers -> which of them sit in a group that is kept, [S, B] bool.
        group: [B], labels of the groups: blocks of one size.
        cap: rounds after which it gives up.
        resting: [S] bool, runs that ask for nothing: what they get is not filled, and counts as nothing drawn.

    Returns:
        the answers, and how many were drawn for each run, [S]: those of all rounds up to the one that filled it.

    Raises:
        ValueError: a run is not full after `cap` rounds.
    """
    groups, size = _blocks(group)
    rounds: list[Episodes] = []
    kept: list[Tensor] = []
    count = needed = torch.zeros(0)
    for index in range(cap):
        rounds.append(draw(index))
        kept.append(keep(rounds[-1]).reshape(-1, groups, size)[..., 0])
        if index == 0:
            count = torch.zeros(len(kept[0]), dtype=torch.long)
            idle = torch.zeros_like(count, dtype=torch.bool) if resting is None else resting
            needed = torch.where(idle, 0, 1)
        count = count + kept[-1].sum(-1)
        short = (count < groups) & ~idle
        if not bool(short.any()):
            break
        needed = needed + short
    else:
        _give_up(int(short.nonzero()[0]), count[short][0].item(), groups, cap)
    first = torch.argsort(~torch.cat(kept, -1), dim=-1, stable=True)[:, :groups]
    return Episodes(*(_picked(parts, first, size) for parts in zip(*rounds, strict=True))), needed * len(group)


def _blocks(group: Tensor) -> tuple[int, int]:
    """Number and size of the groups."""
    groups = len(torch.unique(group))
    size = len(group) // groups
    if not torch.equal(group, torch.unique_consecutive(group)[:groups].repeat_interleave(size)):
        raise ValueError(f"to draw again groups must be blocks of one size, not {group.tolist()}")
    return groups, size


def _picked(rounds: tuple[Tensor, ...], first: Tensor, size: int) -> Tensor:
    """Blocks `first` [S, G] of the rounds [S, B, ...] laid one after the other, [S, B, ...]."""
    blocks = torch.cat([part.reshape(len(first), -1, size, *part.shape[2:]) for part in rounds], 1)
    index = first.reshape(*first.shape, *[1] * (blocks.ndim - 2)).expand(*first.shape, *blocks.shape[2:])
    return blocks.gather(1, index).flatten(1, 2)


def _give_up(run: int, count: float, groups: int, cap: int) -> None:
    batches = "1 batch" if cap == 1 else f"{cap} batches"
    raise ValueError(
        f"dynamic sampling drew {batches} of {groups} groups for run {run} and could keep {count}: "
        "let it draw more often (max_draws), keep what there is (refill = false), or give it prompts that are neither "
        "too easy nor too hard"
    )
