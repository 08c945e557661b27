"""Better than what? What a number added to every reward, or taken off it, does to REINFORCE's gradient and its runs.

A constant b moves no average, for the chances sum to one: sum_a pi_a grad log pi_a = 0. It does move the noise. The
variance of one answer's gradient (r - b) grad log pi = (r - b) s is

    V(b) = E[ (r - b)^2 |s|^2 ] - |grad J|^2,        lowest at        b* = E[ |s|^2 r ] / E[ |s|^2 ]

(Williams 1992 on baselines; b* after Weaver and Tao 2001, Greensmith et al. 2004), near J but not at it.

On average both rules follow the same slope, so the baseline's runs take REINFORCE's way, only closer to each other.
From a start where A is rare that way leads to B and back out of it; how far a run strays decides when it is out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from objectives import OBJECTIVES, sampling
from objectives.experiments import Array, Values
from objectives.experiments.baseline_variance.claims import CLAIMS, KINDS, NUMBERS
from objectives.experiments.gradient_clouds.gradients import gradients
from objectives.hyperparameters import Checked, hyper, read
from objectives.losses import baseline, reinforce
from objectives.surfaces import surface
from objectives.training import loop
from objectives.worlds import three_answers

NAME = "baseline_variance"
KEYS = (
    "three_answers.*",
    "surface.*",
    "sampling.*",
    "training.*",
    "reinforce.*",
    "baseline.*",
    "baseline_variance.*",
)
PRINTED = (
    "sampling.seed",
    "training.learning_rate",
    "training.critic_rate",
    "reinforce.baseline",
    "baseline.value_weight",
)
__all__ = ["CLAIMS", "KEYS", "NAME", "NUMBERS", "PRINTED", "SCHEMA", "Params", "best_constant", "run"]

RULES = (reinforce.NAME, baseline.NAME)
CURVE = 601


@dataclass(frozen=True)
class Params(Checked):
    """How many points are added, how the gradient is sampled, and how long the runs are."""

    offset: float = hyper(
        10.0, low=0.0, high=100.0, unit="reward", source="chosen for the picture", doc="points added to every answer"
    )
    batch: int = hyper(
        16,
        low=2,
        high=1024,
        unit="answers",
        source="chosen for the picture",
        doc="answers in a batch of the cloud",
    )
    redraws: int = hyper(
        500, low=50, high=2000, unit="batches", source="chosen for the picture", doc="batches drawn for the cloud"
    )
    batches: int = hyper(
        400,
        low=2,
        high=2000,
        unit="batches",
        source="chosen for the picture: long enough to leave B",
        doc="batches in a training run, each as large as the film's",
    )


SCHEMA = {
    "answers": Array("answer", "", "labels of the answers"),
    "probs": Array("answer", "probability", "the policy before training"),
    "rewards": Array("answer", "reward", "reward of each answer, before any points are added"),
    "shifted_rewards": Array("answer", "reward", "with the points added"),
    "offset": Array("", "reward", "the points added"),
    "value": Array("", "reward", "expected reward, with the points"),
    "best_constant": Array("", "reward", "the constant whose subtraction leaves the least noise, with the points"),
    "scores": Array("answer coordinate", "", "grad log pi of each answer on the plane (u, v)"),
    "exact": Array("coordinate", "reward/logit", "the exact slope: the same with and without the points"),
    "size": Array("", "answers", "answers in a batch of the cloud"),
    "kinds": Array("kind", "", "plain, shifted (points added), value (minus J), best (minus the best constant)"),
    "subtracted": Array("kind", "reward", "what each kind subtracts from the reward it is paid"),
    "tips": Array("kind redraw coordinate", "reward/logit", "the gradient from each batch"),
    "pull": Array("redraw coordinate", "", "mean of grad log pi over the batch: what a constant is multiplied with"),
    "mean": Array("kind coordinate", "reward/logit", "average of the gradients"),
    "noise": Array("kind", "reward^2", "exact variance of one answer's gradient (trace of the covariance)"),
    "spread": Array("kind", "reward/logit", "exact standard deviation of a batch's gradient: root of noise / size"),
    "noise_seen": Array("kind", "reward^2", "the same from the batches: batch size x mean square distance"),
    "curve_b": Array(
        "point", "reward", "constants that may be subtracted: from 0 to twice the rewards' range beyond J"
    ),
    "curve_noise": Array("point", "reward^2", "the exact variance that each leaves"),
    "grid_u": Array("column", "logit", "(zA - zB) / sqrt 2 of each column, ascending"),
    "grid_v": Array("row", "logit", "(zA + zB - 2 zC) / sqrt 6 of each row, ascending"),
    "true_j": Array("row column", "reward", "exact expected reward"),
    "start": Array("coordinate", "logit", "where training starts, (u, v)"),
    "rules": Array("rule", "", "REINFORCE, and REINFORCE with a value baseline"),
    "constant": Array("", "reward", "what REINFORCE subtracts from every reward in its runs"),
    "walk": Array("rule run time coordinate", "logit", "position before each batch and at the end"),
    "walk_probs": Array("rule run time answer", "probability", "policy there"),
    "exact_walk": Array("time coordinate", "logit", "as many updates along the exact slope"),
    "exact_probs": Array("time answer", "probability", "policy there"),
    "early": Array("", "batches", "batches in a run of the film, or all of these if they are fewer"),
    "drawn": Array("", "answers", "answers in a batch of the runs"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """The same answers under four ways of paying them, and the runs of both rules."""
    params = read(Params, NAME, h)
    world = three_answers.ThreeAnswers(read(three_answers.Params, three_answers.NAME, h))
    plane = surface.three_logit_plane()
    u, v = surface.axes(read(surface.Params, surface.NAME, h))
    arrays = {
        **_clouds(world, _shifted(h, params.offset), plane, params, h),
        "grid_u": u,
        "grid_v": v,
        "true_j": surface.evaluate(lambda theta: world.true_values(theta).squeeze(-1), plane, u, v),
        "start": plane.coordinates(world.start),
        **_runs(world, plane, params, h),
    }
    plain = {name: value.numpy() if isinstance(value, Tensor) else value for name, value in arrays.items()}
    return {name: np.array(plain[name], order="C") for name in SCHEMA}


def best_constant(world: three_answers.ThreeAnswers) -> Tensor:
    """b* = E[ |s|^2 r ] / E[ |s|^2 ] at the start, s = grad log pi: the constant that leaves the least variance."""
    probs = world.start_probs
    weight = probs * ((torch.eye(len(probs), dtype=probs.dtype) - probs) ** 2).sum(-1)
    return (weight * world.rewards).sum() / weight.sum()


def _shifted(h: Mapping[str, Any], offset: float) -> three_answers.ThreeAnswers:
    """The world with every answer paid `offset` more."""
    world = three_answers.ThreeAnswers(read(three_answers.Params, three_answers.NAME, h))
    world.rewards = world.rewards + offset
    return world


def _clouds(
    world: three_answers.ThreeAnswers,
    shifted: three_answers.ThreeAnswers,
    plane: surface.Plane,
    params: Params,
    h: Mapping[str, Any],
) -> dict[str, Any]:
    """The gradients of the same batches under each kind of pay, and the variance that any constant leaves."""
    draws = sampling.Draws(
        groups=1, group_size=params.batch, iterations=params.redraws, seeds=1, seed=int(h["sampling.seed"])
    )
    uniforms = sampling.uniforms(world.name, draws, world.tokens)[0]
    now, then = world.play(world.start, uniforms), shifted.play(shifted.start, uniforms)
    value, best = shifted.true_values(shifted.start), best_constant(shifted)
    nothing = reinforce.Params(baseline=0.0)
    slopes = [
        gradients(world, now, reinforce.NAME, nothing, value),
        gradients(shifted, then, reinforce.NAME, nothing, value),
        gradients(shifted, then, reinforce.NAME, reinforce.Params(baseline=float(value)), value),
        gradients(shifted, then, reinforce.NAME, reinforce.Params(baseline=float(best)), value),
    ]
    tips = plane.coordinates(torch.stack(slopes))
    exact = plane.coordinates(shifted.true_gradient(shifted.start))
    alike = now._replace(rewards=torch.ones_like(now.rewards))
    zero = torch.zeros(1, dtype=torch.float64)
    beyond = 2 * float(world.rewards.max() - world.rewards.min())
    b = torch.linspace(min(0.0, float(value) - beyond), float(value) + beyond, CURVE, dtype=torch.float64)
    noise = torch.cat([_variance(world, zero), _variance(shifted, torch.stack([zero[0], value[0], best]))])
    return {
        "answers": three_answers.LABELS,
        "probs": world.start_probs,
        "rewards": world.rewards,
        "shifted_rewards": shifted.rewards,
        "offset": params.offset,
        "value": value.squeeze(-1),
        "best_constant": best,
        "scores": plane.coordinates(torch.eye(len(world.start_probs), dtype=torch.float64) - world.start_probs),
        "exact": exact,
        "size": params.batch,
        "kinds": KINDS,
        "subtracted": torch.stack([zero[0], zero[0], value[0], best]),
        "tips": tips,
        "pull": plane.coordinates(gradients(world, alike, reinforce.NAME, nothing, value)),
        "mean": tips.mean(1),
        "noise": noise,
        "spread": (noise / params.batch).sqrt(),
        "noise_seen": params.batch * ((tips - exact) ** 2).sum(-1).mean(-1),
        "curve_b": b,
        "curve_noise": _variance(shifted, b),
    }


def _runs(
    world: three_answers.ThreeAnswers, plane: surface.Plane, params: Params, h: Mapping[str, Any]
) -> dict[str, Any]:
    """Both rules from the film's start and with its seeds, `batches` batches long, and the exact slope's way."""
    film = read(sampling.Params, sampling.NAME, h)
    settings = read(loop.Params, loop.NAME, h)
    draws = replace(film, iterations=params.batches)
    uniforms, group = sampling.uniforms(world.name, draws, world.tokens), sampling.group_labels(draws)
    paths = []
    for name in RULES:
        rule = OBJECTIVES[name]
        records = list(loop.train(rule, read(rule.Params, name, h), world, settings, uniforms, group))
        paths.append(torch.stack([record.before for record in records] + [records[-1].after], 1))
    theta = torch.stack(paths)
    path = [world.start]
    for _ in range(params.batches):
        path.append(path[-1] + settings.learning_rate * world.true_gradient(path[-1]))
    exact = torch.stack(path)
    return {
        "rules": RULES,
        "constant": h["reinforce.baseline"],
        "walk": plane.coordinates(theta),
        "walk_probs": world.probs(theta),
        "exact_walk": plane.coordinates(exact),
        "exact_probs": world.probs(exact),
        "early": min(film.iterations, params.batches),
        "drawn": film.groups * film.group_size,
    }


def _variance(world: three_answers.ThreeAnswers, constants: Tensor) -> Tensor:
    """Exact variance of one answer's gradient with each of the constants [n] subtracted, [n]."""
    return torch.vmap(lambda b: world.gradient_variance(world.start, b))(constants)
