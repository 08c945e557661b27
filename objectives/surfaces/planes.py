"""Planes through the parameter space of a network, and what objectives see on them.

A path of training has thousands of coordinates; a plane shows two, and how much of the path it holds is computed and
told (`explained`). Two kinds are laid through the path itself: through start and end, and along its principal
directions (Lorch 2016; Li et al. 2018, 1712.09913, section 7). The third knows nothing of the path: two random
directions, each filter of them as long as that filter of the network, so that different networks can be compared
(1712.09913, section 4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from objectives import checks
from objectives.hyperparameters import Checked
from objectives.registry import Objective
from objectives.rollouts import Rollouts
from objectives.surfaces.surface import Plane, evaluate
from objectives.worlds import Episodes, Policy


@dataclass(frozen=True)
class Skew(Plane):
    """A plane whose directions need be neither orthogonal nor of length 1."""

    def coordinates(self, theta: Tensor) -> Tensor:
        """Coordinates [..., 2] of the point of the plane that is nearest to theta [..., D]."""
        axes = torch.stack([self.first, self.second])
        shadow: Tensor = (theta - self.origin) @ axes.T @ torch.linalg.inv(axes @ axes.T)
        return shadow


def through_ends(path: Tensor) -> Plane:
    """The plane of the start, the end, and the direction in which the path [T, D] strays most from their line.

    Origin: the start. First axis: towards the end. A path that stays on the line gets any second axis.
    """
    _steps(path)
    offset = path - path[0]
    length = offset[-1].norm()
    if not length > 0:
        raise ValueError("the path must end elsewhere than it starts, or no line joins the two")
    first = offset[-1] / length
    stray = offset - (offset @ first).unsqueeze(-1) * first
    return Plane(path[0], first, _across(_principal(stray)[0], first))


def principal(path: Tensor) -> Plane:
    """The plane that holds as much as any of the variance of the path [T, D]. Origin: the path's mean."""
    _steps(path)
    mean = path.mean(0)
    first, second = _principal(path - mean)
    return Plane(mean, first, _across(second, first))


def filter_normalised(origin: Tensor, shapes: Mapping[str, tuple[int, ...]], generator: torch.Generator) -> Skew:
    """Two random directions through `origin` [D]; each row of a matrix in them as long as that row of the network.

    As in the authors' code, parameters that are no matrix (biases) are left out: their entries are 0.

    Args:
        origin: parameters, flat.
        shapes: name -> shape of each parameter, in the order of `origin` (`Network.shapes`).
        generator: draws the directions.
    """
    return Skew(origin, _random(origin, shapes, generator), _random(origin, shapes, generator))


def explained(plane: Plane, path: Tensor) -> float:
    """Share of the path's variance about its mean that the plane holds, 0 to 1; 1 for a path that stands still."""
    centred = path - path.mean(0)
    total = centred.square().sum()
    if not total > 0:
        return 1.0
    at = plane.coordinates(path)
    inside = plane.points(at - at.mean(0)) - plane.origin
    return float(1 - (centred - inside).square().sum() / total)


