"""How far does the map hold? Rings of equal behaviour, the best step inside one, and what stretching the knobs does.

Everything is exact, no answer is sampled: in a world of one state the surrogate is J itself. A ring is where
KL(pi || pi') = delta. The knobs are the two coordinates of the plane, u (A against B) and v (A and B against C); they
are stretched by the linear map w = M (u, v), M = diag(1, stretch), and each rule then walks in w as if it knew no other
knobs. Both rules stride to the same ring; only the direction is theirs: the plain rule follows the gradient g, the
natural one F^-1 g. `objectives.trust_region` does the work. The fog is the spread of what maps of a handful promise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from objectives import checks, kl, surface, trpo, trust_region
from objectives.balance import compositions
from objectives.experiments import Array, Values
from objectives.experiments.trust_region_facts import CLAIMS, NATURAL, NUMBERS, PLAIN
from objectives.params import Checked, hyper, read
from objectives.worlds import three_answers

NAME = "trust_region"
KEYS = (
    "three_answers.*",
    "surface.*",
    "trpo.*",
    "batch_reuse.answers",
    "trust_region.*",
)
__all__ = ["CLAIMS", "KEYS", "NAME", "NATURAL", "NUMBERS", "PLAIN", "SCHEMA", "run"]

RULES = ("natural", "plain")
ANGLES = 181  # directions in which each ring is sought
FAR = 60.0  # logits; a ring that has not closed by then is drawn as if it closed there
PLANE = surface.three_logit_plane()


@dataclass(frozen=True)
class Params(Checked):
    """Where rings are drawn, how the knobs are stretched, and the world of twins."""

    rings: int = hyper(
        4, low=2, high=20, unit="rings", source="chosen for the picture", doc="rings along each side of the triangle"
    )
    stretch: float = hyper(
        4.0,
        low=0.0,
        high=100.0,
        low_open=True,
        source="chosen for the picture",
        doc="how much longer the second knob becomes",
    )
    damping: float = hyper(
        0.0,
        low=0.0,
        high=10.0,
        source="chosen for the picture: without any, stretching changes nothing (TRPO itself takes trpo.damping)",
        doc="added to the Fisher matrix of the walks",
    )
    steps: int = hyper(
        80, low=1, high=1000, unit="steps", source="chosen for the picture", doc="longest walk that is tried"
    )
    goal: float = hyper(
        0.99,
        low=0.0,
        high=1.0,
        low_open=True,
        high_open=True,
        source="chosen for the picture",
        doc="a walk ends when J over the best reward, or the chance of one answer, is above this",
    )
    twin_start: list[float] = hyper(  # noqa: RUF009  (a field with a default factory)
        (0.05, 0.25, 0.70),
        low=0.0,
        high=1.0,
        low_open=True,
        high_open=True,
        unit="probability",
        source="chosen for the picture",
        doc="start policy of the world in which A and B are equally good",
    )

    def check(self) -> None:
        """The start probabilities of the twins are those of three answers."""
        three_answers.Params(start=self.twin_start)


SCHEMA = {
    "rules": Array("rule", "", "natural: along F^-1 g; plain: along g; both to the same ring"),
    "rewards": Array("answer", "reward", "reward of each answer"),
    "start": Array("coordinate", "logit", "start policy on the plane"),
    "start_probs": Array("answer", "probability", "the same in answers"),
    "delta": Array("", "nat", "radius of every ring"),
    "grid_u": Array("column", "logit", "(zA - zB) / sqrt 2 of each column, ascending"),
    "grid_v": Array("row", "logit", "(zA + zB - 2 zC) / sqrt 6 of each row, ascending"),
    "true_j": Array("row column", "reward", "exact expected reward"),
    "kl_start": Array("row column", "nat", "KL(start || policy), exact"),
    "map_error": Array("row column", "reward", "exact spread (std) of the gain that a handful's map promises"),
    "centre": Array("ring coordinate", "logit", "policies around which rings are drawn; the first is the start"),
    "centre_probs": Array("ring answer", "probability", "the same in answers"),
    "ring": Array("ring angle coordinate", "logit", "where KL(centre || policy) = delta"),
    "ring_probs": Array("ring angle answer", "probability", "the same in answers"),
    "ring_gain": Array("angle", "reward", "change of J along the ring of the start"),
    "ring_error": Array("angle", "reward", "spread of the promised gain along the ring of the start"),
    "near_u": Array("near_column", "logit", "a small window around the start"),
    "near_v": Array("near_row", "logit", "its rows"),
    "near_j": Array("near_row near_column", "reward", "exact expected reward in it"),
    "gradient": Array("coordinate", "reward/logit", "gradient of J at the start"),
    "fisher": Array("answer answer2", "1/logit^2", "Fisher matrix of the three logits at the start"),
    "stride": Array("rule knobs coordinate", "logit", "from the start to the very ring, told in (u, v)"),
    "stride_gain": Array("rule knobs", "reward", "change of J at its end"),
    "stretch_map": Array("coordinate coordinate2", "", "M of w = M (u, v)"),
    "walk": Array("rule knobs time coordinate", "logit", "positions (u, v), knobs as they are and stretched"),
    "walk_probs": Array("rule knobs time answer", "probability", "policies there"),
    "walk_j": Array("rule knobs time", "reward", "exact expected reward there"),
    "walk_kl": Array("rule knobs step", "nat", "KL(old || new) of each step; 0 once the walk has ended"),
    "full_kl": Array("step", "nat", "KL(old || new) of each full natural step, knobs as they are, before the search"),
    "walk_end": Array("rule knobs", "steps", "steps until the walk ended, after which it stays"),
    "damped_walk": Array("knobs time coordinate", "logit", "the natural walks with the damping that TRPO takes"),
    "damped_end": Array("knobs", "steps", "steps until they ended"),
    "twin_start": Array("answer", "probability", "start policy where A and B are paid 1 and C nothing"),
    "twin_probs": Array("rule time answer", "probability", "policies of the two walks there"),
    "twin_j": Array("rule time", "reward", "exact expected reward there"),
    "twin_end": Array("rule", "steps", "steps until the walk ended"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Draw the rings, take one step by the book, and let both rules walk on either set of knobs."""
    world = three_answers.ThreeAnswers(read(three_answers.Params, three_answers.NAME, h))
    params, search = read(Params, NAME, h), read(trpo.Params, trpo.NAME, h)
    u, v = surface.axes(read(surface.Params, surface.NAME, h))
    start, answers = PLANE.coordinates(world.start), h["batch_reuse.answers"]
    centres = _centres(world.start_probs, params.rings)
    rings = ring(centres, search.delta)
    arrays: dict[str, Values | Tensor] = {
        "rules": np.array(RULES),
        "rewards": world.rewards,
        "start": start,
        "start_probs": world.start_probs,
        "delta": torch.tensor(search.delta),
        "grid_u": u,
        "grid_v": v,
        "true_j": surface.evaluate(lambda theta: world.true_values(theta).squeeze(-1), PLANE, u, v),
        "kl_start": surface.evaluate(lambda theta: _kl(world.start, theta), PLANE, u, v),
        "map_error": surface.evaluate(lambda theta: map_error(world, theta, answers), PLANE, u, v),
        "centre": centres,
        "centre_probs": _probs(centres),
        "ring": rings,
        "ring_probs": _probs(rings),
        "ring_gain": _gain(world, rings[0]),
        "ring_error": map_error(world, PLANE.points(rings[0]), answers),
        **_near(world, rings[0] - start, params.stretch),
        **_one_step(world, search, params.stretch),
        **_walks(world, search, params),
    }
    return {name: _array(arrays[name]) for name in SCHEMA}


