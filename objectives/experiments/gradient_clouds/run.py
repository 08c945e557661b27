"""Why not just compute the slope? The exact gradient of three answers, and what batches of sampled ones make of it.

With three answers the slope is a sum of three terms. A larger logit of A makes A likelier, and every other answer less
likely in proportion to its chance: `nudged_probs` is such a step, of one percentage point.

A language model has more answers than anyone can read, so REINFORCE reads a few and averages: right on average, with a
spread that falls as one over the square root of their number. Batches share numbers: a batch of 4 is that of 1 and
three answers more.

More answers do not help everywhere. The slope weighs each answer by its chance, so from a start where A is rare the
exact slope leads to B as well, and only hundreds of updates later back out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from objectives import sampling
from objectives.experiments import Array, Values
from objectives.experiments.gradient_clouds.claims import CLAIMS, HORIZON, NUMBERS, A
from objectives.experiments.gradient_clouds.gradients import gradients
from objectives.hyperparameters import Checked, hyper, read
from objectives.losses import reinforce
from objectives.surfaces import surface
from objectives.worlds import Episodes, three_answers

NAME = "gradient_clouds"
KEYS = (
    "three_answers.*",
    "surface.*",
    "training.learning_rate",
    "reinforce.*",
    "sampling.seed",
    "gradient_clouds.*",
)
PRINTED = ("reinforce.baseline", "sampling.seed", "training.learning_rate")
__all__ = ["CLAIMS", "KEYS", "NAME", "NUMBERS", "PRINTED", "SCHEMA", "Params", "run"]

PANELS = 4
SHOWN = 40
"""Batches that are laid out to look for A in them; never more than are drawn."""
NUDGE = 0.01
"""By how much the chance of A is made to grow by hand, or by half of what it lacks to 1 if that is less."""
AGE_OF_THE_UNIVERSE = 13_800_000_000  # years: Planck 2018 (1807.06209)
SECONDS_A_YEAR = 36525 * 24 * 36  # 365.25 days


@dataclass(frozen=True)
class Params(Checked):
    """How many batches are drawn and how large they are, and what a real model could say."""

    redraws: int = hyper(
        500, low=50, high=2000, unit="batches", source="chosen for the picture", doc="batches drawn of each size"
    )
    factor: int = hyper(
        4,
        low=2,
        high=8,
        source="chosen for the picture",
        doc="each of four sizes holds so many times the answers of the one before; the first holds one",
    )
    vocabulary: int = hyper(
        128000,
        low=2,
        high=1000000,
        unit="tokens",
        source="DeepSeek-V3 (2412.19437) section 4.1: 128K tokens",
        doc="tokens that a real model picks from",
    )
    length: int = hyper(
        20, low=1, high=200, unit="tokens", source="chosen for the picture: one sentence", doc="length of a real answer"
    )


SCHEMA = {
    "answers": Array("answer", "", "labels of the answers"),
    "rewards": Array("answer", "reward", "reward of each answer"),
    "start_probs": Array("answer", "probability", "policy before training"),
    "nudged_probs": Array("answer", "probability", "policy after a step on the logit of A: A has gained one point"),
    "grid_u": Array("column", "logit", "(zA - zB) / sqrt 2 of each column, ascending"),
    "grid_v": Array("row", "logit", "(zA + zB - 2 zC) / sqrt 6 of each row, ascending"),
    "true_j": Array("row column", "reward", "exact expected reward"),
    "start": Array("coordinate", "logit", "where training starts, (u, v)"),
    "scores": Array("answer coordinate", "", "grad log pi of each answer at the start: the way that makes it likelier"),
    "exact": Array("coordinate", "reward/logit", "the exact slope at the start"),
    "sizes": Array("size", "answers", "answers in a batch"),
    "tips": Array("size redraw coordinate", "reward/logit", "REINFORCE's gradient from each batch"),
    "mean": Array("size coordinate", "reward/logit", "their average"),
    "spread": Array("size", "reward/logit", "exact standard deviation: root of the trace of the covariance"),
    "spread_seen": Array("size", "reward/logit", "root mean square distance of the batches from the exact slope"),
    "drawn": Array("redraw sample", "", "index of every answer drawn; a batch of n is the first n of a row"),
    "best_missing": Array("size", "probability", "exact chance that a batch holds no A"),
    "batch": Array("member", "", "the first batch of the third size: index of each answer"),
    "weights": Array("answer", "reward", "what REINFORCE weighs each answer by: its reward minus the constant"),
    "pushes": Array("answer coordinate", "reward/logit", "what the answers of each kind add to the batch's gradient"),
    "shown": Array("batch member", "", "batches of the third size that are looked into: index of each answer"),
    "exact_walk": Array("moment coordinate", "logit", "updates along the exact slope, and on beyond its escape"),
    "exact_probs": Array("moment answer", "probability", "policy there"),
    "escape": Array("", "updates", "updates along the exact slope until A has more than half; the horizon if never"),
    "log10_texts": Array("token", "decades", "log10 of the number of texts of 1, 2, ... tokens"),
    "log10_read": Array("", "decades", "log10 of the texts read since the universe began, one a second"),
    "text_counts": Array("token", "", "how many texts of 1, 2, ... tokens there are, in digits"),
    "read_count": Array("", "", "how many texts are read since the universe began, in digits"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Nudge the policy, draw the clouds, follow the exact slope, count the texts."""
    params = read(Params, NAME, h)
    rule = read(reinforce.Params, reinforce.NAME, h)
    world = three_answers.ThreeAnswers(read(three_answers.Params, three_answers.NAME, h))
    plane = surface.three_logit_plane()
    sizes = [params.factor**k for k in range(PANELS)]
    draws = sampling.Draws(
        groups=1, group_size=sizes[-1], iterations=params.redraws, seeds=1, seed=int(h["sampling.seed"])
    )
    episodes = world.play(world.start, sampling.uniforms(world.name, draws, world.tokens)[0])
    shown = episodes.actions[:SHOWN, : sizes[2]].squeeze(-1)
    arrays = {
        **_truth(world, plane, read(surface.Params, surface.NAME, h)),
        **_clouds(world, plane, episodes, sizes, rule),
        **_batch(world, plane, shown[0], rule),
        "shown": shown.to(torch.int8).numpy(),
        **_exact_walk(world, plane, float(h["training.learning_rate"])),
        **_texts(params),
    }
    return {name: np.array(arrays[name], order="C") for name in SCHEMA}


