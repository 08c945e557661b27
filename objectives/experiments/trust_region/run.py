"""How far does the map hold? Rings of equal behaviour, the best step inside one, and what stretching the knobs does.

All but the few maps of sampled handfuls is exact: in a world of one state the surrogate is J itself. A ring is where
KL(pi || pi') = delta. The knobs are the two coordinates of the plane, u (A against B) and v (A and B against C); they
are stretched by the linear map w = M (u, v), M = diag(1, stretch), and each rule then moves in w as if it knew no other
knobs. Both rules step to the same ring; only the direction is theirs: the plain rule follows the gradient g, the
natural one F^-1 g. `objectives.training.trust_region` does the work. The fog is the
spread of what maps of a handful promise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from objectives.estimators import kl
from objectives.experiments import Array, Values
from objectives.experiments.trust_region.claims import CLAIMS, NATURAL, NUMBERS, PLAIN
from objectives.experiments.trust_region.promise import cut, map_error, true_gain
from objectives.experiments.trust_region.trajectories import PLANE, Runs, divergence, ring, to_ring
from objectives.hyperparameters import Checked, hyper, read
from objectives.losses import trpo
from objectives.surfaces import surface
from objectives.surfaces.fixed_point import compositions
from objectives.training import trust_region
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
    maps: int = hyper(
        24, low=1, high=200, unit="maps", source="chosen for the picture", doc="maps cut open, each of its own handful"
    )
    seed: int = hyper(0, low=0, high=2147483647, source="chosen for the picture", doc="seed of the first one")
    damping: float = hyper(
        0.0,
        low=0.0,
        high=10.0,
        source="chosen for the picture: without any, stretching changes nothing (TRPO itself takes trpo.damping)",
        doc="added to the Fisher matrix of the runs",
    )
    steps: int = hyper(
        80, low=1, high=1000, unit="steps", source="chosen for the picture", doc="longest run that is tried"
    )
    goal: float = hyper(
        0.99,
        low=0.0,
        high=1.0,
        low_open=True,
        high_open=True,
        source="chosen for the picture",
        doc="a run ends when J over the best reward, or the chance of one answer, is above this",
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
        try:
            three_answers.Params(start=self.twin_start)
        except ValueError as error:
            raise ValueError(f"twin_{error}") from None


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
    "cut": Array("point coordinate", "logit", "the straight line from the start to where J is highest on the window"),
    "cut_at": Array("point", "logit", "how far along it"),
    "cut_gain": Array("point", "reward", "change of J there, exact"),
    "cut_error": Array("point", "reward", "exact spread of the gain that a handful's map promises there"),
    "cut_promise": Array("map point", "reward", "gain that the map of one handful promises there"),
    "cut_ring": Array("", "logit", "where the line leaves the ring of the start"),
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
    "fisher": Array("coordinate coordinate2", "1/logit^2", "Fisher matrix of the two knobs (u, v) at the start"),
    "stride": Array("rule knobs coordinate", "logit", "from the start to the very ring, told in (u, v)"),
    "stride_gain": Array("rule knobs", "reward", "change of J at its end"),
    "stretch_map": Array("coordinate coordinate2", "", "M of w = M (u, v)"),
    "walk": Array("rule knobs time coordinate", "logit", "positions (u, v), knobs as they are and stretched"),
    "walk_probs": Array("rule knobs time answer", "probability", "policies there"),
    "walk_j": Array("rule knobs time", "reward", "exact expected reward there"),
    "walk_kl": Array("rule knobs step", "nat", "KL(old || new) of each step; 0 once the run has ended"),
    "full_kl": Array("step", "nat", "KL(old || new) of each full natural step, knobs as they are, before the search"),
    "walk_end": Array("rule knobs", "steps", "steps until the run ended, after which it stays"),
    "damped_walk": Array("knobs time coordinate", "logit", "the natural runs with the damping that TRPO takes"),
    "damped_probs": Array("knobs time answer", "probability", "policies there"),
    "damped_end": Array("knobs", "steps", "steps until they ended"),
    "twin_start": Array("answer", "probability", "start policy where A and B are paid 1 and C nothing"),
    "twin_probs": Array("rule time answer", "probability", "policies of the two runs there"),
    "twin_j": Array("rule time", "reward", "exact expected reward there"),
    "twin_end": Array("rule", "steps", "steps until the run ended"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Draw the rings, take one step by the book, and follow both rules on either set of knobs."""
    world = three_answers.ThreeAnswers(read(three_answers.Params, three_answers.NAME, h))
    params, search = read(Params, NAME, h), read(trpo.Params, trpo.NAME, h)
    u, v = surface.axes(read(surface.Params, surface.NAME, h))
    start, answers = PLANE.coordinates(world.start), h["batch_reuse.answers"]
    centres = _centres(world.start_probs, params.rings)
    rings = ring(centres, search.delta)
    true_j = surface.evaluate(lambda theta: world.true_values(theta).squeeze(-1), PLANE, u, v)
    row, column = divmod(int(true_j.argmax()), len(u))
    arrays: dict[str, Values | Tensor] = {
        "rules": np.array(RULES),
        "rewards": world.rewards,
        "start": start,
        "start_probs": world.start_probs,
        "delta": torch.tensor(search.delta),
        "grid_u": u,
        "grid_v": v,
        "true_j": true_j,
        "kl_start": surface.evaluate(lambda theta: divergence(world.start, theta), PLANE, u, v),
        "map_error": surface.evaluate(lambda theta: map_error(world, theta, answers), PLANE, u, v),
        **cut(world, torch.stack([u[column], v[row]]), search.delta, answers, params.maps, params.seed),
        "centre": centres,
        "centre_probs": _probs(centres),
        "ring": rings,
        "ring_probs": _probs(rings),
        "ring_gain": true_gain(world, rings[0]),
        "ring_error": map_error(world, PLANE.points(rings[0]), answers),
        **_near(world, rings[0] - start, params.stretch),
        **_one_step(world, search, params.stretch),
        **_trajectories(world, search, params),
    }
    return {name: _array(arrays[name]) for name in SCHEMA}


