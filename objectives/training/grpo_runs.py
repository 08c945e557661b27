"""Training by GRPO on a world of tokens, all seeds together, and what was seen in every batch.

The settings are those of DeepSeek-R1-Zero as far as a toy can have them: 32 questions a batch, 16 answers each, one
update per batch and hardly a KL penalty. The learning rate is large because a policy here is a table of logits, and the
mean over 512 answers touches each of them little.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor

from objectives import sampling
from objectives.estimators.advantages import group_statistics, mixed_groups
from objectives.hyperparameters import Checked, hyper, read
from objectives.losses import grpo
from objectives.registry import Objective
from objectives.training import loop
from objectives.worlds import World

NAME = "practice"


@dataclass(frozen=True)
class Params(Checked):
    """Size of a batch, length and number of runs, and the step."""

    groups: int = hyper(
        32,
        low=1,
        high=1024,
        unit="groups",
        source="R1-Zero (2501.12948): 32 questions per step",
        doc="prompts per batch",
    )
    group_size: int = hyper(
        16, low=2, high=1024, unit="answers", source="R1-Zero (2501.12948): G = 16", doc="answers per prompt"
    )
    iterations: int = hyper(
        120, low=1, high=2000, unit="batches", source="chosen for the picture", doc="batches drawn in one run"
    )
    seeds: int = hyper(
        8, low=1, high=512, unit="runs", source="chosen for the picture", doc="runs, each with its own seed"
    )
    seed: int = hyper(0, low=0, high=2147483647, source="chosen for the picture", doc="seed of the first run")
    learning_rate: float = hyper(
        20.0, low=0.0, high=100.0, unit="logit", source="chosen for the picture", doc="step per unit of gradient"
    )
    beta: float = hyper(
        0.001, low=0.0, high=10.0, source="R1-Zero (2501.12948): 0.001", doc="weight of the KL to the start policy"
    )
    updates: int = hyper(
        1, low=1, high=1000, source="DeepSeekMath (2402.03300) section 4.2: a single update", doc="steps per batch"
    )

    @property
    def draws(self) -> sampling.Draws:
        """The same as settings of the sampling."""
        return sampling.Draws(self.groups, self.group_size, self.iterations, self.seeds, self.seed)


class Log(NamedTuple):
    """What a run of practice leaves behind; S seeds, T batches.

    | field   | shape        | meaning                                                        |
    |---------|--------------|----------------------------------------------------------------|
    | theta   | [S, T+1, D]  | parameters before each batch and at the end                    |
    | reward  | [S, T]       | mean reward of the batch                                       |
    | correct | [S, T]       | share of right answers in it                                   |
    | length  | [S, T]       | mean number of tokens of an answer                             |
    | entropy | [S, T]       | mean entropy at these tokens before the last update, nats      |
    | mixed   | [S, T]       | share of groups whose rewards differ                           |
    | all_right | [S, T]     | share of groups in which every answer is right                 |
    | drawn   | [S, T]       | answers drawn for the batch, with those not kept               |
    """

    theta: Tensor
    reward: Tensor
    correct: Tensor
    length: Tensor
    entropy: Tensor
    mixed: Tensor
    all_right: Tensor
    drawn: Tensor


def train_grpo(world: World, params: Params, h: Mapping[str, Any]) -> Log:
    """Train by GRPO, whose other settings are read from `h`."""
    settings = read(grpo.Params, grpo.NAME, h, beta=params.beta, updates=params.updates)
    return follow(grpo.OBJECTIVE, settings, world, params)


def follow(
    rule: Objective, settings: Any, world: World, params: Params, rests: Callable[[Tensor], Tensor] | None = None
) -> Log:
    """Train by any rule without a critic, and log every batch; runs that rest stay where they are (`loop.train`)."""
    uniforms, group = sampling.uniforms(world.name, params.draws, world.tokens), sampling.group_labels(params.draws)
    learning = loop.Params(learning_rate=params.learning_rate)
    start = world.start.expand(params.seeds, -1)
    theta, seen = [start], []
    for record in loop.train(rule, settings, world, learning, uniforms, group, rests=rests):
        episodes = record.episodes
        theta.append(record.after)
        length = episodes.mask.sum(-1).double().mean(-1)
        mixed = mixed_groups(episodes.rewards, group).double().mean(-1)
        correct = episodes.correct.double().mean(-1)
        right = (group_statistics(episodes.correct.double(), group)[0] == 1).double().mean(-1)
        seen.append((episodes.rewards.mean(-1), correct, length, record.terms.entropy, mixed, right, record.drawn))
    return Log(torch.stack(theta, 1), *(torch.stack(values, -1) for values in zip(*seen, strict=True)))
