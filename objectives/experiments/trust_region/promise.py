"""What the surrogate of one batch promises, and by how much such promises differ."""

from __future__ import annotations

import torch
from torch import Tensor

from objectives import sampling
from objectives.experiments.trust_region.trajectories import PLANE, to_ring
from objectives.worlds import three_answers


def map_error(world: three_answers.ThreeAnswers, theta: Tensor, answers: int) -> Tensor:
    """Exact spread of the promised gain mean_i (rho_i - 1)(r_i - V) over batches of `answers`, at theta [..., D].

    Its mean is the true gain J(theta) - V, with V = J(start): a surrogate is right on average, and it is its standard
    deviation that grows with the distance.
    """
    gain = _promise(world, theta)
    variance = (gain**2) @ world.start_probs - (gain @ world.start_probs) ** 2
    return (variance.clamp(min=0) / answers).sqrt()


def cut(
    world: three_answers.ThreeAnswers,
    summit: Tensor,
    delta: float,
    answers: int,
    maps: int,
    seed: int,
    points: int = 121,
) -> dict[str, Tensor]:
    """What the surrogates of `maps` batches promise, and what is true, on the line from the start to `summit` [2]."""
    start = PLANE.coordinates(world.start)
    share = torch.linspace(0, 1, points, dtype=torch.float64)
    line = start + share.unsqueeze(-1) * (summit - start)
    theta = PLANE.points(line)
    draws = sampling.Draws(groups=1, group_size=answers, iterations=1, seeds=maps, seed=seed)
    drawn = world.play(world.start, sampling.uniforms(world.name, draws, world.tokens)[:, 0]).actions.squeeze(-1)
    shares = torch.nn.functional.one_hot(drawn, len(three_answers.LABELS)).double().mean(-2)
    return {
        "cut": line,
        "cut_at": (line - start).norm(dim=-1),
        "cut_gain": true_gain(world, line),
        "cut_error": map_error(world, theta, answers),
        "cut_promise": shares @ _promise(world, theta).T,
        "cut_ring": (to_ring(start, summit - start, delta) - start).norm(),
    }


def _promise(world: three_answers.ThreeAnswers, theta: Tensor) -> Tensor:
    """What one sampled answer promises to gain at theta [..., D]: (rho - 1)(r - V), [..., answer]."""
    gain: Tensor = (world.probs(theta) / world.start_probs - 1) * (world.rewards - world.true_values(world.start))
    return gain


def true_gain(world: three_answers.ThreeAnswers, uv: Tensor) -> Tensor:
    """J(theta) - J(start) at (u, v) [..., 2], exact."""
    return (world.true_values(PLANE.points(uv)) - world.true_values(world.start)).squeeze(-1)
