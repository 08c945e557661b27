"""When every answer is right, or every one wrong, the class teaches nothing: what DAPO does about it.

Three things. How often a group of G answers is mixed when each is right with chance p: 1 - p^G - (1 - p)^G. How far one
batch may lift a rare and a common word under the fence: from .01 to .012, and from .9 not to 1.08, for there is no such
odds (the example of DAPO, 2503.14476, section 3.1). And Tally with the filter on and off, the same dice and the same
number of answers. The paper draws new prompts until the batch is full; here a dropped group is not replaced, so what
the filter does is to average over the groups that can teach, a larger step the fewer there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from objectives.experiments import Array, Arrays, Claim, Number, Values
from objectives.experiments.packing import pack
from objectives.hyperparameters import Checked, hyper, read
from objectives.losses import dapo
from objectives.training import grpo_runs
from objectives.worlds import tally

NAME = "dynamic_sampling"
KEYS = ("tally.*", "dapo.*", "practice.*", "dynamic_sampling.*")
OFF, ON = range(2)
POINTS = 201  # odds at which the curve is drawn
DONE = 0.95


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
        high=1000.0,
        unit="logit",
        source="chosen for the picture",
        doc="step per unit of gradient, both runs",
    )

    def check(self) -> None:
        """The sizes ascend."""
        if not self.sizes or sorted(set(self.sizes)) != self.sizes:
            raise ValueError(f"sizes must ascend, not {self.sizes}")


SCHEMA = {
    "sizes": Array("size", "answers", "answers in a group"),
    "chance": Array("point", "probability", "chance that one answer is right"),
    "mixed_chance": Array("size point", "probability", "chance that the group is mixed"),
    "mixed_hard": Array("size", "probability", "the same at the hard prompt"),
    "words": Array("word", "probability", "odds of a rare and of a common word"),
    "ceilings": Array("ceiling", "", "upper side of the fence: before, and DAPO's"),
    "bound": Array("ceiling word", "", "odds times (1 + ceiling): up to there a good word is paid for rising"),
    "j": Array(
        "filter seed time", "reward", "exact expected reward, filter off and on, before each batch and at the end"
    ),
    "all_right": Array("filter seed batch", "share", "groups in which every answer is right"),
    "all_wrong": Array("filter seed batch", "share", "groups in which none is"),
    "mixed": Array("filter seed batch", "share", "groups that teach"),
    "step": Array("filter seed batch", "logit", "length of the step of each batch"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Draw the curve, and practise with the filter off and on."""
    params, settings = read(Params, NAME, h), read(grpo_runs.Params, grpo_runs.NAME, h)
    world = tally.Tally(read(tally.Params, tally.NAME, h), settings.group_size)
    settings = replace(settings, learning_rate=params.learning_rate)
    logs = [
        grpo_runs.follow(
            dapo.OBJECTIVE, read(dapo.Params, dapo.NAME, h, dynamic_sampling=on, updates=1), world, settings
        )
        for on in (False, True)
    ]
    theta = torch.stack([log.theta for log in logs])
    mixed = torch.stack([log.mixed for log in logs])
    right = torch.stack([log.all_right for log in logs])
    chance = np.linspace(0, 1, POINTS)
    sizes, words = np.array(params.sizes), np.array([params.rare, params.common])
    ceilings = np.array([params.even_clip, h["dapo.clip_high"]])
    return pack(
        SCHEMA,
        {
            "sizes": sizes,
            "chance": chance,
            "mixed_chance": mixed_chance(chance, sizes[:, None]),
            "mixed_hard": mixed_chance(np.array(params.hard), sizes),
            "words": words,
            "ceilings": ceilings,
            "bound": (1 + ceilings[:, None]) * words,
            "j": world.true_j(theta),
            "all_right": right,
            "all_wrong": 1 - mixed - right,
            "mixed": mixed,
            "step": torch.linalg.vector_norm(theta.diff(dim=-2), dim=-1),
        },
    )


