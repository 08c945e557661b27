"""What one batch costs TRPO and PPO: passes forth and back, counted while they work.

TRPO steps once on a batch: a slope of its surrogate, and two ways back for a product with the Fisher matrix. Products
may be taken on a share of the answers (Schulman et al. 2015, 1502.05477, appendix C.1: a tenth). PPO steps several
times, each by one slope. Each slope and each product takes one way forth; the line search takes one for the surrogate
where it begins, and two for every length that it tries. The critic's fit, the same for both, is left out.

In a world of one state a share of the answers knows the Fisher matrix as well as all of them, and two products find its
two directions. So this is counted on Tally: nine states, 27 logits, answers of several tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from objectives import sampling
from objectives.estimators.aggregate import token_mean
from objectives.experiments import Values
from objectives.hyperparameters import read
from objectives.losses import ppo, trpo
from objectives.training import loop
from objectives.worlds import tally

WAYS = ("TRPO", "TRPO, products on a share", "PPO")


class Passes:
    """Counts how often functions of theta are asked and a slope goes back through them, and of how many answers."""

    def __init__(self) -> None:
        self.count = 0
        self.answers = 0
        self.forth = 0
        self.forth_answers = 0

    def of(self, function: Callable[[Tensor], Tensor], answers: int = 1) -> Callable[[Tensor], Tensor]:
        """The same function of so many answers; every pass through it counts, forth and back."""

        def note(_: Tensor) -> None:
            self.count += 1
            self.answers += answers

        def counted(theta: Tensor) -> Tensor:
            self.forth += 1
            self.forth_answers += answers
            at = theta * 1.0  # not theta itself: every call has a node of its own
            if at.requires_grad:
                at.register_hook(note)  # type: ignore[no-untyped-call]  # as torch declares it
            return function(at)

        return counted


def costs(h: Mapping[str, Any], draws: sampling.Draws, share: float) -> dict[str, Values | Tensor]:
    """One batch of Tally under TRPO, under TRPO with products on a `share` of the answers, and under PPO."""
    world = tally.Tally(read(tally.Params, tally.NAME, h), draws.group_size)
    group, uniforms = sampling.group_labels(draws), sampling.uniforms(world.name, draws, world.tokens)[0, 0]
    start, episodes = world.start, world.play(world.start, uniforms)
    critic = world.true_values(start)
    size = len(group)

    def batch_at(theta: Tensor) -> Any:
        return loop.rollouts(world, episodes, group, theta, start, None, critic)

    counted = {way: Passes() for way in WAYS}
    few = torch.arange(max(1, round(share * size))) * size // max(1, round(share * size))
    rule, clipped = read(trpo.Params, trpo.NAME, h), read(ppo.Params, ppo.NAME, h)
    ends = [
        loop.trust_region_step(trpo.OBJECTIVE, rule, world, episodes, batch_at(start), start, counted[way].of, some)
        for way, some in ((WAYS[0], None), (WAYS[1], few))
    ]
    for _ in range(clipped.updates):  # where PPO stands changes no count
        theta = start.clone().requires_grad_(True)
        passes = counted[WAYS[2]].of(lambda at: ppo.loss(batch_at(at), clipped).policy, size)
        torch.autograd.grad(passes(theta), theta)
    moved = torch.stack([end - start for end in ends])
    norm = moved.norm(dim=-1)
    divergence = world.policy.divergence_from(start, episodes)
    return {
        "ways": np.array(WAYS),
        "way_passes": np.array([counted[way].count for way in WAYS]),
        "way_slopes": np.array([counted[way].answers / size for way in WAYS]),
        "way_forth": np.array([counted[way].forth for way in WAYS]),
        "way_forth_batches": np.array([counted[way].forth_answers / size for way in WAYS]),
        "product_answers": np.array([size, len(few)]),
        "product_gain": world.true_j(torch.stack(ends)) - world.true_j(start),
        "product_kl": torch.stack([token_mean(divergence(end), episodes.mask) for end in ends]),
        "product_cosine": (moved[0] @ moved[1]) / norm.prod().clamp(min=1e-300),
    }
