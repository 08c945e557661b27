"""How long a loss and its gradient take, and how much memory, against plain torch: ratios in one run.

    python benchmarks/losses.py [RULE ...]

512 answers of up to 1024 tokens, float32, one thread. Ours is held against two versions in plain torch: GRPO, and the
same rule. Both are what one would write by hand for these settings and no others: no choices, no checks, no terms but
the ones they need. They tell what ours tells: the loss, and the ratio and the advantage of each token. A rule with a
critic walks an answer from its end (GAE) and learns a value, which GRPO does not: both ratios are printed, and how many
times GRPO its own plain version takes, but its goal is held against that version alone. Ours is timed with `Rollouts`
made and checked anew each time; in brackets, with `check=False`. Time is the processor's, the median of runs that take
turns; value and gradient of both are compared first. Memory is the highest sum of what torch has allocated, inputs left
out.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import torch
from torch import Tensor

from objectives import OBJECTIVES, Rollouts

ANSWERS, TOKENS, GROUP = 512, 1024, 8
TIME, MEMORY = 1.25, 1.1
REPEATS = 40
CRITIC = ("values", "old_values")
NEEDS = {name: CRITIC if rule.critic else () for name, rule in OBJECTIVES.items()}
NEEDS |= {name: ("ref_logp",) for name in ("grpo", "rloo", "reinforce_pp")}
NEEDS |= {"dapo": ("correct",), "vapo": (*CRITIC, "correct")}
"""What a rule reads besides logp, old_logp, mask, rewards and group."""
PARAMS = {name: rule.Params() for name, rule in OBJECTIVES.items()}
PARAMS["dapo"] = OBJECTIVES["dapo"].Params(overlong_max=1024.0, overlong_cache=256.0)
Batch = SimpleNamespace
Told = tuple[Tensor, Tensor, Tensor]
"""The loss, and the ratio and the advantage of each token, [B, T], 1 and 0 in padding."""


def batch() -> Batch:
    """Random answers in groups of 8, of random lengths, of a policy that has moved a little."""
    dice = torch.Generator().manual_seed(0)

    def normal(*shape: int) -> Tensor:
        return torch.randn(shape, generator=dice)

    old = -normal(ANSWERS, TOKENS).abs()
    lengths = torch.randint(1, TOKENS + 1, (ANSWERS, 1), generator=dice)
    return Batch(
        logp=(old + 0.1 * normal(ANSWERS, TOKENS)).requires_grad_(True),
        old_logp=old,
        ref_logp=old + 0.1 * normal(ANSWERS, TOKENS),
        mask=torch.arange(TOKENS) < lengths,
        rewards=normal(ANSWERS),
        group=torch.arange(ANSWERS) // GROUP,
        correct=torch.rand(ANSWERS, generator=dice) < 0.5,
        values=normal(ANSWERS, TOKENS).requires_grad_(True),
        old_values=normal(ANSWERS, TOKENS),
    )


# --- in plain torch


def graded(rewards: Tensor, scaled: bool = True) -> Tensor:
    """Reward minus the group's mean, over its standard deviation, [B, 1]."""
    r = rewards.view(-1, GROUP)
    a = r - r.mean(1, keepdim=True)
    return (a / (r.std(1, correction=0, keepdim=True) + 1e-8) if scaled else a).view(-1, 1)


def at_the_end(rewards: Tensor, mask: Tensor) -> Tensor:
    """The reward on the last token."""
    last = mask.sum(-1, keepdim=True).long() - 1
    return torch.zeros_like(mask).scatter(-1, last, rewards.unsqueeze(-1))


def gae(b: Batch, mask: Tensor, lam: Any) -> tuple[Tensor, Tensor]:
    """Advantages and returns."""
    pay, values = at_the_end(b.rewards, mask), b.old_values * mask
    last = next_value = torch.zeros(ANSWERS)
    out = []
    for t in reversed(range(TOKENS)):
        last = pay[:, t] + next_value - values[:, t] + lam * last
        next_value = values[:, t]
        out.append(last)
    advantages = torch.stack(out[::-1], 1) * mask
    return advantages, (advantages + values) * mask


def whiten(x: Tensor, mask: Tensor, ddof: int = 1) -> Tensor:
    """Standardised over all tokens."""
    mean = (x * mask).sum() / mask.sum()
    variance = ((x - mean) ** 2 * mask).sum() / (mask.sum() - ddof)
    return (x - mean) * mask / (variance.sqrt() + 1e-8)


def mean(x: Tensor, mask: Tensor) -> Tensor:
    """Over all tokens."""
    return (x * mask).sum() / mask.sum()


def clipped(ratio: Tensor, a: Tensor, low: float = 0.2, high: float = 0.2) -> Tensor:
    """PPO's surrogate of each token."""
    return torch.minimum(ratio * a, ratio.clamp(1 - low, 1 + high) * a)


def told(loss: Tensor, mask: Tensor, ratio: Tensor, advantages: Tensor) -> Told:
    """The loss, and what else `Terms` says of each token."""
    with torch.no_grad():
        return loss, ratio * mask + (1 - mask), advantages * mask


