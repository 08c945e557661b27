"""Better than what? The same handfuls with ten points added to every answer, and with the expectation taken off again.

A number subtracted from every reward moves no average, for the odds sum to one: sum_a pi_a grad log pi_a = 0. It does
move the noise. The variance of one answer's gradient (r - b) grad log pi = (r - b) s is

    V(b) = E[ (r - b)^2 |s|^2 ] - |grad J|^2,        lowest at        b* = E[ |s|^2 r ] / E[ |s|^2 ]

(Williams 1992 on baselines; b* after Weaver and Tao 2001, Greensmith et al. 2004), near J but not at it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from objectives import sampling
from objectives.experiments import Array, Arrays, Claim, Number, Values
from objectives.experiments.gradient_clouds import gradients
from objectives.hyperparameters import Checked, hyper, read
from objectives.losses import baseline, reinforce
from objectives.surfaces import surface
from objectives.worlds import three_answers

NAME = "baseline_variance"
KEYS = (
    "three_answers.reward_correct",
    "three_answers.reward_format",
    "baseline.*",
    "sampling.seed",
    "baseline_variance.*",
)
__all__ = ["CLAIMS", "KEYS", "NAME", "NUMBERS", "SCHEMA", "Params", "best_constant", "run"]

KINDS = ("plain", "shifted", "value", "best")
PLAIN, SHIFTED, VALUE, BEST = range(4)
CURVE = 601


@dataclass(frozen=True)
class Params(Checked):
    """Where the model stands, how many points are added, and how its gradient is sampled."""

    odds: list[float] = hyper(  # noqa: RUF009  (a field with a default factory)
        (0.5, 0.3, 0.2),
        low=0.0,
        high=1.0,
        low_open=True,
        high_open=True,
        unit="probability",
        source="chosen for the picture: the best answer is common",
        doc="chance of the answers A, B, C",
    )
    offset: float = hyper(
        10.0, low=0.0, high=100.0, unit="reward", source="chosen for the picture", doc="points added to every answer"
    )
    handful: int = hyper(
        16, low=2, high=1024, unit="answers", source="chosen for the picture", doc="answers in a handful"
    )
    redraws: int = hyper(500, low=50, high=2000, unit="handfuls", source="chosen for the picture", doc="handfuls drawn")

    def check(self) -> None:
        """The odds are three and sum to 1."""
        if len(self.odds) != len(three_answers.LABELS):
            raise ValueError(f"odds must hold {len(three_answers.LABELS)} probabilities, not {len(self.odds)}")
        if abs(sum(self.odds) - 1) > 1e-9:
            raise ValueError(f"odds must sum to 1, but they sum to {sum(self.odds):.10g}")


SCHEMA = {
    "answers": Array("answer", "", "labels of the answers"),
    "texts": Array("answer", "", "what each answer says"),
    "probs": Array("answer", "probability", "the policy"),
    "rewards": Array("answer", "reward", "reward of each answer, before any points are added"),
    "shifted_rewards": Array("answer", "reward", "with the points added"),
    "offset": Array("", "reward", "the points added"),
    "value": Array("", "reward", "expected reward, with the points"),
    "best_constant": Array("", "reward", "the constant whose subtraction leaves the least noise, with the points"),
    "scores": Array("answer coordinate", "", "grad log pi of each answer on the plane (u, v)"),
    "exact": Array("coordinate", "reward/logit", "the exact slope: the same with and without the points"),
    "handful": Array("", "answers", "answers in a handful"),
    "kinds": Array("kind", "", "plain, shifted (points added), value (minus J), best (minus the best constant)"),
    "subtracted": Array("kind", "reward", "what each kind subtracts from the reward it is paid"),
    "tips": Array("kind redraw coordinate", "reward/logit", "the gradient from each handful"),
    "pull": Array("redraw coordinate", "", "mean of grad log pi over the handful: what a constant is multiplied with"),
    "mean": Array("kind coordinate", "reward/logit", "average of the gradients"),
    "noise": Array("kind", "reward^2", "exact variance of one answer's gradient (trace of the covariance)"),
    "spread": Array(
        "kind", "reward/logit", "exact standard deviation of a handful's gradient: root of noise / handful"
    ),
    "noise_seen": Array("kind", "reward^2", "the same from the handfuls: handful size x mean square distance"),
    "curve_b": Array(
        "point", "reward", "constants that may be subtracted: from 0 to twice the rewards' range beyond J"
    ),
    "curve_noise": Array("point", "reward^2", "the exact variance that each leaves"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """The same answers under four ways of paying them."""
    knobs = read(Params, NAME, h)
    critic_rule = read(baseline.Params, baseline.NAME, h)
    world, shifted = _world(h, knobs, 0.0), _world(h, knobs, knobs.offset)
    plane = surface.three_logit_plane()
    dice = sampling.Params(
        groups=1, group_size=knobs.handful, iterations=knobs.redraws, seeds=1, seed=int(h["sampling.seed"])
    )
    uniforms = sampling.uniforms(world.name, dice, world.tokens)[0]
    now, then = world.play(world.start, uniforms), shifted.play(shifted.start, uniforms)
    value, best = shifted.true_values(shifted.start), best_constant(shifted)
    nothing = reinforce.Params(baseline=0.0)
    slopes = [
        gradients(world, now, reinforce.NAME, nothing, value),
        gradients(shifted, then, reinforce.NAME, nothing, value),
        gradients(shifted, then, baseline.NAME, critic_rule, value),
        gradients(shifted, then, reinforce.NAME, reinforce.Params(baseline=float(best)), value),
    ]
    tips = plane.coordinates(torch.stack(slopes))
    exact = plane.coordinates(shifted.true_gradient(shifted.start))
    alike = now._replace(rewards=torch.ones_like(now.rewards))
    pull = plane.coordinates(gradients(world, alike, reinforce.NAME, nothing, value))
    zero = torch.zeros(1, dtype=torch.float64)
    beyond = 2 * float(world.rewards.max() - world.rewards.min())
    b = torch.linspace(min(0.0, float(value) - beyond), float(value) + beyond, CURVE, dtype=torch.float64)
    noise = torch.cat([_variance(world, zero), _variance(shifted, torch.stack([zero[0], value[0], best]))])
    arrays = {
        "answers": three_answers.LABELS,
        "texts": three_answers.ANSWERS,
        "probs": world.start_probs,
        "rewards": world.rewards,
        "shifted_rewards": shifted.rewards,
        "offset": knobs.offset,
        "value": value.squeeze(-1),
        "best_constant": best,
        "scores": plane.coordinates(torch.eye(len(world.start_probs), dtype=torch.float64) - world.start_probs),
        "exact": exact,
        "handful": knobs.handful,
        "kinds": KINDS,
        "subtracted": torch.stack([zero[0], zero[0], value[0], best]),
        "tips": tips,
        "pull": pull,
        "mean": tips.mean(1),
        "noise": noise,
        "spread": (noise / knobs.handful).sqrt(),
        "noise_seen": knobs.handful * ((tips - exact) ** 2).sum(-1).mean(-1),
        "curve_b": b,
        "curve_noise": _variance(shifted, b),
    }
    plain = {name: value.numpy() if isinstance(value, Tensor) else value for name, value in arrays.items()}
    return {name: np.array(plain[name], order="C") for name in SCHEMA}


def best_constant(world: three_answers.ThreeAnswers) -> Tensor:
    """b* = E[ |s|^2 r ] / E[ |s|^2 ] at the start, s = grad log pi: the constant that leaves the least variance."""
    probs = world.start_probs
    weight = probs * ((torch.eye(len(probs), dtype=probs.dtype) - probs) ** 2).sum(-1)
    return (weight * world.rewards).sum() / weight.sum()


def _world(h: Mapping[str, Any], knobs: Params, offset: float) -> three_answers.ThreeAnswers:
    """The three answers at these odds, each paid `offset` more."""
    params = three_answers.Params(
        start=knobs.odds,
        reward_correct=h["three_answers.reward_correct"],
        reward_format=h["three_answers.reward_format"],
    )
    world = three_answers.ThreeAnswers(params)
    world.rewards = world.rewards + offset
    return world


def _variance(world: three_answers.ThreeAnswers, constants: Tensor) -> Tensor:
    """Exact variance of one answer's gradient with each of the constants [n] subtracted, [n]."""
    return torch.vmap(lambda b: world.gradient_variance(world.start, b))(constants)


