"""Claims about the runs at equal steps."""

from __future__ import annotations

import itertools

import numpy as np

from objectives.experiments import Arrays, Claim, Values
from objectives.experiments.equal_strides.numbers import (
    BASELINE,
    CRITICS,
    DAPO,
    GRPO,
    NARROW,
    PPO,
    REINFORCE,
    TRPO,
    WIDE,
    arrived,
    edit_passes,
    passes,
    saved,
    straightness,
)
from objectives.experiments.six_objectives.numbers import HIGH, METHODS


def _passed(a: Arrays, stride: int, m: int) -> Values:
    return passes(a["j"][stride, :, m])


def _through_b(a: Arrays, stride: int, m: int) -> bool:
    """The mean chance of B passes 0.9 on the way."""
    return bool(a["probs"][stride, :, m, :, 1].mean(0).max() > HIGH)


def _all_but_reinforce_pass(a: Arrays, stride: int) -> bool:
    return all(arrived(a["j"][stride, :, m]) == a["j"].shape[1] for m in range(BASELINE, DAPO + 1))


def _tie(a: Arrays, stride: int) -> bool:
    """All rules but REINFORCE pass in every seed, the last no later than one and a half times the first."""
    when = np.stack([_passed(a, stride, m) for m in range(BASELINE, DAPO + 1)])
    return _all_but_reinforce_pass(a, stride) and bool(when.max() <= 1.5 * when.min())


CLAIMS: dict[str, Claim] = {
    "strides_are_equal": (
        "While J is below 0.9, nine changes in ten of every rule have the KL exactly, and none has more.",
        lambda a: all(
            bool(
                (a["kl_step"][s] <= a["strides"][s] * (1 + 1e-9)).all()
                and (np.abs(a["kl_step"][s, :, m][a["j"][s, :, m, :-1] < HIGH] / a["strides"][s] - 1) < 1e-6).mean()
                > 0.9
            )
            for s in (WIDE, NARROW)
            for m in range(BASELINE, DAPO + 1)
        ),
    ),
    "race_nearly_ends_in_a_tie": (
        "At equal steps every seed of all rules but REINFORCE passes J = 0.9, the last of them no later than one and "
        "a half times the first, at both step sizes.",
        lambda a: _tie(a, WIDE) and _tie(a, NARROW),
    ),
    "trpo_is_first": (
        "At both step sizes every seed of TRPO passes J = 0.9 no later than any seed of another rule.",
        lambda a: all(
            _passed(a, s, TRPO).max() <= min(_passed(a, s, m).min() for m in range(6) if m != TRPO)
            for s in (WIDE, NARROW)
        ),
    ),
    "clipped_rules_tie": (
        "At both step sizes the seeds of PPO, GRPO and DAPO pass J = 0.9 on average within one batch of each other.",
        lambda a: all(float(np.ptp([_passed(a, s, m).mean() for m in (PPO, GRPO, DAPO)])) < 1 for s in (WIDE, NARROW)),
    ),
    "baseline_comes_last_of_those_that_arrive_for_sure": (
        "At both step sizes the baseline passes J = 0.9 later, on average of its seeds, than TRPO, PPO, GRPO and DAPO.",
        lambda a: all(
            _passed(a, s, BASELINE).mean() > max(_passed(a, s, m).mean() for m in (TRPO, PPO, GRPO, DAPO))
            for s in (WIDE, NARROW)
        ),
    ),
    "only_reinforce_gets_stuck": (
        "At both step sizes some seeds of REINFORCE pass J = 0.9 and some never; every seed of the other rules does.",
        lambda a: all(
            _all_but_reinforce_pass(a, s) and 0 < arrived(a["j"][s, :, REINFORCE]) < a["j"].shape[1]
            for s in (WIDE, NARROW)
        ),
    ),
    "narrow_strides_strand_more": (
        "At the narrow step size fewer seeds of REINFORCE pass J = 0.9 than at the wide one.",
        lambda a: arrived(a["j"][NARROW, :, REINFORCE]) < arrived(a["j"][WIDE, :, REINFORCE]),
    ),
    "stranded_are_at_b": (
        "The seeds of REINFORCE that never pass J = 0.9 end with more than 0.9 on B.",
        lambda a: all(
            bool((a["probs"][s, _passed(a, s, REINFORCE) == a["j"].shape[-1], REINFORCE, -1, 1] > HIGH).all())
            for s in (WIDE, NARROW)
        ),
    ),
    "trpo_straight_others_by_b": (
        "At both step sizes TRPO's mean path to J = 0.9 is straight to a twentieth; the others have, on average, more "
        "than 0.9 on B before they find A.",
        lambda a: all(
            straightness(a, s, TRPO) > 0.95
            and not _through_b(a, s, TRPO)
            and all(_through_b(a, s, m) for m in range(6) if m != TRPO)
            for s in (WIDE, NARROW)
        ),
    ),
    "grpo_stops_short": (
        "At both step sizes every seed of GRPO ends with less on A than any of the baseline, TRPO, PPO and DAPO.",
        lambda a: all(
            bool(a["probs"][s, :, GRPO, -1, 0].max() < a["probs"][s, :, (BASELINE, TRPO, PPO, DAPO), -1, 0].min())
            for s in (WIDE, NARROW)
        ),
    ),
    "dapo_never_before_trpo": (
        "DAPO passes J = 0.9 in no seed before TRPO does, at either step size.",
        lambda a: all(bool((_passed(a, s, TRPO) <= _passed(a, s, DAPO)).all()) for s in (WIDE, NARROW)),
    ),
    "subtracting_the_forecast_frees_every_seed": (
        "At both step sizes some seed of REINFORCE never passes J = 0.9; after the first edit, and every later one, "
        "all do.",
        lambda a: all(
            bool((edit_passes(a, s, "reinforce") == a["edit_j"].shape[-1]).any())
            and all(bool((edit_passes(a, s, edit) < a["edit_j"].shape[-1]).all()) for edit in a["edits"][1:])
            for s in (WIDE, NARROW)
        ),
    ),
    "scaling_saves_batches": (
        "At both step sizes scaled advantages pass J = 0.9 more than one batch earlier, on average of the seeds.",
        lambda a: all(saved(a, s, "clip", "scale") > 1 for s in (WIDE, NARROW)),
    ),
    "other_edits_change_little": (
        "At both step sizes each of the other edits after the first moves the batch at which J = 0.9 is passed by less "
        "than one, on average of the seeds.",
        lambda a: all(
            abs(saved(a, s, before, after)) < 1
            for before, after in itertools.pairwise(a["edits"][1:])
            if after != "scale"
            for s in (WIDE, NARROW)
        ),
    ),
    "learned_critics_change_little": (
        "With the critics that they learn, TRPO and PPO pass J = 0.9 within a batch of where they do with exact ones.",
        lambda a: all(
            np.abs(passes(a["learned_j"][s, :, k]) - _passed(a, s, METHODS.index(CRITICS[k]))).max() <= 1
            for s in (WIDE, NARROW)
            for k in (CRITICS.index("trpo"), CRITICS.index("ppo"))
        ),
    ),
    "late_critic_can_strand_the_baseline": (
        "At the narrow step size some seed of the baseline never passes J = 0.9 with the critic that it learns; with "
        "an exact one every seed does.",
        lambda a: arrived(a["learned_j"][NARROW, :, 0]) < a["j"].shape[1] == arrived(a["j"][NARROW, :, BASELINE]),
    ),
}
