"""The twelve losses in every convention, with loops over answers and tokens, from the formulas alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from objectives import Rollouts
from tests.objectives.slowly import Batch, Table, flat, gae, held, mean, paid, pairwise, std, to_go

OURS = (
    "reinforce",
    "baseline",
    "trpo",
    "ppo",
    "grpo",
    "dapo",
    "rloo",
    "reinforce_pp",
    "dr_grpo",
    "vapo",
    "cispo",
    "gspo",
)
"""The rules of this project, in their order; whoever adds one need write no slow one."""
CRITICS = ("baseline", "trpo", "ppo", "vapo")
LOGS = ("reinforce", "baseline")


def same(xs: Sequence[float]) -> bool:
    return max(xs) - min(xs) <= 1e-12 * max(map(abs, xs))


def kl(p: Any, new: float, ref: float) -> float:
    gap = held(ref - new, -20, 20)
    third = math.exp(gap) - gap - 1
    values = {"k1": -gap, "k2": gap**2 / 2, "abs": abs(gap), "k3": third, "k1_k2": -gap, "k3_k2": third}
    value = values[p.kl_estimator]
    return held(value, -p.kl_cap, p.kl_cap) if p.kl_cap else value


def standardised(xs: Sequence[float], ddof: int, eps: float, place: str) -> list[float]:
    if len(xs) < 2 or same(xs):
        return [0.0] * len(xs)
    middle, deviation = mean(xs), std(xs, ddof)
    by = {
        "std": deviation + eps,
        "variance": math.sqrt(deviation**2 + eps),
        "floor": math.sqrt(max(deviation**2, eps)),
        "none": 1.0,
    }[place]
    return [(x - middle) / by for x in xs]


def graded(p: Any, b: Batch, rewards: Sequence[float], scale: str) -> list[float]:
    out = []
    for i, x in enumerate(rewards):
        mates = b.mates(i, rewards)
        if len(mates) == 1 and p.singleton_group == "reward":
            out.append(x / (1 + p.eps) if scale == "std" else x)
        elif same(mates):
            out.append(0.0)
        else:
            by = {"std": lambda m: std(m, p.ddof), "batch": lambda m: std(rewards, p.ddof), "none": lambda m: 1.0}
            out.append((x - mean(mates)) / (by[scale](mates) + (p.eps if scale != "none" else 0.0)))
    return out


def left_out(p: Any, b: Batch, rewards: Sequence[float]) -> list[float]:
    out = []
    for i, x in enumerate(rewards):
        mates = b.mates(i, rewards)
        alone = x if p.singleton_group == "reward" else 0.0
        out.append(alone if len(mates) == 1 else x - (sum(mates) - x) / (len(mates) - 1))
    counted = [i for i, n in enumerate(b.lengths) if n or p.empty_answers == "count"]
    if p.whiten:
        for i, x in zip(counted, standardised([out[i] for i in counted], p.ddof, p.eps, "std"), strict=True):
            out[i] = x
    return out


def whitened(p: Any, table: Table) -> Table:
    xs = iter(standardised(flat(table), p.ddof, p.eps, getattr(p, "eps_place", "std")))
    return [[next(xs) for _ in row] for row in table] if p.whiten else table


def advantages(name: str, p: Any, b: Batch) -> tuple[Table, Table]:
    """Of each token; and the critic's targets."""
    beta, place = getattr(p, "beta", 0.0), getattr(p, "kl_place", "loss")
    penalty = pairwise(lambda o, r: beta * kl(p, o, r) if beta and place != "loss" else 0.0, b.old, b.ref)
    rewards = [x - (sum(row) if place == "reward" else 0.0) for x, row in zip(b.rewards, penalty, strict=True)]
    if place != "return":
        penalty = pairwise(lambda x: 0.0, penalty)
    if name in CRITICS:
        pay = pairwise(lambda x, y: x + y, paid(b, penalty, rewards), b.extra)
        if name != "vapo":
            found, targets = gae(b, pay, p.gamma, p.lam)
            return whitened(p, found) if hasattr(p, "whiten") else found, targets
        lams = [max(0.0, 1 - 1 / (p.alpha * max(n, 1))) if p.adaptive else p.lam for n in b.lengths]
        rows = [gae(b, pay, p.gamma, lam)[0][i] for i, lam in enumerate(lams)]
        return whitened(p, rows), gae(b, pay, p.gamma, p.lam_critic)[1]
    ends, rewards = rewards, [x + sum(row) for x, row in zip(rewards, b.extra, strict=True)]
    if name == "reinforce":
        return b.spread([x - p.baseline for x in rewards]), []
    if name == "reinforce_pp":
        if p.baseline == "group":
            above = graded(_Plain(p.singleton_group), b, rewards, "none")
            ends = [x - sum(row) for x, row in zip(above, b.extra, strict=True)]
        pay = pairwise(lambda x, y: x + y, paid(b, penalty, ends), b.extra)
        return whitened(p, to_go(pay, p.gamma)), []
    if name == "dapo":
        ramp = [-held((n - p.overlong_max + p.overlong_cache) / p.overlong_cache, 0, 1) for n in b.lengths]
        rewards = [x + p.overlong_weight * y for x, y in zip(rewards, ramp, strict=True)]
    scores = left_out(p, b, rewards) if name == "rloo" else graded(p, b, rewards, p.scale)
    return pairwise(lambda a, k: a - k, b.spread(scores), to_go(penalty)), []


