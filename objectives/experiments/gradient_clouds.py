"""Why not just compute the slope? The exact gradient of three answers, and what handfuls of sampled ones make of it.

With three answers the slope is a sum of three terms, known everywhere on the plane. A language model has more answers
than anyone can read, so REINFORCE reads a few and averages: right on average, with a spread that falls as one over the
square root of their number. Handfuls share their dice: a handful of 4 is that of 1 and three answers more.

Where the sampled walks go is not the noise's fault alone. The slope weighs each answer by its odds, so from a start
where A is rare the exact slope leads to B as well, and only hundreds of steps later back out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from objectives import OBJECTIVES, sampling
from objectives.experiments import Array, Arrays, Claim, Number, Values
from objectives.hyperparameters import Checked, hyper, read
from objectives.losses import reinforce
from objectives.surfaces import surface
from objectives.training import loop
from objectives.worlds import Episodes, three_answers

NAME = "gradient_clouds"
KEYS = ("three_answers.*", "surface.*", "training.*", "reinforce.*", "sampling.seed", "gradient_clouds.*")
__all__ = ["CLAIMS", "KEYS", "NAME", "NUMBERS", "SCHEMA", "Params", "gradients", "run"]

PANELS = 4
FIELD = 15
HORIZON = 2000
SHOWN = 24
"""Handfuls that are laid out to look for A in them; never more than are drawn."""
SECONDS_A_YEAR = 36525 * 24 * 36  # 365.25 days
A, B = 0, 1


@dataclass(frozen=True)
class Params(Checked):
    """How many handfuls are drawn and how large they are, how far REINFORCE walks, and what a real model could say."""

    redraws: int = hyper(
        500, low=50, high=2000, unit="handfuls", source="chosen for the picture", doc="handfuls drawn of each size"
    )
    factor: int = hyper(
        4,
        low=2,
        high=8,
        source="chosen for the picture",
        doc="each of four sizes holds so many times the answers of the one before; the first holds one",
    )
    walks: int = hyper(
        24, low=1, high=512, unit="runs", source="chosen for the picture", doc="runs of REINFORCE from the start"
    )
    steps: int = hyper(
        60, low=2, high=2000, unit="updates", source="chosen for the picture", doc="updates in a run, a handful each"
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
    years: int = hyper(
        100, low=1, high=10000, unit="years", source="chosen for the picture", doc="time to read, one text a second"
    )


SCHEMA = {
    "answers": Array("answer", "", "labels of the answers"),
    "texts": Array("answer", "", "what each answer says"),
    "rewards": Array("answer", "reward", "reward of each answer"),
    "start_probs": Array("answer", "probability", "policy before training"),
    "grid_u": Array("column", "logit", "(zA - zB) / sqrt 2 of each column, ascending"),
    "grid_v": Array("row", "logit", "(zA + zB - 2 zC) / sqrt 6 of each row, ascending"),
    "true_j": Array("row column", "reward", "exact expected reward"),
    "start": Array("coordinate", "logit", "where training starts, (u, v)"),
    "field_at": Array("place coordinate", "logit", "places (u, v) at which the slope is known"),
    "field": Array("place coordinate", "reward/logit", "the exact slope there"),
    "scores": Array("answer coordinate", "", "grad log pi of each answer at the start: the way that makes it likelier"),
    "terms": Array("answer coordinate", "reward/logit", "pi r grad log pi of each answer: they sum to the slope"),
    "exact": Array("coordinate", "reward/logit", "the exact slope at the start"),
    "sizes": Array("size", "answers", "answers in a handful"),
    "tips": Array("size redraw coordinate", "reward/logit", "REINFORCE's gradient from each handful"),
    "mean": Array("size coordinate", "reward/logit", "their average"),
    "spread": Array("size", "reward/logit", "exact standard deviation: root of the trace of the covariance"),
    "spread_seen": Array("size", "reward/logit", "root mean square distance of the handfuls from the exact slope"),
    "drawn": Array("redraw sample", "", "index of every answer drawn; a handful of n is the first n of a row"),
    "best_missing": Array("size", "probability", "exact chance that a handful holds no A"),
    "hand": Array("member", "", "the second-smallest handful, first redraw: index of each answer"),
    "hand_scores": Array("member coordinate", "", "grad log pi of each of its answers"),
    "hand_weights": Array("member", "reward", "what REINFORCE weighs each of them by: the reward minus its constant"),
    "hand_arrows": Array("member coordinate", "reward/logit", "weight times grad log pi: REINFORCE's gradient from it"),
    "hand_vote": Array("coordinate", "reward/logit", "their average: REINFORCE's gradient from the handful"),
    "hand_copy": Array("coordinate", "", "the average with weight 1 for each: imitation of these answers"),
    "walk": Array(
        "run time coordinate", "logit", "position before each update and at the end, handfuls of `walk_size`"
    ),
    "walk_probs": Array("run time answer", "probability", "policy there"),
    "walk_size": Array("", "answers", "answers in a handful of a walk"),
    "shown": Array("handful drawn_answer", "", "handfuls of that size that are looked into: index of each answer"),
    "exact_walk": Array("moment coordinate", "logit", "the same steps along the exact slope, and on beyond its escape"),
    "exact_probs": Array("moment answer", "probability", "policy there"),
    "escape": Array("", "updates", "steps along the exact slope until A has more than half; the horizon if never"),
    "log10_texts": Array("token", "decades", "log10 of the number of texts of 1, 2, ... tokens"),
    "log10_read": Array("", "decades", "log10 of the texts read in the years given, one a second"),
    "text_counts": Array("token", "", "how many texts of 1, 2, ... tokens there are, in digits"),
    "read_count": Array("", "", "how many texts are read in these years, in digits"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Draw the clouds, walk the walks, count the texts."""
    knobs = read(Params, NAME, h)
    rule = read(reinforce.Params, reinforce.NAME, h)
    settings = read(loop.Params, loop.NAME, h)
    world = three_answers.ThreeAnswers(read(three_answers.Params, three_answers.NAME, h))
    plane = surface.three_logit_plane()
    sizes = [knobs.factor**k for k in range(PANELS)]
    dice = sampling.Params(
        groups=1, group_size=sizes[-1], iterations=knobs.redraws, seeds=1, seed=int(h["sampling.seed"])
    )
    episodes = world.play(world.start, sampling.uniforms(world.name, dice, world.tokens)[0])
    arrays = {
        **_truth(world, plane, read(surface.Params, surface.NAME, h)),
        **_clouds(world, plane, episodes, sizes, rule),
        **_hand(world, plane, _first(episodes, sizes[1], 0), rule),
        **_walks(world, plane, sizes[2], knobs, rule, settings, dice.seed),
        "shown": episodes.actions[:SHOWN, : sizes[2]].squeeze(-1).to(torch.int8).numpy(),
        **_texts(knobs),
    }
    return {name: np.array(arrays[name], order="C") for name in SCHEMA}