def _over(a: Arrays, one: int, other: int) -> float:
    """How many times the noise of one kind is that of another; 0 where the other has none."""
    return float(a["noise"][one] / a["noise"][other]) if a["noise"][other] > 0 else 0.0


def _miss(a: Arrays) -> Values:
    """Distance of each kind's average from the exact slope, in its own standard errors (0 where it has no noise)."""
    redraws = a["tips"].shape[1]
    error = np.sqrt(a["noise"] / (float(a["handful"]) * redraws))
    distance = np.linalg.norm(a["mean"] - a["exact"], axis=-1)
    return np.asarray(np.divide(distance, error, out=np.zeros_like(distance), where=error > 1e-9))


NUMBERS: dict[str, Number] = {
    "chance_a": ("chance of A", lambda a: float(a["probs"][0])),
    "redraws": ("handfuls drawn", lambda a: a["tips"].shape[1]),
    "handful": ("answers in a handful", lambda a: float(a["handful"])),
    "value": ("expected reward, with the points added", lambda a: float(a["value"])),
    "value_plain": ("expected reward before", lambda a: float(a["probs"] @ a["rewards"])),
    "best_constant": ("the constant that leaves the least noise", lambda a: float(a["best_constant"])),
    "noise_plain": ("exact variance of one answer's gradient, no points added", lambda a: float(a["noise"][PLAIN])),
    "noise_shifted": ("the same with the points added", lambda a: float(a["noise"][SHIFTED])),
    "noise_value": ("the same with the expectation subtracted", lambda a: float(a["noise"][VALUE])),
    "noise_best": ("the same with the best constant subtracted", lambda a: float(a["noise"][BEST])),
    "louder": ("noise with the points over noise without", lambda a: _over(a, SHIFTED, PLAIN)),
    "wider": ("how many times as far the handfuls scatter with the points", lambda a: _over(a, SHIFTED, PLAIN) ** 0.5),
    "quieter": ("noise with the points over noise minus the expectation", lambda a: _over(a, SHIFTED, VALUE)),
    "quieter_plain": ("noise without points over noise minus the expectation", lambda a: _over(a, PLAIN, VALUE)),
}

CLAIMS: dict[str, Claim] = {
    "points_explode": (
        "With the points added the handfuls scatter at least three times as far as without.",
        lambda a: _over(a, SHIFTED, PLAIN) > 9,
    ),
    "expectation_quiets": (
        "Subtracting the expectation leaves at most a tenth of the scatter of the handfuls.",
        lambda a: _over(a, SHIFTED, VALUE) > 100,
    ),
    "expectation_helps_plain": (
        "Even without points, subtracting the expectation leaves less noise.",
        lambda a: bool(a["noise"][VALUE] < a["noise"][PLAIN]),
    ),
    "mean_never_moves": (
        "In every kind the average of the handfuls lies within four standard errors of the same exact slope.",
        lambda a: bool((_miss(a) < 4).all()),
    ),
    "expectation_near_best": (
        "The best constant leaves at least half of the noise that the expectation leaves.",
        lambda a: bool(a["noise"][BEST] > a["noise"][VALUE] / 2),
    ),
    "too_much_is_loud_again": (
        "Subtracting twice the rewards' range more than the expectation brings ten times its noise back.",
        lambda a: bool(a["curve_noise"][-1] > 10 * a["noise"][VALUE]),
    ),
}