class _Plain:
    def __init__(self, lone: str) -> None:
        self.singleton_group, self.eps, self.ddof = lone, 0.0, 0


def averaged(p: Any, b: Batch, table: Table, kept: Sequence[bool]) -> float:
    rows = [row if keep else [] for row, keep in zip(table, kept, strict=True)]
    answers = len(rows) if p.empty_answers == "count" else sum(map(bool, rows))
    if p.aggregation == "group":
        groups: dict[int, list[float]] = {label: [] for label in b.group}
        for row, label in zip(rows, b.group, strict=True):
            groups[label] += row
        count = len(groups) if p.empty_answers == "count" else sum(map(bool, groups.values()))
        return sum(map(mean, groups.values())) / max(count, 1)
    return {
        "token": lambda: mean(flat(rows)),
        "sequence": lambda: sum(map(mean, rows)) / max(answers, 1),
        "sum": lambda: sum(flat(rows)) / max(answers, 1),
        "constant": lambda: sum(flat(rows)) / (p.length or b.width) / max(answers, 1),
        "total": lambda: sum(flat(rows)),
    }[p.aggregation]()


def log_ratios(p: Any, b: Batch) -> Table:
    level = getattr(p, "ratio_level", "token")
    if level == "token":
        return b.gaps()
    return b.spread([mean(row) if level == "sequence" else sum(row) for row in b.gaps()])


def surrogate(name: str, p: Any) -> Callable[[float, float, float], float]:
    def of(gap: float, a: float, new: float) -> float:
        rho = math.exp(gap)
        if name in LOGS or getattr(p, "surrogate", "ratio") == "log":
            return a * new
        if name == "trpo":
            return rho * a
        clipped = held(rho, 1 - p.clip_low, 1 + p.clip_high)
        if name == "cispo":
            return clipped * a * new
        worst = min(rho * a, clipped * a)
        dual = getattr(p, "dual_clip", 0.0)
        return max(worst, dual * a) if dual and a < 0 else worst

    return of


def filtered(name: str, p: Any, b: Batch, r: Rollouts) -> list[bool]:
    if name != "dapo" or p.filter == "off":
        return [True] * len(b.rewards)
    totals = [x + sum(row) for x, row in zip(b.rewards, b.extra, strict=True)]
    score = totals if p.filter == "reward" else [float(x) for x in r.correct]
    return [
        (len(mates) == 1 and p.singleton_group == "reward") or not same(mates)
        for mates in (b.mates(i, score) for i in range(len(score)))
    ]


def error(p: Any, v: float, old: float, goal: float) -> float:
    kind, clip = getattr(p, "value_loss", "plain"), getattr(p, "value_clip", 0.0)
    far, near = (v - goal) ** 2, (held(v, old - clip, old + clip) - goal) ** 2
    return {"plain": far, "clipped": near, "max": max(far, near)}[kind]


def total(name: str, p: Any, r: Rollouts) -> float:
    """The loss of one batch without runs before it."""
    b = Batch(r)
    weights, targets = advantages(name, p, b)
    weights, targets = b.own or weights, b.targets or targets
    kept, everyone = filtered(name, p, b, r), [True] * len(b.rewards)

    def along(table: Table, follow: str, who: Sequence[bool]) -> float:
        return averaged(p, b, table, who) if follow == "same" else mean(flat(table))

    gaps = log_ratios(p, b)
    table = pairwise(surrogate(name, p), gaps, weights, b.new)
    out = -mean(flat(table)) if name == "trpo" else -averaged(p, b, table, kept)
    if getattr(p, "beta", 0.0) and p.kl_place == "loss":
        term = pairwise(lambda n, f, g: kl(p, n, f) * (math.exp(g) if p.kl_ratio else 1.0), b.new, b.ref, gaps)
        out += p.beta * along(term, p.kl_aggregation, everyone)
    if name in CRITICS:
        table = pairwise(lambda v, o, g: error(p, v, o, g), b.v, b.v_old, targets)
        out += p.value_weight * along(table, getattr(p, "value_aggregation", "token"), everyone)
    if getattr(p, "entropy_weight", 0.0):
        out -= p.entropy_weight * along(b.entropy, getattr(p, "entropy_aggregation", "token"), everyone)
    if name == "vapo":
        right = [row for row, good in zip(b.new, r.correct, strict=True) if good]
        out -= p.nll_weight * mean(flat(right))
    return out