def ratio_of(b: Batch) -> Tensor:
    """The ratio of a rule that does not use it."""
    with torch.no_grad():
        return (b.logp - b.old_logp).exp()


def plain_reinforce(b: Batch) -> Told:
    """Reward times log-probability."""
    mask = b.mask.float()
    advantages = b.rewards.unsqueeze(-1)
    return told(-(b.logp * advantages * mask).sum(-1).mean(), mask, ratio_of(b), advantages)


def plain_baseline(b: Batch) -> Told:
    """Advantage times log-probability, and the critic."""
    mask = b.mask.float()
    advantages, returns = gae(b, mask, 1.0)
    policy = -(b.logp * advantages * mask).sum(-1).mean()
    return told(policy + 0.5 * mean((b.values - returns) ** 2, mask), mask, ratio_of(b), advantages)


def plain_trpo(b: Batch) -> Told:
    """Ratio times advantage, and the critic."""
    mask = b.mask.float()
    advantages, returns = gae(b, mask, 0.97)
    advantages, ratio = whiten(advantages, mask), (b.logp - b.old_logp).exp()
    policy = -mean(ratio * advantages, mask)
    return told(policy + 0.5 * mean((b.values - returns) ** 2, mask), mask, ratio, advantages)


def plain_ppo(b: Batch) -> Told:
    """Clipped, and the critic."""
    mask = b.mask.float()
    advantages, returns = gae(b, mask, 0.95)
    advantages, ratio = whiten(advantages, mask), (b.logp - b.old_logp).exp()
    policy = -mean(clipped(ratio, advantages), mask)
    return told(policy + 0.5 * mean((b.values - returns) ** 2, mask), mask, ratio, advantages)


def plain_grpo(b: Batch) -> Told:
    """Clipped, the group's grades, k3, means of answers."""
    mask = b.mask.float()
    ratio = (b.logp - b.old_logp).exp()
    advantages, gap = graded(b.rewards), b.ref_logp - b.logp
    per_token = clipped(ratio, advantages) - 0.04 * (gap.exp() - gap - 1)
    return told(-((per_token * mask).sum(-1) / mask.sum(-1)).mean(), mask, ratio, advantages)


def plain_dapo(b: Batch) -> Told:
    """Higher ceiling, mixed groups, overlong answers."""
    right = b.correct.view(-1, GROUP).float().mean(1, keepdim=True)
    mask = b.mask * ((right > 0) & (right < 1)).repeat_interleave(GROUP, 0).float()
    overlong = ((b.mask.sum(-1) - 768) / 256).clamp(0, 1)
    ratio, advantages = (b.logp - b.old_logp).exp(), graded(b.rewards - overlong)
    return told(-mean(clipped(ratio, advantages, 0.2, 0.28), mask), mask, ratio, advantages)


def plain_rloo(b: Batch) -> Told:
    """The others' mean as baseline, the KL in the reward."""
    mask = b.mask.float()
    r = (b.rewards - 0.03 * ((b.old_logp - b.ref_logp) * mask).sum(-1)).view(-1, GROUP)
    advantages = (r - (r.sum(1, keepdim=True) - r) / (GROUP - 1)).view(-1, 1)
    return told(-(b.logp * advantages * mask).sum(-1).mean(), mask, ratio_of(b), advantages)


def plain_reinforce_pp(b: Batch) -> Told:
    """Standardised returns, the KL token by token."""
    mask = b.mask.float()
    pay = at_the_end(b.rewards, mask) - 0.01 * (b.old_logp - b.ref_logp) * mask
    advantages = whiten(pay.flip(-1).cumsum(-1).flip(-1) * mask, mask, 0)
    ratio = (b.logp - b.old_logp).exp()
    return told(-mean(clipped(ratio, advantages), mask), mask, ratio, advantages)


def plain_dr_grpo(b: Batch) -> Told:
    """No division but by a constant."""
    mask = b.mask.float()
    ratio, advantages = (b.logp - b.old_logp).exp(), graded(b.rewards, scaled=False)
    return told(-(clipped(ratio, advantages) * mask).sum(-1).mean() / TOKENS, mask, ratio, advantages)


def plain_vapo(b: Batch) -> Told:
    """Length-adaptive GAE, means of groups, imitation."""
    mask = b.mask.float()
    lam = (1 - 1 / (0.05 * mask.sum(-1))).clamp(min=0)
    advantages, returns = gae(b, mask, lam)[0], gae(b, mask, 1.0)[1]
    advantages, ratio = whiten(advantages, mask), (b.logp - b.old_logp).exp()
    per_token = clipped(ratio, advantages, 0.2, 0.28) * mask
    policy = -(per_token.view(-1, GROUP * TOKENS).sum(-1) / mask.view(-1, GROUP * TOKENS).sum(-1)).mean()
    right = mask * b.correct.unsqueeze(-1)
    loss = policy + 0.5 * mean((b.values - returns) ** 2, mask) - 0.1 * mean(b.logp, right)
    return told(loss, mask, ratio, advantages)


