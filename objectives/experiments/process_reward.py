"""Paid for the answer, for every right step, or for every step that looks right: three rewards, the same seeds.

Step rewards carry credit to where it belongs and teach sooner. The leaky one pays on after the bits have run out, and a
policy that is paid for steps and for nothing like an end takes more and more of them, until the cap cuts it off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import torch

from objectives.experiments import Array, Arrays, Claim, Number, Values
from objectives.experiments.packing import pack
from objectives.hyperparameters import Checked, hyper, read
from objectives.training import grpo_runs
from objectives.worlds import step_rewards, tally

NAME = "process_reward"
KEYS = ("tally.*", "grpo.*", "practice.*", "process_reward.*")
OUTCOME, STEPS, LEAKY = range(3)
SCHEMA = {
    "kinds": Array(
        "kind", "", "outcome: the answer; steps: and every right mark; leaky: also marks after the last bit"
    ),
    "accuracy": Array("kind seed time", "probability", "exact chance of being right, before each batch and at the end"),
    "pay": Array("kind seed time", "reward", "exact expected reward"),
    "length": Array("kind seed time", "tokens", "exact mean length"),
    "answered": Array("kind seed time", "probability", "exact chance that an answer is given at all"),
}


@dataclass(frozen=True)
class Params(Checked):
    """What a step is worth, and when one looks."""

    bonus: float = hyper(
        0.25, low=0.0, high=100.0, unit="reward", source="chosen for the picture", doc="paid for a right step"
    )
    look: int = hyper(
        40,
        low=1,
        high=2000,
        unit="batches",
        source="chosen for the picture",
        doc="batches after which they are compared",
    )


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Train three times with the same random numbers."""
    task, settings = read(tally.Params, tally.NAME, h), read(grpo_runs.Params, grpo_runs.NAME, h)
    params = read(Params, NAME, h)
    settings = replace(settings, iterations=params.look)
    worlds = [step_rewards.StepRewards(task, settings.group_size, k, params.bonus) for k in step_rewards.KINDS]
    paths = [grpo_runs.train_grpo(world, settings, h).theta for world in worlds]
    theta = torch.stack(paths)
    return pack(
        SCHEMA,
        {
            "kinds": step_rewards.KINDS,
            "accuracy": worlds[OUTCOME].true_j(theta),
            "pay": torch.stack([world.true_pay(path) for world, path in zip(worlds, paths, strict=True)]),
            "length": worlds[OUTCOME].expected_length(theta),
            "answered": worlds[OUTCOME].true_answered(theta),
        },
    )


def _end(name: str, kind: int) -> Callable[[Arrays], float]:
    return lambda a: float(a[name][kind, :, -1].mean())


NUMBERS: dict[str, Number] = {
    f"{name}_{kind}": (f"{doc} in the end, mean over runs, reward: {kind}", _end(name, k))
    for name, doc in (
        ("accuracy", "chance of being right"),
        ("length", "length of an answer (tokens)"),
        ("answered", "chance that an answer is given"),
        ("pay", "expected reward"),
    )
    for k, kind in enumerate(step_rewards.KINDS)
}

CLAIMS: dict[str, Claim] = {
    "steps_teach_sooner": (
        "Paid for right steps, the mean accuracy is a tenth above that of the outcome reward after as many batches.",
        lambda a: _end("accuracy", STEPS)(a) > _end("accuracy", OUTCOME)(a) + 0.1,
    ),
    "leak_is_farmed": (
        "Under the leaky reward answers are at least half as long again as under the honest one.",
        lambda a: _end("length", LEAKY)(a) > 1.5 * _end("length", STEPS)(a),
    ),
    "farmers_forget_to_answer": (
        "Under the leaky reward more than a tenth of the answers never comes; under the honest one hardly a hundredth.",
        lambda a: _end("answered", LEAKY)(a) < 0.9 and _end("answered", STEPS)(a) > 0.985,
    ),
    "farmers_are_less_often_right": (
        "The mean accuracy is lower under the leaky reward than under the honest one, though it pays more.",
        lambda a: (
            _end("accuracy", LEAKY)(a) < _end("accuracy", STEPS)(a) and _end("pay", LEAKY)(a) > _end("pay", STEPS)(a)
        ),
    ),
}
