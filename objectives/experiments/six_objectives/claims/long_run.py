"""Where the runs get to when they go on for longer than they are drawn."""

from __future__ import annotations

from objectives.experiments import Arrays, Claim
from objectives.experiments.six_objectives.claims.edits import edit_on_b
from objectives.experiments.six_objectives.numbers import (
    DAPO,
    GRPO,
    HIGH,
    PPO,
    REINFORCE,
    TRPO,
    long_arrived,
    long_highs,
    mean_p,
)


def _leaves_b(a: Arrays, edit: str) -> bool:
    """An edit is on B after the drawn batches, and every seed of it passes J = 0.9 in the long run."""
    return edit_on_b(a, edit) and long_arrived(a, edit) == len(a["j"])


def _late_seeds_climb(a: Arrays) -> bool:
    """Whether each seed of REINFORCE that never passes J = 0.9 in the long run ends it above its last drawn J."""
    late = ~(a["long_j"][:, REINFORCE] > HIGH).any(-1)
    return bool((a["long_j"][late, REINFORCE, -1] > a["j"][late, REINFORCE, -1]).all())


LONG_RUN: dict[str, Claim] = {
    "plain_pushes_leave_b_later": (
        "Reused with plain pushes, clipped or not, the run is on B after the drawn batches, and in the long run every "
        "seed passes J = 0.9.",
        lambda a: _leaves_b(a, "ratio") and _leaves_b(a, "clip"),
    ),
    "baseline_leaves_b_later": (
        "The baseline has more than 0.9 on B after the drawn batches, and in the long run every seed passes J = 0.9.",
        lambda a: _leaves_b(a, "baseline"),
    ),
    "reinforce_seeds_leave_b_one_by_one": (
        "By the end of the long run some seeds of REINFORCE have passed J = 0.9; those that have not earn more than "
        "after the drawn batches.",
        lambda a: 0 < long_arrived(a, "reinforce") < len(a["j"]) and _late_seeds_climb(a),
    ),
    "baseline_frees_more_seeds": (
        "In the long run every seed of the baseline passes J = 0.9, and not every seed of REINFORCE.",
        lambda a: long_arrived(a, "baseline") == len(a["j"]) > long_arrived(a, "reinforce"),
    ),
    "reuse_leaves_b_sooner": (
        "With plain pushes every seed that reuses its batches passes J = 0.9 before any seed of the baseline.",
        lambda a: bool(
            max(long_highs(a, "ratio").max(), long_highs(a, "clip").max()) < long_highs(a, "baseline").min()
        ),
    ),
    "scaled_rules_stay_on_a": (
        "TRPO, PPO, GRPO and DAPO have more than 0.9 on A after the drawn batches and at the end of the long run.",
        lambda a: all(
            mean_p(a, m, 0) > HIGH and float(a["long_probs"][:, m, -1, 0].min()) > HIGH for m in (TRPO, PPO, GRPO, DAPO)
        ),
    ),
}
