"""From a few examples to practice, to the best of one's own answers, and to practice again: R1's stages on Tally.

Imitate a few worked examples; practise; draw answers and keep only the right and readable ones; start over from the
base and imitate those; practise again (DeepSeek-R1, 2501.12948v1, section 2.3: cold start, RL, rejection sampling and
SFT of the base model, RL). The world is the Tally of two tongues: the examples are written in the first dialect, the
filter drops answers with marks of the second, and practice is paid for correctness and for the first dialect. Beside it
runs that practise as many batches with nothing before, paid for correctness only, as R1-Zero is. In each stage the KL
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
from objectives.worlds import Episodes, dialects, tally

NAME = "staged_pipeline"
KEYS = ("tally.*", "dialects.*", "grpo.*", "practice.*", "staged_pipeline.*")
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
    "accuracy": Array("seed time", "probability", "exact chance of being right; each stage begins with its start"),
    "readable": Array("seed time", "share", "marks in the first dialect among all marks, exact"),
    "length": Array("seed time", "tokens", "exact mean length of an answer"),
    "right": Array("seed", "share", "answers drawn for the filter that are right"),
    "kept": Array("seed", "share", "those that are right and in the first dialect throughout, which it kept"),
    "examples": Array("example", "", "worked examples of the first run: marks E and O, A answers"),
    "zero_accuracy": Array("seed batch", "probability", "exact chance of being right, of runs that only practise"),
    "zero_readable": Array("seed batch", "share", "their marks in the first dialect among all marks, exact"),
    "zero_length": Array("seed batch", "tokens", "their mean length"),
    "zero_answers": Array("answer", "", "answers of the practice-only run that reads worst, at its end"),
}
SHOWN = 8
"""Answers of the run that reads worst that are kept to be looked at."""


class School:
    """What all stages share: the world, how it is practised on, and how answers are drawn."""

    def __init__(self, h: Mapping[str, Any]) -> None:
        self.h, self.task = h, read(tally.Params, tally.NAME, h)
        self.tongues = read(dialects.Params, dialects.NAME, h)
        self.settings = read(grpo_runs.Params, grpo_runs.NAME, h)
        self.world = dialects.Dialects(self.task, self.tongues)  # each answer has a prompt of its own

    @property
    def base(self) -> Tensor:
        """Where all runs start, [S, D]."""
        return self.world.start.expand(self.settings.seeds, -1)

    def practise(self, start: Tensor, batches: int, consistency: float, later: int = 0) -> Tensor:
        """GRPO from `start` [S, D], which is also its reference: positions [S, T + 1, D]; `later` moves the seeds."""
        settings = replace(self.settings, iterations=batches, seed=self.settings.seed + later)
        world = dialects.Dialects(self.task, self.tongues, settings.group_size, consistency)
        world.start = start
        return grpo_runs.train_grpo(world, settings, self.h).theta

    def draw(self, theta: Tensor, use: str, answers: int) -> Episodes:
        """Answers of all runs' policies, each to a prompt of its own, [S, answers, T]."""
        settings = self.settings
        draws = sampling.Draws(groups=1, group_size=2, iterations=answers, seeds=settings.seeds, seed=settings.seed)
        uniforms = sampling.uniforms(f"{NAME} {use}", draws, self.world.tokens)[:, :, 0]
        return self.world.play(theta, uniforms)


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Go through the stages with all runs together, then practise without them."""
    school, params = School(h), read(Params, NAME, h)
    world, base, paid = school.world, school.base, school.tongues.consistency
    shown = school.draw(world.tallying(params.skill).expand_as(base), "examples", params.examples)
    first = imitate(world, base, shown, torch.ones_like(shown.correct), params.rate, params.first_steps)
    second = school.practise(first[:, -1], params.first_batches, paid)
    own = school.draw(second[:, -1], "filter", params.drawn)
    kept = own.correct.bool() & (world.pure(own) == 1)
    third = imitate(world, base, own, kept, params.rate, params.second_steps)
    fourth = school.practise(third[:, -1], params.second_batches, paid, later=school.settings.seeds)
    stages = [first, second, third, fourth]
    theta = torch.cat(stages, 1)
    zero = school.practise(base, params.first_batches + params.second_batches, 0.0)
    readable = 1 - world.foreign_share(zero)
    worst = int(readable[:, -1].argmin())
    said = school.draw(zero[:, -1], "worst", SHOWN)
    return pack(
        SCHEMA,
        {
            "stages": STAGES,
            "ends": np.cumsum([0, *(stage.shape[1] for stage in stages)]),
            "accuracy": world.true_accuracy(theta),
            "readable": 1 - world.foreign_share(theta),
            "length": world.expected_length(theta),
            "right": own.correct.double().mean(-1),
            "kept": kept.double().mean(-1),
            "examples": _written(shown, 0),
            "zero_accuracy": world.true_accuracy(zero),
            "zero_readable": readable,
            "zero_length": world.expected_length(zero),
            "zero_answers": _written(said, worst),
        },
    )


def _written(answers: Episodes, run: int) -> list[str]:
    """The answers of one run as letters."""
    return [
        "".join(dialects.ACTIONS[a] for a, inside in zip(actions.tolist(), mask.tolist(), strict=True) if inside)
        for actions, mask in zip(answers.actions[run], answers.mask[run], strict=True)
    ]


def imitate(
    world: tally.Tally | dialects.Dialects, theta: Tensor, answers: Episodes, keep: Tensor, rate: float, steps: int
) -> Tensor:
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


# --- what may be said


def _mean(name: str, edge: int, before: int = 1) -> Callable[[Arrays], float]:
    """Mean of an array where a stage begins, or `before` = 1 update earlier, where the one before it ended."""
    return lambda a: float(a[name][:, a["ends"][edge] - before].mean())


def _after(a: Arrays, stage: int, name: str = "accuracy") -> Values:
    """An array where the stages so far have ended, every run."""
    values: Values = a[name][:, a["ends"][stage] - 1]
    return values


def _zero(name: str, of: Callable[[Values], Any]) -> Callable[[Arrays], float]:
    return lambda a: float(of(a[f"zero_{name}"][:, -1]))


NUMBERS: dict[str, Number] = {
    "accuracy_base": ("chance of being right, base", _mean("accuracy", 0, 0)),
    "accuracy_imitated": ("mean accuracy after imitating the examples", _mean("accuracy", 1)),
    "accuracy_practised": ("mean accuracy after the first practice", _mean("accuracy", 2)),
    "accuracy_kept": ("mean accuracy after imitating the answers kept", _mean("accuracy", 3)),
    "accuracy_end": ("mean accuracy after the second practice", _mean("accuracy", 4)),
    "readable_base": ("share of marks in the first dialect, base", _mean("readable", 0, 0)),
    "readable_imitated": ("mean share in the first dialect after imitating the examples", _mean("readable", 1)),
    "readable_practised": ("the same after the first practice", _mean("readable", 2)),
    "readable_kept": ("the same after imitating the answers kept", _mean("readable", 3)),
    "readable_end": ("the same after the second practice", _mean("readable", 4)),
    "right": ("mean share of own answers that are right", lambda a: float(a["right"].mean())),
    "kept": ("mean share of own answers that the filter kept", lambda a: float(a["kept"].mean())),
    "accuracy_zero": ("mean accuracy of runs that only practised, as many batches", _zero("accuracy", np.mean)),
    "readable_zero_least": ("smallest share in the first dialect of these runs", _zero("readable", np.min)),
    "readable_zero_most": ("the largest such share", _zero("readable", np.max)),
    "length_end": ("mean length at the end (tokens)", lambda a: float(a["length"][:, -1].mean())),
    "examples": ("worked examples", lambda a: float(a["examples"].size)),
    "runs": ("runs", lambda a: float(len(a["accuracy"]))),
    "batches": ("batches of practice, in all", lambda a: float(a["zero_accuracy"].shape[1] - 1)),
    "runs_done": ("runs that end above 0.95", lambda a: float((_after(a, 4) > DONE).sum())),
    "runs_done_zero": ("the same, practice only", _zero("accuracy", lambda j: (j > DONE).sum())),
}

CLAIMS: dict[str, Claim] = {
    "practice_alone_improves": (
        "Every run that only practises ends more often right than it began.",
        lambda a: bool((a["zero_accuracy"][:, -1] > a["zero_accuracy"][:, 0]).all()),
    ),
    "practice_alone_reads_anyhow": (
        "Of the runs that only practise, one ends with less than half of its marks in the first dialect, and another "
        "with over 0.3 more than it.",
        lambda a: bool(a["zero_readable"][:, -1].min() < 0.5 and np.ptp(a["zero_readable"][:, -1]) > 0.3),
    ),
    "examples_give_a_start": (
        "Imitating the examples lifts the accuracy by over a tenth in every run, but nowhere to 0.95.",
        lambda a: bool((_after(a, 1) > a["accuracy"][:, 0] + 0.1).all() and (_after(a, 1) < DONE).all()),
    ),
    "examples_teach_the_dialect": (
        "Imitating the examples lifts the share of the first dialect by over a tenth in every run, to above 0.9.",
        lambda a: bool(
            (_after(a, 1, "readable") > a["readable"][:, 0] + 0.1).all() and (_after(a, 1, "readable") > 0.9).all()
        ),
    ),
    "practice_improves_on_them": (
        "The first practice ends above the imitation that it began with, in accuracy, in every run.",
        lambda a: bool((_after(a, 2) > _after(a, 1)).all()),
    ),
    "own_best_teach_more_than_examples": (
        "Imitating its own kept answers brings the base further on average than imitating the examples did.",
        lambda a: bool(_after(a, 3).mean() > _after(a, 1).mean()),
    ),
    "copy_is_a_little_behind": (
        "After imitating them the mean accuracy is below that of the policy that wrote them, by less than a tenth.",
        lambda a: bool(0 < _after(a, 2).mean() - _after(a, 3).mean() < 0.1),
    ),
    "pipeline_arrives": (
        "The stages end above 0.95 in mean accuracy, higher than after any stage before, and in every run above 0.95 "
        "in the share of the first dialect.",
        lambda a: bool(
            _after(a, 4).mean() > max(DONE, *(_after(a, k).mean() for k in (1, 2, 3)))
            and (_after(a, 4, "readable") > DONE).all()
        ),
    ),
    "stages_beat_practice_alone": (
        "Every run ends more often right than its twin that only practised as many batches, which ends below 0.95.",
        lambda a: bool((_after(a, 4) > a["zero_accuracy"][:, -1]).all() and (a["zero_accuracy"][:, -1] < DONE).all()),
    ),
}
