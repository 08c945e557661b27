"""Numbers that may be said of the runs at equal steps, and the measures that they and the claims are made of."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from objectives.experiments import Arrays, Number, Values
from objectives.experiments.six_objectives.numbers import HIGH, METHODS, TITLES, first_true

WIDE, NARROW = range(2)
REINFORCE, BASELINE, TRPO, PPO, GRPO, DAPO = range(6)
CRITICS = ("baseline", "trpo", "ppo")


def passes(j: Values) -> Values:
    """For each seed the first batch after which J [seed, time] is above 0.9; one past the end if none is."""
    return np.asarray(first_true(j > HIGH))


def arrived(j: Values) -> int:
    """In how many seeds J [seed, time] passes 0.9."""
    return int((j > HIGH).any(-1).sum())


def _earliest(j: Values) -> float:
    return float(passes(j).min())


def _latest(j: Values) -> float:
    """The last seed of those that pass; one past the end if none does."""
    when = passes(j)
    there = when[when < j.shape[-1]]
    return float(there.max()) if len(there) else float(j.shape[-1])


def straightness(a: Arrays, stride: int, m: int) -> float:
    """Distance over length of the mean path on the plane, up to where the mean J passes 0.9: 1 is a beeline."""
    last = int(first_true(a["j"][stride, :, m].mean(0) > HIGH))
    path = a["theta"][stride, :, m].mean(0)[: last + 1]
    length = float(np.linalg.norm(np.diff(path, axis=0), axis=-1).sum())
    return float(np.linalg.norm(path[-1] - path[0])) / length if length > 0 else 0.0


def p_a_end(a: Arrays, stride: int, m: int) -> float:
    """Chance of A at the end, mean over seeds."""
    return float(a["probs"][stride, :, m, -1, 0].mean())


def peak_b(a: Arrays, stride: int, m: int) -> float:
    """The largest mean chance of B on the way."""
    return float(a["probs"][stride, :, m, :, 1].mean(0).max())


def edit_passes(a: Arrays, stride: int, edit: str) -> Values:
    """`passes` under one of the rules between REINFORCE and DAPO."""
    return passes(a["edit_j"][stride, :, int(np.flatnonzero(a["edits"] == edit)[0])])


def _edit_arrived(a: Arrays, edit: str) -> float:
    return float((edit_passes(a, WIDE, edit) < a["edit_j"].shape[-1]).sum())


def saved(a: Arrays, stride: int, before: str, after: str) -> float:
    """How many batches earlier an edit passes J = 0.9 than the one before it, on average of the seeds."""
    return float(edit_passes(a, stride, before).mean() - edit_passes(a, stride, after).mean())


def _of(measure: Callable[[Values], float], array: str, stride: int, m: int) -> Callable[[Arrays], float]:
    return lambda a: float(measure(a[array][stride, :, m]))


def _at(measure: Callable[[Arrays, int, int], float], stride: int, m: int) -> Callable[[Arrays], float]:
    return lambda a: measure(a, stride, m)


def _numbers() -> dict[str, Number]:
    numbers: dict[str, Number] = {
        "wide": ("the wide step size (nat)", lambda a: float(a["strides"][WIDE])),
        "narrow": ("the narrow step size (nat)", lambda a: float(a["strides"][NARROW])),
        "others_earliest": (
            "batch at which the first seed of the baseline, PPO, GRPO and DAPO passes J = 0.9 at the wide step size",
            lambda a: min(_earliest(a["j"][WIDE, :, m]) for m in (BASELINE, PPO, GRPO, DAPO)),
        ),
        "others_latest": (
            "batch at which the last seed of these passes J = 0.9 at the wide step size",
            lambda a: max(_latest(a["j"][WIDE, :, m]) for m in (BASELINE, PPO, GRPO, DAPO)),
        ),
        "edit_arrived_first": (
            "seeds that pass J = 0.9 before the first edit, at the wide step size",
            lambda a: _edit_arrived(a, "reinforce"),
        ),
        "edit_arrived_baseline": (
            "seeds that pass J = 0.9 once the forecast is subtracted, at the wide step size",
            lambda a: _edit_arrived(a, "baseline"),
        ),
        "scaling_saves": (
            "batches by which scaled advantages pass J = 0.9 earlier, mean over seeds, wide step size",
            lambda a: saved(a, WIDE, "clip", "scale"),
        ),
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
                    f"seeds of {title} that pass J = 0.9 at the {word} step size{how}",
                    _of(arrived, array, stride, m),
                ),
                f"{word}_earliest_{name}": (
                    f"batch at which the first seed of {title} passes J = 0.9 at the {word} step size{how}",
                    _of(_earliest, array, stride, m),
                ),
                f"{word}_latest_{name}": (
                    f"batch at which the last seed of {title} to pass J = 0.9 does so, at the {word} step size{how}",
                    _of(_latest, array, stride, m),
                ),
            }
        for m, (name, title) in enumerate(zip(METHODS, TITLES, strict=True)):
            numbers |= {
                f"{word}_p_a_end_{name}": (
                    f"chance of A under {title} at the end, {word} step size, mean over seeds",
                    _at(p_a_end, stride, m),
                ),
                f"{word}_peak_b_{name}": (
                    f"largest chance of B on the way of {title}, mean over seeds, {word} step size",
                    _at(peak_b, stride, m),
                ),
                f"{word}_straightness_{name}": (
                    f"distance over length of the mean path of {title} to J = 0.9, {word} step size",
                    _at(straightness, stride, m),
                ),
            }
    return numbers


NUMBERS = _numbers()
