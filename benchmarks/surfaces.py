"""How much faster a surface is drawn by `vmap` than by a Python loop of forward passes, as a ratio in one run.

    python benchmarks/surfaces.py

The same batch, the same points of a plane and the same numbers both ways, for all six rules: the table of the
three-answer world, and the transformer on Tally, small and as large as its experiment has it. At once means one
`torch.func.functional_call` under `vmap` for a chunk of points; the loop calls the module once per point without it
(and does a sample of the points). What is saved is overhead: the more a single pass computes, the smaller the ratio.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import torch
from torch import Tensor

from objectives import OBJECTIVES, SIX, Rollouts, sampling
from objectives.surfaces import planes, surface
from objectives.training import loop as training
from objectives.worlds import Episodes, World, tally, three_answers, transformer
from objectives.worlds.networks import Network
from objectives.worlds.tally_network import NetworkPolicy, NetworkTally

GOAL = 50.0
RULES = {name: (OBJECTIVES[name], OBJECTIVES[name].Params()) for name in SIX}


def batch(world: World, dice: sampling.Params) -> tuple[Episodes, Rollouts]:
    """One batch of the start policy."""
    episodes = world.play(world.start, sampling.uniforms(world.name, dice, world.tokens)[0, 0])
    group = sampling.group_labels(dice)
    values = world.true_values(world.start)
    return episodes, training.rollouts(world, episodes, group, world.start, world.start, values, values)


class Plain(Network):
    """The module called with one row of parameters, as a loop without `vmap` would."""

    def __call__(self, theta: Tensor, *inputs: Tensor, chunk: int | None = None) -> Any:
        """Outputs of the only row of theta, with the run in front."""
        row = {name: value[0] for name, value in self.unflatten(theta).items()}
        outputs = torch.func.functional_call(self.module, row, tuple(x[0] for x in inputs))
        return tuple(output.unsqueeze(0) for output in outputs)


def best_of(count: int, action: Callable[[], object]) -> float:
    """Shortest of `count` runs in seconds."""
    times = []
    for _ in range(count):
        begun = time.perf_counter()
        action()
        times.append(time.perf_counter() - begun)
    return min(times)


def compare(
    title: str, world: World, dice: sampling.Params, plane: surface.Plane, axis: tuple[Tensor, Tensor], chunk: int
) -> tuple[float, float]:
    """Print one comparison; returns the ratio and the seconds of the vmapped way."""
    episodes, drawn = batch(world, dice)
    u, v = axis
    every = {}

    def at_once() -> None:
        every.update(planes.landscape(RULES, world.policy, episodes, drawn, plane, u, v, chunk=chunk))

    seconds = best_of(3, at_once)
    alone = copy(world.policy)
    if isinstance(alone, NetworkPolicy):
        alone.network = Plain(alone.network.module)
    cells = [(r, c) for r in range(0, len(v), max(1, len(v) // 6)) for c in range(0, len(u), max(1, len(u) // 6))]
    loop = {}

    def one_by_one() -> None:
        with torch.no_grad():
            for row, column in cells:
                look = alone.look(plane.points(torch.stack([u[column], v[row]])), None, episodes)
                here = replace(drawn, logp=look.logp, entropies=look.entropies, values=None)
                for name, (rule, params) in RULES.items():
                    loop[name, row, column] = -rule.loss(here, params).total

    per_point = best_of(2, one_by_one) / len(cells)
    for (name, row, column), value in loop.items():
        assert torch.allclose(every[name][row, column], value, rtol=1e-9, atol=1e-12), (name, row, column)
    points = len(u) * len(v)
    ratio = per_point * points / seconds
    print(
        f"{title}: {len(SIX)} rules x {points} points: {seconds:.2f} s at once, {per_point * points:.1f} s in a loop",
        end="",
    )
    print(f" (from {len(cells)} of its points): {ratio:.0f} x")
    return ratio, seconds


def main() -> int:
    """Print both comparisons; 1 if one misses its goal."""
    torch.set_num_threads(1)
    answers = three_answers.ThreeAnswers(three_answers.Params())
    table, seconds = compare(
        "table, three answers",
        answers,
        sampling.Params(iterations=1, seeds=1),
        surface.three_logit_plane(),
        surface.axes(surface.Params()),
        512,
    )
    small = transformer.Params(width=4, layers=1, heads=1, feed=4)
    network = reading("small network, Tally", small, tally.Params(bits=1, cap=2), (4, 4), 101, 1024)
    reading("network of the experiment", transformer.Params(), tally.Params(bits=2, cap=4), (32, 16), 25, 64)
    print(
        f"goal: at least {GOAL:.0f} x for the table and the small network, and the six surfaces of the table under 1 s"
    )
    return 0 if min(table, network) >= GOAL and seconds < 1 else 1


def reading(
    title: str, params: transformer.Params, game: tally.Params, size: tuple[int, int], resolution: int, chunk: int
) -> float:
    """Compare on two random directions around the start of a transformer; returns the ratio."""
    world = NetworkTally(params, game, size[1])
    shapes = {name: tuple(shape) for name, shape in world.policy.network.shapes.items()}
    plane = planes.filter_normalised(world.start, shapes, torch.Generator().manual_seed(0))
    axis = torch.linspace(-1, 1, resolution, dtype=torch.float64)
    dice = sampling.Params(groups=size[0], group_size=size[1], iterations=1, seeds=1)
    return compare(title, world, dice, plane, (axis, axis), chunk)[0]


if __name__ == "__main__":
    sys.exit(main())
