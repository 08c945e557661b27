"""May I reuse yesterday's answers? One handful of answers, many updates on it, under three losses.

Every run draws one handful from the start policy and then only looks at it. The three losses share the advantages
(standardised within the handful) and, at the first update, the gradient: what differs is what they make of answers that
the policy of today would no longer write as often. In a world of one state the importance-weighted surrogate is, on
average over handfuls, J itself; one handful of it is a map, right near where it was drawn and invented elsewhere.
Beside them one run draws a fresh handful for every update. It, too, weighs answers by standardised advantages. To tell
which of the two does it, the same is run with plain scores (REINFORCE), with the handful's mean taken off but no
division, with the division but no mean taken off, and with the mean taken off and all pushes longer by one constant, as
much as the exact spread at the start would make them, and ten times as long; with fresh handfuls, and with the first
one reused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from objectives import sampling
from objectives.estimators import advantages, kl
from objectives.estimators.aggregate import token_mean
from objectives.estimators.ratios import clipped, token_ratio
from objectives.experiments import Array, Values
from objectives.experiments.batch_reuse.claims import CLAIMS, NUMBERS, RATIO, SURE
from objectives.hyperparameters import Checked, hyper, read
from objectives.surfaces import surface
from objectives.worlds import Episodes, three_answers

NAME = "batch_reuse"
KEYS = (
    "three_answers.*",
    "surface.*",
    "training.learning_rate",
    "ppo.clip_low",
    "ppo.clip_high",
    "batch_reuse.*",
)
LOSSES = ("log", "ratio", "clipped")
WEIGHTS = ("score", "above", "spread", "over", "longer", "ten")
TEN = 10.0  # how many times as long the longest pushes are
EPS = 1e-8  # added to the standard deviation of a handful
__all__ = ["CLAIMS", "KEYS", "NAME", "NUMBERS", "SCHEMA", "Params", "run"]


@dataclass(frozen=True)
class Params(Checked):
    """How many answers, how often they are used, and how many handfuls are tried."""

    answers: int = hyper(
        16, low=2, high=1024, unit="answers", source="DeepSeek-R1 (2501.12948): G = 16", doc="answers in one handful"
    )
    updates: int = hyper(
        60, low=1, high=1000, unit="updates", source="chosen for the picture", doc="updates on the same handful"
    )
    seeds: int = hyper(
        200, low=2, high=5000, unit="runs", source="chosen for the picture", doc="handfuls, each with its own seed"
    )
    seed: int = hyper(0, low=0, high=2147483647, source="chosen for the picture", doc="seed of the first run")


SCHEMA = {
    "answers": Array("answer", "", "labels of the answers"),
    "rewards": Array("answer", "reward", "reward of each answer"),
    "start_probs": Array("answer", "probability", "policy that wrote the handfuls"),
    "losses": Array("loss", "", "log: A log pi; ratio: rho A; clipped: min(rho A, clip(rho) A); each averaged"),
    "counts": Array("seed answer", "answers", "how often each answer is in each handful"),
    "shown": Array("handful", "", "the runs shown: the first whose handful holds an A, the first without (or 0 and 1)"),
    "handful_answer": Array("handful sample", "", "index of each of their answers"),
    "handful_advantage": Array("handful sample", "", "its reward minus the handful's mean, over its spread"),
    "handful_mean": Array("handful", "reward", "mean reward of each handful shown"),
    "weight": Array("handful answer", "", "count times ratio: what each answer weighs where the walk ends"),
    "soon": Array("", "updates", "update after which A has doubled, first handful, ratio loss; the last if never"),
    "gain": Array("handful answer", "reward", "what each answer adds to that mean in the promise where the walk ends"),
    "far_promise": Array("handful", "reward", "what both maps promise where the walk on the first handful ends"),
    "grid_u": Array("column", "logit", "(zA - zB) / sqrt 2 of each column, ascending"),
    "grid_v": Array("row", "logit", "(zA + zB - 2 zC) / sqrt 6 of each row, ascending"),
    "true_j": Array("row column", "reward", "exact expected reward"),
    "map": Array("handful row column", "reward", "what the ratio loss promises: mean + mean of rho (r - mean)"),
    "theta": Array("handful loss time coordinate", "logit", "position (u, v) before each update and at the end"),
    "probs": Array("handful loss time answer", "probability", "policy there"),
    "ratio": Array("handful loss time answer", "", "policy / policy that wrote the handful"),
    "promise": Array("loss time seed", "reward", "what the ratio map of the run promises at its place"),
    "j": Array("loss time seed", "reward", "exact expected reward there"),
    "kl": Array("loss time seed", "nat", "KL(start || policy), exact"),
    "p_end": Array("loss seed answer", "probability", "policy after the last update"),
    "fresh_answer": Array("update sample", "", "answers of the run that draws anew, dice of the first handful shown"),
    "fresh_theta": Array("time coordinate", "logit", "its positions"),
    "fresh_j": Array("time seed", "reward", "exact expected reward of all runs that draw anew"),
    "fresh_kl": Array("time seed", "nat", "their KL(start || policy)"),
    "weights": Array(
        "weight",
        "",
        "score; above: less the mean; spread: that over its spread; over: score over the spread; above, longer, by ten",
    ),
    "fresh_end": Array("weight seed answer", "probability", "where all runs that draw anew end, under each weight"),
    "fresh_at_a": Array("weight", "runs", "how many of them end with more than 0.9 on A"),
    "reuse_end": Array("weight seed answer", "probability", "where all runs on one handful end, ratio loss"),
    "reuse_at_a": Array("weight", "runs", "how many of them end with more than 0.9 on A"),
    "start_spread": Array("", "reward", "exact standard deviation of the reward at the start"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Use each handful again and again, and draw the maps of two."""
    world = three_answers.ThreeAnswers(read(three_answers.Params, three_answers.NAME, h))
    params = read(Params, NAME, h)
    draws = sampling.Draws(
        groups=1, group_size=params.answers, iterations=params.updates, seeds=params.seeds, seed=params.seed
    )
    uniforms = sampling.uniforms(world.name, draws, world.tokens)
    reuse = _Reuse(world, uniforms, h["training.learning_rate"], (h["ppo.clip_low"], h["ppo.clip_high"]))
    paths, (fresh, fresh_answers) = reuse.again(reuse.advantages), reuse.anew(standardised)
    spread = float(
        (world.start_probs @ world.rewards**2 - (world.start_probs @ world.rewards) ** 2).clamp(min=0).sqrt()
    )
    weights: list[Callable[[Episodes], Tensor]] = [
        scores,
        above_mean,
        standardised,
        over_spread,
        lambda episodes: above_mean(episodes) / (spread + EPS),
        lambda episodes: TEN * above_mean(episodes),
    ]
    ends = torch.stack([fresh[-1] if weight is standardised else reuse.anew(weight)[0][-1] for weight in weights])
    kept = torch.stack([reuse.again(weight(reuse.first))[RATIO, -1] for weight in weights])
    counts = torch.nn.functional.one_hot(reuse.first.actions.squeeze(-1), len(three_answers.LABELS)).sum(-2)
    shown = _shown(counts)
    plane = surface.three_logit_plane()
    log_start = world.start.log_softmax(-1)
    log_probs, fresh_log_probs = paths.log_softmax(-1), fresh.log_softmax(-1)
    arrays: dict[str, Values | Tensor] = {
        "answers": np.array(three_answers.LABELS),
        "rewards": world.rewards,
        "start_probs": world.start_probs,
        "losses": np.array(LOSSES),
        "counts": counts,
        "shown": shown,
        "handful_answer": reuse.first.actions[shown].squeeze(-1),
        "handful_advantage": reuse.advantages[shown].squeeze(-1),
        "handful_mean": reuse.first.rewards[shown].mean(-1),
        "weight": (counts * (paths[RATIO, -1].log_softmax(-1) - log_start).exp())[shown],
        "soon": _soon((log_probs - log_start).exp()[RATIO, :, shown[0], 0]),
        "gain": reuse.gain(paths[RATIO, -1])[shown],
        "far_promise": torch.stack([reuse.promise(paths[RATIO, -1, shown[0]], seed=seed) for seed in shown]),
        **_maps(world, reuse, shown, read(surface.Params, surface.NAME, h)),
        "theta": plane.coordinates(paths)[:, :, shown].movedim(2, 0),
        "probs": log_probs.exp()[:, :, shown].movedim(2, 0),
        "ratio": (log_probs - log_start).exp()[:, :, shown].movedim(2, 0),
        "promise": reuse.promise(paths),
        "j": world.true_values(paths).squeeze(-1),
        "kl": kl.categorical(log_start.expand_as(log_probs), log_probs),
        "p_end": log_probs[:, -1].exp(),
        "fresh_answer": fresh_answers[shown[0]],
        "fresh_theta": plane.coordinates(fresh[:, shown[0]]),
        "fresh_j": world.true_values(fresh).squeeze(-1),
        "fresh_kl": kl.categorical(log_start.expand_as(fresh_log_probs), fresh_log_probs),
        "weights": np.array(WEIGHTS),
        "fresh_end": ends.softmax(-1),
        "fresh_at_a": (ends.softmax(-1)[..., 0] > SURE).sum(-1),
        "reuse_end": kept.softmax(-1),
        "reuse_at_a": (kept.softmax(-1)[..., 0] > SURE).sum(-1),
        "start_spread": np.array(spread),
    }
    return {name: _array(arrays[name]) for name in SCHEMA}


