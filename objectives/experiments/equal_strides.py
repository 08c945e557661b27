"""The race once more, every stride equally long: what is left of the six rules when none may step farther than another.

Each rule makes of a batch what it would, in one update or in several. The change is then scaled along its own direction
until KL(old || new) is the stride, exactly: all policies change their behaviour equally fast, and only the direction is
the rule's. The dice are the centrepiece's. The critics are exact, so that the baseline, TRPO and PPO differ by nothing
that they had yet to learn; beside them the same three are run with the critics that they learn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from objectives import SIX, sampling
from objectives.estimators import kl
from objectives.experiments import Array, Arrays, Claim, Number, Values
from objectives.experiments.six_objectives.numbers import HIGH, METHODS, TITLES, first_true
from objectives.hyperparameters import Checked, hyper, read
from objectives.surfaces import surface
from objectives.surfaces.edit_chain import Link
from objectives.training import loop
from objectives.worlds import three_answers

NAME = "equal_strides"
KEYS = (
    "equal_strides.*",
    "three_answers.*",
    "sampling.*",
    "training.*",
    "reinforce.*",
    "baseline.*",
    "trpo.*",
    "ppo.*",
    "grpo.*",
    "dapo.*",
    "six_objectives.dapo_filter",
    "six_objectives.dapo_refill",
)
__all__ = ["CLAIMS", "KEYS", "NAME", "NUMBERS", "SCHEMA", "Params", "run"]

WIDE, NARROW = range(2)
REINFORCE, BASELINE, TRPO, PPO, GRPO, DAPO = range(6)
CRITICS = ("baseline", "trpo", "ppo")


@dataclass(frozen=True)
class Params(Checked):
    """The two strides."""

    strides: list[float] = hyper(  # noqa: RUF009  (a field with a default factory)
        (0.01, 0.003),
        low=0.0,
        high=1.0,
        low_open=True,
        unit="nat",
        source="chosen for the picture: TRPO's delta, and a third of it",
        doc="KL(old || new) of every batch, a wide stride and a narrow one",
    )
    reach: float = hyper(
        20.0,
        low=0.0,
        high=1000.0,
        low_open=True,
        unit="logit",
        source="chosen for the picture: where a policy is sure, no change is worth the stride",
        doc="longest change of the logits in one batch",
    )

    def check(self) -> None:
        """The strides are two, the wide one first."""
        if len(self.strides) != 2 or self.strides[0] <= self.strides[1]:
            raise ValueError(f"strides must be two numbers, the larger first, not {self.strides}")


SCHEMA = {
    "methods": Array("objective", "", "names of the six objectives, in teaching order"),
    "strides": Array("stride", "nat", "KL(old || new) of every batch: wide, narrow"),
    "theta": Array(
        "stride seed objective time coordinate", "logit", "position (u, v) before each batch, and at the end"
    ),
    "probs": Array("stride seed objective time answer", "probability", "policy there"),
    "j": Array("stride seed objective time", "reward", "exact expected reward there"),
    "kl_step": Array(
        "stride seed objective iteration", "nat", "KL(old || new) of each batch; less where none is worth it"
    ),
    "step_norm": Array("stride seed objective iteration", "logit", "length of each change; 0 where a rule has none"),
    "learned": Array("critic", "", "the rules that learn a critic"),
    "learned_probs": Array(
        "stride seed critic time answer", "probability", "their policies with the critic they learn"
    ),
    "learned_j": Array("stride seed critic time", "reward", "exact expected reward with the critic that they learn"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Run the six at both strides with exact critics, and the three that have one with the critic that they learn."""
    world = three_answers.ThreeAnswers(read(three_answers.Params, three_answers.NAME, h))
    dice, settings, params = (
        read(sampling.Params, sampling.NAME, h),
        read(loop.Params, loop.NAME, h),
        read(Params, NAME, h),
    )
    uniforms, group = sampling.uniforms(world.name, dice, world.tokens), sampling.group_labels(dice)

    def walk(name: str, stride: float, exact: bool) -> Tensor:
        link = Link.of(name, h)
        records = list(
            loop.train(
                link.objective,
                link.params,
                world,
                settings,
                uniforms,
                group,
                link.updates,
                stride=stride,
                reach=params.reach,
                exact_critic=exact,
            )
        )
        return torch.stack([records[0].before, *(record.after for record in records)], 1)

    def walks(names: tuple[str, ...], exact: bool) -> Tensor:
        return torch.stack([torch.stack([walk(name, stride, exact) for name in names], 1) for stride in params.strides])

    theta, learned = walks(SIX, exact=True), walks(CRITICS, exact=False)
    log_probs = world.policy.log_probs(theta).squeeze(-2)
    arrays = {
        "methods": np.array(SIX),
        "strides": np.array(params.strides),
        "theta": surface.three_logit_plane().coordinates(theta).numpy(),
        "probs": log_probs.exp().numpy(),
        "j": world.true_values(theta).squeeze(-1).numpy(),
        "kl_step": kl.categorical(log_probs[..., :-1, :], log_probs[..., 1:, :]).numpy(),
        "step_norm": (theta[..., 1:, :] - theta[..., :-1, :]).norm(dim=-1).numpy(),
        "learned": np.array(CRITICS),
        "learned_probs": world.probs(learned).numpy(),
        "learned_j": world.true_values(learned).squeeze(-1).numpy(),
    }
    return {name: np.array(arrays[name], order="C") for name in SCHEMA}


