"""The six on a small recurrent network: the same dice, a policy that must remember, and planes through its parameters.

On Tally the table is told the last mark; the network is told nothing and has to carry the parity itself. It has some
hundred parameters, so its path is shown on the plane of its own two principal directions, with the share of the path's
variance that this plane holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from objectives import OBJECTIVES, SIX, sampling
from objectives.experiments import Array, Arrays, Claim, Number, Values
from objectives.hyperparameters import Checked, hyper, read
from objectives.surfaces import planes
from objectives.surfaces.surface import evaluate
from objectives.training import loop
from objectives.worlds import gru, tally

NAME = "recurrent"
KEYS = (
    "recurrent.*",
    "gru.*",
    "tally.answer_bias",
    "reinforce.*",
    "baseline.*",
    "trpo.*",
    "ppo.*",
    "grpo.*",
    "dapo.*",
)
__all__ = ["CLAIMS", "KEYS", "NAME", "NUMBERS", "SCHEMA", "Params", "run"]


@dataclass(frozen=True)
class Params(Checked):
    """How much is played, and how finely the planes are sampled."""

    bits: int = hyper(2, low=1, high=5, unit="bits", source="chosen for the picture", doc="longest prompt")
    cap: int = hyper(4, low=2, high=9, unit="tokens", source="chosen for the picture", doc="longest answer")
    groups: int = hyper(
        8, low=1, high=256, unit="groups", source="chosen for the picture", doc="groups of answers per batch"
    )
    group_size: int = hyper(
        12, low=2, high=256, unit="answers", source="chosen for the picture", doc="answers per group"
    )
    iterations: int = hyper(
        20, low=2, high=1000, unit="batches", source="chosen for the picture", doc="batches drawn in one run"
    )
    seeds: int = hyper(
        2, low=1, high=64, unit="runs", source="chosen for the picture", doc="runs, each with its own seed"
    )
    learning_rate: float = hyper(
        1.0, low=0.0, high=100.0, source="chosen for the picture", doc="step per unit of gradient, the same for all six"
    )
    resolution: int = hyper(
        25, low=3, high=501, unit="points", source="chosen for the picture", doc="grid points along each side"
    )
    plane_seed: int = hyper(
        0, low=0, high=2147483647, source="chosen for the picture", doc="seed of the random directions"
    )


SCHEMA = {
    "methods": Array("objective", "", "names of the six objectives, in teaching order"),
    "parameters": Array("", "", "number of parameters of the network"),
    "j": Array("seed objective time", "reward", "exact expected reward before each batch and at the end"),
    "step_norm": Array("seed objective iteration", "", "length of each iteration's step: how far a rule really goes"),
    "path": Array("objective time 2", "", "first run's path, projected on the plane of its principal directions"),
    "explained": Array("objective", "share", "share of that path's variance which the plane holds"),
    "grid_u": Array("objective column", "", "first coordinate of each column, ascending"),
    "grid_v": Array("objective row", "", "second coordinate of each row, ascending"),
    "surface": Array("objective row column", "", "what the rule makes of its first batch there, to be maximised"),
    "true_j": Array("objective row column", "reward", "exact expected reward there"),
    "random_axis": Array("row", "", "both coordinates on the random plane through the start, ascending"),
    "random_j": Array("row column", "reward", "exact expected reward on two filter-normalised random directions"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Train all six, then look at each path from its own plane."""
    params = read(Params, NAME, h)
    game = tally.Params(bits=params.bits, cap=params.cap, answer_bias=h["tally.answer_bias"])
    world = gru.RecurrentTally(read(gru.Params, gru.NAME, h), game, params.group_size)
    draws = sampling.Params(
        groups=params.groups, group_size=params.group_size, iterations=params.iterations, seeds=params.seeds
    )
    uniforms, group = sampling.uniforms(tally.NAME, draws, world.tokens), sampling.group_labels(draws)
    settings = loop.Params(learning_rate=params.learning_rate)
    found: dict[str, list[Values]] = {name: [] for name in ("j", "step_norm", "path", "explained")}
    found |= {name: [] for name in ("grid_u", "grid_v", "surface", "true_j")}
    for name in SIX:
        rule = OBJECTIVES[name]
        own = read(rule.Params, name, h, **({"refill": False} if name == "dapo" else {}))
        records = list(loop.train(rule, own, world, settings, uniforms, group))
        thetas = torch.stack([records[0].before, *(record.after for record in records)])
        found["j"].append(world.true_j(thetas).numpy())
        found["step_norm"].append((thetas[1:] - thetas[:-1]).norm(dim=-1).numpy())
        walk = thetas[:, 0]
        plane = planes.principal(walk)
        u, v = planes.frame(plane, walk, params.resolution)
        episodes = world.play(world.start, uniforms[0, 0])
        drawn = loop.rollouts(world, episodes, group, world.start, world.start)
        seen = planes.landscape({name: (rule, own)}, world.policy, episodes, drawn, plane, u, v)
        found["path"].append(plane.coordinates(walk).numpy())
        found["explained"].append(np.array(planes.explained(plane, walk)))
        found["grid_u"].append(u.numpy())
        found["grid_v"].append(v.numpy())
        found["surface"].append(seen[name].numpy())
        found["true_j"].append(evaluate(world.true_j, plane, u, v, 64).numpy())
    stacked = {name: np.stack(parts, 1 if name in ("j", "step_norm") else 0) for name, parts in found.items()}
    stacked["j"] = np.moveaxis(stacked["j"], 0, -1).swapaxes(0, 1)
    stacked["step_norm"] = np.moveaxis(stacked["step_norm"], 0, -1).swapaxes(0, 1)
    axis = torch.linspace(-1, 1, params.resolution, dtype=torch.float64)
    directions = torch.Generator().manual_seed(params.plane_seed)
    shapes = {name: tuple(shape) for name, shape in world.policy.network.shapes.items()}
    around = planes.filter_normalised(world.start, shapes, directions)
    return stacked | {
        "methods": np.array(SIX),
        "parameters": np.array(world.policy.size),
        "random_axis": axis.numpy(),
        "random_j": evaluate(world.true_j, around, axis, axis, 64).numpy(),
    }


def _end(name: str) -> Callable[[Arrays], float]:
    return lambda arrays: float(arrays["j"][:, SIX.index(name), -1].mean())


NUMBERS: dict[str, Number] = {
    "parameters": ("number of parameters of the network", lambda arrays: float(arrays["parameters"])),
    "j_start": ("expected reward before training", lambda arrays: float(arrays["j"][:, :, 0].mean())),
    "explained_least": (
        "least share of a path's variance that its plane holds",
        lambda arrays: float(arrays["explained"].min()),
    ),
    **{f"{name}_j_end": (f"expected reward where {name} ends, mean of the runs", _end(name)) for name in SIX},
}
CLAIMS: dict[str, Claim] = {
    "all_learn": (
        "every rule ends above its start, on average of the runs",
        lambda arrays: bool((arrays["j"][:, :, -1].mean(0) > arrays["j"][:, :, 0].mean(0)).all()),
    ),
    "planes_hold_most": (
        "each plane holds more than half of its path's variance",
        lambda arrays: bool(arrays["explained"].min() > 0.5),
    ),
}