def _array(value: Values | Tensor) -> Values:
    return np.array(value.numpy() if isinstance(value, Tensor) else value, order="C")


class _Reuse:
    """All runs: their handfuls, and what three losses make of them."""

    def __init__(
        self, world: three_answers.ThreeAnswers, uniforms: Tensor, rate: float, clip: tuple[float, float]
    ) -> None:
        self.world, self.uniforms, self.rate, self.clip = world, uniforms, rate, clip
        self.start = world.start.expand(len(uniforms), -1)
        self.first = world.play(self.start, uniforms[:, 0])
        self.advantages = standardised(self.first)

    def surrogates(self, theta: Tensor, old_theta: Tensor, episodes: Episodes, advantage: Tensor) -> list[Tensor]:
        """The three losses, to be maximised, at theta [..., D]; advantages [..., B, T] are constants."""
        policy, mask = self.world.policy, episodes.mask
        logp = policy.logp(theta, episodes.states, episodes.actions)
        ratio = token_ratio(logp, policy.logp(old_theta, episodes.states, episodes.actions), mask)
        limited, _ = clipped(ratio, advantage, *self.clip)
        return [token_mean(x, mask) for x in (advantage * logp, ratio * advantage, limited)]

    def again(self, weights: Tensor) -> Tensor:
        """All updates on the first handful, answers weighed [seed, B, 1]: positions [loss, time, seed, D]."""
        theta = self.start.expand(len(LOSSES), *self.start.shape)
        path = [theta]
        for _ in range(self.uniforms.shape[1]):
            theta = theta.detach().requires_grad_(True)
            seen = [self.surrogates(theta[k], self.start, self.first, weights)[k].sum() for k in range(len(LOSSES))]
            (slope,) = torch.autograd.grad(torch.stack(seen).sum(), theta)
            theta = (theta + self.rate * slope).detach()
            path.append(theta)
        return torch.stack(path, 1)

    def anew(self, weight: Callable[[Episodes], Tensor]) -> tuple[Tensor, Tensor]:
        """A fresh handful for every update, answers weighed: positions [time, seed, D], answers [seed, update, B]."""
        theta, path, answers = self.start, [self.start], []
        for update in range(self.uniforms.shape[1]):
            episodes = self.world.play(theta, self.uniforms[:, update])
            theta = theta.detach().requires_grad_(True)
            seen = self.surrogates(theta, theta.detach(), episodes, weight(episodes))[RATIO]
            (slope,) = torch.autograd.grad(seen.sum(), theta)
            theta = (theta + self.rate * slope).detach()
            path.append(theta)
            answers.append(episodes.actions.squeeze(-1))
        return torch.stack(path), torch.stack(answers, 1)

    def promise(self, theta: Tensor, seed: Tensor | None = None) -> Tensor:
        """Reward that the ratio surrogate of a handful promises at theta [..., D]: mean + mean of rho (r - mean).

        Without `seed` the last dimension before D runs over the seeds.
        """
        episodes, start = self.first, self.start
        if seed is not None:
            episodes, start = Episodes(*(part[seed] for part in self.first)), self.start[seed]
        mean = episodes.rewards.mean(-1)
        gap = (episodes.rewards - mean.unsqueeze(-1)).unsqueeze(-1)
        return mean + self.surrogates(theta, start, episodes, gap)[RATIO]

    def gain(self, theta: Tensor) -> Tensor:
        """What each answer adds to the handful's mean in its promise at theta [seed, D]: mean of rho (r - mean)."""
        rewards, answers = self.first.rewards, self.first.actions.squeeze(-1)
        logp = (theta.log_softmax(-1) - self.start.log_softmax(-1)).gather(-1, answers)
        each = logp.exp() * (rewards - rewards.mean(-1, keepdim=True)) / rewards.shape[-1]
        return torch.zeros_like(theta).scatter_add(-1, answers, each)


