"""One group of answers under one rule: every number of the explorer's tables, from the functions of `objectives`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from companion.explore import conventions
from objectives import OBJECTIVES, Rollouts, Terms
from objectives.estimators import kl, ratios
from objectives.precision import tokens as counted

FEWEST, MOST = 2, 16
START = {
    "old": (0.10, 0.30, 0.20, 0.05, 0.15, 0.08),
    "new": (0.13, 0.33, 0.14, 0.045, 0.18, 0.06),
    "ref": (0.12, 0.28, 0.22, 0.05, 0.14, 0.09),
    "r": (1.0, 0.0, 0.0, 1.0, 0.0, 1.0),
}
"""The group that the page opens with: one dot on either side of each clip."""
LOG_RULES = ("reinforce", "baseline")


@dataclass(frozen=True)
class Group:
    """What is typed: the rule, its settings, and a row for each answer, which is one token here."""

    rule: str
    source: str
    params: Any
    old: tuple[float, ...]
    new: tuple[float, ...]
    ref: tuple[float, ...]
    rewards: tuple[float, ...]
    value: float

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Group:
        """The group of a query string; ValueError says what is wrong in a sentence."""
        rule = query.get("rule", "grpo")
        source = query.get("lib", "paper")
        params = conventions.settings(rule, source, query)
        rows = {name: _numbers(query, name) for name in START}
        size = len(rows["old"])
        if any(len(row) != size for row in rows.values()) or not FEWEST <= size <= MOST:
            raise ValueError(f"a group has {FEWEST} to {MOST} answers, and a number of each column for each")
        for name in ("old", "new", "ref"):
            if not all(0 < number <= 1 for number in rows[name]):
                raise ValueError(f"a probability is above 0 and at most 1 ({name})")
        value = _number(query.get("v", "0.5"))
        return cls(rule, source, params, rows["old"], rows["new"], rows["ref"], rows["r"], value)

    def rollouts(self) -> Rollouts:
        """The group as a batch; an answer is right if it earns more than 0."""
        rewards = torch.tensor(self.rewards, dtype=torch.float64)
        shape = (len(rewards), 1)
        forecast = torch.full(shape, self.value, dtype=torch.float64)
        return Rollouts(
            logp=_log(self.new).requires_grad_(True),
            old_logp=_log(self.old),
            ref_logp=_log(self.ref),
            mask=torch.ones(shape),
            rewards=rewards,
            correct=(rewards > 0).long(),
            group=torch.zeros(len(rewards), dtype=torch.long),
            values=forecast.clone().requires_grad_(True),
            old_values=forecast,
        )


@dataclass(frozen=True)
class Table:
    """What a rule makes of a group: columns [G], and the sums below them."""

    columns: dict[str, list[float]]
    decides: list[str]
    silenced: list[bool]
    sums: dict[str, float]
    clips: bool


def table(group: Group) -> Table:
    """Compute all of it."""
    rollouts, params = group.rollouts(), group.params
    rule = OBJECTIVES[group.rule]
    terms = rule.loss(rollouts, params)
    (slope,) = torch.autograd.grad(terms.total, rollouts.logp, allow_unused=True, materialize_grads=True)
    terms = Terms(*(term.detach() for term in terms))
    ratio, advantage = terms.ratio, terms.advantages
    surrogate = surrogate_of(group, advantage, ratio, rollouts)
    columns = {"advantage": advantage, "ratio": ratio, "surrogate": surrogate, "push": -slope}
    estimator = getattr(params, "kl_estimator", "k3")
    cap = getattr(params, "kl_cap", 0.0)
    each = kl.estimate(estimator, rollouts.logp.detach(), rollouts.need("ref_logp"), rollouts.mask, ratio, cap)
    columns["kl"] = each
    clips = has_clip(group)
    decides = ["unclipped"] * len(group.old)
    if clips:
        bounded = ratio.clamp(1 - params.clip_low, 1 + params.clip_high)
        columns |= {"bounded": bounded, "unclipped": ratio * advantage, "clipped": bounded * advantage}
        decides = _decides(columns["unclipped"], columns["clipped"], terms)
    beta = getattr(params, "beta", 0.0)
    sums = {
        "policy": -float(terms.policy),
        "kl": float(terms.kl) if beta > 0 else float(each.mean()),
        "beta_kl": beta * float(terms.kl),
        "value": float(terms.value),
        "objective": -float(terms.total),
        "beta": float(beta),
        "mean_reward": float(rollouts.rewards.mean()),
        "answers": float(counted(rollouts.mask, torch.float64).sum()),
    }
    listed = {name: [float(x) for x in column.detach().flatten()] for name, column in columns.items()}
    return Table(listed, decides, [bool(x) for x in terms.gate.flatten()], sums, clips)


def has_clip(group: Group) -> bool:
    """Whether the rule takes the smaller of two terms."""
    params = group.params
    return hasattr(params, "clip_low") and getattr(params, "surrogate", "ratio") == "ratio" and group.rule != "cispo"


def surrogate_of(group: Group, advantage: Tensor, ratio: Tensor, rollouts: Rollouts) -> Tensor:
    """What the rule averages, of each answer, [G, 1]."""
    params = group.params
    if has_clip(group):
        dual = getattr(params, "dual_clip", 0.0)
        return ratios.clipped(ratio, advantage, params.clip_low, params.clip_high, dual)[0]
    logp = rollouts.old_logp + ratio.log()
    if group.rule == "cispo":
        return ratios.stopped_weight(ratio, params.clip_low, params.clip_high) * advantage * logp
    if group.rule in LOG_RULES or getattr(params, "surrogate", "ratio") == "log":
        return advantage * logp
    return advantage * ratio


def curves(group: Group, made: Table, far: float, points: int = 161) -> tuple[list[float], list[list[float]]]:
    """The surrogate of each answer against its ratio, from 0 to `far`."""
    axis = torch.linspace(0.02, far, points, dtype=torch.float64)
    rollouts = group.rollouts()
    heights = []
    for index, advantage in enumerate(made.columns["advantage"]):
        alone = Rollouts(
            logp=axis[:, None].log() + rollouts.old_logp[index],
            old_logp=rollouts.old_logp[index].expand(points, 1).contiguous(),
            mask=torch.ones(points, 1),
            rewards=torch.zeros(points, dtype=torch.float64),
            group=torch.zeros(points, dtype=torch.long),
        )
        weight = torch.full((points, 1), advantage, dtype=torch.float64)
        heights.append([float(y) for y in surrogate_of(group, weight, axis[:, None], alone).flatten()])
    return [float(x) for x in axis], heights


def _decides(unclipped: Tensor, clipped: Tensor, terms: Terms) -> list[str]:
    """Which of the two terms the minimum takes, answer by answer; "both" where they are equal."""
    words = []
    for free, held, shut in zip(unclipped.flatten(), clipped.flatten(), terms.gate.flatten(), strict=True):
        words.append("clipped" if bool(shut) and float(held) < float(free) else "both" if free == held else "unclipped")
    return words


def _log(probabilities: tuple[float, ...]) -> Tensor:
    return torch.tensor(probabilities, dtype=torch.float64).log().unsqueeze(-1)


def _numbers(query: Mapping[str, str], name: str) -> tuple[float, ...]:
    if name not in query:
        return START[name]
    return tuple(_number(text) for text in query[name].split(",")[: MOST + 1])


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"{text!r} is no number") from None
    if not abs(number) < 1e6:
        raise ValueError(f"{text!r} is too large")
    return number