def plain_cispo(b: Batch) -> Told:
    """The clipped weight held constant, means of groups."""
    mask = b.mask.float()
    ratio, advantages = ratio_of(b), graded(b.rewards)
    per_token = ratio.clamp(max=5) * advantages * b.logp * mask
    loss = -(per_token.view(-1, GROUP * TOKENS).sum(-1) / mask.view(-1, GROUP * TOKENS).sum(-1)).mean()
    return told(loss, mask, ratio, advantages)


def plain_gspo(b: Batch) -> Told:
    """One ratio per answer."""
    mask = b.mask.float()
    ratio = (((b.logp - b.old_logp) * mask).sum(-1, keepdim=True) / mask.sum(-1, keepdim=True)).exp()
    advantages = graded(b.rewards)
    per_token = clipped(ratio, advantages, 3e-4, 4e-4) * mask
    return told(-(per_token.sum(-1) / mask.sum(-1)).mean(), mask, ratio, advantages)


# --- measured


def ours(name: str, b: Batch, check: bool) -> Told:
    """The rule of the library, its batch made anew."""
    fields = ("logp", "old_logp", "mask", "rewards", "group", *NEEDS[name])
    rollouts = Rollouts(**{field: getattr(b, field) for field in fields}, check=check)
    terms = OBJECTIVES[name].loss(rollouts, PARAMS[name])
    return terms.total, terms.ratio, terms.advantages


def stepped(make: Callable[[], Told], b: Batch) -> tuple[float, list[Tensor]]:
    """The loss and the gradients of one step."""
    b.logp.grad = b.values.grad = None
    loss, *_shown = make()
    loss.backward()
    return float(loss.detach()), [x.grad for x in (b.logp, b.values) if x.grad is not None]


def seconds(*ways: Callable[[], object]) -> list[float]:
    """The median of some runs of each way, taken in turn."""
    found: list[list[float]] = [[] for _ in ways]
    for _ in range(REPEATS):
        for times, way in zip(found, ways, strict=True):
            begun = time.process_time()
            way()
            times.append(time.process_time() - begun)
    return [median(times) for times in found]


@contextmanager
def quiet() -> Iterator[None]:
    """The profiler's own remarks on standard error are not ours to print."""
    kept = os.dup(2)
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def megabytes(way: Callable[[], object]) -> float:
    """The highest sum of what was allocated and not yet freed while `way` ran."""
    with quiet(), torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU], profile_memory=True) as seen:
        way()
    events = [event for event in seen.profiler.kineto_results.events() if event.name() == "[memory]"]
    level = highest = 0
    for event in sorted(events, key=lambda event: event.start_ns()):
        level += event.nbytes()
        highest = max(highest, level)
    return highest / 2**20


def compare(name: str, b: Batch) -> bool:
    """Print one comparison, and say whether it reaches the goals."""
    plain: Callable[[Batch], Told] = globals()[f"plain_{name}"]
    ways = [
        lambda: stepped(lambda: plain(b), b),
        lambda: stepped(lambda: ours(name, b, check=True), b),
        lambda: stepped(lambda: ours(name, b, check=False), b),
        lambda: stepped(lambda: plain_grpo(b), b),
    ]
    (value, slopes), *found = (way() for way in ways[:3])
    for other, others in found:
        assert abs(other - value) <= 1e-4 * abs(value) + 1e-6, (name, value, other)
        for x, y in zip(slopes, others, strict=True):
            assert torch.allclose(x, y, rtol=1e-3, atol=1e-4 * float(x.abs().max())), name
    by_hand, checked, trusted, grpo = seconds(*ways)
    small, large, of_grpo = megabytes(ways[0]), megabytes(ways[1]), megabytes(ways[3])
    print(
        f"{name:12s} {1e3 * checked:5.1f} ms: {checked / grpo:.2f} x GRPO, {checked / by_hand:.2f} x itself "
        f"({trusted / by_hand:.2f} x);   {large:4.1f} MB: {large / of_grpo:.2f} x GRPO, {large / small:.2f} x itself"
        f"{f', has a critic (in plain torch {by_hand / grpo:.2f} x GRPO)' if OBJECTIVES[name].critic else ''}",
        flush=True,
    )
    good = checked <= TIME * by_hand and large <= MEMORY * small
    return good and (OBJECTIVES[name].critic or (checked <= TIME * grpo and large <= MEMORY * of_grpo))


def main(names: list[str]) -> int:
    """Print a line per rule; 1 if one misses its goal."""
    torch.set_num_threads(1)
    b = batch()
    found = [compare(name, b) for name in names or OBJECTIVES]
    print(
        f"goal: at most {TIME} x the time and {MEMORY} x the memory of plain torch, of the rule itself and, without a "
        "critic, of GRPO\na rule with a critic does more than GRPO, in plain torch too: it walks GAE and learns a value"
    )
    return 0 if all(found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
