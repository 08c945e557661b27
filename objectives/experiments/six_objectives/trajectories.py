"""How one rule goes from the start, on all seeds at once."""

from __future__ import annotations

from itertools import islice

import torch
from torch import Tensor

from objectives.estimators import advantages, kl
from objectives.experiments.six_objectives.stage import Stage
from objectives.surfaces.edit_chain import Link
from objectives.training import loop


def follow(link: Link, stage: Stage, far: bool) -> dict[str, Tensor]:
    """Run one rule on all seeds; every array is [S, T, ...] or, where the end counts too, [S, T + 1, ...].

    If it goes far it is followed to the last of the random numbers, for the arrays that are called long.
    """
    world, group, drawn = stage.world, stage.group, stage.draws.iterations
    uniforms = stage.uniforms if far else stage.uniforms[:, :drawn]
    run = loop.train(link.objective, link.params, world, stage.settings, uniforms, group, link.updates)
    records = list(islice(run, drawn))
    theta = torch.stack([record.before for record in records] + [records[-1].after], 1)
    log_probs = world.policy.log_probs(theta).squeeze(-2)
    probs = log_probs.exp()
    far_theta = torch.stack([*theta.unbind(1), *(record.after for record in run)], 1)
    rewards = torch.stack([record.episodes.rewards for record in records], 1)
    mean, std, gap = advantages.group_statistics(rewards, group)
    unknown = torch.full_like(mean[..., 0], torch.nan)
    value, value_std = unknown, unknown
    if link.objective.critic:
        value = torch.stack([record.critic[..., 0] for record in records], 1)
    elif link.objective.name in ("grpo", "dapo"):
        value, value_std = mean.mean(-1), std.mean(-1)
    return {
        "theta": stage.plane.coordinates(theta),
        "probs": probs,
        "j": world.true_values(theta).squeeze(-1),
        "entropy": world.policy.entropies(theta).squeeze(-1),
        "kl_to_ref": kl.categorical(log_probs, world.start_probs.log()),
        "value": value,
        "value_std": value_std,
        "kl_step": kl.categorical(log_probs[:, :-1], log_probs[:, 1:]),
        "ratio_path": (log_probs[:, 1:] - log_probs[:, :-1]).exp(),
        "step_norm": (theta[:, 1:] - theta[:, :-1]).norm(dim=-1),
        "sample_answer": torch.stack([record.episodes.actions.squeeze(-1) for record in records], 1).to(torch.int8),
        "sample_gate": torch.stack([record.terms.gate.squeeze(-1) for record in records], 1),
        "drawn": torch.stack([record.drawn for record in records], 1),
        "groups_mixed": (gap > 0).double().mean(-1),
        "long_theta": stage.plane.coordinates(far_theta),
        "long_probs": world.probs(far_theta),
        "long_j": world.true_values(far_theta).squeeze(-1),
    }