def _array(value: Values | Tensor) -> Values:
    return np.array(value.numpy() if isinstance(value, Tensor) else value, order="C")


# --- rings and fog


def ring(centre: Tensor, delta: float, angles: int = ANGLES) -> Tensor:
    """Where KL(centre || policy) = delta around centres [..., 2], closed: [..., angles, 2]."""
    turn = torch.linspace(0, 2 * torch.pi, angles, dtype=torch.float64)
    turn[-1] = 0.0
    directions = torch.stack([turn.cos(), turn.sin()], -1)
    return to_ring(centre.unsqueeze(-2), directions, delta)


def to_ring(centre: Tensor, direction: Tensor, delta: float) -> Tensor:
    """The point of the ring of `centre` [..., 2] in `direction` [..., 2], by bisection: along a ray KL only grows."""
    way = torch.nn.functional.normalize(direction, dim=-1)
    low = torch.zeros_like((centre + way)[..., :1])
    high = torch.full_like(low, FAR)
    for _ in range(60):
        middle = (low + high) / 2
        inside = _kl(PLANE.points(centre), PLANE.points(centre + middle * way)).unsqueeze(-1) <= delta
        low, high = torch.where(inside, middle, low), torch.where(inside, high, middle)
    return centre + low * way


def map_error(world: three_answers.ThreeAnswers, theta: Tensor, answers: int) -> Tensor:
    """Exact spread of the promised gain mean_i (rho_i - 1)(r_i - V) over handfuls of `answers`, at theta [..., D].

    Its mean is the true gain J(theta) - V, with V = J(start): a map is right on average, and it is its standard
    deviation that grows with the distance.
    """
    gain = (world.probs(theta) / world.start_probs - 1) * (world.rewards - world.true_values(world.start))
    variance = (gain**2) @ world.start_probs - (gain @ world.start_probs) ** 2
    return (variance.clamp(min=0) / answers).sqrt()


