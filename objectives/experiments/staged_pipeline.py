"""From a few examples to practice, to the best of one's own answers, and to practice again: R1's stages on Tally.

Imitate a few worked examples; practise; draw answers and keep only the right ones; start over from the base and imitate
those; practise again (DeepSeek-R1, 2501.12948, section 2.3: cold start, RL, rejection sampling and SFT of the base
model, RL). Beside it runs that practise as many batches with nothing before, as R1-Zero does. In each stage the KL
penalty is towards the policy that the stage began with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from objectives import sampling
from objectives.estimators.aggregate import token_mean
from objectives.experiments import Array, Arrays, Claim, Number, Values
from objectives.experiments.packing import pack
from objectives.hyperparameters import Checked, hyper, read
from objectives.training import grpo_runs
from objectives.worlds import Episodes, tally

NAME = "staged_pipeline"
KEYS = ("tally.*", "grpo.*", "practice.*", "staged_pipeline.*")
STAGES = ("imitate examples", "practise", "imitate the kept", "practise again")
DONE = 0.95


@dataclass(frozen=True)
class Params(Checked):
    """The worked examples, the filter, and the length of the stages."""

    examples: int = hyper(
        12, low=1, high=2000, unit="answers", source="chosen for the picture", doc="worked examples of the first stage"
    )
    skill: float = hyper(
        3.0,
        low=0.0,
        high=60.0,
        unit="logit",
        source="chosen for the picture: a human who errs now and then",
        doc="how far the right token is ahead of each other one for those who wrote them",
    )
    first_steps: int = hyper(
        20, low=1, high=2000, unit="updates", source="chosen for the picture", doc="first imitation"
    )
    first_batches: int = hyper(
        8, low=1, high=2000, unit="batches", source="chosen for the picture", doc="batches of the first practice"
    )
    drawn: int = hyper(
        512, low=2, high=2000, unit="answers", source="chosen for the picture", doc="answers drawn for the filter"
    )
    second_steps: int = hyper(
        20, low=1, high=2000, unit="updates", source="chosen for the picture", doc="imitation of those kept"
    )
    second_batches: int = hyper(
        30, low=1, high=2000, unit="batches", source="chosen for the picture", doc="batches of the second practice"
    )
    rate: float = hyper(
        10.0, low=0.0, high=1000.0, unit="logit", source="chosen for the picture", doc="step of imitation"
    )


SCHEMA = {
    "stages": Array("stage", "", "names of the stages"),
    "ends": Array("edge", "", "place on the time axis where each stage begins, and the end"),
    "j": Array("seed time", "reward", "exact expected reward after every update; each stage begins with its start"),
    "length": Array("seed time", "tokens", "exact mean length of an answer"),
    "kept": Array("seed", "share", "answers that the filter kept"),
    "examples": Array("example", "", "worked examples of the first run: marks E and O, A answers"),
    "zero_j": Array("seed batch", "reward", "exact expected reward of runs that only practise"),
    "zero_length": Array("seed batch", "tokens", "their mean length"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Go through the stages with all runs together, then practise without them."""
    task, params = read(tally.Params, tally.NAME, h), read(Params, NAME, h)
    settings = read(grpo_runs.Params, grpo_runs.NAME, h)
    world = tally.Tally(task)  # each answer has a prompt of its own
    base = world.start.expand(settings.seeds, -1)
    shown = _draw(world, world.tallying(params.skill).expand(settings.seeds, -1), "examples", params.examples, settings)
    right = torch.ones_like(shown.correct)
    first = imitate(world, base, shown, right, params.rate, params.first_steps)
    second = _train(task, first[:, -1], replace(settings, iterations=params.first_batches), h)
    own = _draw(world, second[:, -1], "filter", params.drawn, settings)
    third = imitate(world, base, own, own.correct, params.rate, params.second_steps)
    again = replace(settings, iterations=params.second_batches, seed=settings.seed + settings.seeds)
    fourth = _train(task, third[:, -1], again, h)
    stages = [first, second, third, fourth]
    theta = torch.cat(stages, 1)
    batches = params.first_batches + params.second_batches
    zero = _train(task, base, replace(settings, iterations=batches), h)
    texts = [world.transcript(a, m) for a, m in zip(shown.actions[0], shown.mask[0], strict=True)]
    return pack(
        SCHEMA,
        {
            "stages": STAGES,
            "ends": np.cumsum([0, *(stage.shape[1] for stage in stages)]),
            "j": world.true_j(theta),
            "length": world.expected_length(theta),
            "kept": own.correct.double().mean(-1),
            "examples": texts,
            "zero_j": world.true_j(zero),
            "zero_length": world.expected_length(zero),
        },
    )


