"""Answers grow though nobody pays for length: GRPO on Tally, where only a running tally is always right.

The reward looks at the answer alone. At the start most answers are rash and half of them right; what is reinforced is
being right, and marks are what being right needs. Watched along the way: reward, length, entropy, and the share of
groups that agree and so teach nothing, which is why DAPO samples dynamically (2503.14476 section 3.2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from objectives import sampling
from objectives.experiments import Array, Arrays, Claim, Number, Values
from objectives.experiments.packing import pack
from objectives.hyperparameters import Checked, hyper, read
from objectives.training import grpo_runs
from objectives.worlds import tally

NAME = "length_growth"
KEYS = ("tally.*", "grpo.*", "practice.*", "length_growth.*")
MOMENTS = 4  # policies whose answers are shown, evenly spaced from the start to the end of the first run
DONE = 0.95  # reward from which a run counts as having learned


@dataclass(frozen=True)
class Params(Checked):
    """Which answers are shown."""

    prompt: str = hyper(
        "1011",
        choices=("1", "11", "101", "1011", "0110", "1111"),
        source="chosen for the picture",
        doc="the bits of the prompt whose answers are shown; as many as tally.bits allows",
    )
    shown: int = hyper(
        6, low=1, high=64, unit="answers", source="chosen for the picture", doc="answers shown of each policy"
    )


SCHEMA = {
    "j": Array("seed time", "reward", "exact expected reward before each batch and at the end"),
    "length": Array("seed time", "tokens", "exact mean length of an answer"),
    "length_by_bits": Array("seed time bits", "tokens", "the same for prompts of 1, 2, ... bits"),
    "reward": Array("seed batch", "reward", "mean reward of the batch"),
    "entropy": Array("seed batch", "nat", "mean entropy of the policy at the tokens of the batch"),
    "agreeing": Array("seed batch", "share", "groups without any spread of reward: nothing to compare"),
    "needed": Array("bits", "tokens", "length of a full tally and the answer for prompts of 1, 2, ... bits"),
    "moments": Array("moment", "batches", "batches that the policies shown have practised"),
    "transcripts": Array(
        "moment answer", "", "answers to one prompt, drawn with the same random numbers: marks E and O, A answers"
    ),
    "right": Array("moment answer", "", "whether they are right"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Practise, and ask the policies along the way."""
    world_params = read(tally.Params, tally.NAME, h)
    settings, params = read(grpo_runs.Params, grpo_runs.NAME, h), read(Params, NAME, h)
    world = tally.Tally(world_params, settings.group_size)
    log = grpo_runs.train_grpo(world, settings, h)
    bits = range(1, world_params.bits + 1)
    by_bits = [tally.Tally(world_params, only=[w for w in world.prompts if len(w) == n]) for n in bits]
    moments = torch.linspace(0, settings.iterations, MOMENTS).round().long()
    prompt = params.prompt[: world_params.bits]
    one = tally.Tally(world_params, only=[prompt])
    draws = sampling.Draws(groups=1, group_size=max(2, params.shown), iterations=1, seeds=1, seed=settings.seed)
    uniforms = sampling.uniforms(f"{NAME} shown", draws, one.tokens)[0, 0, : params.shown]
    episodes = one.play(log.theta[0, moments], uniforms.expand(MOMENTS, -1, -1))
    written = [
        [one.transcript(actions, mask) for actions, mask in zip(*policy, strict=True)]
        for policy in zip(episodes.actions, episodes.mask, strict=True)
    ]
    return pack(
        SCHEMA,
        {
            "j": world.true_j(log.theta),
            "length": world.expected_length(log.theta),
            "length_by_bits": torch.stack([world.expected_length(log.theta) for world in by_bits], -1),
            "reward": log.reward,
            "entropy": log.entropy,
            "agreeing": 1 - log.mixed,
            "needed": np.array([n + 1 for n in bits]),
            "moments": moments,
            "transcripts": np.array(written),
            "right": episodes.correct,
        },
    )


# --- what may be said


def _mean(name: str, time: int) -> Callable[[Arrays], float]:
    return lambda a: float(a[name][:, time].mean())


def _learned(a: Arrays) -> Values:
    """Batches until a run's J is above DONE; more than there are if it never is."""
    above: Values = a["j"] > DONE
    batches: Values = np.where(above.any(1), above.argmax(1), a["j"].shape[1])
    return batches


NUMBERS: dict[str, Number] = {
    "j_start": ("J of the start policy", _mean("j", 0)),
    "j_end": ("mean J at the end", _mean("j", -1)),
    "length_start": ("mean length of its answers (tokens)", _mean("length", 0)),
    "length_end": ("mean length at the end (tokens)", _mean("length", -1)),
    "length_needed": (
        "mean length of full tallies over all prompts (tokens)",
        lambda a: float(a["needed"].mean()),
    ),
    "entropy_start": ("mean entropy in the first batch (nat)", _mean("entropy", 0)),
    "entropy_end": ("mean entropy in the last batch (nat)", _mean("entropy", -1)),
    "agreeing_start": ("share of groups that agree in the first batch", _mean("agreeing", 0)),
    "agreeing_end": ("the same in the last batch", _mean("agreeing", -1)),
    "runs": ("runs", lambda a: float(len(a["j"]))),
    "runs_learned": ("runs that end above 0.95", lambda a: float((a["j"][:, -1] > DONE).sum())),
    "first_learned": ("batches until the first run is above 0.95", lambda a: float(_learned(a).min())),
    "last_learned": ("batches until the last run is", lambda a: float(_learned(a).max())),
}

CLAIMS: dict[str, Claim] = {
    "rash_answers_are_half_right": (
        "At the start half of the answers are right, to a hundredth.",
        lambda a: abs(_mean("j", 0)(a) - 0.5) < 0.01,
    ),
    "answers_grow": (
        "Answers at the end are more than twice as long as at the start, in every run.",
        lambda a: bool((a["length"][:, -1] > 2 * a["length"][:, 0]).all()),
    ),
    "correctness_bought_it": (
        "Every run ends above 0.95, and its answers are as long as full tallies, to a tenth of a token.",
        lambda a: bool((a["j"][:, -1] > DONE).all() and (abs(a["length"][:, -1] - a["needed"].mean()) < 0.1).all()),
    ),
    "longer_questions_get_longer_answers": (
        "At the end every additional bit of a prompt adds to the length of its answer, in every run.",
        lambda a: bool((np.diff(a["length_by_bits"][:, -1], axis=-1) > 0.5).all()),
    ),
    "groups_come_to_agree": (
        "Under a fifth of the groups agree in the first batch, over four fifths in the last.",
        lambda a: _mean("agreeing", 0)(a) < 0.2 and _mean("agreeing", -1)(a) > 0.8,
    ),
    "entropy_runs_out": (
        "Entropy in the last batch is under a tenth of that in the first.",
        lambda a: _mean("entropy", -1)(a) < 0.1 * _mean("entropy", 0)(a),
    ),
}
