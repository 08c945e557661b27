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
KINDS = ("off", "left out", "drawn again")
OFF, SHORT, FULL = range(3)
POINTS = 201  # odds at which the curve is drawn


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
    "words": Array("word", "probability", "odds of a rare and of a common word"),
    "ceilings": Array("ceiling", "", "upper side of the fence: before, and DAPO's"),
    "bound": Array("ceiling word", "", "odds times (1 + ceiling): up to there a good word is paid for rising"),
    "kinds": Array("filter", "", "off; left out: groups that agree do not count; drawn again: nor do they stay"),
    "accuracy": Array(
        "filter seed time", "probability", "exact chance of a right answer, before each batch and at the end"
    ),
    "length": Array("filter seed batch", "tokens", "mean number of tokens of an answer in the batch"),
    "all_right": Array("filter seed batch", "share", "groups in which every answer is right"),
    "all_wrong": Array("filter seed batch", "share", "groups in which none is"),
    "mixed": Array("filter seed batch", "share", "groups that teach"),
    "drawn": Array("filter seed batch", "answers", "drawn for the batch; 0 of a run that rests"),
    "batch_size": Array("", "answers", "that a batch holds"),
    "longest": Array("", "tokens", "length from which an answer loses a whole point"),
    "done": Array("", "probability", "chance of a right answer above which a run counts as taught"),
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

    logs = [train(kind) for kind in KINDS]
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
            "kinds": np.array(KINDS),
            "accuracy": world.accuracy(theta),
            "length": torch.stack([log.length for log in logs]),
            "all_right": right,
            "all_wrong": 1 - mixed - right,
            "mixed": mixed,
            "drawn": torch.stack([log.drawn for log in logs]),
            "batch_size": np.array(settings.groups * settings.group_size),
            "longest": np.array(ramp["overlong_max"]),
            "done": np.array(params.done),
            "step": torch.linalg.vector_norm(theta.diff(dim=-2), dim=-1),
        },
    )


def mixed_chance(chance: Values, size: Values) -> Values:
    """1 - p^G - (1 - p)^G: neither all of a group are right nor all wrong."""
    mixed: Values = 1 - chance**size - (1 - chance) ** size
    return mixed


# --- what may be said


def _batches(a: Arrays, kind: int) -> Values:
    """Batches until each run is taught; one more than there are if it never is."""
    above = a["accuracy"][kind] > a["done"]
    batches: Values = np.where(above.any(1), above.argmax(1), above.shape[1])
    return batches


def _taught(a: Arrays, kind: int) -> int:
    return int((_batches(a, kind) < a["accuracy"].shape[-1]).sum())


def _answers(a: Arrays, kind: int) -> Values:
    """Answers drawn until each run is taught, or in all of its batches."""
    before = np.arange(a["drawn"].shape[-1]) < _batches(a, kind)[:, None]
    answers: Values = (a["drawn"][kind] * before).sum(-1)
    return answers


def _dearest(a: Arrays) -> float:
    """The most answers drawn for one batch, over those that it holds."""
    return float(a["drawn"][FULL].max() / a["batch_size"])


def _cost_grows(a: Arrays) -> bool:
    """Runs that draw again ask for more answers in the last third of their batches than in the first."""
    ratio = []
    for drawn in a["drawn"][FULL]:
        busy = drawn[drawn > 0]
        third = max(1, len(busy) // 3)
        ratio.append(busy[-third:].mean() / busy[:third].mean() if len(busy) else 0.0)
    return bool(np.mean(ratio) > 1.5)


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
    "mixed_start": ("share of mixed groups in the first batch", lambda a: float(a["mixed"][OFF, :, 0].mean())),
    "mixed_end_off": ("share in the last batch, filter off", lambda a: float(a["mixed"][OFF, :, -1].mean())),
    "done": ("chance of a right answer above which a run counts as taught", lambda a: float(a["done"])),
    "batches_off": ("mean batches until taught, filter off", lambda a: float(_batches(a, OFF).mean())),
    "batches_short": ("the same, groups that agree left out", lambda a: float(_batches(a, SHORT).mean())),
    "batches_full": ("the same, drawn again until the batch is full", lambda a: float(_batches(a, FULL).mean())),
    "answers_off": ("mean answers drawn until taught, filter off", lambda a: float(_answers(a, OFF).mean())),
    "answers_short": ("the same, groups that agree left out", lambda a: float(_answers(a, SHORT).mean())),
    "answers_full": ("the same, drawn again until the batch is full", lambda a: float(_answers(a, FULL).mean())),
    "taught_off": ("runs that are taught, filter off", lambda a: float(_taught(a, OFF))),
    "taught_short": ("the same, groups that agree left out", lambda a: float(_taught(a, SHORT))),
    "taught_full": ("the same, drawn again until the batch is full", lambda a: float(_taught(a, FULL))),
    "dearest": ("most answers drawn for one batch, over those that it holds", _dearest),
    "batch_size": ("answers that a batch holds", lambda a: float(a["batch_size"])),
    "accuracy_end_off": ("mean accuracy at the end, filter off", lambda a: float(a["accuracy"][OFF, :, -1].mean())),
    "accuracy_end_short": (
        "the same, groups that agree left out",
        lambda a: float(a["accuracy"][SHORT, :, -1].mean()),
    ),
    "runs": ("runs of each kind", lambda a: float(a["accuracy"].shape[1])),
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
        "With the filter every run is taught, and sooner on average than without, drawn again or not.",
        lambda a: all(
            _taught(a, kind) == a["accuracy"].shape[1] and _batches(a, kind).mean() < _batches(a, OFF).mean()
            for kind in (SHORT, FULL)
        ),
    ),
    "full_batches_teach_sooner": (
        "Drawn again until the batch is full, runs are taught in fewer batches on average than where groups are left "
        "out.",
        lambda a: bool(_batches(a, FULL).mean() < _batches(a, SHORT).mean()),
    ),
    "full_batches_cost_answers": (
        "Drawn again until the batch is full, runs draw more answers until taught than without a filter, and over "
        "twice as many as where groups are only left out.",
        lambda a: bool(
            _answers(a, FULL).mean() > _answers(a, OFF).mean()
            and _answers(a, FULL).mean() > 2 * _answers(a, SHORT).mean()
        ),
    ),
    "cost_grows_with_skill": (
        "A batch takes, on average, over half as many answers again in the last third of the way as in the first.",
        _cost_grows,
    ),
    "full_batches_are_full": (
        "Every group that a run is taught by, drawn again, holds right and wrong answers.",
        lambda a: bool((a["mixed"][FULL][a["drawn"][FULL] > 0] == 1).all()),
    ),
    "first_batch_is_shared": (
        "Filter off or on, what it leaves out not replaced: both see the same first batch.",
        lambda a: bool((a["mixed"][OFF, :, 0] == a["mixed"][SHORT, :, 0]).all()),
    ),
}
