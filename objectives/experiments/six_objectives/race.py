"""The race of the six as their papers run them: how far a rule steps in a batch, and when each seed arrives."""

from __future__ import annotations

import numpy as np

from objectives.experiments import Arrays, Claim, Number, Values
from objectives.experiments.six_objectives.numbers import (
    BASELINE,
    DAPO,
    GRPO,
    HIGH,
    METHODS,
    PPO,
    REINFORCE,
    TITLES,
    TRPO,
    highs,
    long_highs,
    step_at,
)


def batch_kl(a: Arrays, m: int) -> Values:
    """KL(old || new) of a batch of one rule, mean over the first twenty, for each seed."""
    return np.asarray(a["kl_step"][:, m, : max(1, step_at(a, 20))].mean(-1))


def _kl(m: int) -> Number:
    words = f"KL(old || new) of a batch of {TITLES[m]}, mean over the first 20 and over seeds (nat)"
    return words, lambda a: float(batch_kl(a, m).mean())


def _times(a: Arrays) -> float:
    """How many times as far as REINFORCE DAPO goes in a batch."""
    return float(batch_kl(a, DAPO).mean()) / max(float(batch_kl(a, REINFORCE).mean()), 1e-12)


NUMBERS: dict[str, Number] = {
    **{f"batch_kl_{name}": _kl(m) for m, name in enumerate(METHODS)},
    "batch_kl_times": ("KL(old || new) of a batch of DAPO over REINFORCE's, means of the first 20", _times),
    "updates": ("updates of PPO on one batch", lambda a: float(a["updates"][PPO])),
}


def _all_on(a: Arrays, rules: tuple[int, ...], answer: int) -> bool:
    """Every seed of these rules has more than 0.9 on one answer after the drawn batches."""
    return bool((a["probs"][:, rules, -1, answer] > HIGH).all())


def _creeps(a: Arrays, rules: tuple[int, ...]) -> bool:
    """Whether in every seed J rises over the last ten drawn batches, by less than 0.01."""
    rise = a["j"][:, rules, -1] - a["j"][:, rules, max(0, a["j"].shape[-1] - 11)]
    return bool((rise > 0).all() and (rise < 0.01).all())


def _dapo_first(a: Arrays) -> bool:
    """Whether DAPO passes J = 0.9 before any other rule, seed by seed."""
    when = np.stack([highs(a, m) for m in range(6)], axis=1)
    return bool((when[:, DAPO : DAPO + 1] < when[:, :DAPO]).all())


def _longest(a: Arrays) -> bool:
    """Whether in every seed DAPO goes farthest in a batch, and the two plain rules least far, by a factor of five."""
    kl = np.stack([batch_kl(a, m) for m in range(6)], axis=1)
    farthest = (kl[:, DAPO : DAPO + 1] > kl[:, :DAPO]).all()
    return bool(farthest and 5 * kl[:, : BASELINE + 1].max() < kl[:, TRPO:].min())


CLAIMS: dict[str, Claim] = {
    "scaled_rules_on_a_when_last_drawn": (
        "Every seed of TRPO, PPO, GRPO and DAPO has more than 0.9 on A after the drawn batches.",
        lambda a: _all_on(a, (TRPO, PPO, GRPO, DAPO), 0),
    ),
    "plain_rules_on_b_when_last_drawn": (
        "Every seed of REINFORCE and of the baseline has more than 0.9 on B after the drawn batches.",
        lambda a: _all_on(a, (REINFORCE, BASELINE), 1),
    ),
    "plain_rules_creep": (
        "In every seed of REINFORCE and of the baseline J rises over the last ten drawn batches, by less than 0.01.",
        lambda a: _creeps(a, (REINFORCE, BASELINE)),
    ),
    "dapo_first_in_every_seed": ("In every seed DAPO passes J = 0.9 before any other rule.", _dapo_first),
    "dapo_goes_farthest_in_a_batch": (
        "In every seed DAPO changes the policy most in a batch, and the two plain rules by less than a fifth of any "
        "other's.",
        _longest,
    ),
    "race_is_no_tie": (
        "The first seed of the baseline to pass J = 0.9 needs ten times as many batches as the last seed of DAPO.",
        lambda a: bool(long_highs(a, "baseline").min() >= 10 * max(1.0, float(long_highs(a, "dapo").max()))),
    ),
}
