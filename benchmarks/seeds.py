"""How much faster all seeds advance together than one run per seed, as a ratio in one run.

    python benchmarks/seeds.py

Each of the six trains on Tally from 16 seeds: as one run whose tensors carry the seeds in front, and as 16 runs. The
parameters at the end are compared.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import torch

from objectives import OBJECTIVES, SIX, sampling
from objectives.training import loop
from objectives.worlds.tally import NAME, Params, Tally

GOAL = 5.0
SEEDS = 16


def main() -> int:
    """Print a ratio per rule and over all; 1 if that misses the goal."""
    torch.set_num_threads(1)
    dice = sampling.Params(groups=4, group_size=8, iterations=10, seeds=SEEDS)
    world = Tally(Params(), dice.group_size)
    uniforms, group = sampling.uniforms(NAME, dice, world.tokens), sampling.group_labels(dice)
    settings = loop.Params()
    total = [0.0, 0.0]
    for name in SIX:
        rule, params = OBJECTIVES[name], OBJECTIVES[name].Params()

        def end(seeds: slice) -> torch.Tensor:
            *_, last = loop.train(rule, params, world, settings, uniforms[seeds], group)  # noqa: B023
            return last.after

        end(slice(0, 1))
        begun = time.perf_counter()
        together = end(slice(0, SEEDS))
        between = time.perf_counter()
        alone = torch.cat([end(slice(seed, seed + 1)) for seed in range(SEEDS)])
        done = time.perf_counter()
        assert torch.allclose(together, alone, atol=1e-8), name
        total[0] += between - begun
        total[1] += done - between
        print(f"{name}: {between - begun:.2f} s together, {done - between:.2f} s one by one: ", end="")
        print(f"{(done - between) / (between - begun):.1f} x")
    ratio = total[1] / total[0]
    print(f"all: {ratio:.1f} x with {SEEDS} seeds (goal: at least {GOAL:.0f} x)")
    return 0 if ratio >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