def mixed_chance(chance: Values, size: Values) -> Values:
    """1 - p^G - (1 - p)^G: neither all of a group are right nor all wrong."""
    mixed: Values = 1 - chance**size - (1 - chance) ** size
    return mixed


# --- what may be said


def _batches(a: Arrays, kind: int) -> Values:
    """Batches until a run's J is above DONE; one more than there are if it never is."""
    above = a["j"][kind] > DONE
    batches: Values = np.where(above.any(1), above.argmax(1), above.shape[1])
    return batches


def _hard(size: int) -> Callable[[Arrays], float]:
    return lambda a: float(a["mixed_hard"][size])


NUMBERS: dict[str, Number] = {
    "size_small": ("the smallest group", lambda a: float(a["sizes"][0])),
    "size_large": ("the largest group", lambda a: float(a["sizes"][-1])),
    "mixed_hard_small": ("chance that it is mixed at the hard prompt", _hard(0)),
    "mixed_hard_second": ("the same of the second size", _hard(1)),
    "mixed_hard_third": ("the same of the last size but one", _hard(-2)),
    "mixed_hard_large": ("the same of the largest group", _hard(-1)),
    "bound_rare": ("up to where the rare word is paid for rising, even fence", lambda a: float(a["bound"][0, 0])),
    "bound_common": ("the same of the common word", lambda a: float(a["bound"][0, 1])),
    "bound_rare_high": ("the rare word, DAPO's ceiling", lambda a: float(a["bound"][1, 0])),
    "mixed_start": ("share of mixed groups in the first batch", lambda a: float(a["mixed"][ON, :, 0].mean())),
    "mixed_end_off": ("share in the last batch, filter off", lambda a: float(a["mixed"][OFF, :, -1].mean())),
    "batches_off": ("mean batches to J of 0.95, filter off", lambda a: float(_batches(a, OFF).mean())),
    "batches_on": ("mean batches to J of 0.95, filter on", lambda a: float(_batches(a, ON).mean())),
    "learned_off": ("runs that get there, filter off", lambda a: float((_batches(a, OFF) < a["j"].shape[-1]).sum())),
    "learned_on": ("runs that get there, filter on", lambda a: float((_batches(a, ON) < a["j"].shape[-1]).sum())),
    "j_end_off": ("mean J at the end, filter off", lambda a: float(a["j"][OFF, :, -1].mean())),
    "j_end_on": ("mean J at the end, filter on", lambda a: float(a["j"][ON, :, -1].mean())),
    "runs": ("runs of each kind", lambda a: float(a["j"].shape[1])),
}

CLAIMS: dict[str, Claim] = {
    "larger_groups_are_mixed_more_often": (
        "At the hard prompt a larger group is mixed more often.",
        lambda a: bool((np.diff(a["mixed_hard"]) > 0).all()),
    ),
    "common_words_have_no_ceiling": (
        "The common word could be paid for rising beyond certainty, the rare one only to a few percent.",
        lambda a: bool(a["bound"][0, 1] > 1 and a["bound"][0, 0] < 0.05),
    ),
    "groups_fall_silent": (
        "Filter off: over four fifths of the groups teach in the first batch, under a fifth in the last.",
        lambda a: bool(a["mixed"][OFF, :, 0].mean() > 0.8 and a["mixed"][OFF, :, -1].mean() < 0.2),
    ),
    "filter_learns_sooner": (
        "With the filter every run gets above 0.95, and sooner on average than without.",
        lambda a: bool((_batches(a, ON) < a["j"].shape[-1]).all() and _batches(a, ON).mean() < _batches(a, OFF).mean()),
    ),
    "first_batch_is_shared": (
        "Both kinds see the same first batch.",
        lambda a: bool((a["mixed"][OFF, :, 0] == a["mixed"][ON, :, 0]).all()),
    ),
}