def _truth(world: three_answers.ThreeAnswers, plane: surface.Plane, window: surface.Params) -> dict[str, Any]:
    """What is exact: the mountain, the slope at the start, and a small step that makes A likelier."""
    u, v = surface.axes(window)
    probs = world.start_probs
    more = min(NUDGE, (1 - float(probs[A])) / 2)
    nudged = probs * (1 - more / (1 - probs[A]))
    nudged[A] = probs[A] + more
    return {
        "answers": np.array(three_answers.LABELS),
        "rewards": world.rewards.numpy(),
        "start_probs": probs.numpy(),
        "nudged_probs": nudged.numpy(),
        "grid_u": u.numpy(),
        "grid_v": v.numpy(),
        "true_j": surface.evaluate(lambda theta: world.true_values(theta).squeeze(-1), plane, u, v).numpy(),
        "start": plane.coordinates(world.start).numpy(),
        "scores": plane.coordinates(_scores(world)).numpy(),
        "exact": plane.coordinates(world.true_gradient(world.start)).numpy(),
    }


def _scores(world: three_answers.ThreeAnswers) -> Tensor:
    """grad log pi of each answer at the start, [3, 3]."""
    return torch.eye(len(world.start_probs), dtype=torch.float64) - world.start_probs


def _clouds(
    world: three_answers.ThreeAnswers,
    plane: surface.Plane,
    episodes: Episodes,
    sizes: list[int],
    rule: reinforce.Params,
) -> dict[str, Any]:
    """REINFORCE's gradient from every batch of every size, and how far such gradients lie apart."""
    critic = world.true_values(world.start)
    slopes = [
        gradients(world, Episodes(*(part[:, :size] for part in episodes)), reinforce.NAME, rule, critic)
        for size in sizes
    ]
    tips = plane.coordinates(torch.stack(slopes))
    exact = plane.coordinates(world.true_gradient(world.start))
    count = torch.tensor(sizes, dtype=torch.float64)
    variance = world.gradient_variance(world.start, torch.tensor(rule.baseline, dtype=torch.float64))
    return {
        "sizes": np.array(sizes),
        "tips": tips.numpy(),
        "mean": tips.mean(1).numpy(),
        "spread": (variance / count).sqrt().numpy(),
        "spread_seen": ((tips - exact) ** 2).sum(-1).mean(-1).sqrt().numpy(),
        "drawn": episodes.actions.squeeze(-1).to(torch.int8).numpy(),
        "best_missing": ((1 - world.start_probs[A]) ** count).numpy(),
    }


def _batch(
    world: three_answers.ThreeAnswers, plane: surface.Plane, answers: Tensor, rule: reinforce.Params
) -> dict[str, Any]:
    """One batch, kind by kind: count / N times weight times direction."""
    weights = world.rewards - rule.baseline
    share = torch.bincount(answers, minlength=len(world.rewards)).double() / len(answers)
    return {
        "batch": answers.to(torch.int8).numpy(),
        "weights": weights.numpy(),
        "pushes": plane.coordinates((share * weights).unsqueeze(-1) * _scores(world)).numpy(),
    }


def _exact_walk(world: three_answers.ThreeAnswers, plane: surface.Plane, rate: float) -> dict[str, Any]:
    """Updates along the exact slope, until half as long again as it takes to make A likelier than not."""
    path = [world.start]
    for _ in range(HORIZON):
        path.append(path[-1] + rate * world.true_gradient(path[-1]))
    high = np.flatnonzero(world.probs(torch.stack(path))[:, A].numpy() > 0.5)
    escape = int(high[0]) if len(high) else HORIZON
    exact = torch.stack(path[: max(2, escape + escape // 2) + 1])
    return {
        "exact_walk": plane.coordinates(exact).numpy(),
        "exact_probs": world.probs(exact).numpy(),
        "escape": np.array(escape),
    }


def _texts(params: Params) -> dict[str, Any]:
    """How many texts there are, and how many of them anyone could have read."""
    tokens, seconds = np.arange(1, params.length + 1), AGE_OF_THE_UNIVERSE * SECONDS_A_YEAR
    return {
        "log10_texts": tokens * math.log10(params.vocabulary),
        "log10_read": np.array(math.log10(seconds)),
        "text_counts": np.array([str(params.vocabulary**n) for n in range(1, params.length + 1)]),
        "read_count": np.array(str(seconds)),
    }
