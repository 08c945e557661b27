"""Planes through parameter space, and what an objective looks like on them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from objectives.hyperparameters import Checked, hyper

NAME = "surface"
CHUNK, BATCH = 2048, 128
"""Points of a grid that go through together where each is seen by a batch of so many answers, or none."""


@dataclass(frozen=True)
class Params(Checked):
    """The square window on the plane, and how finely it is sampled."""

    resolution: int = hyper(
        201, low=3, high=2001, unit="points", source="chosen for the picture", doc="grid points along each side"
    )
    u_low: float = hyper(
        -3.3, low=-100.0, high=100.0, unit="logit", source="chosen for the picture", doc="left edge of the window"
    )
    v_low: float = hyper(
        -2.2, low=-100.0, high=100.0, unit="logit", source="chosen for the picture", doc="lower edge of the window"
    )
    side: float = hyper(
        8.8,
        low=0.0,
        high=200.0,
        low_open=True,
        unit="logit",
        source="chosen for the picture",
        doc="width and height of the window",
    )


class Window(NamedTuple):
    """The same four numbers where an experiment has its own: they are not checked."""

    resolution: int
    u_low: float
    v_low: float
    side: float


@dataclass(frozen=True)
class Plane:
    """The points origin + u first + v second, with orthonormal directions [D]."""

    origin: Tensor
    first: Tensor
    second: Tensor

    def points(self, uv: Tensor) -> Tensor:
        """Parameters [..., D] of coordinates [..., 2]."""
        return self.origin + uv[..., :1] * self.first + uv[..., 1:] * self.second

    def coordinates(self, theta: Tensor) -> Tensor:
        """Coordinates [..., 2] of parameters [..., D], projected at right angles; of a gradient too, if origin = 0."""
        offset = theta - self.origin
        return torch.stack([offset @ self.first, offset @ self.second], dim=-1)


def three_logit_plane() -> Plane:
    """All policies over three answers, each once: u = (zA - zB) / sqrt 2, v = (zA + zB - 2 zC) / sqrt 6.

    Adding a constant to all logits changes no probability; the plane is what is left after that gauge is fixed by
    zA + zB + zC = 0. Its coordinates are orthonormal, so lengths and gradients are those of the logits.
    """
    first = torch.tensor([1.0, -1.0, 0.0], dtype=torch.float64) / math.sqrt(2)
    second = torch.tensor([1.0, 1.0, -2.0], dtype=torch.float64) / math.sqrt(6)
    return Plane(torch.zeros(3, dtype=torch.float64), first, second)


def axes(params: Params | Window) -> tuple[Tensor, Tensor]:
    """Grid lines in u and in v, both ascending, [n] each."""
    ticks = torch.linspace(0.0, params.side, params.resolution, dtype=torch.float64)
    return params.u_low + ticks, params.v_low + ticks


def points_at_once(answers: int) -> int:
    """How many points of a grid go through together, so that a batch of any size asks for the same memory."""
    return max(1, min(CHUNK, CHUNK * BATCH // answers))


def evaluate(
    function: Callable[[Tensor], Tensor],
    plane: Plane,
    u: Tensor,
    v: Tensor,
    chunk: int = CHUNK,
    only: Tensor | None = None,
) -> Tensor:
    """`function` (parameters [P, D] -> [P, ...]) on every grid point, [len(v), len(u), ...]: row = v, column = u.

    Points go through in chunks, so memory is bounded by `chunk` whatever the resolution (`points_at_once`). With `only`
    [len(v), len(u)], bool, the other cells are not computed: they are NaN.
    """
    uv = torch.stack(torch.meshgrid(u, v, indexing="xy"), dim=-1).flatten(0, 1)
    cells = torch.ones(len(uv), dtype=torch.bool) if only is None else only.flatten()
    if len(cells) != len(uv) or not bool(cells.any()):
        raise ValueError(
            f"only must pick at least one of {len(uv)} cells, but picks {int(cells.sum())} of {len(cells)}"
        )
    wanted = uv[cells]
    with torch.no_grad():
        parts = [function(plane.points(wanted[at : at + chunk])) for at in range(0, len(wanted), chunk)]
    rows = torch.cat(parts)
    if only is not None:
        every = torch.full((len(uv), *rows.shape[1:]), torch.nan, dtype=rows.dtype)
        every[cells] = rows
        rows = every
    return rows.reshape(len(v), len(u), *rows.shape[1:])