def gradients(world: three_answers.ThreeAnswers, episodes: Episodes, rule: str, params: Any, critic: Tensor) -> Tensor:
    """The gradient of a rule's surrogate at the start policy, by autograd, one per run of the episodes: [..., 3]."""
    theta = world.start.expand(*episodes.rewards.shape[:-1], -1).clone().requires_grad_(True)
    group = torch.zeros(episodes.rewards.shape[-1], dtype=torch.long)
    batch = loop.rollouts(world, episodes, group, theta, world.start, critic, critic)
    (slope,) = torch.autograd.grad(-OBJECTIVES[rule].loss(batch, params).total.sum(), theta)
    return slope


def _first(episodes: Episodes, size: int, redraw: int | None = None) -> Episodes:
    """The first `size` answers of every redraw, or of one."""
    rows: slice | int = slice(None) if redraw is None else redraw
    return Episodes(*(part[rows, :size] for part in episodes))


def _truth(world: three_answers.ThreeAnswers, plane: surface.Plane, window: surface.Params) -> dict[str, Any]:
    """What is exact: the mountain, its slope everywhere, and the three terms of the slope at the start."""
    u, v = surface.axes(window)
    places = (torch.arange(FIELD, dtype=torch.float64) + 0.5) / FIELD * window.side
    at = torch.stack(torch.meshgrid(window.u_low + places, window.v_low + places, indexing="xy"), -1).flatten(0, 1)
    probs = world.start_probs
    scores = torch.eye(len(probs), dtype=probs.dtype) - probs
    return {
        "answers": np.array(three_answers.LABELS),
        "texts": np.array(three_answers.ANSWERS),
        "rewards": world.rewards.numpy(),
        "start_probs": probs.numpy(),
        "grid_u": u.numpy(),
        "grid_v": v.numpy(),
        "true_j": surface.evaluate(lambda theta: world.true_values(theta).squeeze(-1), plane, u, v).numpy(),
        "start": plane.coordinates(world.start).numpy(),
        "field_at": at.numpy(),
        "field": plane.coordinates(world.true_gradient(plane.points(at))).numpy(),
        "scores": plane.coordinates(scores).numpy(),
        "terms": plane.coordinates((probs * world.rewards).unsqueeze(-1) * scores).numpy(),
        "exact": plane.coordinates(world.true_gradient(world.start)).numpy(),
    }


def _clouds(
    world: three_answers.ThreeAnswers,
    plane: surface.Plane,
    episodes: Episodes,
    sizes: list[int],
    rule: reinforce.Params,
) -> dict[str, Any]:
    """REINFORCE's gradient from every handful of every size, and how far such gradients lie apart."""
    critic = world.true_values(world.start)
    slopes = [gradients(world, _first(episodes, size), reinforce.NAME, rule, critic) for size in sizes]
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


