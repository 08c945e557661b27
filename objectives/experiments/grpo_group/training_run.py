"""One training run of GRPO with one update per batch: what its loss says, and what the policy earns."""

from __future__ import annotations

import torch
from torch import Tensor

from objectives import OBJECTIVES, sampling
from objectives.experiments import Values
from objectives.losses import grpo
from objectives.training import loop
from objectives.worlds import three_answers


def one_update_a_batch(
    world: three_answers.ThreeAnswers,
    rule: grpo.Params,
    settings: loop.Params,
    size: int,
    groups: int,
    batches: int,
    seed: int,
) -> dict[str, Values | Tensor]:
    """The logs of a run from the reference, [batch]: loss, its two parts, and the exact expected reward."""
    draws = sampling.Draws(groups=groups, group_size=size, iterations=batches, seeds=1, seed=seed)
    uniforms = sampling.uniforms(world.name, draws, world.tokens)
    group = sampling.group_labels(draws)
    run = loop.train(OBJECTIVES[grpo.NAME], rule, world, settings, uniforms, group, updates=1)
    logs = [(r.terms.total[0], r.terms.policy[0], r.terms.kl[0], world.probs(r.before)[0] @ world.rewards) for r in run]
    total, policy, kl, earned = (torch.stack(log) for log in zip(*logs, strict=True))
    beta = rule.beta if rule.kl_place == "loss" else 0.0
    return {"run_loss": total, "run_policy": policy, "run_leash": beta * kl, "run_j": earned}
