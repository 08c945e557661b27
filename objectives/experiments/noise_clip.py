"""Nothing but coin flips, and yet a favourite: what each side of the clip does to the entropy.

GRPO without a KL penalty on the world of noise, several updates per batch so that the clip acts, for several pairs
(e_low, e_high) with the same seeds. The upper side silences what rises and only what rises, so it ends spread for
nothing; the lower side keeps rare answers alive (2509.26114, withdrawn from ICLR 2026, has this for language models).
Chance alone also narrows a policy down, as the run without a clip shows. In a world with a signal a higher ceiling
does not by itself keep the entropy up: the runs in which the likeliest answer is paid more often show one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from objectives import sampling
from objectives.estimators.advantages import group_relative, per_token
from objectives.estimators.aggregate import token_mean
from objectives.estimators.ratios import clipped, token_ratio
from objectives.experiments import Array, Arrays, Claim, Number, Values
from objectives.experiments.packing import pack
from objectives.hyperparameters import Checked, hyper, read
from objectives.losses import grpo
from objectives.worlds import noise

NAME = "noise_clip"
KEYS = ("noise.*", "grpo.*", "noise_clip.*")
OFF = (1.0, 100.0)
"""Half-widths of a clip that never acts: no ratio is below 0, and none comes near 101."""
STEP = 0.2  # log-odds by which `push` leans: the drawn policy has moved this far from the one that wrote


@dataclass(frozen=True)
class Params(Checked):
    """The clip ranges, the batches and the step."""

    low: float = hyper(
        0.2, low=0.0, high=0.99, source="PPO (1707.06347) section 6.1; DAPO", doc="how far below 1 the ratio may pay"
    )
    highs: list[float] = hyper(  # noqa: RUF009  (a field with a default factory)
        (0.2, 0.28, 0.5),
        low=0.0,
        high=50.0,
        source="PPO: 0.2; DAPO (2503.14476) section 4.1: 0.28; 0.5 chosen for the picture",
        doc="how far above 1 it may pay, ascending; the first is also the clip with one side off",
    )
    groups: int = hyper(
        8, low=1, high=1024, unit="groups", source="chosen for the picture", doc="groups of answers per batch"
    )
    group_size: int = hyper(
        16, low=2, high=1024, unit="answers", source="DAPO (2503.14476): G = 16", doc="answers per group"
    )
    iterations: int = hyper(
        100, low=1, high=2000, unit="batches", source="chosen for the picture", doc="batches drawn in one run"
    )
    seeds: int = hyper(40, low=2, high=512, unit="runs", source="chosen for the picture", doc="runs of each clip range")
    seed: int = hyper(0, low=0, high=2147483647, source="chosen for the picture", doc="seed of the first run")
    learning_rate: float = hyper(
        3.0, low=0.0, high=100.0, unit="logit", source="chosen for the picture", doc="step per unit of gradient"
    )
    bonus: float = hyper(
        0.2,
        low=-1.0,
        high=1.0,
        unit="probability",
        source="chosen for the picture",
        doc="how much more often the likeliest answer is paid in the runs with a signal",
    )

    def check(self) -> None:
        """The ceilings ascend."""
        if not self.highs or sorted(set(self.highs)) != self.highs:
            raise ValueError(f"highs must ascend, not {self.highs}")


SCHEMA = {
    "low": Array(
        "clip", "", "e_low of each clip range: the symmetric, the higher ceilings, upper only, lower only, none"
    ),
    "high": Array("clip", "", "e_high; 1 below and 100 above stand for no clip on that side"),
    "entropy": Array("clip seed time", "nat", "entropy before each batch and at the end"),
    "uniform_entropy": Array("", "nat", "entropy if all answers were equally likely"),
    "signal_entropy": Array("ceiling seed time", "nat", "the same as entropy where the likeliest answer is paid more"),
    "probs": Array("clip time answer", "probability", "policy of the first run"),
    "typical": Array("clip time answer", "probability", "policy of the run whose entropy at the end is the middle one"),
    "favourite": Array("clip seed", "probability", "chance of the likeliest answer at the end"),
    "lean": Array("side answer", "", "ratio of every answer after all log-odds moved: likelier answers up, then down"),
    "push": Array("clip side answer", "1/logit", "exact mean gradient of the surrogate there, for coins: +1 or -1"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Train on coins once for every clip range."""
    params = read(Params, NAME, h)
    world = noise.Noise(read(noise.Params, noise.NAME, h))
    clips = [(params.low, high) for high in params.highs]
    clips += [(OFF[0], params.highs[0]), (params.low, OFF[1]), OFF]
    rule = read(grpo.Params, grpo.NAME, h)
    theta = follow(world, clips, params, rule)
    signal = noise.Noise(read(noise.Params, noise.NAME, h), params.bonus)
    learnt = follow(signal, clips[: len(params.highs)], params, rule)
    probs, entropy = world.probs(theta), world.policy.entropies(theta).squeeze(-1)
    middle = entropy[..., -1].argsort(-1)[:, params.seeds // 2]
    leans = torch.stack([(1 + STEP) * world.start, (1 - STEP) * world.start])
    start = world.start.expand_as(leans)
    return pack(
        SCHEMA,
        {
            "low": np.array([low for low, _ in clips]),
            "high": np.array([high for _, high in clips]),
            "entropy": entropy,
            "uniform_entropy": world.policy.entropies(torch.zeros_like(world.start)).squeeze(-1),
            "signal_entropy": world.policy.entropies(learnt).squeeze(-1),
            "probs": probs[:, 0],
            "typical": probs[torch.arange(len(clips)), middle],
            "favourite": probs[:, :, -1].amax(-1),
            "lean": world.probs(leans) / world.probs(start),
            "push": torch.stack([world.push(leans, start, low, high) for low, high in clips]),
        },
    )


def follow(world: noise.Noise, clips: list[tuple[float, float]], params: Params, rule: grpo.Params) -> Tensor:
    """GRPO without a KL penalty under all clip ranges at once: positions [clip, seed, time, answers].

    The same as `training.train` with each range in turn (a test holds it to that), but the ranges share every tensor.
    """
    draws = sampling.Draws(params.groups, params.group_size, params.iterations, params.seeds, params.seed)
    uniforms, group = sampling.uniforms(world.name, draws, world.tokens), sampling.group_labels(draws)
    theta = world.start.expand(len(clips), params.seeds, -1)
    path = [theta]
    for iteration in range(params.iterations):
        episodes = world.play(theta, uniforms[:, iteration])
        graded = group_relative(episodes.rewards, group, rule.scale, rule.ddof, rule.eps, rule.singleton_group)
        advantages = per_token(graded, episodes.mask)
        old = world.policy.logp(theta, episodes.states, episodes.actions)
        for _ in range(rule.updates):
            theta = theta.detach().requires_grad_(True)
            logp = world.policy.logp(theta, episodes.states, episodes.actions)
            ratio = token_ratio(logp, old, episodes.mask)
            seen = [clipped(ratio[k], advantages[k], low, high)[0] for k, (low, high) in enumerate(clips)]
            (slope,) = torch.autograd.grad(token_mean(torch.stack(seen), episodes.mask).sum(), theta)
            theta = (theta + params.learning_rate * slope).detach()
        path.append(theta)
    return torch.stack(path, 2)


# --- what may be said. The clip ranges: the ceilings ascending, then these three.

UPPER, LOWER, NONE = -3, -2, -1


def _end(clip: int) -> Callable[[Arrays], float]:
    return lambda a: float(a["entropy"][clip, :, -1].mean())


def _error(clip: int) -> Callable[[Arrays], float]:
    return lambda a: float(a["entropy"][clip, :, -1].std(ddof=1) / a["entropy"].shape[1] ** 0.5)


def _signal_end(ceiling: int) -> Callable[[Arrays], float]:
    return lambda a: float(a["signal_entropy"][ceiling, :, -1].mean())


def _falls_sooner(a: Arrays) -> bool:
    """After a tenth of the batches the highest ceiling has less entropy left than the first, by two standard errors."""
    early = a["signal_entropy"].shape[-1] // 10
    gap = a["signal_entropy"][0, :, early] - a["signal_entropy"][-1, :, early]
    return bool(gap.mean() > 2 * gap.std(ddof=1) / len(gap) ** 0.5)


def _apart(a: Arrays, more: int, less: int) -> bool:
    """One clip keeps more entropy than another with the same seeds, by over two standard errors of the difference."""
    gap = a["entropy"][more, :, -1] - a["entropy"][less, :, -1]
    return bool(gap.mean() > 2 * gap.std(ddof=1) / len(gap) ** 0.5)


_NAMED = (
    ("even", 0, "the symmetric clip"),
    ("second", 1, "the second ceiling"),
    ("highest", UPPER - 1, "the highest ceiling"),
    ("upper", UPPER, "the upper side only"),
    ("lower", LOWER, "the lower side only"),
    ("none", NONE, "no clip"),
)
NUMBERS: dict[str, Number] = {
    "answers": ("number of answers", lambda a: float(a["probs"].shape[-1])),
    "runs": ("runs of each clip range", lambda a: float(a["entropy"].shape[1])),
    "entropy_uniform": ("entropy if all answers were equally likely (nat)", lambda a: float(a["uniform_entropy"])),
    "entropy_start": ("entropy of the start policy (nat)", lambda a: float(a["entropy"][0, 0, 0])),
    "signal_even": ("mean entropy at the end with a signal (nat), the symmetric clip", _signal_end(0)),
    "signal_highest": ("the same, the highest ceiling", _signal_end(-1)),
    **{f"entropy_{n}": (f"mean entropy at the end (nat), {doc}", _end(k)) for n, k, doc in _NAMED},
    **{f"error_{n}": (f"standard error of that mean, {doc}", _error(k)) for n, k, doc in _NAMED},
    "favourite_upper": (
        "mean chance of the favourite at the end, upper side only",
        lambda a: float(a["favourite"][UPPER].mean()),
    ),
    "favourite_start": ("chance of the likeliest answer at first", lambda a: float(a["probs"][0, 0].max())),
}

CLAIMS: dict[str, Claim] = {
    "upper_side_alone_picks_a_favourite": (
        "With the upper side only, entropy ends lower than with no clip at all, and the favourite is above 0.9.",
        lambda a: _apart(a, NONE, UPPER) and bool(a["favourite"][UPPER].mean() > 0.9),
    ),
    "lower_side_alone_keeps_entropy": (
        "With the lower side only, entropy ends higher than with no clip at all.",
        lambda a: _apart(a, LOWER, NONE),
    ),
    "a_higher_ceiling_keeps_more": (
        "With the highest ceiling entropy ends higher than with the symmetric clip.",
        lambda a: _apart(a, UPPER - 1, 0),
    ),
    "mean_entropy_rises_with_the_ceiling": (
        "The mean entropy at the end rises from ceiling to ceiling.",
        lambda a: bool((np.diff(a["entropy"][:UPPER, :, -1].mean(1)) > 0).all()),
    ),
    "signal_takes_entropy_whatever_the_ceiling": (
        "Where the likeliest answer is paid more often, under a tenth of the entropy is left with every ceiling.",
        lambda a: bool((a["signal_entropy"][..., -1].mean(1) < 0.1 * a["signal_entropy"][:, 0, 0]).all()),
    ),
    "signal_falls_sooner_below_a_higher_ceiling": (
        "There, after a tenth of the batches, the highest ceiling has less entropy left than the symmetric clip.",
        _falls_sooner,
    ),
    "chance_alone_narrows": (
        "Without any clip, too, the mean entropy falls.",
        lambda a: _end(NONE)(a) < 0.9 * float(a["entropy"][NONE, 0, 0]),
    ),
}