def _kl(old: Tensor, new: Tensor) -> Tensor:
    """KL(old || new) of logits [..., 3]."""
    shape = checks.broadcast(old.shape, new.shape)
    return kl.categorical(old.log_softmax(-1).expand(shape), new.log_softmax(-1).expand(shape))


def _probs(uv: Tensor) -> Tensor:
    return PLANE.points(uv).softmax(-1)


def _gain(world: three_answers.ThreeAnswers, uv: Tensor) -> Tensor:
    return (world.true_values(PLANE.points(uv)) - world.true_values(world.start)).squeeze(-1)


def _centres(start_probs: Tensor, count: int, edge: float = 0.1) -> Tensor:
    """The start, and an even lattice of the triangle with `count` policies along each side, but those near the start.

    The outermost are `edge` of a spacing inside the triangle.
    """
    lattice = compositions(count - 1, len(start_probs)).to(start_probs.dtype) + edge
    lattice = lattice / lattice.sum(-1, keepdim=True)
    apart = (lattice - start_probs).norm(dim=-1) > 0.5 / count
    return PLANE.coordinates(torch.cat([start_probs.unsqueeze(0), lattice[apart]]).log())


def _near(world: three_answers.ThreeAnswers, offsets: Tensor, stretch: float, points: int = 241) -> dict[str, Tensor]:
    """J in a square around the start: half as wide again as its ring, when one knob is drawn longer than the other."""
    reach = 1.5 * max(stretch, 1 / stretch) ** 0.5 * float(offsets.norm(dim=-1).max())
    ticks = torch.linspace(-reach, reach, points, dtype=torch.float64)
    start = PLANE.coordinates(world.start)
    u, v = start[0] + ticks, start[1] + ticks
    j = surface.evaluate(lambda theta: world.true_values(theta).squeeze(-1), PLANE, u, v)
    return {"near_u": u, "near_v": v, "near_j": j}


# --- steps and walks


@dataclass(frozen=True)
class _Walkers:
    """Independent runs: knobs w = M (u, v) by maps M [R, 2, 2], rewards [R, 3], who is natural [R], damping [R]."""

    maps: Tensor
    rewards: Tensor
    natural: Tensor
    damping: Tensor
    search: trpo.Params

    def plane(self, knobs: Tensor) -> Tensor:
        """(u, v) of knobs, [R, 2]."""
        uv: Tensor = torch.linalg.solve(self.maps, knobs)
        return uv

    def knobs(self, uv: Tensor) -> Tensor:
        """Knobs of (u, v), [R, 2]."""
        return (self.maps @ uv.unsqueeze(-1)).squeeze(-1)

    def logits(self, knobs: Tensor) -> Tensor:
        return PLANE.points(self.plane(knobs))

    def height(self, knobs: Tensor) -> Tensor:
        """J, [R]."""
        return (self.logits(knobs).softmax(-1) * self.rewards).sum(-1)

    def full(self, knobs: Tensor) -> Tensor:
        """The full step of each run, to the radius of its quadratic model, before any line search."""
        at = knobs.detach().requires_grad_(True)
        (gradient,) = torch.autograd.grad(self.height(at).sum(), at)

        def apply(vector: Tensor) -> Tensor:
            product = trust_region.fisher_vector_product(self.divergence(knobs), knobs, vector)
            return product + self.damping.unsqueeze(-1) * vector

        natural = trust_region.conjugate_gradient(apply, gradient, self.search.cg_iterations)
        direction = torch.where(self.natural.unsqueeze(-1), natural, gradient)
        return trust_region.scale_to_radius(direction, apply(direction), self.search.delta)

    def divergence(self, old: Tensor) -> Callable[[Tensor], Tensor]:
        """KL(old || policy) as a function of the knobs."""
        return lambda knobs: _kl(self.logits(old), self.logits(knobs))

    def search_back(self, knobs: Tensor, full: Tensor) -> Tensor:
        """Where the line search along the full steps ends."""
        s = self.search
        return trust_region.line_search(
            self.height, self.divergence(knobs), knobs, full, s.delta, s.backtrack, s.backtracks
        )

    def arrived(self, knobs: Tensor, goal: float) -> Tensor:
        """Runs that have climbed to `goal` of the way from the worst to the best reward, or are sure of one answer."""
        probs = self.logits(knobs).softmax(-1)
        low, high = self.rewards.amin(-1), self.rewards.amax(-1)
        return ((probs * self.rewards).sum(-1) - low > goal * (high - low)) | (probs.amax(-1) > goal)

    def walk(self, uv: Tensor, steps: int, goal: float) -> tuple[Tensor, Tensor, Tensor]:
        """Positions (u, v) [R, steps + 1, 2], KL of the full steps [R, steps], after how many steps each ended [R]."""
        knobs, path, lengths, ends = self.knobs(uv), [uv], [], torch.full(uv.shape[:1], steps)
        for step in range(steps):
            done = self.arrived(knobs, goal)
            ends = torch.where(done, ends.clamp(max=step), ends)
            full = torch.where(done.unsqueeze(-1), torch.zeros_like(knobs), self.full(knobs))
            lengths.append(self.divergence(knobs)(knobs + full))
            knobs = torch.where(done.unsqueeze(-1), knobs, self.search_back(knobs, full))
            path.append(self.plane(knobs))
        return torch.stack(path, 1), torch.stack(lengths, 1), ends


