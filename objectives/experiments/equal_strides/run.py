"""The six rules once more, every step equally long: what is left of them when none may step farther than another.

Each rule makes of a batch what it would, in one update or in several. The change is then scaled along its own direction
until KL(old || new) is the step size, exactly: all policies change their behaviour equally fast, and only the direction
is the rule's. The seeds are the centrepiece's. The critics are exact, so that the baseline, TRPO and PPO differ by
nothing that they had yet to learn; beside them the same three are run with the critics that they learn. The rules
between REINFORCE and DAPO, one edit after the other, are run in the same way.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from objectives import SIX, progress, sampling
from objectives.estimators import kl
from objectives.experiments import Array, Values
from objectives.experiments.equal_strides.claims import CLAIMS
from objectives.experiments.equal_strides.numbers import CRITICS, NUMBERS
from objectives.experiments.six_objectives.idle import IDLE
from objectives.hyperparameters import Checked, hyper, read
from objectives.surfaces import edit_chain, surface
from objectives.surfaces.edit_chain import Link
from objectives.training import equal_kl, loop
from objectives.worlds import three_answers

NAME = "equal_strides"
ANGLES = 96  # corners of a ring of equal KL
SAME = {"reinforce": "reinforce", "baseline": "baseline", "scale": "ppo", "leash": "grpo", "dapo": "dapo"}
"""Which edits end at one of the six."""
BETWEEN = [name for name in edit_chain.EDITS if name not in SAME]
KEYS = (
    "equal_strides.*",
    "three_answers.*",
    "sampling.*",
    "training.*",
    "reinforce.*",
    "baseline.*",
    "trpo.*",
    "ppo.*",
    "grpo.*",
    "dapo.*",
    "six_objectives.dapo_filter",
    "six_objectives.dapo_refill",
)
__all__ = ["CLAIMS", "IDLE", "KEYS", "NAME", "NUMBERS", "SCHEMA", "Params", "run"]


@dataclass(frozen=True)
class Params(Checked):
    """The two step sizes."""

    strides: list[float] = hyper(  # noqa: RUF009  (a field with a default factory)
        (0.01, 0.003),
        low=0.0,
        high=1.0,
        low_open=True,
        unit="nat",
        source="chosen for the picture: TRPO's delta, and a third of it",
        doc="KL(old || new) of every batch, a wide step and a narrow one",
    )
    reach: float = hyper(
        20.0,
        low=0.0,
        high=1000.0,
        low_open=True,
        unit="logit",
        source="chosen for the picture: where a policy is sure, no change is worth the step",
        doc="longest change of the logits in one batch",
    )

    def check(self) -> None:
        """The step sizes are two, the wide one first."""
        if len(self.strides) != 2 or self.strides[0] <= self.strides[1]:
            raise ValueError(f"strides must be two numbers, the larger first, not {self.strides}")


SCHEMA = {
    "methods": Array("objective", "", "names of the six objectives, in teaching order"),
    "filter": Array("", "", "which groups count for DAPO: correct (the paper's), reward, or off"),
    "refill": Array("", "", "True if DAPO draws again for those that it leaves out"),
    "strides": Array("stride", "nat", "KL(old || new) of every batch: wide, narrow"),
    "theta": Array(
        "stride seed objective time coordinate", "logit", "position (u, v) before each batch, and at the end"
    ),
    "probs": Array("stride seed objective time answer", "probability", "policy there"),
    "j": Array("stride seed objective time", "reward", "exact expected reward there"),
    "kl_step": Array(
        "stride seed objective iteration", "nat", "KL(old || new) of each batch; less where none is worth it"
    ),
    "step_norm": Array("stride seed objective iteration", "logit", "length of each change; 0 where a rule has none"),
    "ring": Array("stride angle coordinate", "logit", "policies (u, v) at KL(start || new) of each stride, all round"),
    "edits": Array("edit", "", "ids of the rules from REINFORCE to DAPO, one edit after the other"),
    "edit_j": Array("stride seed edit time", "reward", "exact expected reward under each of them, critic exact"),
    "learned": Array("critic", "", "the rules that learn a critic"),
    "learned_probs": Array(
        "stride seed critic time answer", "probability", "their policies with the critic they learn"
    ),
    "learned_j": Array("stride seed critic time", "reward", "exact expected reward with the critic that they learn"),
}


def ring(world: three_answers.ThreeAnswers, start: Tensor, params: Params) -> Values:
    """The policies whose KL from the start is a stride, [stride, angle, 2] on the plane; the last is the first."""
    plane = surface.three_logit_plane()
    angle = torch.linspace(0, 2 * math.pi, ANGLES + 1, dtype=start.dtype)
    old = start.expand(ANGLES + 1, -1)
    new = old + angle.cos()[:, None] * plane.first + angle.sin()[:, None] * plane.second

    def away(theta: Tensor) -> Tensor:
        return kl.categorical(*(world.policy.log_probs(x).squeeze(-2) for x in (old, theta)))

    rings = [equal_kl.scale_to_kl(away, old, new, stride, params.reach) for stride in params.strides]
    return np.asarray(plane.coordinates(torch.stack(rings)).numpy())


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Run the six at both step sizes with exact critics, and the three that have one also with the one they learn."""
    world = three_answers.ThreeAnswers(read(three_answers.Params, three_answers.NAME, h))
    draws, settings, params = (
        read(sampling.Params, sampling.NAME, h),
        read(loop.Params, loop.NAME, h),
        read(Params, NAME, h),
    )
    uniforms, group = sampling.uniforms(world.name, draws, world.tokens), sampling.group_labels(draws)

    def path(link: Link, stride: float, exact: bool) -> Tensor:
        records = list(
            loop.train(
                link.objective,
                link.params,
                world,
                settings,
                uniforms,
                group,
                link.updates,
                step_kl=stride,
                reach=params.reach,
                exact_critic=exact,
            )
        )
        return torch.stack([records[0].before, *(record.after for record in records)], 1)

    def paths(rules: list[Link], exact: bool) -> Tensor:
        return torch.stack(
            [
                torch.stack([path(link, stride, exact) for link in progress.parts(rules)], 1)
                for stride in progress.parts(params.strides)
            ]
        )

    chain = edit_chain.links(h)
    sets = [
        ([Link.of(name, h) for name in SIX], True),
        ([Link.of(name, h) for name in CRITICS], False),
        ([chain[name] for name in BETWEEN], True),
    ]
    theta, learned, between = (paths(*each) for each in progress.whole(sets))
    steps = [
        between[:, :, BETWEEN.index(name)] if name in BETWEEN else theta[:, :, SIX.index(SAME[name])] for name in chain
    ]
    log_probs = world.policy.log_probs(theta).squeeze(-2)
    arrays = {
        "methods": np.array(SIX),
        "filter": np.array(h["six_objectives.dapo_filter"]),
        "refill": np.array(h["six_objectives.dapo_refill"]),
        "strides": np.array(params.strides),
        "theta": surface.three_logit_plane().coordinates(theta).numpy(),
        "probs": log_probs.exp().numpy(),
        "j": world.true_values(theta).squeeze(-1).numpy(),
        "kl_step": kl.categorical(log_probs[..., :-1, :], log_probs[..., 1:, :]).numpy(),
        "step_norm": (theta[..., 1:, :] - theta[..., :-1, :]).norm(dim=-1).numpy(),
        "ring": ring(world, theta[0, 0, 0, 0], params),
        "edits": np.array(list(chain)),
        "edit_j": world.true_values(torch.stack(steps, 2)).squeeze(-1).numpy(),
        "learned": np.array(CRITICS),
        "learned_probs": world.probs(learned).numpy(),
        "learned_j": world.true_values(learned).squeeze(-1).numpy(),
    }
    return {name: np.array(arrays[name], order="C") for name in SCHEMA}
