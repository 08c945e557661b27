"""What may be said of the six on a tiny transformer: numbers and claims."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from objectives import SIX
from objectives.experiments import Arrays, Claim, Number

CRITICS = ("baseline", "trpo", "ppo")
CLIPPED = ("ppo", "grpo", "dapo")
TITLES = ("REINFORCE", "the baseline", "TRPO", "PPO", "GRPO", "DAPO")
HIGH = 0.95


def _end(a: Arrays, name: str) -> float:
    return float(a["accuracy"][:, SIX.index(name), -1].mean())


def _mean_batches(a: Arrays, name: str) -> float:
    """Mean batches until a run is right with more than 0.95; one more than there are for one that never is."""
    above = a["accuracy"][:, SIX.index(name)] > HIGH
    return float(np.where(above.any(-1), above.argmax(-1), above.shape[-1]).mean())


def _plane_share(a: Arrays, name: str) -> float:
    return float(a["plane_share"][SIX.index(name)])


def _half_way(a: Arrays, array: str, name: str) -> float:
    """Mean over the batches whose policy is right with 0.6 to 0.9; 0 if there are none."""
    m = SIX.index(name)
    before = a["accuracy"][:, m, :-1]
    there = (before > 0.6) & (before < 0.9)
    return float(a[array][:, m][there].mean()) if there.any() else 0.0


def _of(measure: Callable[..., float], *arguments: str) -> Callable[[Arrays], float]:
    return lambda a: measure(a, *arguments)


def _shelf(a: Arrays) -> bool:
    """At the end REINFORCE and the baseline fail one prompt, 11, in every run, and answer the others."""
    right = a["prompt_accuracy"][:, :2]
    failed = right.argmin(-1)
    others = np.sort(right, -1)[..., 1:]
    alike = (failed == failed.flat[0]).all() and str(a["prompts"][failed.flat[0]]) == "11"
    return bool(alike and right.min(-1).max() < 0.1 and others.min() > 0.9)


def _rare(a: Arrays) -> float:
    """In so many answers the prompt that REINFORCE and the baseline fail comes once: all lengths are equally likely."""
    failed = str(a["prompts"][int(a["prompt_accuracy"][:, :2].mean((0, 1)).argmin())])
    return float(len(a["prompts"][-1]) * 2 ** len(failed))


def _passed(a: Arrays, k: int) -> float:
    """In how many of the longer runs of REINFORCE (0) or the baseline (1) it is right with more than 0.95."""
    return float((a["long_accuracy"][:, k] > HIGH).any(-1).sum())


NUMBERS: dict[str, Number] = {
    "runs": ("runs of each rule", lambda a: float(a["accuracy"].shape[0])),
    "batches": ("batches in a run", lambda a: float(a["accuracy"].shape[-1] - 1)),
    "long_batches": (
        "batches in a longer run of REINFORCE and the baseline",
        lambda a: float(a["long_accuracy"].shape[-1] - 1),
    ),
    "failed_in": ("the prompt that REINFORCE and the baseline fail comes once in so many", _rare),
    "prompts": ("prompts that there are", lambda a: float(len(a["prompts"]))),
    "parameters": ("parameters of the network", lambda a: float(a["parameters"])),
    "accuracy_start": ("chance of a right answer before training", lambda a: float(a["accuracy"][:, :, 0].mean())),
    "plane_share_least": (
        "least share of a path's variance that its plane holds",
        lambda a: float(a["plane_share"].min()),
    ),
    "plane_share_most": ("the largest such share", lambda a: float(a["plane_share"].max())),
}
for _name, _title in zip(SIX, TITLES, strict=True):
    NUMBERS |= {
        f"accuracy_end_{_name}": (f"chance of a right answer where {_title} ends, mean of the runs", _of(_end, _name)),
        f"batches_{_name}": (
            f"mean batches until {_title} is right with more than 0.95; one more than there are if never",
            _of(_mean_batches, _name),
        ),
        f"plane_share_{_name}": (
            f"share of the variance of the path of {_title} that its plane holds",
            _of(_plane_share, _name),
        ),
    }
for _name in CRITICS:
    _title = TITLES[SIX.index(_name)]
    NUMBERS |= {
        f"foreseen_{_name}": (
            f"explained variance of the critic of {_title}, batches right 0.6 to 0.9",
            _of(_half_way, "foreseen", _name),
        ),
        f"foreseeable_{_name}": (
            f"the same of the exact value along the path of {_title}",
            _of(_half_way, "foreseeable", _name),
        ),
    }


CLAIMS: dict[str, Claim] = {
    "all_learn": (
        "Every run of every rule ends at least a tenth above the chance of a right answer that it began with.",
        lambda a: bool((a["accuracy"][:, :, -1] > a["accuracy"][:, :, 0] + 0.1).all()),
    ),
    "clipped_rules_count": (
        "PPO, GRPO and DAPO begin within a twentieth of one half, and every run of theirs ends above 0.95.",
        lambda a: bool(
            (np.abs(a["accuracy"][:, :, 0] - 0.5) < 0.05).all()
            and all((a["accuracy"][:, SIX.index(name), -1] > HIGH).all() for name in CLIPPED)
        ),
    ),
    "trust_region_counts_too": (
        "Every run of TRPO ends above 0.95.",
        lambda a: bool((a["accuracy"][:, SIX.index("trpo"), -1] > HIGH).all()),
    ),
    "one_step_a_batch_is_behind": (
        "REINFORCE and the baseline, which step once on a batch, end below 0.95 in every run.",
        lambda a: bool((a["accuracy"][:, :2, -1] < HIGH).all()),
    ),
    "four_arrive_two_are_behind": (
        "TRPO, PPO, GRPO and DAPO end above 0.95 in every run, REINFORCE and the baseline below it in every run.",
        lambda a: bool((a["accuracy"][:, 2:, -1] > HIGH).all() and (a["accuracy"][:, :2, -1] < HIGH).all()),
    ),
    "plain_rules_fail_one_prompt": (
        "REINFORCE and the baseline end with one prompt, 11 in every run, that they get right less than once in "
        "ten; each other one they get right nine times in ten.",
        _shelf,
    ),
    "only_the_baseline_learns_it_later": (
        "In the longer run every run of the baseline is right with more than 0.95 some time, and none of REINFORCE's.",
        lambda a: _passed(a, 0) == 0 and _passed(a, 1) == a["long_accuracy"].shape[0],
    ),
    "planes_hold_most": (
        "Each plane holds more than half of its path's variance.",
        lambda a: bool(a["plane_share"].min() > 0.5),
    ),
    "critics_lag": (
        "Half-way every critic foresees something, but less than half of what there is to foresee.",
        lambda a: all(0 < _half_way(a, "foreseen", name) < 0.5 * _half_way(a, "foreseeable", name) for name in CRITICS),
    ),
}
