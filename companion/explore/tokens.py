"""Answers as rows of tokens, and the push that each rule gives each token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from companion.explore import conventions
from objectives import OBJECTIVES, Rollouts

LONGEST, MOST = 24, 8
START = {"len": (3, 14, 6, 20), "ok": (1, 1, 0, 0), "rho": (1.0, 1.3, 0.95, 0.7)}
AVERAGES = {"rule": "as each rule does", "sequence": "per answer", "token": "per token"}


@dataclass(frozen=True)
class Answers:
    """What is typed: how long each answer is, whether it is right, and how far its tokens have moved."""

    lengths: tuple[int, ...]
    right: tuple[bool, ...]
    ratios: tuple[float, ...]
    average: str

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Answers:
        """The answers of a query string; ValueError says what is wrong."""
        rows = {name: _numbers(query.get(f"t.{name}"), start) for name, start in START.items()}
        size = len(rows["len"])
        if not 2 <= size <= MOST or any(len(row) != size for row in rows.values()):
            raise ValueError(f"2 to {MOST} answers, and three numbers for each")
        if not all(1 <= length <= LONGEST for length in rows["len"]):
            raise ValueError(f"an answer has 1 to {LONGEST} tokens")
        if not all(0.01 <= ratio <= 10 for ratio in rows["rho"]):
            raise ValueError("a ratio lies between 0.01 and 10")
        average = query.get("t.avg", "rule")
        if average not in AVERAGES:
            raise ValueError(f"averages: {', '.join(AVERAGES)}")
        right = tuple(bool(x) for x in rows["ok"])
        return cls(tuple(int(x) for x in rows["len"]), right, tuple(rows["rho"]), average)

    def rollouts(self) -> Rollouts:
        """As a batch of one group: a right answer earns 1, every token was as likely as any other."""
        width = max(self.lengths)
        mask = (torch.arange(width) < torch.tensor(self.lengths)[:, None]).double()
        old = torch.full(mask.shape, -1.0, dtype=torch.float64)
        gap = torch.tensor(self.ratios, dtype=torch.float64).log()[:, None]
        right = torch.tensor(self.right)
        forecast = torch.full(mask.shape, 0.5, dtype=torch.float64)
        return Rollouts(
            logp=(old + gap).requires_grad_(True),
            old_logp=old,
            ref_logp=old,
            mask=mask,
            rewards=right.double(),
            correct=right.long(),
            group=torch.zeros(len(right), dtype=torch.long),
            values=forecast.clone().requires_grad_(True),
            old_values=forecast,
        )


def pushes(answers: Answers) -> dict[str, tuple[Tensor, Tensor]]:
    """Rule -> minus the gradient of its loss in each token's log-probability, [B, T], and where its clip is shut."""
    found = {}
    for name, rule in OBJECTIVES.items():
        rollouts = answers.rollouts()
        terms = rule.loss(rollouts, _settings(name, answers))
        (slope,) = torch.autograd.grad(terms.total, rollouts.logp, allow_unused=True, materialize_grads=True)
        found[name] = (-slope, terms.gate & rollouts.mask)
    return found


def _settings(name: str, answers: Answers) -> Any:
    params = conventions.settings(name, "paper")
    changes = {}
    if answers.average != "rule" and hasattr(params, "aggregation"):
        changes["aggregation"] = answers.average
    return conventions.settings(name, "paper", changes)


def _numbers(text: str | None, start: tuple[float, ...]) -> tuple[float, ...]:
    if text is None:
        return start
    try:
        return tuple(float(part) for part in text.split(",")[: MOST + 1])
    except ValueError:
        raise ValueError(f"{text!r} are no numbers") from None