def scores(episodes: Episodes) -> Tensor:
    """Each answer weighed by its reward, [..., B, 1]: REINFORCE."""
    return episodes.rewards.unsqueeze(-1)


def above_mean(episodes: Episodes) -> Tensor:
    """Each answer weighed by its reward minus the handful's mean, [..., B, 1]."""
    return (episodes.rewards - episodes.rewards.mean(-1, keepdim=True)).unsqueeze(-1)


def over_spread(episodes: Episodes) -> Tensor:
    """Each answer weighed by its reward over the handful's standard deviation, [..., B, 1]; 0 if all are equal."""
    one_group = torch.zeros(episodes.rewards.shape[-1], dtype=torch.long)
    _, std, gap = advantages.group_statistics(episodes.rewards, one_group, 0)
    return torch.where(gap > 0, episodes.rewards / (std + EPS), 0.0).unsqueeze(-1)


def standardised(episodes: Episodes) -> Tensor:
    """Advantages [..., B, 1]: reward minus the handful's mean, over its standard deviation (population)."""
    one_group = torch.zeros(episodes.rewards.shape[-1], dtype=torch.long)
    return advantages.group_relative(episodes.rewards, one_group, "std", 0, EPS).unsqueeze(-1)


def _soon(ratio: Tensor) -> Tensor:
    """The first time at which a ratio [time] is 2 or more, or else the last one."""
    there = ratio >= 2
    return there.double().argmax() if bool(there.any()) else torch.tensor(len(ratio) - 1)


def _shown(counts: Tensor) -> Tensor:
    """The first run whose handful holds an A and the first whose does not; 0 and 1 if there are no two kinds."""
    has = counts[:, 0] > 0
    if bool(has.all()) or not bool(has.any()):
        return torch.tensor([0, 1])
    return torch.stack([has.double().argmax(), (~has).double().argmax()])


def _maps(
    world: three_answers.ThreeAnswers, reuse: _Reuse, shown: Tensor, window: surface.Params
) -> dict[str, Values | Tensor]:
    """The territory, and the maps of the handfuls shown."""
    plane, (u, v) = surface.three_logit_plane(), surface.axes(window)

    def draw(function: Callable[[Tensor], Tensor]) -> Tensor:
        return surface.evaluate(function, plane, u, v)

    return {
        "grid_u": u,
        "grid_v": v,
        "true_j": draw(lambda theta: world.true_values(theta).squeeze(-1)),
        "map": torch.stack([draw(partial(reuse.promise, seed=seed)) for seed in shown]),
    }
