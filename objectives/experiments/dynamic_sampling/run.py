"""When every answer is right, or every one wrong, the class teaches nothing: what DAPO does about it.

Three things. How often a group of G answers is mixed when each is right with chance p: 1 - p^G - (1 - p)^G. How far one
batch may lift a rare and a common word under the clip: from .01 to .012, and from .9 not to 1.08, for there is no such
odds (the example of DAPO, 2503.14476, section 3.1). And DAPO as its paper has it on Tally, three times from the same
dice: without its filter; with it, what it leaves out not replaced; and with groups drawn again until the batch is full.
A right answer is paid 1, any other -1, and near the longest answer there is a ramp as wide for its length as in the
paper. A filter that leaves out averages over fewer groups; one that draws again asks for more answers the better the
policy: both are counted. A run that draws again rests once it is nearly always right: then hardly a group is mixed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from objectives import progress
from objectives.experiments import Array, Values
from objectives.experiments.dynamic_sampling.claims import CLAIMS, NUMBERS
from objectives.experiments.packing import pack
from objectives.hyperparameters import Checked, hyper, read
from objectives.losses import dapo
from objectives.training import grpo_runs
from objectives.worlds import tally

NAME = "dynamic_sampling"
KEYS = ("tally.*", "dapo.*", "practice.*", "dynamic_sampling.*")
KINDS = ("off", "left out", "drawn again")
POINTS = 201  # odds at which the curve is drawn
__all__ = ["CLAIMS", "KEYS", "NAME", "NUMBERS", "SCHEMA", "Params", "run"]


@dataclass(frozen=True)
class Params(Checked):
    """The curve, the words, and the step of the two runs."""

    sizes: list[float] = hyper(  # noqa: RUF009  (a field with a default factory)
        (2, 8, 16, 64),
        low=1.0,
        high=1024.0,
        unit="answers",
        source="R1 and DAPO: 16; DeepSeekMath: 64; the others chosen for the picture",
        doc="sizes of a group, ascending",
    )
    hard: float = hyper(
        0.05,
        low=0.0,
        high=1.0,
        unit="probability",
        source="chosen for the picture",
        doc="chance of being right at a hard prompt",
    )
    rare: float = hyper(
        0.01, low=0.0, high=1.0, unit="probability", source="DAPO (2503.14476) section 3.1", doc="odds of a rare word"
    )
    common: float = hyper(
        0.9, low=0.0, high=1.0, unit="probability", source="DAPO (2503.14476) section 3.1", doc="odds of a common word"
    )
    even_clip: float = hyper(
        0.2,
        low=0.0,
        high=100.0,
        source="DAPO (2503.14476) section 3.1: 0.2",
        doc="upper side of the fence before it is raised",
    )
    learning_rate: float = hyper(
        10.0,
        low=0.0,
        high=100.0,
        unit="logit",
        source="chosen for the picture",
        doc="step per unit of gradient, all runs",
    )
    right: float = hyper(
        1.0, low=-100.0, high=100.0, unit="reward", source="DAPO (2503.14476) eq. 7", doc="paid for a right answer"
    )
    wrong: float = hyper(
        -1.0,
        low=-100.0,
        high=100.0,
        unit="reward",
        source="DAPO (2503.14476) eq. 7",
        doc="paid for any other, also for one that is cut off",
    )
    done: float = hyper(
        0.95,
        low=0.0,
        high=1.0,
        unit="probability",
        source="chosen for the picture",
        doc="chance of a right answer above which a run counts as taught, and one that draws again rests",
    )

    def check(self) -> None:
        """The sizes ascend, and right is paid better than wrong."""
        if self.right <= self.wrong:
            raise ValueError(f"right must be above wrong, not {self.right:g} against {self.wrong:g}")
        if not self.sizes or sorted(set(self.sizes)) != self.sizes:
            raise ValueError(f"sizes must ascend, not {self.sizes}")


SCHEMA = {
    "sizes": Array("size", "answers", "answers in a group"),
    "chance": Array("point", "probability", "chance that one answer is right"),
    "mixed_chance": Array("size point", "probability", "chance that the group is mixed"),
    "mixed_hard": Array("size", "probability", "the same at the hard prompt"),
    "hard": Array("", "probability", "chance of being right at the hard prompt"),
    "all_wrong_hard": Array("size", "probability", "chance that there all answers of the group are wrong"),
    "all_right_hard": Array("size", "probability", "chance that there all are right"),
    "words": Array("word", "probability", "odds of a rare and of a common word"),
    "ceilings": Array("ceiling", "", "upper side of the fence: before, and DAPO's"),
    "bound": Array("ceiling word", "", "odds times (1 + ceiling): up to there a good word is paid for rising"),
    "filter": Array("", "", "which groups count where there is a filter: correct (the paper's), reward, or off"),
    "kinds": Array("filter", "", "off; left out: groups that agree do not count; drawn again: nor do they stay"),
    "accuracy": Array(
        "filter seed time", "probability", "exact chance of a right answer, before each batch and at the end"
    ),
    "length": Array("filter seed batch", "tokens", "mean number of tokens of an answer in the batch"),
    "all_right": Array("filter seed batch", "share", "groups in which every answer is right"),
    "all_wrong": Array("filter seed batch", "share", "groups in which none is"),
    "mixed": Array("filter seed batch", "share", "groups that teach"),
    "mixed_expected": Array(
        "filter seed batch",
        "share",
        "mixed groups to expect of one draw: mean of 1 - p^G - (1 - p)^G over prompts, exact",
    ),
    "drawn": Array("filter seed batch", "answers", "drawn for the batch; 0 of a run that rests"),
    "batch_size": Array("", "answers", "that a batch holds"),
    "groups": Array("", "groups", "that a batch holds"),
    "shown": Array("", "batch", "the batch of the first run, filter off, that is looked at closely"),
    "longest": Array("", "tokens", "length from which an answer loses a whole point"),
    "done": Array("", "probability", "chance of a right answer above which a run counts as taught"),
    "taught_batches": Array("filter seed", "batches", "until a run is taught; one more than there are if never"),
    "taught_answers": Array("filter seed", "answers", "drawn until then"),
    "step": Array("filter seed batch", "logit", "length of the step of each batch"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Draw the curve, and train with the filter off and on."""
    params, settings = read(Params, NAME, h), read(grpo_runs.Params, grpo_runs.NAME, h)
    game = read(tally.Params, tally.NAME, h)
    world = tally.Tally(game, settings.group_size, right=params.right, wrong=params.wrong)
    settings = replace(settings, learning_rate=params.learning_rate)
    ramp = {
        "overlong_max": float(game.cap),
        "overlong_cache": game.cap * h["dapo.overlong_cache"] / h["dapo.overlong_max"],
    }

    def train(kind: str) -> grpo_runs.Log:
        own = {"filter": "off" if kind == "off" else h["dapo.filter"], "refill": kind == "drawn again"}
        rule = read(dapo.Params, dapo.NAME, h, updates=1, **ramp, **own)
        rests = (lambda theta: world.accuracy(theta) > params.done) if rule.refill else None
        return grpo_runs.follow(dapo.OBJECTIVE, rule, world, settings, rests)

    logs = [train(kind) for kind in progress.whole(KINDS)]
    theta = torch.stack([log.theta for log in logs])
    mixed = torch.stack([log.mixed for log in logs])
    right = torch.stack([log.all_right for log in logs])
    chance = np.linspace(0, 1, POINTS)
    sizes, words = np.array(params.sizes), np.array([params.rare, params.common])
    ceilings = np.array([params.even_clip, h["dapo.clip_high"]])
    accuracy, drawn = world.accuracy(theta), torch.stack([log.drawn for log in logs])
    above = accuracy > params.done
    taught = torch.where(above.any(-1), above.int().argmax(-1), above.shape[-1])
    before = torch.arange(drawn.shape[-1]) < taught.unsqueeze(-1)
    return pack(
        SCHEMA,
        {
            "sizes": sizes,
            "chance": chance,
            "mixed_chance": mixed_chance(chance, sizes[:, None]),
            "mixed_hard": mixed_chance(np.array(params.hard), sizes),
            "hard": np.array(params.hard),
            "all_wrong_hard": (1 - params.hard) ** sizes,
            "all_right_hard": params.hard**sizes,
            "words": words,
            "ceilings": ceilings,
            "bound": (1 + ceilings[:, None]) * words,
            "filter": np.array(h["dapo.filter"]),
            "kinds": np.array(KINDS),
            "accuracy": accuracy,
            "length": torch.stack([log.length for log in logs]),
            "all_right": right,
            "all_wrong": 1 - mixed - right,
            "mixed": mixed,
            "mixed_expected": mixed_share(world, theta[..., :-1, :]),
            "drawn": drawn,
            "batch_size": np.array(settings.groups * settings.group_size),
            "groups": np.array(settings.groups),
            "shown": np.array(2 * settings.iterations // 3),
            "longest": np.array(ramp["overlong_max"]),
            "done": np.array(params.done),
            "taught_batches": taught,
            "taught_answers": (drawn * before).sum(-1),
            "step": torch.linalg.vector_norm(theta.diff(dim=-2), dim=-1),
        },
    )


def mixed_chance(chance: Values, size: Values) -> Values:
    """1 - p^G - (1 - p)^G: neither all of a group are right nor all wrong."""
    mixed: Values = 1 - chance**size - (1 - chance) ** size
    return mixed


def mixed_share(world: tally.Tally, theta: Tensor) -> Tensor:
    """Share of mixed groups to expect of the policies theta [..., D], [...]: each prompt by its own exact chance."""
    worth = world.node_values(theta)[..., 0, 0]
    chance = ((worth - world.wrong) / (world.right - world.wrong)).clamp(0, 1)
    return (1 - chance**world.group_size - (1 - chance) ** world.group_size) @ world.prompt_probs
