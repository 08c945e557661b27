"""How much better than expected each answer was: the weight that a rule gives to its log-probability.

Shapes are the trailing ones; dimensions before them are independent runs. What comes in is a constant, and nothing here
is detached. Cases without a comparison are defined everywhere: a group of one, a group or batch whose values are equal
(but for rounding), an answer or a batch without a token give 0. Types narrower than float32 give float32 (`precision`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from objectives import checks
from objectives.estimators.groups import group_sizes, groups
from objectives.estimators.recursion import backwards, following
from objectives.precision import inside, number, wide, wide_type


def per_token(rewards: Tensor, mask: Tensor) -> Tensor:
    """Give every token of an answer the reward of that answer: [B] -> [B, T], 0 in padding.

    Outcome reward, gamma = 1: the whole answer is one act, and each of its tokens is told the same.
    """
    _paid(rewards, mask)
    return inside(rewards.unsqueeze(-1), mask).add_(0.0)  # no -0 in padding


def discounted_returns(rewards: Tensor, mask: Tensor, gamma: float) -> Tensor:
    """R_t = r_t + gamma R_{t+1} over the tokens of an answer: [B, T] rewards per token -> [B, T], 0 in padding.

    Padding is passed over: it neither pays nor discounts. For one reward per answer use `at_the_end` first.
    """
    checks.masked(rewards=rewards, mask=mask)
    checks.share(gamma=gamma)
    return backwards(inside(wide(rewards), mask), gamma, mask)


def at_the_end(rewards: Tensor, mask: Tensor) -> Tensor:
    """Pay each answer on its last token: [B] -> [B, T], 0 elsewhere. An answer without a token is paid nothing."""
    _paid(rewards, mask)
    if mask.shape[-1] == 1:
        return inside(rewards.unsqueeze(-1), mask).add_(0.0)
    place = torch.arange(1, mask.shape[-1] + 1, dtype=torch.float32, device=rewards.device)
    last = (number(mask, wide_type(rewards.dtype)) * place).amax(-1, keepdim=True).long()
    runs = checks.broadcast(last.shape[:-1], rewards.shape)
    pay = rewards.new_zeros((*runs, mask.shape[-1] + 1))
    return pay.scatter(-1, last.expand(*runs, 1), rewards.expand(runs).unsqueeze(-1))[..., 1:]


def gae(
    rewards: Tensor,
    values: Tensor,
    mask: Tensor,
    gamma: float,
    lam: float | Tensor,
    *,
    token_rewards: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """Generalised advantage estimation (Schulman et al. 2016, 1506.02438, eq. 16).

        delta_t = r_t + gamma V_{t+1} - V_t        A_t = delta_t + gamma lam A_{t+1}        R_t = A_t + V_t

    The reward of an answer falls on its last token; after it the episode is over and V = 0. lam = 1 gives
    return minus value, lam = 0 the one-step temporal difference.

    Args:
        rewards: [B], one per answer.
        values: [B, T], the critic when the answers were written, a constant.
        mask: [B, T]; tokens need not be contiguous, padding is passed over.
        gamma, lam: discount and trace decay, in [0, 1]; lam may be a tensor [B], one per answer (VAPO).
        token_rewards: [B, T], paid on top at each token, e.g. minus beta times the KL; optional.

    Returns:
        advantages [B, T] and returns [B, T], the critic's targets; both 0 in padding.
    """
    checks.floating(rewards=rewards)
    checks.masked(values=values, mask=mask)
    checks.trailing((values.shape[-2],), rewards=rewards)
    checks.share(gamma=gamma, lam=lam)
    checks.finite(rewards=rewards)
    pay, values = at_the_end(wide(rewards), mask), wide(values)
    if token_rewards is not None:
        checks.masked(token_rewards=token_rewards, mask=mask)
        pay = pay + inside(wide(token_rewards), mask)
    values = inside(values, mask)
    delta = inside(pay + gamma * following(values, mask) - values, mask)
    advantages = backwards(delta, gamma * lam, mask)
    return advantages, advantages + values


def divide(centred: Tensor, variance: Tensor, eps: float, place: str) -> Tensor:
    """Divide by the standard deviation, with eps where a library adds it.

    | place      | divisor             | who                                                     |
    |------------|---------------------|---------------------------------------------------------|
    | "std"      | std + eps           | Stable-Baselines3, CleanRL, TRL and verl for groups     |
    | "variance" | sqrt(var + eps)     | verl's and TRL PPO's `masked_whiten`                    |
    | "floor"    | sqrt(max(var, eps)) | OpenRLHF over the batch                                 |
    | "none"     | 1                   | OpenRLHF with `no_std_norm`                             |
    """
    checks.choice(("std", "variance", "floor", "none"), place=place)
    checks.floating(centred=centred, variance=variance)
    checks.fit(centred=centred, variance=variance)
    checks.finite(centred=centred, variance=variance)
    checks.at_least(0.0, eps=eps)
    centred, variance = wide(centred), wide(variance)
    if place == "none":
        return centred
    if place == "std":
        return centred / (variance.sqrt() + eps)
    return centred / (variance + eps if place == "variance" else variance.clamp(min=eps)).sqrt()


def whiten(x: Tensor, mask: Tensor, ddof: int, eps: float, place: str = "std") -> Tensor:
    """Subtract the mean of the batch and divide by its standard deviation, [B, T], 0 in padding.

    The statistics are over all tokens of one run. `divide` lists where eps may stand; ddof is 1 in Stable-Baselines3,
    CleanRL and verl, 0 in OpenRLHF. A batch whose values are all equal (but for rounding) carries no comparison: it
    gives 0, and so does a batch of one token or none.
    """
    checks.masked(x=x, mask=mask)
    checks.degrees(ddof=ddof)
    x = inside(wide(x), mask)
    count = number(mask, x.dtype).sum((-2, -1), keepdim=True)
    centred = inside(x - x.sum((-2, -1), keepdim=True) / count.clamp(min=1), mask)
    variance = (centred**2).sum((-2, -1), keepdim=True) / (count - ddof).clamp(min=1)
    size = x.abs().amax((-2, -1), keepdim=True)
    flat = variance.sqrt() <= _rounding(x.dtype) * size
    scaled = divide(centred, torch.where(flat, torch.ones_like(variance), variance), eps, place)
    return (scaled * (~flat).to(x.dtype)).add_(0.0)  # no -0


def group_relative(
    rewards: Tensor,
    group: Tensor,
    scale: str = "std",
    ddof: int = 0,
    eps: float = 1e-8,
    singleton_group: str = "zero",
) -> Tensor:
    """Grade on a curve: A_i = (r_i - mean of its group) / (std of its group + eps)   (GRPO, 2402.03300, section 4.1.2).

    Conventions: verl and TRL take the sample standard deviation (ddof = 1) with eps 1e-6 and 1e-4, OpenRLHF with 1e-9;
    GRPO-Zero the population one (ddof = 0) with 1e-4. All add eps to the standard deviation. Dr. GRPO leaves the
    division out (`scale="none"`); TRL can divide by the standard deviation of the whole batch (`scale="batch"`).
    A group whose rewards are all equal (but for rounding) carries no comparison: it gives 0.

    Args:
        rewards: [B].
        group: [B], integer labels.
        scale: "std", "none" or "batch".
        ddof: what is subtracted from the number of rewards under the square root.
        eps: added to the standard deviation.
        singleton_group: what a group of one gets: "zero", or "reward", its raw reward over 1 + eps, as in verl.

    Returns:
        [B], summing to 0 in each group (but for groups of one).
    """
    checks.choice(("std", "none", "batch"), scale=scale)
    checks.choice(("zero", "reward"), singleton_group=singleton_group)
    checks.at_least(0, eps=eps)
    mean, std, gap = group_statistics(rewards, group, ddof)
    rewards = wide(rewards)
    flat = gap <= 0
    centred = torch.where(flat, torch.zeros_like(mean), rewards - mean)
    if scale == "batch":
        count = rewards.shape[-1]
        spread_out = (rewards - rewards.mean(-1, keepdim=True)).square().sum(-1, keepdim=True)
        std = (spread_out / max(count - ddof, 1)).sqrt().expand(mean.shape)
    if scale != "none":
        centred = centred / torch.where(flat, torch.ones_like(std), std + eps)
    if singleton_group == "reward":
        raw = rewards / (1 + eps) if scale == "std" else rewards
        centred = torch.where(group_sizes(group) == 1, raw, centred)
    return centred


def graded_in_groups(rewards: Tensor, group: Tensor, params: Any) -> Tensor:
    """`group_relative` by a rule's settings `scale`, `ddof`, `eps` and `singleton_group`, [B]."""
    return group_relative(rewards, group, params.scale, params.ddof, params.eps, params.singleton_group)


