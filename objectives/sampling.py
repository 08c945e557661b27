"""How many answers are drawn, and the random numbers they are drawn with."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from objectives.hyperparameters import Checked, hyper

NAME = "sampling"
AT_ONCE = 1 << 25
"""Random numbers that may be drawn for an experiment: what is kept of each keeps it within 2 GB of memory."""


@dataclass(frozen=True)
class Params(Checked):
    """Size of a batch, length and number of runs, and the first seed."""

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
        12, low=1, high=512, unit="runs", source="chosen for the picture", doc="runs, each with its own seed"
    )
    seed: int = hyper(0, low=0, high=2147483647, source="chosen for the picture", doc="seed of the first run")


class Draws(NamedTuple):
    """The same five numbers where an experiment has its own, in the ranges that it declares: they are not checked."""

    groups: int
    group_size: int
    iterations: int
    seeds: int
    seed: int = 0


def uniforms(world: str, params: Params | Draws, tokens: int) -> Tensor:
    """Uniform numbers in [0, 1), [seeds, iterations, B, tokens], shared by every objective.

    Run number k of a world has a `torch.Generator` of its own, so more runs or more iterations leave the others alone.
    Raises ValueError before anything is drawn if they are more than `AT_ONCE`.
    """
    many = params.seeds * params.iterations * params.groups * params.group_size * tokens
    if many > AT_ONCE:
        raise ValueError(
            f"{params.seeds} runs of {params.iterations} batches of {params.groups} groups of {params.group_size} "
            f"answers would draw {many:,} random numbers, more than the memory is meant for: at most {AT_ONCE:,} are "
            "drawn; ask for fewer runs, batches, groups or answers"
        )
    batch = (params.iterations, params.groups * params.group_size, tokens)
    runs = range(params.seed, params.seed + params.seeds)
    return torch.stack([torch.rand(batch, generator=_generator(world, run), dtype=torch.float64) for run in runs])


def more(uniforms: Tensor, again: int) -> Tensor:
    """Uniform numbers to draw a batch anew, shaped as the batch's own `uniforms` [S, B, T], which are those of time 0.

    Those of a run are seeded with its own numbers: the same for every objective, whatever the other runs do.
    """
    if again == 0:
        return uniforms
    return torch.stack([_anew(run, again) for run in uniforms])


def _anew(uniforms: Tensor, again: int) -> Tensor:
    digest = hashlib.sha256(uniforms.contiguous().numpy().tobytes() + again.to_bytes(8, "big")).digest()
    generator = torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)
    return torch.rand(uniforms.shape, generator=generator, dtype=uniforms.dtype)


def group_labels(params: Params | Draws) -> Tensor:
    """Which group each answer of a batch belongs to, [B]."""
    return torch.arange(params.groups).repeat_interleave(params.group_size)


def _generator(world: str, run: int) -> torch.Generator:
    digest = hashlib.sha256(f"{world}/{run}".encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)
