"""Does it hold in a network? The six on a tiny transformer that reads Tally's tokens, from the same random numbers.

The table of the other chapters is told the last mark and the next bit; the network is told nothing and has to find both
by attention. All rules have one learning rate and one longest gradient, the same batches as long as their policies
agree, and no rule draws again (DAPO leaves out groups that agree and keeps what there is): all see as many answers.
REINFORCE and the baseline are followed for longer. The critic is a second head on the same network.

A path through thousands of parameters is shown on the plane of its own two principal directions, with the share of the
path's variance that this plane holds. On it stand what the rule makes of its first batch, and the exact reward.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from objectives import OBJECTIVES, SIX, progress, sampling
from objectives.estimators.explained_variance import explained_variance
from objectives.experiments import Array, Values
from objectives.experiments.packing import pack
from objectives.experiments.six_in_a_network.claims import CLAIMS, NUMBERS
from objectives.hyperparameters import Checked, hyper, read
from objectives.registry import Objective
from objectives.surfaces import planes
from objectives.surfaces.surface import evaluate
from objectives.training import loop
from objectives.worlds import tally, transformer
from objectives.worlds.tally_network import NetworkTally

NAME = "six_in_a_network"
KEYS = (
    "six_in_a_network.*",
    "transformer.*",
    "tally.answer_bias",
    "reinforce.*",
    "baseline.*",
    "trpo.*",
    "ppo.*",
    "grpo.*",
    "dapo.*",
)
PLAIN = ("reinforce", "baseline")  # one plain gradient step a batch
CHUNK = 64  # points of a plane that go through the network at a time
__all__ = ["CLAIMS", "KEYS", "NAME", "NUMBERS", "SCHEMA", "Params", "run"]


@dataclass(frozen=True)
class Params(Checked):
    """How much is played, how far a gradient may go, and how finely the planes are sampled."""

    bits: int = hyper(2, low=1, high=4, unit="bits", source="chosen for the picture", doc="longest prompt")
    cap: int = hyper(4, low=2, high=6, unit="tokens", source="chosen for the picture", doc="longest answer")
    groups: int = hyper(
        32,
        low=1,
        high=256,
        unit="groups",
        source="R1-Zero (2501.12948): 32 questions per step",
        doc="groups of answers per batch",
    )
    group_size: int = hyper(
        16, low=2, high=256, unit="answers", source="R1-Zero (2501.12948): G = 16", doc="answers per group"
    )
    iterations: int = hyper(
        30, low=2, high=1000, unit="batches", source="chosen for the picture", doc="batches drawn in one run"
    )
    long_iterations: int = hyper(
        150,
        low=2,
        high=1000,
        unit="batches",
        source="chosen for the picture",
        doc="batches drawn in a longer run of REINFORCE and the baseline",
    )
    seeds: int = hyper(
        2, low=1, high=64, unit="runs", source="chosen for the picture", doc="runs, each with its own seed"
    )
    learning_rate: float = hyper(
        0.2, low=0.0, high=100.0, source="chosen for the picture", doc="step per unit of gradient, the same for all six"
    )
    max_norm: float = hyper(
        0.5,
        low=0.0,
        high=1000.0,
        low_open=True,
        source="Stable-Baselines3 PPO max_grad_norm; DAPO's recipe in verl: 1",
        doc="longest gradient, the same for all six: a longer one is shortened to it",
    )
    resolution: int = hyper(
        25, low=3, high=501, unit="points", source="chosen for the picture", doc="grid points along each side"
    )
    plane_seed: int = hyper(
        0, low=0, high=2147483647, source="chosen for the picture", doc="seed of the random directions"
    )

    def check(self) -> None:
        """The longer run is no shorter."""
        if self.long_iterations < self.iterations:
            raise ValueError(f"long_iterations must be at least iterations = {self.iterations}")


SCHEMA = {
    "methods": Array("objective", "", "names of the six objectives, in teaching order"),
    "parameters": Array("", "", "number of parameters of the network"),
    "layers": Array("", "layers", "of the network"),
    "heads": Array("", "heads", "of each attention"),
    "width": Array("", "numbers", "that stand for a token"),
    "batch_size": Array("", "answers", "that a batch holds"),
    "filter": Array(
        "", "", "which groups count for DAPO: correct (the paper's), reward, or off; it does not draw again"
    ),
    "accuracy": Array(
        "seed objective time", "probability", "exact chance of a right answer, before each batch and at the end"
    ),
    "prompts": Array("prompt", "", "all prompts, short ones first"),
    "prompt_accuracy": Array("seed objective prompt", "probability", "exact chance of a right answer at the end"),
    "long_accuracy": Array("seed plain step", "probability", "REINFORCE and the baseline in a longer run"),
    "length": Array("seed objective batch", "tokens", "mean number of tokens of an answer in the batch"),
    "kl_step": Array("seed objective batch", "nat", "KL(old || new) of each batch, mean over its tokens"),
    "step_norm": Array("seed objective batch", "", "length of each batch's step in the parameters"),
    "foreseen": Array(
        "seed objective batch", "share", "explained variance of the critic over the batch's tokens; NaN without critic"
    ),
    "foreseeable": Array(
        "seed objective batch", "share", "the same of the exact value: the most that there is to foresee"
    ),
    "path": Array("objective time 2", "", "first run's path, projected on the plane of its principal directions"),
    "plane_share": Array("objective", "share", "share of that path's variance which the plane holds"),
    "grid_u": Array("objective column", "", "first coordinate of each column, ascending"),
    "grid_v": Array("objective row", "", "second coordinate of each row, ascending"),
    "surface": Array("objective row column", "", "what the rule makes of its first batch there, to be maximised"),
    "true_accuracy": Array("objective row column", "probability", "exact chance of a right answer there"),
    "random_axis": Array("row", "", "both coordinates on the random plane through the start, ascending"),
    "random_accuracy": Array(
        "row column", "probability", "exact chance there: two filter-normalised random directions"
    ),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Train all six, and look at each path from its own plane."""
    params, size = read(Params, NAME, h), read(transformer.Params, transformer.NAME, h)
    game = tally.Params(bits=params.bits, cap=params.cap, answer_bias=h["tally.answer_bias"])
    stage = Stage(params, NetworkTally(size, game, params.group_size))
    rules = {name: OBJECTIVES[name] for name in SIX}
    settings = {
        name: read(rule.Params, name, h, **({"refill": False} if name == "dapo" else {}))
        for name, rule in rules.items()
    }
    runs, views, longer = [], [], []
    for name in progress.whole(SIX):
        far = stage.train(rules[name], settings[name], params.long_iterations if name in PLAIN else params.iterations)
        longer += [far["accuracy"]] if name in PLAIN else []
        runs.append(stage.first(far))
        views.append(stage.view(rules[name], settings[name], runs[-1]["theta"][:, 0]))
    together = {name: torch.stack([run[name] for run in runs]).permute(2, 0, 1) for name in runs[0] if name != "theta"}
    return pack(
        SCHEMA,
        {
            "methods": np.array(SIX),
            "parameters": np.array(stage.world.policy.size),
            "layers": np.array(size.layers),
            "heads": np.array(size.heads),
            "width": np.array(size.width),
            "batch_size": np.array(len(stage.group)),
            "filter": np.array(h["dapo.filter"]),
            **together,
            "prompts": np.array(tally.prompts(params.bits)),
            "prompt_accuracy": torch.stack([stage.by_prompt(run["theta"][-1]) for run in runs], 1),
            "long_accuracy": torch.stack(longer).permute(2, 0, 1),
            **{name: torch.stack([view[name] for view in views]) for name in views[0]},
            **stage.around_the_start(),
        },
    )


