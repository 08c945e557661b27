"""Do without a critic: GRPO's table of one group, what dividing by the spread does, and which models are kept.

The table follows one group of answers while the policy moves along a line, in the direction of the objective's own
slope. Three policies take part: the reference (before any training), the old one (it wrote the answers) and the new
one. The ratio is to the old, the KL to the reference. In this world an answer is one token; in a text GRPO's ratio,
clip and KL are per token, and all tokens of an answer share one advantage.

With rewards of 0 and 1 everything is exact by enumeration of k right answers of G. The expected on-policy gradient is
a weight times grad p; for large groups it is that of 2 arcsin sqrt p (Davis and Recht 2025, 2510.13651). The weight
is not yet the push: grad p itself shrinks towards both ends. In the logit of p it is p (1 - p), so the logit is pushed
by weight x p (1 - p), most of all where p is a half, and dividing by the spread flattens that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from objectives.experiments import Array, Values
from objectives.experiments.grpo_group.claims import CLAIMS, NUMBERS
from objectives.experiments.grpo_group.table import table
from objectives.experiments.grpo_group.training_run import one_update_a_batch
from objectives.experiments.grpo_group.weights import outcomes, question_weights
from objectives.hyperparameters import Checked, hyper, read
from objectives.losses import grpo
from objectives.training import loop
from objectives.worlds import three_answers

NAME = "grpo_group"
KEYS = ("three_answers.*", "training.*", "grpo.*", "grpo_group.*")
CASES = ("PPO", "GRPO", "rules", "no leash")
MODELS = ("policy", "critic", "reward model", "reference")
KEPT = ((1, 1, 1, 1), (1, 0, 1, 1), (1, 0, 0, 1), (1, 0, 0, 0))
TRAINED = (1, 1, 0, 0)
__all__ = ["CLAIMS", "KEYS", "NAME", "NUMBERS", "SCHEMA", "run"]


@dataclass(frozen=True)
class Params(Checked):
    """The group shown, the line along which the policy moves, and two questions of different difficulty."""

    group_size: int = hyper(
        8, low=2, high=10, unit="answers", source="chosen for the picture (DeepSeekMath 64, R1 16)", doc="answers shown"
    )
    old: list[float] = hyper(  # noqa: RUF009  (a field with a default factory)
        (0.15, 0.55, 0.30),
        low=0.0,
        high=1.0,
        low_open=True,
        high_open=True,
        unit="probability",
        source="chosen for the picture: some way from the reference",
        doc="chance of A, B, C under the policy that writes the group",
    )
    reach: float = hyper(
        1.6,
        low=0.0,
        high=20.0,
        low_open=True,
        unit="logit",
        source="chosen for the picture: past the fence",
        doc="how far the policy moves along the slope",
    )
    stops: int = hyper(97, low=2, high=2001, unit="points", source="chosen for the picture", doc="places on the way")
    seed: int = hyper(0, low=0, high=2147483647, source="chosen for the picture", doc="seed")
    hard: float = hyper(
        0.2,
        low=0.01,
        high=0.99,
        unit="probability",
        source="chosen for the picture",
        doc="chance of a right answer to the question whose weight is told",
    )
    rare: float = hyper(
        0.05,
        low=0.01,
        high=0.99,
        unit="probability",
        source="chosen for the picture",
        doc="the same for a question that most groups get all wrong",
    )
    groups: int = hyper(
        8, low=1, high=1024, unit="groups", source="chosen for the picture", doc="groups per batch of the training run"
    )
    batches: int = hyper(
        80, low=2, high=2000, unit="batches", source="chosen for the picture", doc="batches of the training run"
    )
    trained_bytes: float = hyper(
        16.0,
        low=0.0,
        high=100.0,
        unit="bytes",
        source="ZeRO (1910.02054) section 3.1: Adam in mixed precision",
        doc="memory per parameter of a model that learns",
    )
    frozen_bytes: float = hyper(
        2.0,
        low=0.0,
        high=100.0,
        unit="bytes",
        source="16-bit weights: two bytes each",
        doc="memory per parameter of a model that is only asked",
    )

    def check(self) -> None:
        """The old policy is three probabilities that sum to 1."""
        if len(self.old) != len(three_answers.LABELS):
            raise ValueError(f"old must hold {len(three_answers.LABELS)} probabilities, not {len(self.old)}")
        if abs(sum(self.old) - 1) > 1e-9:
            raise ValueError(f"old must sum to 1, but it sums to {sum(self.old):.10g}")


SCHEMA = {
    "answers": Array("answer", "", "labels of the answers"),
    "texts": Array("answer", "", "what each answer says"),
    "rewards": Array("answer", "reward", "reward of each answer"),
    "ref_probs": Array("answer", "probability", "the reference: before any training"),
    "old_probs": Array("answer", "probability", "the old policy, which wrote the group"),
    "old_value": Array("", "reward", "its expected reward: what a perfect critic would forecast"),
    "group_answer": Array("sample", "", "index of each answer of the group"),
    "group_reward": Array("sample", "reward", "its reward"),
    "group_mean": Array("", "reward", "mean of the group"),
    "group_std": Array("", "reward", "its standard deviation, with GRPO's ddof"),
    "centred": Array("sample", "reward", "reward minus the group's mean"),
    "advantage": Array("sample", "", "GRPO's advantage"),
    "clip": Array("2", "", "the bounds of the ratio"),
    "beta": Array("", "", "weight of the KL"),
    "step": Array("stop", "logit", "how far the new policy has moved along the objective's slope"),
    "new_probs": Array("stop answer", "probability", "the new policy there"),
    "ratio": Array("stop sample", "", "new / old, of each answer of the group"),
    "clipped_ratio": Array("stop sample", "", "that ratio, held between the bounds"),
    "plain_term": Array("stop sample", "", "ratio x advantage"),
    "clipped_term": Array("stop sample", "", "clipped ratio x advantage"),
    "least": Array("stop sample", "", "the smaller of the two"),
    "gate": Array("stop sample", "", "1 where its gradient is 0"),
    "silent_from": Array("answer", "logit", "from where on an answer stays silent; twice the whole way if never"),
    "kl": Array("stop sample", "nat", "k3 to the reference: ref/new - log(ref/new) - 1"),
    "surrogate": Array("stop", "", "mean of the smaller terms"),
    "mean_kl": Array("stop", "nat", "mean of the KL terms"),
    "leash": Array("stop", "", "beta times that"),
    "objective": Array("stop", "", "surrogate minus leash: minus GRPO's loss"),
    "kinds": Array("kind", "", "std: advantages over the group's spread; none: not divided"),
    "right": Array("outcome", "answers", "k right answers of a group, 0 to its size"),
    "up": Array("kind outcome", "", "advantage of a right answer then; 0 if there is none"),
    "down": Array("kind outcome", "", "advantage of a wrong answer then; 0 if there is none"),
    "chance": Array("chance", "probability", "chance p of a right answer"),
    "sizes": Array("size", "answers", "group sizes G"),
    "weight": Array("size chance", "", "weight of grad p in GRPO's expected gradient, divided by the spread"),
    "limit": Array("chance", "", "the same for endless groups: 1 / sqrt(p (1 - p))"),
    "plain_weight": Array("size chance", "", "weight of grad p in the expected gradient, not divided"),
    "push": Array("size chance", "1/logit", "weight x p (1 - p): the expected gradient in the logit of p"),
    "limit_push": Array("chance", "1/logit", "the same for endless groups: sqrt(p (1 - p))"),
    "plain_push": Array("size chance", "1/logit", "the same, not divided"),
    "climb": Array("size chance", "", "the height whose slope is that weight, 0 at p = 0.5"),
    "limit_climb": Array("chance", "", "the same for endless groups: 2 arcsin sqrt p - pi / 2"),
    "mixed": Array("size chance", "probability", "chance that a group is neither all right nor all wrong"),
    "hard": Array("", "probability", "the question whose weights follow"),
    "hard_weight": Array("size", "", "weight there"),
    "hard_limit": Array("", "", "for endless groups"),
    "hard_push": Array("kind size", "1/logit", "push on its logit, divided and not"),
    "half_push": Array("kind size", "1/logit", "the same where a right answer is as likely as a wrong one"),
    "group_weight": Array("", "", "for groups of the size shown"),
    "rare": Array("", "probability", "a question that most groups get all wrong"),
    "rare_mixed": Array("size", "probability", "chance that a group is mixed there"),
    "run_loss": Array("batch", "", "loss of each batch in a training run of one update per batch"),
    "run_policy": Array("batch", "", "its first part: minus the surrogate"),
    "run_leash": Array("batch", "", "its second part: beta times the mean KL to the reference"),
    "run_j": Array("batch", "reward", "exact expected reward before that update"),
    "cases": Array("case", "", "PPO, GRPO, GRPO with rules for rewards, and that without a leash"),
    "models": Array("model", "", "the models that may be kept"),
    "kept": Array("case model", "", "1 if the case keeps that model"),
    "bytes": Array("case model", "bytes", "memory per parameter, if all models are equally large"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """The table of one group along a line, advantages and weights by enumeration, a run, and the models kept."""
    params, rule = read(Params, NAME, h), read(grpo.Params, grpo.NAME, h)
    world = three_answers.ThreeAnswers(read(three_answers.Params, three_answers.NAME, h))
    old = torch.tensor(params.old, dtype=torch.float64)
    arrays = {
        **table(world, rule, old, params.group_size, params.seed, params.reach, params.stops),
        **outcomes(params.group_size, rule),
        **question_weights(rule, params.group_size, params.hard, params.rare),
        **one_update_a_batch(
            world, rule, read(loop.Params, loop.NAME, h), params.group_size, params.groups, params.batches, params.seed
        ),
        **_models(params),
    }
    plain = {name: value.numpy() if isinstance(value, Tensor) else value for name, value in arrays.items()}
    return {name: np.array(plain[name], order="C") for name in SCHEMA}


def _models(params: Params) -> dict[str, Values | Tensor]:
    kept, trained = np.array(KEPT), np.array(TRAINED)
    each = np.where(trained == 1, params.trained_bytes, params.frozen_bytes)
    return {"cases": np.array(CASES), "models": np.array(MODELS), "kept": kept, "bytes": kept * each}