def _hand(
    world: three_answers.ThreeAnswers, plane: surface.Plane, episodes: Episodes, rule: reinforce.Params
) -> dict[str, Any]:
    """One handful, answer by answer."""
    critic = world.true_values(world.start)
    singles = Episodes(*(part.unsqueeze(1) for part in episodes))
    alike = episodes._replace(rewards=torch.ones_like(episodes.rewards))
    copy = gradients(world, alike, reinforce.NAME, reinforce.Params(), critic)
    scores = gradients(
        world, singles._replace(rewards=torch.ones_like(singles.rewards)), reinforce.NAME, reinforce.Params(), critic
    )
    return {
        "hand": episodes.actions.squeeze(-1).to(torch.int8).numpy(),
        "hand_scores": plane.coordinates(scores).numpy(),
        "hand_weights": (episodes.rewards - rule.baseline).numpy(),
        "hand_arrows": plane.coordinates(gradients(world, singles, reinforce.NAME, rule, critic)).numpy(),
        "hand_vote": plane.coordinates(gradients(world, episodes, reinforce.NAME, rule, critic)).numpy(),
        "hand_copy": plane.coordinates(copy).numpy(),
    }


def _walks(
    world: three_answers.ThreeAnswers,
    plane: surface.Plane,
    size: int,
    knobs: Params,
    rule: reinforce.Params,
    settings: loop.Params,
    seed: int,
) -> dict[str, Any]:
    """REINFORCE from many seeds, a handful a step, and the same steps along the exact slope."""
    dice = sampling.Params(groups=1, group_size=size, iterations=knobs.steps, seeds=knobs.walks, seed=seed)
    uniforms = sampling.uniforms(world.name, dice, world.tokens)
    objective = OBJECTIVES[reinforce.NAME]
    records = list(loop.train(objective, rule, world, settings, uniforms, sampling.group_labels(dice)))
    theta = torch.stack([record.before for record in records] + [records[-1].after], 1)
    path = [world.start]
    for _ in range(max(HORIZON, knobs.steps)):
        path.append(path[-1] + settings.learning_rate * world.true_gradient(path[-1]))
    high = np.flatnonzero(world.probs(torch.stack(path))[:, A].numpy() > 0.5)
    escape = int(high[0]) if len(high) else HORIZON
    exact = torch.stack(path[: max(knobs.steps, escape + escape // 2) + 1])
    return {
        "walk": plane.coordinates(theta).numpy(),
        "walk_probs": world.probs(theta).numpy(),
        "walk_size": np.array(size),
        "exact_walk": plane.coordinates(exact).numpy(),
        "exact_probs": world.probs(exact).numpy(),
        "escape": np.array(escape),
    }


def _texts(knobs: Params) -> dict[str, Any]:
    """How many texts there are, and how many of them one could read."""
    tokens, read = np.arange(1, knobs.length + 1), knobs.years * SECONDS_A_YEAR
    return {
        "log10_texts": tokens * math.log10(knobs.vocabulary),
        "log10_read": np.array(math.log10(read)),
        "text_counts": np.array([str(knobs.vocabulary**n) for n in range(1, knobs.length + 1)]),
        "read_count": np.array(str(read)),
    }


def _missing(a: Arrays) -> int:
    """How many of the handfuls that are looked into hold no A."""
    return int((a["shown"] != A).all(1).sum())


def _length(a: Arrays) -> float:
    return float(np.linalg.norm(a["exact"]))


def _change(a: Arrays, answer: int) -> float:
    """How fast the chance of an answer grows along the exact slope at the start, per unit of step."""
    first = a["exact_probs"][1] - a["exact_probs"][0]
    return float(first[answer])


def _steps(a: Arrays) -> int:
    return int(a["walk"].shape[1]) - 1


def _raw(a: Arrays) -> bool:
    return bool(np.allclose(a["hand_weights"], a["rewards"][a["hand"]]))


def _end_at_b(a: Arrays) -> bool:
    ends = a["walk_probs"][:, -1]
    return bool((ends[:, B] > 0.9).all() and ends[:, A].mean() < a["start_probs"][A])


NUMBERS: dict[str, Number] = {
    "redraws": ("handfuls of each size", lambda a: a["tips"].shape[1]),
    "hand_size": ("answers in the handful that is read aloud", lambda a: len(a["hand"])),
    "size_2": ("answers in a handful of the second size", lambda a: float(a["sizes"][1])),
    "size_3": ("answers in a handful of the third size", lambda a: float(a["sizes"][2])),
    "size_4": ("answers in a handful of the fourth size", lambda a: float(a["sizes"][3])),
    "factor": ("how many times the answers of the size before", lambda a: float(a["sizes"][1])),
    "quieter": (
        "by what the spread falls from one size to the next",
        lambda a: float(a["spread"][0] / a["spread"][1]) if a["spread"][1] > 0 else 1.0,
    ),
    "exact_length": ("length of the exact slope at the start", _length),
    "spread_1": ("exact standard deviation of the gradient from one answer", lambda a: float(a["spread"][0])),
    "spread_4": ("the same for the largest handful", lambda a: float(a["spread"][3])),
    "chance_a": ("chance of A at the start", lambda a: float(a["start_probs"][A])),
    "one_in": ("one answer in so many is A at the start", lambda a: 1 / float(a["start_probs"][A])),
    "walk_size": ("answers in a handful of a walk", lambda a: float(a["walk_size"])),
    "missing": ("chance that such a handful holds no A", lambda a: float(a["best_missing"][2])),
    "shown": ("handfuls of that size that are looked into", lambda a: a["shown"].shape[0]),
    "shown_missing": ("those of them that hold no A", _missing),
    "walks": ("runs of REINFORCE", lambda a: a["walk"].shape[0]),
    "steps": ("updates in a run", _steps),
    "p_b_end": ("chance of B at the end, mean over runs", lambda a: float(a["walk_probs"][:, -1, B].mean())),
    "p_a_end": ("chance of A at the end, mean over runs", lambda a: float(a["walk_probs"][:, -1, A].mean())),
    "escape": ("steps along the exact slope until A has more than half", lambda a: float(a["escape"])),
    "digits": ("digits of the number of texts", lambda a: len(str(a["text_counts"][-1]))),
    "read_digits": ("digits of the number of texts one can read", lambda a: len(str(a["read_count"]))),
}

CLAIMS: dict[str, Claim] = {
    "too_many_texts": (
        "There are more texts than the years of reading, one a second, can hold.",
        lambda a: bool(a["log10_texts"][-1] > a["log10_read"]),
    ),
    "average_is_right": (
        "At every size the average of the handfuls lies within four standard errors of the exact slope.",
        lambda a: bool(
            (np.linalg.norm(a["mean"] - a["exact"], axis=-1) <= 4 * a["spread"] / a["tips"].shape[1] ** 0.5).all()
        ),
    ),
    "one_is_wild": (
        "The gradient from one answer scatters by more than the exact slope is long.",
        lambda a: bool(a["spread"][0] > _length(a)),
    ),
    "largest_is_calm": (
        "The gradient from the largest handful scatters by less than half the length of the exact slope.",
        lambda a: bool(a["spread"][3] < _length(a) / 2),
    ),
    "spread_falls_as_root": (
        "The handfuls scatter as they should: as one over the root of their number of answers, to a fifth.",
        lambda a: bool((np.abs(a["spread_seen"] - a["spread"]) <= 0.2 * a["spread"]).all()),
    ),
    "rare_and_loud": (
        "A is the rarest answer, and its arrow is the longest.",
        lambda a: (
            int(a["start_probs"].argmin()) == A
            and int(np.linalg.norm(a["scores"] * a["rewards"][:, None], axis=-1).argmax()) == A
        ),
    ),
    "a_pays_most_and_is_rare": (
        "A pays more than any other answer, and at the start fewer than one answer in ten is A.",
        lambda a: bool(a["rewards"][A] > np.delete(a["rewards"], A).max() and a["start_probs"][A] < 0.1),
    ),
    "weighs_by_raw_score": ("REINFORCE weighs each answer of the handful by its bare reward.", _raw),
    "best_usually_missing": (
        "A handful of the size used for walking holds no A more often than not.",
        lambda a: bool(a["best_missing"][2] > 0.5),
    ),
    "hand_misses_best": ("The handful that is read aloud holds no A.", lambda a: bool((a["hand"] != A).all())),
    "walks_end_at_b": (
        "Every run of REINFORCE ends with more than 0.9 on B, and the mean chance of A is below its start.",
        _end_at_b,
    ),
    "raw_walks_end_at_b": (
        "REINFORCE weighs by the bare reward, and every run of it ends with more than 0.9 on B.",
        lambda a: _raw(a) and _end_at_b(a),
    ),
    "true_slope_lowers_a": (
        "The first step along the exact slope makes A rarer and B commoner.",
        lambda a: _change(a, A) < 0 < _change(a, B),
    ),
    "true_path_ends_at_b": (
        "The same steps along the exact slope end with more than 0.9 on B.",
        lambda a: bool(a["exact_probs"][_steps(a), B] > 0.9),
    ),
    "true_path_escapes_late": (
        "Along the exact slope A does get more than half, but only after more steps than the runs take.",
        lambda a: bool(_steps(a) < a["escape"] < HORIZON),
    ),
}