def passes(j: Values) -> Values:
    """For each seed the first batch after which J [seed, time] is above 0.9; one past the end if none is."""
    return np.asarray(first_true(j > HIGH))


def _passed(a: Arrays, stride: int, m: int) -> Values:
    return passes(a["j"][stride, :, m])


def _arrived(j: Values) -> int:
    return int((j > HIGH).any(-1).sum())


def _earliest(j: Values) -> float:
    return float(passes(j).min())


def _latest(j: Values) -> float:
    """The last seed of those that pass; one past the end if none does."""
    when = passes(j)
    there = when[when < j.shape[-1]]
    return float(there.max()) if len(there) else float(j.shape[-1])


def _through_b(a: Arrays, stride: int, m: int) -> bool:
    """The mean chance of B passes 0.9 on the way."""
    return bool(a["probs"][stride, :, m, :, 1].mean(0).max() > HIGH)


def _straightness(a: Arrays, stride: int, m: int) -> float:
    """Distance over length of the mean path on the plane, up to where the mean J passes 0.9: 1 is a beeline."""
    last = int(first_true(a["j"][stride, :, m].mean(0) > HIGH))
    path = a["theta"][stride, :, m].mean(0)[: last + 1]
    length = float(np.linalg.norm(np.diff(path, axis=0), axis=-1).sum())
    return float(np.linalg.norm(path[-1] - path[0])) / length if length > 0 else 0.0


def _p_a_end(a: Arrays, stride: int, m: int) -> float:
    return float(a["probs"][stride, :, m, -1, 0].mean())


def _of(measure: Callable[[Values], float], array: str, stride: int, m: int) -> Callable[[Arrays], float]:
    return lambda a: float(measure(a[array][stride, :, m]))


def _at(measure: Callable[[Arrays, int, int], float], stride: int, m: int) -> Callable[[Arrays], float]:
    return lambda a: measure(a, stride, m)


def _numbers() -> dict[str, Number]:
    numbers: dict[str, Number] = {
        "wide": ("the wide stride (nat)", lambda a: float(a["strides"][WIDE])),
        "narrow": ("the narrow stride (nat)", lambda a: float(a["strides"][NARROW])),
        "seeds": ("runs of each rule", lambda a: float(a["j"].shape[1])),
        "iterations": ("batches in one run", lambda a: float(a["j"].shape[-1] - 1)),
    }
    for stride, word in ((WIDE, "wide"), (NARROW, "narrow")):
        every = [("j", m, name, title, "") for m, (name, title) in enumerate(zip(METHODS, TITLES, strict=True))]
        every += [
            ("learned_j", k, f"{name}_learned", TITLES[METHODS.index(name)], ", critic learned")
            for k, name in enumerate(CRITICS)
        ]
        for array, m, name, title, how in every:
            numbers |= {
                f"{word}_arrived_{name}": (
                    f"seeds of {title} that pass J = 0.9 at the {word} stride{how}",
                    _of(_arrived, array, stride, m),
                ),
                f"{word}_earliest_{name}": (
                    f"batch at which the first seed of {title} passes J = 0.9 at the {word} stride{how}",
                    _of(_earliest, array, stride, m),
                ),
                f"{word}_latest_{name}": (
                    f"batch at which the last seed of {title} that passes J = 0.9 does so, at the {word} stride{how}",
                    _of(_latest, array, stride, m),
                ),
            }
        for m, (name, title) in enumerate(zip(METHODS, TITLES, strict=True)):
            numbers |= {
                f"{word}_p_a_end_{name}": (
                    f"chance of A under {title} at the end, {word} stride, mean over seeds",
                    _at(_p_a_end, stride, m),
                ),
                f"{word}_straightness_{name}": (
                    f"distance over length of the mean path of {title} to J = 0.9, {word} stride",
                    _at(_straightness, stride, m),
                ),
            }
    return numbers


NUMBERS = _numbers()


def _all_but_reinforce_pass(a: Arrays, stride: int) -> bool:
    return all(_arrived(a["j"][stride, :, m]) == a["j"].shape[1] for m in range(BASELINE, DAPO + 1))


