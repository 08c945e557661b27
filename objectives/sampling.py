"""How many answers are drawn, and the dice they are drawn with."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import torch
from torch import Tensor

from objectives.hyperparameters import Checked, hyper

NAME = "sampling"


@dataclass(frozen=True)
class Params(Checked):
    """Size of a batch, length and number of runs, and the seed of the dice."""

    groups: int = hyper(
        8, low=1, high=1024, unit="groups", source="chosen for the picture", doc="groups of answers per batch"
    )
    group_size: int = hyper(
        16,
        low=2,
        high=1024,
        unit="answers",
        source="DeepSeek-R1 (2501.12948) and DAPO (2503.14476): G = 16",
        doc="answers per group",
    )
    iterations: int = hyper(
        60, low=1, high=2000, unit="batches", source="chosen for the picture", doc="batches drawn in one run"
    )
    seeds: int = hyper(
        12, low=1, high=512, unit="runs", source="chosen for the picture", doc="runs, each with own dice"
    )
    seed: int = hyper(0, low=0, high=2147483647, source="chosen for the picture", doc="number of the first run's dice")


def uniforms(world: str, params: Params, tokens: int) -> Tensor:
    """The dice: uniform numbers in [0, 1), [seeds, iterations, B, tokens], shared by every objective.

    Run number k of a world has a `torch.Generator` of its own, so more runs or more iterations leave the others alone.
    """
    batch = (params.iterations, params.groups * params.group_size, tokens)
    runs = range(params.seed, params.seed + params.seeds)
    return torch.stack([torch.rand(batch, generator=_generator(world, run), dtype=torch.float64) for run in runs])


def more(uniforms: Tensor, again: int) -> Tensor:
    """Dice to draw a batch anew: as many as `uniforms` [S, B, T] of that batch, which are those of the 0th time.

    Those of a run are seeded with its own dice: the same for every objective, whatever the other runs do.
    """
    if again == 0:
        return uniforms
    return torch.stack([_anew(run, again) for run in uniforms])


def _anew(uniforms: Tensor, again: int) -> Tensor:
    digest = hashlib.sha256(uniforms.contiguous().numpy().tobytes() + again.to_bytes(8, "big")).digest()
    dice = torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)
    return torch.rand(uniforms.shape, generator=dice, dtype=uniforms.dtype)


def group_labels(params: Params) -> Tensor:
    """Which group each answer of a batch belongs to, [B]."""
    return torch.arange(params.groups).repeat_interleave(params.group_size)


def _generator(world: str, run: int) -> torch.Generator:
    digest = hashlib.sha256(f"{world}/{run}".encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)
