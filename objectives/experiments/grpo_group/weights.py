"""What GRPO weighs a question by, exactly: advantages of every outcome of a group, weighed by their chance."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from objectives.estimators.advantages import group_relative
from objectives.experiments import Values
from objectives.experiments.grpo_group.claims import SIZES
from objectives.losses import grpo

GRID = 397  # chances of a right answer, from 0.01 to 0.99
KINDS = ("std", "none")


def graded(size: int, kind: str, rule: grpo.Params) -> tuple[Tensor, Tensor]:
    """Advantages of a right and of a wrong answer for k = 0 .. size right of `size`, [size + 1] each; 0 if none."""
    right = torch.arange(size + 1)
    rewards = (torch.arange(size) < right.unsqueeze(-1)).double()
    one_group = torch.zeros(size, dtype=torch.long)
    out = group_relative(rewards, one_group, kind, rule.ddof, rule.eps)
    nothing = torch.zeros(size + 1, dtype=torch.float64)
    return torch.where(right > 0, out[:, 0], nothing), torch.where(right < size, out[:, -1], nothing)


def weights(size: int, chance: Tensor, rule: grpo.Params, kind: str = "std") -> Tensor:
    """Weight of grad p in the expected gradient of groups of `size` at pi = pi_old, [p] for chances [p], exact.

    E[1/G sum_i A_i grad log pi(o_i)] = E[k A_right / G] grad p / p - E[(G - k) A_wrong / G] grad p / (1 - p)
    """
    up, down = graded(size, kind, rule)
    right = torch.arange(size + 1, dtype=torch.float64)
    odds = _binomial(size, chance)
    return (odds * (right * up) / size).sum(-1) / chance - (odds * (size - right) * down / size).sum(-1) / (1 - chance)


def _binomial(size: int, chance: Tensor) -> Tensor:
    """Chance of k right answers of `size`, [p, size + 1]."""
    right = torch.arange(size + 1, dtype=torch.float64)
    ways = math.lgamma(size + 1) - torch.lgamma(right + 1) - torch.lgamma(size - right + 1)
    p = chance.unsqueeze(-1)
    return (ways + right * p.log() + (size - right) * (1 - p).log()).exp()


def outcomes(size: int, rule: grpo.Params) -> dict[str, Values | Tensor]:
    """Advantages for every number of right answers in a group, divided by the spread and not."""
    pairs = [graded(size, kind, rule) for kind in KINDS]
    return {
        "kinds": np.array(KINDS),
        "right": np.arange(size + 1),
        "up": torch.stack([pair[0] for pair in pairs]),
        "down": torch.stack([pair[1] for pair in pairs]),
    }


def question_weights(rule: grpo.Params, group_size: int, hard_p: float, rare_p: float) -> dict[str, Values | Tensor]:
    """Weights, heights and mixed groups over the chance of a right answer, and at the two questions told."""
    chance = torch.linspace(0.01, 0.99, GRID, dtype=torch.float64)
    weight = torch.stack([weights(size, chance, rule) for size in SIZES])
    plain = torch.stack([weights(size, chance, rule, "none") for size in SIZES])
    step = chance[1] - chance[0]
    climb = torch.cat([torch.zeros(len(SIZES), 1), ((weight[:, 1:] + weight[:, :-1]) / 2 * step).cumsum(-1)], -1)
    hard, rare = (torch.tensor([p], dtype=torch.float64) for p in (hard_p, rare_p))
    sizes = torch.tensor(SIZES, dtype=torch.float64)

    def pushes(p: Tensor) -> Tensor:
        each = [torch.cat([weights(size, p, rule, kind) for size in SIZES]) for kind in KINDS]
        return torch.stack(each) * p * (1 - p)

    def mixed(p: Tensor) -> Tensor:
        return 1 - p ** sizes.unsqueeze(-1) - (1 - p) ** sizes.unsqueeze(-1)

    return {
        "chance": chance,
        "sizes": np.array(SIZES),
        "weight": weight,
        "limit": _limit(chance),
        "plain_weight": plain,
        "push": weight * chance * (1 - chance),
        "limit_push": (chance * (1 - chance)).sqrt(),
        "plain_push": plain * chance * (1 - chance),
        "climb": climb - climb[:, GRID // 2 : GRID // 2 + 1],
        "limit_climb": 2 * torch.asin(chance.sqrt()) - math.pi / 2,
        "mixed": mixed(chance),
        "hard": hard[0],
        "hard_weight": torch.cat([weights(size, hard, rule) for size in SIZES]),
        "hard_limit": _limit(hard)[0],
        "hard_push": pushes(hard),
        "half_push": pushes(torch.tensor([0.5], dtype=torch.float64)),
        "group_weight": weights(group_size, hard, rule)[0],
        "rare": rare[0],
        "rare_mixed": mixed(rare).squeeze(-1),
    }


def _limit(chance: Tensor) -> Tensor:
    """d/dp of 2 arcsin sqrt p."""
    return (chance * (1 - chance)).rsqrt()
