"""The rules between REINFORCE and DAPO, one edit after the other, and where their runs end."""

from __future__ import annotations

import numpy as np

from objectives.experiments import Arrays, Claim
from objectives.experiments.six_objectives.numbers import HIGH, PPO, edit_high, edit_p, mean_p, step_at


def edit_index(a: Arrays, edit: str) -> int:
    """Where an edit stands in the chain."""
    return int(np.flatnonzero(a["edits"] == edit)[0])


def _edit_reward(a: Arrays, edit: str, t: int) -> float:
    """J of an intermediate rule after t iterations, first seed."""
    return float(a["edit_j"][edit_index(a, edit), step_at(a, t)])


def edit_on_b(a: Arrays, edit: str) -> bool:
    """Whether the seeds of an edit end with more than 0.9 on B, on average."""
    return float(a["edit_probs_end"][edit_index(a, edit), :, 1].mean()) > HIGH


def _pushes_grow(a: Arrays, before: str, after: str) -> bool:
    """Whether an edit makes the push of every answer of the frozen batch larger."""
    one, two = (np.abs(a["edit_advantage"][edit_index(a, edit)]) for edit in (before, after))
    return bool((two > one).all())


def _steps_fade(a: Arrays, edit: str) -> bool:
    """Whether the last quarter of a run has steps of less than half the length of those of its first quarter."""
    steps = np.linalg.norm(np.diff(a["edit_theta"][edit_index(a, edit)], axis=0), axis=-1)
    quarter = max(1, len(steps) // 4)
    return bool(steps[-quarter:].mean() < steps[:quarter].mean() / 2)


EDITS: dict[str, Claim] = {
    "plain_advantages_stay_lazy": (
        "PPO with plain advantages is still at B at the end; with standardised ones it is at A.",
        lambda a: edit_p(a, "clip") < 0.5 and mean_p(a, PPO, 0) > HIGH,
    ),
    "reuse_is_faster_to_the_same_place": (
        "With the ratio and reuse J is higher after ten batches than with the baseline; both are on B when last drawn.",
        lambda a: (
            _edit_reward(a, "ratio", 10) > _edit_reward(a, "baseline", 10)
            and edit_on_b(a, "baseline")
            and edit_on_b(a, "ratio")
        ),
    ),
    "plain_pushes_stay_on_b": (
        "With the clip and plain advantages the run has still more than 0.9 on B after the drawn batches.",
        lambda a: edit_on_b(a, "clip"),
    ),
    "scaling_turns_the_walk": (
        "Plain pushes are at B after the drawn batches, with steps that fade to under half; over the batch's spread "
        "every answer's push grows, and by then the run has more than 0.9 on A.",
        lambda a: (
            _pushes_grow(a, "clip", "scale")
            and edit_on_b(a, "clip")
            and _steps_fade(a, "clip")
            and edit_p(a, "scale") > HIGH
        ),
    ),
    "curve_does_without_a_critic": (
        "Graded in the group, the run ends with more than 0.9 on A as PPO's does, and nobody has learned a forecast.",
        lambda a: edit_p(a, "scale") > HIGH and edit_p(a, "group") > HIGH,
    ),
    "filter_keeps_this_map_and_speeds_the_walk": (
        "Dynamic sampling leaves the surrogate of the frozen batch as it is, and J passes 0.9 sooner.",
        lambda a: (
            bool(np.array_equal(a["edit_surface"][edit_index(a, "dapo")], a["edit_surface"][edit_index(a, "higher")]))
            and edit_high(a, "dapo") < edit_high(a, "higher") < a["edit_j"].shape[-1]
        ),
    ),
}
