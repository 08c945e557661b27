"""Each rule's surrogate: of the frozen batch, and of the batches that it draws later."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from objectives.experiments import Values
from objectives.experiments.six_objectives.stage import Stage
from objectives.surfaces.edit_chain import Link
from objectives.training import loop
from objectives.worlds import Episodes

LATER = (5, 10, 15, 20)
"""After how many batches a rule's surrogate is drawn once more (or after the last but one, if the run is shorter)."""


@dataclass(frozen=True)
class View:
    """One rule's view of the frozen batch: surrogate and closed gates on the grid, and at the start."""

    surface: Tensor
    gate: Tensor
    start: Tensor
    advantage: Tensor
    gradients: Tensor


def draw_surrogates(rules: list[Link], stage: Stage) -> dict[Link, View]:
    """Draw every rule's surrogate of the frozen batch in one sweep over the grid."""

    def columns(theta: Tensor) -> Tensor:
        batch = stage.batch(theta, seed=0)
        seen = [link.objective.loss(batch, link.params) for link in rules]
        heights = torch.stack([-terms.total for terms in seen], -1)
        gates = torch.stack([terms.gate.double().mean((-2, -1)).expand_as(terms.total) for terms in seen], -1)
        return torch.stack([heights, gates], -1)

    grid = stage.evaluate(columns)
    views = {}
    for index, link in enumerate(rules):
        theta = stage.world.start.expand(stage.draws.seeds, -1).clone().requires_grad_(True)
        terms = link.objective.loss(stage.batch(theta), link.params)
        (slope,) = torch.autograd.grad(-terms.total.sum(), theta)
        views[link] = View(
            surface=grid[..., index, 0],
            gate=grid[..., index, 1],
            start=-terms.total[0].detach(),
            advantage=terms.advantages.expand(*terms.ratio.shape)[0, :, 0],
            gradients=stage.plane.coordinates(slope),
        )
    return views


def later_surrogates(link: Link, stage: Stage) -> dict[str, Values]:
    """The surrogates that one rule draws on its way: of its own batches, as the policy that drew them sees them."""
    world, group = stage.world, stage.group
    uniforms = stage.uniforms[:1, : min(stage.draws.iterations, max(LATER) + 1)]
    records = list(loop.train(link.objective, link.params, world, stage.settings, uniforms, group, link.updates))
    moments = [min(moment, len(records) - 1) for moment in LATER]

    def view(theta: Tensor) -> Tensor:
        seen = []
        for record in (records[moment] for moment in moments):
            episodes, critic = Episodes(*(part[0] for part in record.episodes)), record.critic[0]
            batch = loop.rollouts(world, episodes, group, theta, record.before[0], None, critic)
            terms = link.objective.loss(batch, link.params)
            gate = terms.gate.double().mean((-2, -1)).expand_as(terms.total)
            seen.append(torch.stack([-terms.total, gate], -1))
        return torch.stack(seen, -2)

    grid = stage.evaluate(view).movedim(-2, 0)
    return {
        "later": np.array(moments),
        "later_surface": grid[..., 0].numpy(),
        "later_gate": grid[..., 1].numpy(),
    }