def _tie(a: Arrays, stride: int) -> bool:
    """All rules but REINFORCE pass in every seed, the last no later than one and a half times the first."""
    when = np.stack([_passed(a, stride, m) for m in range(BASELINE, DAPO + 1)])
    return _all_but_reinforce_pass(a, stride) and bool(when.max() <= 1.5 * when.min())


CLAIMS: dict[str, Claim] = {
    "strides_are_equal": (
        "While J is below 0.9, nine changes in ten of every rule are worth the stride exactly, and none is worth more.",
        lambda a: all(
            bool(
                (a["kl_step"][s] <= a["strides"][s] * (1 + 1e-9)).all()
                and (np.abs(a["kl_step"][s, :, m][a["j"][s, :, m, :-1] < HIGH] / a["strides"][s] - 1) < 1e-6).mean()
                > 0.9
            )
            for s in (WIDE, NARROW)
            for m in range(BASELINE, DAPO + 1)
        ),
    ),
    "race_nearly_ends_in_a_tie": (
        "At equal strides every seed of all rules but REINFORCE passes J = 0.9, the last of them no later than one and "
        "a half times the first, at both strides.",
        lambda a: _tie(a, WIDE) and _tie(a, NARROW),
    ),
    "trpo_is_first": (
        "At both strides every seed of TRPO passes J = 0.9 no later than any seed of another rule.",
        lambda a: all(
            _passed(a, s, TRPO).max() <= min(_passed(a, s, m).min() for m in range(6) if m != TRPO)
            for s in (WIDE, NARROW)
        ),
    ),
    "clipped_rules_tie": (
        "At both strides the seeds of PPO, GRPO and DAPO pass J = 0.9 on average within one batch of each other.",
        lambda a: all(float(np.ptp([_passed(a, s, m).mean() for m in (PPO, GRPO, DAPO)])) < 1 for s in (WIDE, NARROW)),
    ),
    "baseline_comes_last_of_those_that_arrive_for_sure": (
        "At both strides the baseline passes J = 0.9 later, on average of its seeds, than TRPO, PPO, GRPO and DAPO.",
        lambda a: all(
            _passed(a, s, BASELINE).mean() > max(_passed(a, s, m).mean() for m in (TRPO, PPO, GRPO, DAPO))
            for s in (WIDE, NARROW)
        ),
    ),
    "only_reinforce_gets_stuck": (
        "At both strides some seeds of REINFORCE never pass J = 0.9 and some do; every seed of every other rule does.",
        lambda a: all(
            _all_but_reinforce_pass(a, s) and 0 < _arrived(a["j"][s, :, REINFORCE]) < a["j"].shape[1]
            for s in (WIDE, NARROW)
        ),
    ),
    "narrow_strides_strand_more": (
        "At the narrow stride fewer seeds of REINFORCE pass J = 0.9 than at the wide one.",
        lambda a: _arrived(a["j"][NARROW, :, REINFORCE]) < _arrived(a["j"][WIDE, :, REINFORCE]),
    ),
    "stranded_are_at_b": (
        "The seeds of REINFORCE that never pass J = 0.9 end with more than 0.9 on B.",
        lambda a: all(
            bool((a["probs"][s, _passed(a, s, REINFORCE) == a["j"].shape[-1], REINFORCE, -1, 1] > HIGH).all())
            for s in (WIDE, NARROW)
        ),
    ),
    "trpo_straight_others_by_b": (
        "At both strides TRPO's mean path to J = 0.9 is straight to a twentieth; the others have, on average, more "
        "than 0.9 on B before they find A.",
        lambda a: all(
            _straightness(a, s, TRPO) > 0.95
            and not _through_b(a, s, TRPO)
            and all(_through_b(a, s, m) for m in range(6) if m != TRPO)
            for s in (WIDE, NARROW)
        ),
    ),
    "grpo_stops_short": (
        "At both strides GRPO ends with less on A, mean over seeds, than the baseline, TRPO, PPO and DAPO.",
        lambda a: all(
            _p_a_end(a, s, GRPO) < min(_p_a_end(a, s, m) for m in (BASELINE, TRPO, PPO, DAPO)) for s in (WIDE, NARROW)
        ),
    ),
    "learned_critics_change_little": (
        "With the critics that they learn, TRPO and PPO pass J = 0.9 within a batch of where they do with exact ones.",
        lambda a: all(
            np.abs(passes(a["learned_j"][s, :, k]) - _passed(a, s, METHODS.index(CRITICS[k]))).max() <= 1
            for s in (WIDE, NARROW)
            for k in (CRITICS.index("trpo"), CRITICS.index("ppo"))
        ),
    ),
    "late_critic_can_strand_the_baseline": (
        "At the narrow stride some seed of the baseline never passes J = 0.9 with the critic that it learns; with an "
        "exact one every seed does.",
        lambda a: _arrived(a["learned_j"][NARROW, :, 0]) < a["j"].shape[1] == _arrived(a["j"][NARROW, :, BASELINE]),
    ),
}
