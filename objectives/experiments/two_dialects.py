"""Nobody asked for one language: two dialects that are equally right, and in every run an own mixture of them.

GRPO on the Tally of two tongues. Being right is all that pays, so what happens to the dialects is chance: whichever was
in the right answers of a batch goes up. The runs are then repeated with a reward for consistency. An answer without
a mark is in one language, so that this reward does not pay for writing; as in DeepSeek-R1 it then costs some accuracy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from objectives import progress
from objectives.experiments import Array, Arrays, Claim, Number, Values
from objectives.experiments.packing import pack
from objectives.hyperparameters import read
from objectives.training import grpo_runs
from objectives.worlds import dialects, tally

NAME = "two_dialects"
KEYS = ("tally.*", "dialects.*", "grpo.*", "practice.*")
KINDS = ("correctness only", "and consistency")
FREE, PAID = range(2)
LOST, TURNED = 0.05, 0.5  # shares of the second dialect under which it is as good as gone, and over which it is larger

SCHEMA = {
    "kinds": Array("kind", "", "what is paid"),
    "share": Array("kind seed time", "share", "marks of the second dialect among all marks, exact"),
    "accuracy": Array("kind seed time", "probability", "exact chance of being right"),
    "length": Array("kind seed batch", "tokens", "mean length of the answers of a batch"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Train twice with the same random numbers, once for correctness only."""
    task, settings = read(tally.Params, tally.NAME, h), read(grpo_runs.Params, grpo_runs.NAME, h)
    params = read(dialects.Params, dialects.NAME, h)
    worlds = [dialects.Dialects(task, params, settings.group_size, w) for w in (0.0, params.consistency)]
    logs = [grpo_runs.train_grpo(world, settings, h) for world in progress.whole(worlds)]
    theta = torch.stack([log.theta for log in logs])
    return pack(
        SCHEMA,
        {
            "kinds": KINDS,
            "share": worlds[0].foreign_share(theta),
            "accuracy": worlds[0].true_accuracy(theta),
            "length": torch.stack([log.length for log in logs]),
        },
    )


def _ends(a: Arrays, name: str, kind: int) -> Values:
    ends: Values = a[name][kind, :, -1]
    return ends


NUMBERS: dict[str, Number] = {
    "share_start": ("share of the second dialect before training", lambda a: float(a["share"][FREE, 0, 0])),
    "share_least": (
        "smallest share at the end of a run, correctness only",
        lambda a: float(_ends(a, "share", 0).min()),
    ),
    "share_most": ("largest share there", lambda a: float(_ends(a, "share", FREE).max())),
    "runs_lost": (
        "runs that end with hardly any of the second dialect, correctness only",
        lambda a: float((_ends(a, "share", FREE) < LOST).sum()),
    ),
    "runs_turned": (
        "runs that end with more of it than of the first",
        lambda a: float((_ends(a, "share", FREE) > TURNED).sum()),
    ),
    "share_most_paid": ("largest share at the end with consistency", lambda a: float(_ends(a, "share", PAID).max())),
    "accuracy_free": ("mean accuracy at the end, correctness only", lambda a: float(_ends(a, "accuracy", 0).mean())),
    "accuracy_paid": ("mean accuracy at the end with consistency", lambda a: float(_ends(a, "accuracy", PAID).mean())),
    "runs": ("runs of each kind", lambda a: float(a["share"].shape[1])),
}

CLAIMS: dict[str, Claim] = {
    "every_run_ends_in_its_own_mixture": (
        "With correctness only, the shares at the end lie more than 0.3 apart.",
        lambda a: bool(np.ptp(_ends(a, "share", FREE)) > 0.3),
    ),
    "chance_decides": (
        "With correctness only, the second dialect all but dies out in some runs and is the larger one in others.",
        lambda a: bool((_ends(a, "share", FREE) < LOST).any() and (_ends(a, "share", FREE) > TURNED).any()),
    ),
    "some_runs_turn_to_the_smaller_dialect": (
        "With correctness only, the share of the second dialect grows in some runs and shrinks in others.",
        lambda a: bool(np.ptp(np.sign(a["share"][FREE, :, -1] - a["share"][FREE, :, 0])) == 2),
    ),
    "consistency_ends_in_one_language": (
        "With the reward for consistency the share of the second dialect ends below a hundredth in every run.",
        lambda a: bool((_ends(a, "share", PAID) < 0.01).all()),
    ),
    "both_learn": (
        "Both kinds end with a mean accuracy above 0.65, from a half.",
        lambda a: bool(min(_ends(a, "accuracy", kind).mean() for kind in (FREE, PAID)) > 0.65),
    ),
    "one_language_costs_accuracy": (
        "After as many batches the mean accuracy is lower with the reward for consistency than without.",
        lambda a: bool(_ends(a, "accuracy", PAID).mean() < _ends(a, "accuracy", FREE).mean()),
    ),
}