def imitate(world: tally.Tally, theta: Tensor, answers: Episodes, keep: Tensor, rate: float, steps: int) -> Tensor:
    """Supervised steps on -log pi, mean over the tokens of the answers kept [S, B]: positions [S, steps + 1, D]."""
    mask = answers.mask & keep.bool().unsqueeze(-1)
    path = [theta]
    for _ in range(steps):
        theta = theta.detach().requires_grad_(True)
        loss = token_mean(-world.policy.logp(theta, answers.states, answers.actions), mask)
        (slope,) = torch.autograd.grad(loss.sum(), theta)
        theta = (theta - rate * slope).detach()
        path.append(theta)
    return torch.stack(path, 1)


def _train(task: tally.Params, start: Tensor, settings: grpo_runs.Params, h: Mapping[str, Any]) -> Tensor:
    """GRPO from `start` [S, D], which is also its reference: positions [S, T + 1, D]."""
    world = tally.Tally(task, settings.group_size)
    world.start = start
    return grpo_runs.train_grpo(world, settings, h).theta


def _draw(world: tally.Tally, theta: Tensor, use: str, answers: int, settings: grpo_runs.Params) -> Episodes:
    """Answers of all runs' policies, each to a prompt of its own, [S, answers, T]."""
    draws = sampling.Draws(groups=1, group_size=2, iterations=answers, seeds=settings.seeds, seed=settings.seed)
    uniforms = sampling.uniforms(f"{NAME} {use}", draws, world.tokens)[:, :, 0]
    return world.play(theta, uniforms)


# --- what may be said


def _j(edge: int, before: int = 0) -> Callable[[Arrays], float]:
    """Mean J where a stage begins, or `before` = 1 update earlier, where the one before it ended."""
    return lambda a: float(a["j"][:, a["ends"][edge] - before].mean())


NUMBERS: dict[str, Number] = {
    "j_base": ("J of the base", _j(0)),
    "j_imitated": ("mean J after imitating the examples", _j(1, 1)),
    "j_practised": ("mean J after the first practice", _j(2, 1)),
    "kept": ("mean share of own answers that the filter kept", lambda a: float(a["kept"].mean())),
    "j_kept": ("mean J after imitating those", _j(3, 1)),
    "j_end": ("mean J after the second practice", _j(4, 1)),
    "j_zero": ("mean J of runs that only practised, as many batches", lambda a: float(a["zero_j"][:, -1].mean())),
    "length_end": ("mean length at the end (tokens)", lambda a: float(a["length"][:, -1].mean())),
    "examples": ("worked examples", lambda a: float(a["examples"].size)),
    "runs": ("runs", lambda a: float(len(a["j"]))),
    "runs_done": ("runs that end above 0.95", lambda a: float((a["j"][:, -1] > DONE).sum())),
    "runs_done_zero": ("the same, practice only", lambda a: float((a["zero_j"][:, -1] > DONE).sum())),
}

CLAIMS: dict[str, Claim] = {
    "examples_give_a_start": (
        "Imitating the examples lifts J by over a tenth in every run, but nowhere to 0.95.",
        lambda a: bool(
            (a["j"][:, a["ends"][1] - 1] > a["j"][:, 0] + 0.1).all() and (a["j"][:, a["ends"][1] - 1] < DONE).all()
        ),
    ),
    "practice_improves_on_them": (
        "The first practice ends above the imitation that it began with, in every run.",
        lambda a: bool((a["j"][:, a["ends"][2] - 1] > a["j"][:, a["ends"][1]]).all()),
    ),
    "own_best_teach_more_than_examples": (
        "Imitating its own right answers brings the base further on average than imitating the examples did.",
        lambda a: _j(3, 1)(a) > _j(1, 1)(a),
    ),
    "pipeline_arrives": (
        "Every run ends above 0.95.",
        lambda a: bool((a["j"][:, -1] > DONE).all()),
    ),
    "stages_beat_practice_alone": (
        "As many batches of practice alone end lower on average.",
        lambda a: float(a["zero_j"][:, -1].mean()) < _j(4, 1)(a),
    ),
}
