"""Trust regions around policies of three answers, and runs in parameters of their own.

The boundary of one, a ring, is where KL(centre || policy) = delta. Parameters are linear maps w = M (u, v) of the
plane's two coordinates; a run follows the gradient g in w, or the natural direction F^-1 g, each step to the boundary
of the trust region around where it stands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from objectives import checks
from objectives.estimators import kl
from objectives.losses import trpo
from objectives.surfaces import surface
from objectives.training import trust_region

PLANE = surface.three_logit_plane()
ANGLES = 181  # directions in which each boundary is sought
FAR = 60.0  # logits; a boundary farther away is drawn as if it were there


def divergence(old: Tensor, new: Tensor) -> Tensor:
    """KL(old || new) of logits [..., 3]."""
    shape = checks.broadcast(old.shape, new.shape)
    return kl.categorical(old.log_softmax(-1).expand(shape), new.log_softmax(-1).expand(shape))


def ring(centre: Tensor, delta: float, angles: int = ANGLES) -> Tensor:
    """Where KL(centre || policy) = delta around centres [..., 2], closed: [..., angles, 2]."""
    turn = torch.linspace(0, 2 * torch.pi, angles, dtype=torch.float64)
    turn[-1] = 0.0
    directions = torch.stack([turn.cos(), turn.sin()], -1)
    return to_ring(centre.unsqueeze(-2), directions, delta)


def to_ring(centre: Tensor, direction: Tensor, delta: float) -> Tensor:
    """The boundary point from `centre` [..., 2] in `direction` [..., 2], by bisection: along a ray KL only grows."""
    way = torch.nn.functional.normalize(direction, dim=-1)
    low = torch.zeros_like((centre + way)[..., :1])
    high = torch.full_like(low, FAR)
    for _ in range(60):
        middle = (low + high) / 2
        inside = divergence(PLANE.points(centre), PLANE.points(centre + middle * way)).unsqueeze(-1) <= delta
        low, high = torch.where(inside, middle, low), torch.where(inside, high, middle)
    return centre + low * way


@dataclass(frozen=True)
class Runs:
    """Runs in parameters w = M (u, v): linear maps M [R, 2, 2], rewards [R, 3], who is natural [R], damping [R]."""

    maps: Tensor
    rewards: Tensor
    natural: Tensor
    damping: Tensor
    search: trpo.Params

    def plane(self, params: Tensor) -> Tensor:
        """(u, v) of parameters, [R, 2]."""
        uv: Tensor = torch.linalg.solve(self.maps, params)
        return uv

    def parameters(self, uv: Tensor) -> Tensor:
        """Parameters of (u, v), [R, 2]."""
        return (self.maps @ uv.unsqueeze(-1)).squeeze(-1)

    def logits(self, params: Tensor) -> Tensor:
        """Logits of parameters, [R, 3]."""
        return PLANE.points(self.plane(params))

    def height(self, params: Tensor) -> Tensor:
        """J, [R]."""
        return (self.logits(params).softmax(-1) * self.rewards).sum(-1)

    def full(self, params: Tensor) -> Tensor:
        """The full step of each run, to the radius of its quadratic model, before any line search."""
        at = params.detach().requires_grad_(True)
        (gradient,) = torch.autograd.grad(self.height(at).sum(), at)

        def apply(vector: Tensor) -> Tensor:
            product = trust_region.fisher_vector_product(self.divergence(params), params, vector)
            return product + self.damping.unsqueeze(-1) * vector

        natural = trust_region.conjugate_gradient(apply, gradient, self.search.cg_iterations)
        direction = torch.where(self.natural.unsqueeze(-1), natural, gradient)
        return trust_region.scale_to_radius(direction, apply(direction), self.search.delta)

    def divergence(self, old: Tensor) -> Callable[[Tensor], Tensor]:
        """KL(old || policy) as a function of the parameters."""
        return lambda params: divergence(self.logits(old), self.logits(params))

    def search_back(self, params: Tensor, full: Tensor) -> Tensor:
        """Where the line search along the full steps ends."""
        s = self.search
        return trust_region.line_search(
            self.height, self.divergence(params), params, full, s.delta, s.backtrack, s.backtracks
        )

    def arrived(self, params: Tensor, goal: float) -> Tensor:
        """Runs that have climbed to `goal` of the way from the worst to the best reward, or are sure of one answer."""
        probs = self.logits(params).softmax(-1)
        low, high = self.rewards.amin(-1), self.rewards.amax(-1)
        return ((probs * self.rewards).sum(-1) - low > goal * (high - low)) | (probs.amax(-1) > goal)

    def follow(self, uv: Tensor, steps: int, goal: float) -> tuple[Tensor, Tensor, Tensor]:
        """Positions (u, v) [R, steps + 1, 2], KL of the full steps [R, steps], after how many steps each ended [R]."""
        params, path, lengths, ends = self.parameters(uv), [uv], [], torch.full(uv.shape[:1], steps)
        for step in range(steps):
            done = self.arrived(params, goal)
            ends = torch.where(done, ends.clamp(max=step), ends)
            full = torch.where(done.unsqueeze(-1), torch.zeros_like(params), self.full(params))
            lengths.append(self.divergence(params)(params + full))
            params = torch.where(done.unsqueeze(-1), params, self.search_back(params, full))
            path.append(self.plane(params))
        return torch.stack(path, 1), torch.stack(lengths, 1), ends
