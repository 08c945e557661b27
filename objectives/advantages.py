"""How much better than expected each answer was: the weight that a rule gives to its log-probability.

Shapes are the trailing ones; dimensions before them are independent runs.
"""

from __future__ import annotations

import torch
from torch import Tensor

from objectives import checks


def spread(rewards: Tensor, mask: Tensor) -> Tensor:
    """Give every token of an answer the reward of that answer: [B] -> [B, T], 0 in padding.

    Outcome reward, gamma = 1: the whole answer is one act, and each of its tokens is told the same.
    """
    checks.floating(rewards=rewards)
    checks.trailing((mask.shape[-2],), rewards=rewards)
    return torch.where(mask.bool(), rewards.unsqueeze(-1), torch.zeros((), dtype=rewards.dtype))


def gae(rewards: Tensor, values: Tensor, mask: Tensor, gamma: float, lam: float) -> tuple[Tensor, Tensor]:
    """Generalised advantage estimation (Schulman et al. 2016, 1506.02438, eq. 16).

        delta_t = r_t + gamma V_{t+1} - V_t        A_t = delta_t + gamma lam A_{t+1}        R_t = A_t + V_t

    The reward of an answer falls on its last token; after it the episode is over and V = 0. lam = 1 gives
    return minus value, lam = 0 the one-step temporal difference.

    Args:
        rewards: [B], one per answer.
        values: [B, T], the critic when the answers were written, a constant.
        mask: [B, T]; tokens need not be contiguous, padding is passed over.
        gamma, lam: discount and trace decay, in [0, 1].

    Returns:
        advantages [B, T] and returns [B, T], the critic's targets; both 0 in padding.
    """
    checks.floating(rewards=rewards, values=values)
    checks.rank(2, values=values)
    checks.trailing(tuple(values.shape[-2:]), mask=mask)
    checks.trailing((values.shape[-2],), rewards=rewards)
    inside = mask.bool()
    shape = checks.broadcast(values.shape, inside.shape, (*rewards.shape, 1))
    inside, values = inside.expand(shape), values.expand(shape)
    running = torch.zeros(shape[:-1], dtype=values.dtype)
    next_value, pending = running, rewards.expand(shape[:-1])
    out = []
    for t in range(shape[-1] - 1, -1, -1):
        now, value = inside[..., t], torch.where(inside[..., t], values[..., t], torch.zeros((), dtype=values.dtype))
        step = pending + gamma * next_value - value + gamma * lam * running
        out.append(torch.where(now, step, torch.zeros_like(step)))
        running = torch.where(now, step, running)
        next_value = torch.where(now, value, next_value)
        pending = torch.where(now, torch.zeros_like(pending), pending)
    advantages = torch.stack(out[::-1], dim=-1)
    returns = torch.where(inside, advantages + values, torch.zeros_like(advantages))
    return advantages, returns


def whiten(x: Tensor, mask: Tensor, ddof: int, eps: float) -> Tensor:
    """Subtract the mean of the batch and divide by its standard deviation: (x - mean) / (std + eps), 0 in padding.

    The statistics are over all tokens of one run. CleanRL and Stable-Baselines3 do this with ddof = 1 and eps = 1e-8
    added to the standard deviation; verl's `masked_whiten` adds 1e-8 to the variance. A batch whose values are all
    equal (but for rounding) carries no comparison: it gives 0.
    """
    checks.floating(x=x)
    inside = mask.bool().expand(checks.broadcast(x.shape, mask.shape))
    x = torch.where(inside, x, torch.zeros((), dtype=x.dtype))
    count = inside.to(x.dtype).sum((-2, -1), keepdim=True)
    centred = torch.where(inside, x - x.sum((-2, -1), keepdim=True) / count.clamp(min=1), torch.zeros_like(x))
    std = ((centred**2).sum((-2, -1), keepdim=True) / (count - ddof).clamp(min=1)).sqrt()
    size = x.abs().amax((-2, -1), keepdim=True)
    flat = std <= _rounding(x.dtype) * size
    return torch.where(flat, torch.zeros_like(centred), centred / torch.where(flat, torch.ones_like(std), std + eps))


def group_relative(rewards: Tensor, group: Tensor, scale: str, ddof: int, eps: float) -> Tensor:
    """Grade on a curve: A_i = (r_i - mean of its group) / (std of its group + eps)   (GRPO, 2402.03300, section 4.1.2).

    Conventions: verl and TRL take the sample standard deviation (ddof = 1) with eps 1e-6 and 1e-4; GRPO-Zero the
    population one (ddof = 0) with 1e-4. Dr. GRPO leaves the division out (`scale="none"`). A group of one, or one whose
    rewards are all equal (but for rounding), carries no comparison: it gives 0 (verl hands a group of one its raw
    reward).

    Args:
        rewards: [B].
        group: [B], integer labels.
        scale: "std" or "none".
        ddof: what is subtracted from the group's size under the square root.
        eps: added to the standard deviation.

    Returns:
        [B], summing to 0 in each group.
    """
    mean, std, gap = group_statistics(rewards, group, ddof)
    flat = gap <= 0
    centred = torch.where(flat, torch.zeros_like(mean), rewards - mean)
    if scale == "none":
        return centred
    if scale != "std":
        raise ValueError(f'scale must be "std" or "none", not {scale!r}')
    return centred / torch.where(flat, torch.ones_like(std), std + eps)


def group_statistics(rewards: Tensor, group: Tensor, ddof: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    """Mean, standard deviation and range (largest - smallest) of each answer's group, all [B].

    A range that rounding alone explains is given as 0, so `range > 0` says that a group is mixed.
    """
    checks.floating(rewards=rewards)
    checks.trailing((group.shape[-1],), rewards=rewards)
    labels, index = torch.unique(group, return_inverse=True)
    shape = checks.broadcast(rewards.shape, index.shape)
    rewards, index = rewards.expand(shape), index.expand(shape)
    blank = torch.zeros((*shape[:-1], len(labels)), dtype=rewards.dtype)

    def per_group(x: Tensor) -> Tensor:
        return blank.scatter_add(-1, index, x).gather(-1, index)

    count = per_group(torch.ones_like(rewards))
    mean = per_group(rewards) / count
    std = (per_group((rewards - mean) ** 2) / (count - ddof).clamp(min=1)).sqrt()
    top = blank.scatter_reduce(-1, index, rewards, "amax", include_self=False).gather(-1, index)
    bottom = blank.scatter_reduce(-1, index, rewards, "amin", include_self=False).gather(-1, index)
    gap = top - bottom
    size = torch.maximum(top.abs(), bottom.abs())
    return mean, std, torch.where(gap <= _rounding(rewards.dtype) * size, torch.zeros_like(gap), gap)


def leave_one_out(rewards: Tensor, group: Tensor) -> Tensor:
    """A_i = r_i - mean of the others in its group (RLOO, 2402.14740), [B]; 0 for a group of one.

    It is G / (G - 1) times `group_relative(..., scale="none")`.
    """
    checks.floating(rewards=rewards)
    mean, _, gap = group_statistics(rewards, group)
    _, index = torch.unique(group, return_inverse=True)
    count = (index.unsqueeze(-1) == index.unsqueeze(-2)).sum(-1).to(rewards.dtype)
    factor = count / (count - 1).clamp(min=1)
    return torch.where((gap <= 0) | (count < 2), torch.zeros_like(mean), (rewards - mean) * factor)


def _rounding(dtype: torch.dtype) -> float:
    """Relative difference below which two rewards are the same reward, computed twice."""
    return 64 * torch.finfo(dtype).eps