class Stage:
    """What the six share: world, random numbers, step."""

    def __init__(self, params: Params, world: NetworkTally) -> None:
        self.params, self.world = params, world
        draws = sampling.Draws(
            groups=params.groups, group_size=params.group_size, iterations=params.long_iterations, seeds=params.seeds
        )
        self.uniforms, self.group = sampling.uniforms(tally.NAME, draws, world.tokens), sampling.group_labels(draws)

    def train(self, rule: Objective, settings: Checked, iterations: int) -> dict[str, Tensor]:
        """Train for so many batches: parameters [time, seed, D], and what was seen of them and of each batch."""
        world, learning = self.world, loop.Params(learning_rate=self.params.learning_rate)
        theta, seen = [world.start.expand(self.params.seeds, -1)], []
        uniforms = self.uniforms[:, :iterations]
        for record in loop.train(rule, settings, world, learning, uniforms, self.group, max_norm=self.params.max_norm):
            theta.append(record.after)
            seen.append(self.log(rule, record))
        path = torch.stack(theta)
        return {
            "theta": path,
            "accuracy": world.accuracy(path),
            "step_norm": path.diff(dim=0).norm(dim=-1),
            **{name: torch.stack([batch[name] for batch in seen]) for name in seen[0]},
        }

    def first(self, run: dict[str, Tensor]) -> dict[str, Tensor]:
        """What `train` gives, up to the batches that all rules have: where they stand counts the end, too."""
        last = self.params.iterations
        return {name: seen[: last + (name in ("theta", "accuracy"))] for name, seen in run.items()}

    def by_prompt(self, theta: Tensor) -> Tensor:
        """Exact chance of a right answer to each prompt, [..., P]."""
        world = self.world
        value = world.node_values(theta)[..., :: world.policy.count * world.tally.cap]
        return (value - world.tally.wrong) / (world.tally.right - world.tally.wrong)

    def log(self, rule: Objective, record: loop.Record) -> dict[str, Tensor]:
        """What one batch shows, [seed]."""
        world, episodes = self.world, record.episodes
        returns = episodes.rewards.unsqueeze(-1).expand(episodes.mask.shape)
        exact = world.node_values(record.before)
        best = exact.gather(-1, episodes.states.flatten(-2)).view(episodes.states.shape)
        foreseeable = explained_variance(returns, best, episodes.mask)
        foreseen = torch.full_like(foreseeable, torch.nan)
        if rule.critic:
            foreseen = explained_variance(
                returns, world.policy.distributions(record.before, episodes)[1], episodes.mask
            )
        return {
            "length": episodes.mask.sum(-1).double().mean(-1),
            "kl_step": loop.token_divergence(world, record.before, episodes)(record.after),
            "foreseen": foreseen,
            "foreseeable": foreseeable,
        }

    def view(self, rule: Objective, settings: Checked, path: Tensor) -> dict[str, Tensor]:
        """The plane of a path [time, D], the rule's first batch on it, and the truth."""
        world, plane = self.world, planes.principal(path)
        u, v = planes.frame(plane, path, self.params.resolution)
        episodes = world.play(world.start, self.uniforms[0, 0])
        drawn = loop.rollouts(world, episodes, self.group, world.start, world.start)
        seen = planes.landscape({"rule": (rule, settings)}, world.policy, episodes, drawn, plane, u, v, chunk=CHUNK)
        return {
            "path": plane.coordinates(path),
            "plane_share": torch.tensor(planes.explained(plane, path), dtype=path.dtype),
            "grid_u": u,
            "grid_v": v,
            "surface": seen["rule"],
            "true_accuracy": evaluate(world.accuracy, plane, u, v, CHUNK),
        }

    def around_the_start(self) -> dict[str, Tensor]:
        """The truth on a plane that knows nothing of any path."""
        world, axis = self.world, torch.linspace(-1, 1, self.params.resolution, dtype=torch.float64)
        generator = torch.Generator().manual_seed(self.params.plane_seed)
        shapes = {name: tuple(shape) for name, shape in world.policy.network.shapes.items()}
        around = planes.filter_normalised(world.start, shapes, generator)
        return {"random_axis": axis, "random_accuracy": evaluate(world.accuracy, around, axis, axis, CHUNK)}
