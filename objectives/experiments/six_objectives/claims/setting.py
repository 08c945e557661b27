"""What was given: the answers and their pay, the seeds, and how the rules are set."""

from __future__ import annotations

import numpy as np

from objectives.experiments import Arrays, Claim
from objectives.experiments.six_objectives.numbers import PPO


def _a_is_rare(a: Arrays) -> bool:
    return bool(a["start_probs"][0] < 0.1 and a["rewards"][0] > a["rewards"][1:].max())


SETTING: dict[str, Claim] = {
    "best_answer_rare_lazy_common": (
        "At the start fewer than one answer in ten is A, the best paid, and B is the likeliest.",
        lambda a: _a_is_rare(a) and int(a["start_probs"].argmax()) == 1,
    ),
    "best_answer_rare": (
        "At the start fewer than one answer in ten is A, the best paid.",
        _a_is_rare,
    ),
    "lazy_answer_paid_less": (
        "A pays more than B, and B more than C: the summit lies at A, a shelf at B.",
        lambda a: bool((np.diff(a["rewards"]) < 0).all()),
    ),
    "clipped_rules_reuse": (
        "PPO, GRPO and DAPO take equally many steps on each batch, and more than one; the other rules take one.",
        lambda a: a["updates"][PPO] > 1 and a["updates"].tolist() == [1, 1, 1] + [int(a["updates"][PPO])] * 3,
    ),
    "grpo_has_leash": ("GRPO's beta is not 0.", lambda a: bool(a["leash"] > 0)),
    "dapo_filters": ("DAPO leaves out groups without a contrast.", lambda a: bool(a["filtered"])),
    "runs_go_on": ("A run has more than twenty iterations.", lambda a: int(a["j"].shape[-1]) - 1 > 20),
    "several_seeds": ("Each rule is run more than once.", lambda a: a["j"].shape[0] > 1),
    "all_start_from_same_samples": (
        "In every seed the six rules are given the same first batch, answer for answer.",
        lambda a: bool((a["sample_answer"][:, :, 0] == a["sample_answer"][:, :1, 0]).all()),
    ),
}