def _array(value: Values | Tensor) -> Values:
    return np.array(value.numpy() if isinstance(value, Tensor) else value, order="C")


def _probs(uv: Tensor) -> Tensor:
    return PLANE.points(uv).softmax(-1)


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


def _one_step(world: three_answers.ThreeAnswers, search: trpo.Params, stretch: float) -> dict[str, Tensor]:
    """The strides of both rules from the start, on both sets of knobs, each to the very ring."""
    start = PLANE.coordinates(world.start)
    four = _four(world, search, stretch)
    knobs = four.parameters(start.expand(4, -1))
    ends = to_ring(start, four.plane(knobs + four.full(knobs)) - start, search.delta)
    return {
        "gradient": PLANE.coordinates(world.true_gradient(world.start)),
        "fisher": _fisher(start),
        "stride": (ends - start).view(2, 2, 2),
        "stride_gain": true_gain(world, ends).view(2, 2),
        "stretch_map": four.maps[1],
    }


def _fisher(uv: Tensor) -> Tensor:
    """The Fisher matrix of the two knobs at (u, v) [2]: column k is its product with the k-th unit vector."""
    units = torch.eye(len(uv), dtype=uv.dtype)
    at = uv.expand(len(uv), -1)
    return trust_region.fisher_vector_product(lambda to: divergence(PLANE.points(at), PLANE.points(to)), at, units).T


def _four(world: three_answers.ThreeAnswers, search: trpo.Params, stretch: float, damping: float = 0.0) -> Runs:
    """Natural and plain, each with the knobs as they are and stretched."""
    maps = torch.stack([torch.eye(2, dtype=torch.float64), torch.diag(torch.tensor([1.0, stretch]).double())])
    return Runs(
        maps=maps.repeat(2, 1, 1),
        rewards=world.rewards.expand(4, -1),
        natural=torch.tensor([True, True, False, False]),
        damping=torch.full((4,), damping, dtype=torch.float64),
        search=search,
    )


def _trajectories(world: three_answers.ThreeAnswers, search: trpo.Params, params: Params) -> dict[str, Tensor]:
    """Eight runs at once: the four, the natural two with TRPO's damping, and the two of the twin answers."""
    twins = three_answers.ThreeAnswers(
        three_answers.Params(start=params.twin_start, reward_correct=1.0, reward_format=0.0)
    )
    four = _four(world, search, params.stretch, params.damping)
    pick = torch.tensor([0, 1, 2, 3, 0, 1, 0, 2])  # of the four: with damping again, and as twins
    damping = four.damping[pick]
    damping[4:6] = search.damping
    runs = Runs(
        maps=four.maps[pick],
        rewards=torch.cat([world.rewards.expand(6, -1), twins.rewards.expand(2, -1)]),
        natural=four.natural[pick],
        damping=damping,
        search=search,
    )
    start = torch.cat([PLANE.coordinates(w.start).expand(n, -1) for w, n in ((world, 6), (twins, 2))])
    paths, lengths, ends = runs.follow(start, params.steps, params.goal)
    probs = _probs(paths)
    j = (probs * runs.rewards.unsqueeze(1)).sum(-1)
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
        "damped_probs": probs[4:6],
        "damped_end": ends[4:6],
        "twin_start": twins.start_probs,
        "twin_probs": probs[6:],
        "twin_j": j[6:],
        "twin_end": ends[6:],
    }
