"""One batch as PPO's clip sees it: its surrogate, its gates, and the path of several updates on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from objectives import sampling
from objectives.estimators import kl
from objectives.experiments import Values
from objectives.experiments.ppo_clip.costs import Passes
from objectives.hyperparameters import read
from objectives.losses import ppo, trpo
from objectives.rollouts import Rollouts, Terms
from objectives.surfaces import surface
from objectives.training import loop
from objectives.worlds import Episodes, three_answers


def first_batch(h: Mapping[str, Any]) -> sampling.Draws:
    """Those of the centrepiece's first batch, first seed."""
    groups, size, seed = (h[f"sampling.{name}"] for name in ("groups", "group_size", "seed"))
    return sampling.Draws(groups=groups, group_size=size, iterations=1, seeds=1, seed=seed)


class BatchMap:
    """The centrepiece's first batch as PPO sees it, on a closer window."""

    def __init__(self, h: Mapping[str, Any], rule: ppo.Params, left: float, below: float, side: float) -> None:
        self.h, self.rule = h, rule
        self.world = three_answers.ThreeAnswers(read(three_answers.Params, three_answers.NAME, h))
        draws = first_batch(h)
        self.group = sampling.group_labels(draws)
        uniforms = sampling.uniforms(self.world.name, draws, self.world.tokens)[0, 0]
        self.episodes = self.world.play(self.world.start, uniforms)
        self.answer = self.episodes.actions.squeeze(-1)
        self.critic = self.world.true_values(self.world.start)
        kinds = len(three_answers.LABELS)
        self.first = torch.stack([(self.answer == k).double().argmax() for k in range(kinds)])
        self.count = torch.bincount(self.answer, minlength=kinds)
        self.open_rule = replace(rule, clip_low=1.0, clip_high=100.0)
        u, v = surface.three_logit_plane().coordinates(self.world.start).tolist()
        self.window = surface.Window(h["surface.resolution"], u - left, v - below, side)

    def batch_at(self, theta: Tensor) -> Rollouts:
        """The batch as theta [..., 3] sees it."""
        return loop.rollouts(
            self.world, Episodes(*self.episodes), self.group, theta, self.world.start, None, self.critic
        )

    def terms(self, theta: Tensor, rule: ppo.Params) -> Terms:
        """PPO's loss of the batch at theta [..., 3]."""
        return ppo.loss(self.batch_at(theta), rule)

    def per_answer(self, x: Tensor) -> Tensor:
        """What holds for the batch's samples of each answer, [..., 3] of [..., B, 1]; 0 where there is none."""
        return torch.where(
            self.count > 0, x.squeeze(-1)[..., self.first].double(), torch.zeros((), dtype=torch.float64)
        )

    def arrays(self, updates: int, rate: float) -> dict[str, Values | Tensor]:
        """The batch, the surrogate and the path of `updates` steps."""
        start = self.world.start
        return {
            "answers": np.array(three_answers.LABELS),
            "texts": np.array(three_answers.ANSWERS),
            "rewards": self.world.rewards,
            "start_probs": self.world.start_probs,
            "batch_answer": self.answer,
            "batch_group": self.group,
            "count": self.count,
            "advantage": self.per_answer(self.terms(start, self.rule).advantages),
            "slopes": np.array([self.slopes_of_trpo(), self.slopes_of_ppo()]),
            **self.surrogate(),
            **self.path(updates, rate),
        }

    def slopes_of_trpo(self) -> int:
        """Backward passes of one trust-region step: of the slope, and two for every product with the Fisher matrix."""
        passes, start = Passes(), self.world.start
        rule, drawn = read(trpo.Params, trpo.NAME, self.h), self.batch_at(start)
        loop.trust_region_step(trpo.OBJECTIVE, rule, self.world, self.episodes, drawn, start, passes.of)
        return passes.count

    def slopes_of_ppo(self) -> int:
        """Backward passes of one update by the clipped ratios."""
        passes, theta = Passes(), self.world.start.clone().requires_grad_(True)
        torch.autograd.grad(passes.of(lambda at: self.terms(at, self.rule).policy)(theta), theta)
        return passes.count

    def surrogate(self) -> dict[str, Values | Tensor]:
        """Heights without and with the clip, and the gates, on the grid."""
        plane, (u, v) = surface.three_logit_plane(), surface.axes(self.window)
        kinds = len(three_answers.LABELS)

        def views(theta: Tensor) -> Tensor:
            clipped_terms, plain_terms = self.terms(theta, self.rule), self.terms(theta, self.open_rule)
            heights = torch.stack([-plain_terms.policy, -clipped_terms.policy], -1)
            silent = clipped_terms.gate.double().mean((-2, -1)).unsqueeze(-1)
            return torch.cat([heights, silent, self.per_answer(clipped_terms.gate)], -1)

        seen = surface.evaluate(views, plane, u, v, surface.points_at_once(len(self.group)))
        log_start = self.world.start.log_softmax(-1)
        log_probs = surface.evaluate(lambda theta: self.world.policy.log_probs(theta).squeeze(-2), plane, u, v)
        return {
            "grid_u": u,
            "grid_v": v,
            "true_j": log_probs.exp() @ self.world.rewards,
            "kl_old": kl.categorical(log_start.expand_as(log_probs), log_probs),
            "ratio": (log_probs - log_start).exp().movedim(-1, 0),
            "surface": seen[..., :2].movedim(-1, 0),
            "silent": seen[..., 2],
            "gate": seen[..., 3 : 3 + kinds].movedim(-1, 0),
        }

    def path(self, updates: int, rate: float) -> dict[str, Values | Tensor]:
        """PPO's steps on the batch, with the gate of each answer as every step sees it."""
        theta = self.world.start
        path, gates, slopes, losses = [], [], [], []
        for update in range(updates + 1):
            theta = theta.detach().requires_grad_(True)
            terms = self.terms(theta, self.rule)
            (slope,) = torch.autograd.grad(-terms.policy, theta)
            path.append(theta.detach())
            gates.append(self.per_answer(terms.gate))
            slopes.append(slope.norm())
            losses.append(terms.policy.detach())
            if update < updates:
                theta = theta + rate * slope
        thetas = torch.stack(path)
        probs = self.world.probs(thetas)
        return {
            **self.look(thetas[0], thetas[1]),
            "walk_theta": surface.three_logit_plane().coordinates(thetas),
            "walk_probs": probs,
            "walk_ratio": probs / self.world.start_probs,
            "walk_gate": torch.stack(gates),
            "walk_slope": torch.stack(slopes),
            "walk_loss": torch.stack(losses),
            "walk_j": probs @ self.world.rewards,
        }

    def look(self, start: Tensor, end: Tensor, stops: int = 33, room: float = 0.8) -> dict[str, Tensor]:
        """The way of the first update, up to `room` of where the first answer reaches its clip bound."""
        share = torch.linspace(0, 1, 1001, dtype=torch.float64).unsqueeze(-1)
        ratio = self.world.probs(start + share * (end - start)) / self.world.start_probs
        inside = ((ratio >= 1 - self.rule.clip_low) & (ratio <= 1 + self.rule.clip_high)).all(-1)
        inside[0] = True  # the start, whatever its ratio is rounded to
        last = float(share[inside.long().cumprod(0).bool()].max())
        way = start + torch.linspace(0, room * last, stops, dtype=torch.float64).unsqueeze(-1) * (end - start)
        return {
            "look_theta": surface.three_logit_plane().coordinates(way),
            "look_ratio": self.world.probs(way) / self.world.start_probs,
        }
