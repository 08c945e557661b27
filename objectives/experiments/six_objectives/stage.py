"""What the rules of the centrepiece share: world, random numbers, learning rates, plane and frozen batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from torch import Tensor

from objectives import sampling
from objectives.hyperparameters import read
from objectives.rollouts import Rollouts
from objectives.surfaces import surface
from objectives.training import loop
from objectives.worlds import Episodes, three_answers


class Stage:
    """The same for every rule; there are random numbers for `long_batches` batches or more."""

    def __init__(self, h: Mapping[str, Any], long_batches: int) -> None:
        self.world = three_answers.ThreeAnswers(read(three_answers.Params, three_answers.NAME, h))
        self.draws = read(sampling.Params, sampling.NAME, h)
        self.settings = read(loop.Params, loop.NAME, h)
        batches = max(self.draws.iterations, long_batches)
        self.uniforms = sampling.uniforms(self.world.name, replace(self.draws, iterations=batches), self.world.tokens)
        self.group = sampling.group_labels(self.draws)
        self.plane = surface.three_logit_plane()
        self.u, self.v = surface.axes(read(surface.Params, surface.NAME, h))
        start = self.world.start.expand(self.draws.seeds, -1)
        self.first = self.world.play(start, self.uniforms[:, 0])
        self.critic = self.world.true_values(self.world.start) * float(self.settings.critic_fitted)

    def batch(self, theta: Tensor, seed: int | None = None) -> Rollouts:
        """The first batch of one seed (or of all) as the policy theta [..., 3] sees it."""
        episodes = self.first if seed is None else Episodes(*(part[seed] for part in self.first))
        return loop.rollouts(self.world, episodes, self.group, theta, self.world.start, None, self.critic)

    def evaluate(self, function: Callable[[Tensor], Tensor]) -> Tensor:
        """A function of theta [..., 3] on the grid of the surrogates."""
        return surface.evaluate(function, self.plane, self.u, self.v, surface.points_at_once(len(self.group)))