def landscape(
    rules: Mapping[str, tuple[Objective, Checked]],
    policy: Policy,
    episodes: Episodes,
    drawn: Rollouts,
    plane: Plane,
    u: Tensor,
    v: Tensor,
    *,
    chunk: int = 64,
    only: Tensor | None = None,
) -> dict[str, Tensor]:
    """What each rule makes of one batch at every point of the plane, as an objective to be maximised, [len(v), len(u)].

    The policy is asked once per point for all rules, `chunk` points at a time, which bounds the memory. Rules are seen
    without their critic's error, `-(total - value_weight value)`.

    Args:
        rules: name -> objective and settings.
        policy: what acts; a `tally_network.NetworkPolicy` runs by `functional_call` under `vmap`.
        episodes, drawn: the batch, as played and as its rollouts (`training.rollouts`).
        plane, u, v: where.
        chunk: points that go through at a time.
        only: bool [len(v), len(u)], the cells to compute; all if None.

    Returns:
        name -> values; NaN in cells that were left out, and where the policy's numbers are not finite.
    """
    names = list(rules)
    bonus = any(getattr(params, "entropy_weight", 0.0) > 0 for _, params in rules.values())

    def see(theta: Tensor) -> Tensor:
        look = policy.look(theta, None, episodes)
        good = (torch.isfinite(look.logp) | ~drawn.mask).all(-1).all(-1)
        logp, entropies = look.logp, look.entropies if bonus else None
        if not bool(good.all()):
            logp = torch.where(good[..., None, None], logp, drawn.old_logp)
            entropies = None if entropies is None else torch.where(good[..., None, None], entropies, 0.0)
        batch = replace(drawn, logp=logp, entropies=entropies, values=None)
        seen = torch.stack([-rule.loss(batch, params).total for rule, params in rules.values()], -1)
        return torch.where(good.unsqueeze(-1), seen, torch.nan)

    grid = evaluate(see, plane, u, v, chunk, only)
    return {name: grid[..., k] for k, name in enumerate(names)}


def frame(plane: Plane, points: Tensor, resolution: int, margin: float = 0.25) -> tuple[Tensor, Tensor]:
    """Grid lines in u and v, [n] each, of a square that holds the projections of `points` [..., D] with a margin."""
    at = plane.coordinates(points).reshape(-1, 2)
    low, high = at.amin(0), at.amax(0)
    half = (0.5 + margin) * (high - low).max().clamp(min=1e-6)
    centre = (low + high) / 2
    ticks = torch.linspace(-1, 1, resolution, dtype=at.dtype)
    return centre[0] + half * ticks, centre[1] + half * ticks


def _steps(path: Tensor) -> None:
    """Refuse what is not a path: finite points [T, D], at least one."""
    checks.floating(path=path)
    checks.rank(2, path=path)
    checks.finite(path=path)
    if not len(path):
        raise ValueError(f"path must hold at least one point, but its shape is {list(path.shape)}")


def _principal(rows: Tensor) -> tuple[Tensor, Tensor]:
    """First two right singular vectors of rows [T, D], each with its largest entry positive."""
    vectors = torch.linalg.svd(rows, full_matrices=False)[2]
    if len(vectors) < 2:
        vectors = torch.cat([vectors, torch.zeros_like(vectors)])
    return _signed(vectors[0]), _signed(vectors[1])


def _signed(vector: Tensor) -> Tensor:
    """`vector` or its opposite, whichever has its largest entry positive."""
    return -vector if bool(vector[vector.abs().argmax()] < 0) else vector


def _across(vector: Tensor, first: Tensor) -> Tensor:
    """The part of `vector` across `first`, of length 1; where nothing is left, some direction across it."""
    rest = vector - (vector @ first) * first
    if rest.norm() < 1e-9:
        unit = torch.zeros_like(first)
        unit[first.abs().argmin()] = 1.0
        rest = unit - (unit @ first) * first
    rest = rest / rest.norm()
    rest = rest - (rest @ first) * first  # again, against rounding
    return torch.nn.functional.normalize(rest, dim=0)


def _random(origin: Tensor, shapes: Mapping[str, tuple[int, ...]], generator: torch.Generator) -> Tensor:
    parts, at = [], 0
    for shape in shapes.values():
        block = origin[at : at + torch.Size(shape).numel()].reshape(shape)
        at += block.numel()
        if block.ndim < 2:
            parts.append(torch.zeros_like(block).flatten())
            continue
        noise = torch.randn(block.shape, generator=generator, dtype=origin.dtype)
        rows = tuple(range(1, block.ndim))
        scale = block.square().sum(rows, keepdim=True).sqrt() / noise.square().sum(rows, keepdim=True).sqrt()
        parts.append((noise * scale).flatten())
    return torch.cat(parts)