def mixed_groups(score: Tensor, group: Tensor) -> Tensor:
    """Which answers sit in a group whose `score` [B] differs: DAPO's dynamic-sampling filter, [B] bool.

    With score = correct (0 or 1) it is the paper's 0 < #correct < G (2503.14476 eq. 8). It reads the raw score, before
    any term for length or KL is added: such a term would make every group look mixed.
    """
    checks.floating(score=score)
    checks.labels(group=group)
    checks.trailing((group.shape[-1],), score=score)
    checks.finite(score=score)
    return _middle_and_range(score, group)[1] > 0


def group_statistics(rewards: Tensor, group: Tensor, ddof: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    """Mean, standard deviation and range (largest - smallest) of each answer's group, all [B].

    A range that rounding alone explains is given as 0, so `range > 0` says that a group is mixed.
    """
    checks.degrees(ddof=ddof)
    mean, gap, count, add_up = _middle_and_range(rewards, group)
    std = (add_up((wide(rewards) - mean) ** 2) / (count - ddof).clamp(min=1)).sqrt()
    return mean, std, gap


def _middle_and_range(rewards: Tensor, group: Tensor) -> tuple[Tensor, Tensor, Tensor, Callable[[Tensor], Tensor]]:
    """Mean, range and number of answers of each answer's group, [B], and what adds a number up in each group."""
    checks.floating(rewards=rewards)
    checks.labels(group=group)
    checks.trailing((group.shape[-1],), rewards=rewards)
    checks.finite(rewards=rewards)
    many, index = groups(group)
    shape = checks.broadcast(rewards.shape, index.shape)
    rewards, index = wide(rewards).expand(shape), index.expand(shape)
    blank = rewards.new_zeros((*shape[:-1], many))

    def add_up(x: Tensor) -> Tensor:
        return blank.scatter_add(-1, index, x).gather(-1, index)

    count = blank.scatter_add(-1, index, torch.ones_like(rewards))
    mean = blank.scatter_add(-1, index, rewards) / count
    top = blank.scatter_reduce(-1, index, rewards, "amax", include_self=False)
    bottom = blank.scatter_reduce(-1, index, rewards, "amin", include_self=False)
    gap = top - bottom
    size = torch.maximum(top, -bottom)  # the larger of |top| and |bottom|, as top >= bottom
    gap = gap.masked_fill(gap <= _rounding(rewards.dtype) * size, 0.0)
    return mean.gather(-1, index), gap.gather(-1, index), count.gather(-1, index), add_up


def leave_one_out(rewards: Tensor, group: Tensor, singleton_group: str = "zero") -> Tensor:
    """A_i = r_i - mean of the others in its group (RLOO, 2402.14740), [B].

    It is G / (G - 1) times `group_relative(..., scale="none")`. A group of one has no others: it gives 0, or with
    singleton_group="reward" its raw reward, as in verl.
    """
    checks.choice(("zero", "reward"), singleton_group=singleton_group)
    mean, gap, count, _ = _middle_and_range(rewards, group)
    rewards = wide(rewards)
    factor = count / (count - 1).clamp(min=1)
    apart = torch.where(gap <= 0, torch.zeros_like(mean), (rewards - mean) * factor)
    return torch.where(count == 1, rewards, apart) if singleton_group == "reward" else apart


def overlong(lengths: Tensor, longest: float, cache: float) -> Tensor:
    """DAPO's soft punishment of length, to be added to the reward, [...] (2503.14476 eq. 13).

        0 up to longest - cache;   then ((longest - cache) - length) / cache;   -1 from `longest` on

    verl weighs it by `overlong_buffer.penalty_factor` and lets it fall on beyond -1, where no answer gets to.

    Args:
        lengths: tokens of each answer; `longest`: L_max, the budget; `cache`: L_cache, width of the ramp, tokens.
    """
    checks.dense(lengths=lengths)
    checks.finite(lengths=lengths)
    checks.at_least(0.0, longest=longest, cache=cache)
    if cache > longest:
        raise ValueError(f"cache must be at most longest = {longest:g}, not {cache:g}")
    lengths = wide(lengths) if lengths.is_floating_point() else lengths
    excess = lengths - (longest - cache)
    if cache == 0:
        return -(excess > 0).to(torch.get_default_dtype() if not lengths.is_floating_point() else lengths.dtype)
    return -(excess / cache).clamp(0, 1)


def _paid(rewards: Tensor, mask: Tensor) -> None:
    """Refuse what is not one finite reward per answer and a mask of their tokens."""
    checks.floating(rewards=rewards)
    checks.zero_one(mask=mask)
    checks.rank(2, mask=mask)
    checks.trailing((mask.shape[-2],), rewards=rewards)
    checks.finite(rewards=rewards)


def _rounding(dtype: torch.dtype) -> float:
    """Relative difference below which two rewards are the same reward, computed twice."""
    return 64 * torch.finfo(dtype).eps