def _one_step(world: three_answers.ThreeAnswers, search: trpo.Params, stretch: float) -> dict[str, Tensor]:
    """The strides of both rules from the start, on both sets of knobs, each to the very ring."""
    start = PLANE.coordinates(world.start)
    four = _four(world, search, stretch)
    knobs = four.knobs(start.expand(4, -1))
    ends = to_ring(start, four.plane(knobs + four.full(knobs)) - start, search.delta)
    return {
        "gradient": PLANE.coordinates(world.true_gradient(world.start)),
        "fisher": torch.diag(world.start_probs) - torch.outer(world.start_probs, world.start_probs),
        "stride": (ends - start).view(2, 2, 2),
        "stride_gain": _gain(world, ends).view(2, 2),
        "stretch_map": four.maps[1],
    }


def _four(world: three_answers.ThreeAnswers, search: trpo.Params, stretch: float, damping: float = 0.0) -> _Walkers:
    """Natural and plain, each with the knobs as they are and stretched."""
    maps = torch.stack([torch.eye(2, dtype=torch.float64), torch.diag(torch.tensor([1.0, stretch]).double())])
    return _Walkers(
        maps=maps.repeat(2, 1, 1),
        rewards=world.rewards.expand(4, -1),
        natural=torch.tensor([True, True, False, False]),
        damping=torch.full((4,), damping, dtype=torch.float64),
        search=search,
    )


def _walks(world: three_answers.ThreeAnswers, search: trpo.Params, params: Params) -> dict[str, Tensor]:
    """Eight walks at once: the four, the natural two with TRPO's damping, and the two of the twin answers."""
    twins = three_answers.ThreeAnswers(
        three_answers.Params(start=params.twin_start, reward_correct=1.0, reward_format=0.0)
    )
    four = _four(world, search, params.stretch, params.damping)
    pick = torch.tensor([0, 1, 2, 3, 0, 1, 0, 2])  # of the four: with damping again, and as twins
    damping = four.damping[pick]
    damping[4:6] = search.damping
    walkers = _Walkers(
        maps=four.maps[pick],
        rewards=torch.cat([world.rewards.expand(6, -1), twins.rewards.expand(2, -1)]),
        natural=four.natural[pick],
        damping=damping,
        search=search,
    )
    start = torch.cat([PLANE.coordinates(w.start).expand(n, -1) for w, n in ((world, 6), (twins, 2))])
    paths, lengths, ends = walkers.walk(start, params.steps, params.goal)
    probs = _probs(paths)
    j = (probs * walkers.rewards.unsqueeze(1)).sum(-1)
    log_probs = PLANE.points(paths).log_softmax(-1)
    strides = kl.categorical(log_probs[:, :-1], log_probs[:, 1:])
    length = params.steps + 1
    return {
        "walk": paths[:4].view(2, 2, length, 2),
        "walk_probs": probs[:4].view(2, 2, length, 3),
        "walk_j": j[:4].view(2, 2, length),
        "walk_kl": strides[:4].view(2, 2, length - 1),
        "full_kl": lengths[0],
        "walk_end": ends[:4].view(2, 2),
        "damped_walk": paths[4:6],
        "damped_end": ends[4:6],
        "twin_start": twins.start_probs,
        "twin_probs": probs[6:],
        "twin_j": j[6:],
        "twin_end": ends[6:],
    }
