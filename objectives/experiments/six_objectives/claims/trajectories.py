"""How the six go from the same start with the same random numbers, and where they end."""

from __future__ import annotations

import numpy as np

from objectives.experiments import Arrays, Claim, Values
from objectives.experiments.six_objectives.claims.surrogates import correlation, has_summit, quieter
from objectives.experiments.six_objectives.numbers import (
    BASELINE,
    DAPO,
    GRPO,
    HIGH,
    PPO,
    REINFORCE,
    TRPO,
    arrived,
    climbing_kl,
    correct_filter_arrived,
    edit_p,
    first_high,
    mean_j,
    mean_p,
    path_fan,
    path_gap,
    spread_j,
    step_at,
    step_length,
    straightness,
)


def _twenty(a: Arrays) -> Values:
    """Mean J of each rule after 20 iterations."""
    return np.array([mean_j(a, m, 20) for m in range(6)])


def _leaders(a: Arrays) -> Values:
    """Which rule has the highest J after 20 iterations, in each seed."""
    return np.asarray(a["j"][:, :, step_at(a, 20)].argmax(-1))


def _through_b(a: Arrays, m: int) -> bool:
    """The mean policy first makes B at least 0.1 likelier than at the start, and ends with more than 0.9 on A."""
    b = a["probs"][:, m, :, 1].mean(0)
    return bool(b.max() > b[0] + 0.1 and mean_p(a, m, 0) > HIGH)


def _falls_at_first(a: Arrays, m: int) -> bool:
    """The mean chance of A is below its start after some of the first five iterations."""
    p = a["probs"][:, m, :6, 0].mean(0)
    return bool(p.min() < p[0])


def _steady(a: Arrays) -> bool:
    steps, limit = climbing_kl(a, TRPO), float(a["kl_limit"])
    return bool(len(steps) and np.quantile(steps, 0.1) > limit / 2 and a["kl_step"][:, TRPO].max() <= limit)


def _fates(a: Arrays) -> bool:
    return a["j"].shape[0] > 1 and bool(np.ptp(a["probs"][:, :, -1], axis=0).max() < 0.1)


def _in_the_corner(a: Arrays, m: int) -> bool:
    """Ends with more than 0.9 on B, which pays less than A, and with less on A than it began with."""
    paid_less = bool(a["rewards"][1] < a["rewards"][0])
    return paid_less and mean_p(a, m, 1) > HIGH and mean_p(a, m, 0) < mean_p(a, m, 0, 0)


def _stops_short(a: Arrays) -> bool:
    return mean_p(a, GRPO, 0) < min(mean_p(a, PPO, 0), mean_p(a, DAPO, 0), edit_p(a, "group")) - 0.002


def _dapo_fastest(a: Arrays) -> bool:
    return int(_twenty(a).argmax()) == DAPO and first_high(a, DAPO) < min(first_high(a, m) for m in range(DAPO))


def _dapo_longest(a: Arrays) -> bool:
    return int(np.argmax([step_length(a, m, 20) for m in range(6)])) == DAPO


def _both_low(a: Arrays) -> bool:
    """After 20 iterations REINFORCE and the baseline have nearly the same mean J, and less than any other rule."""
    low, rest = _twenty(a)[[REINFORCE, BASELINE]], _twenty(a)[TRPO:]
    return bool(np.ptp(low) < 0.01 and low.max() < rest.min() - 0.1)


def _critic_lags(a: Arrays, m: int) -> bool:
    """While J is below 0.9 and rising, the critic forecasts less than J, mean over seeds and iterations."""
    climbing = (a["j"][:, m, :-1] < HIGH) & (np.diff(a["j"][:, m]) > 0)
    late = (a["j"][:, m, :-1] - a["value"][:, m])[climbing]
    return bool(len(late) and late.mean() > 0)


RUNS: dict[str, Claim] = {
    "correct_filter_loses_most": (
        "With the filter of its paper DAPO passes J = 0.9 in fewer than half of the seeds, for A and B are both right; "
        "with the filter on rewards it does so in every seed.",
        lambda a: (
            str(a["filter"]) == "reward"
            and correct_filter_arrived(a) < len(a["j"]) / 2
            and bool((a["j"][:, DAPO] > HIGH).any(-1).all())
        ),
    ),
    "both_low_after_twenty": (
        "After 20 iterations REINFORCE and the baseline have nearly the same mean J, and less than any other rule.",
        _both_low,
    ),
    "rules_part": (
        "The mean J of the best and of the worst rule differ by more than 0.1 at the end.",
        lambda a: bool(np.ptp([mean_j(a, m, -1) for m in range(6)]) > 0.1),
    ),
    "reinforce_falls_into_lazy_corner": (
        "REINFORCE ends with more than 0.9 on B, which pays less than A, and with less on A than it began with.",
        lambda a: _in_the_corner(a, REINFORCE),
    ),
    "baseline_falls_into_lazy_corner": (
        "The baseline ends with more than 0.9 on B, which pays less than A, and with less on A than it began with.",
        lambda a: _in_the_corner(a, BASELINE),
    ),
    "baseline_same_mean_path": (
        "The mean paths of REINFORCE and baseline are never further apart than a twentieth of their length.",
        lambda a: path_gap(a, REINFORCE, BASELINE) < 0.05,
    ),
    "baseline_changes_the_map_not_the_walk": (
        "The baseline's surrogate correlates with REINFORCE's by less than 0.75, its gradient is quieter, its path the "
        "same.",
        lambda a: (
            correlation(a["surface"][REINFORCE], a["surface"][BASELINE]) < 0.75
            and quieter(a)
            and path_gap(a, REINFORCE, BASELINE) < 0.05
        ),
    ),
    "baseline_thinner_fan": (
        "After the first and after the twentieth batch the seeds of the baseline lie closer together on the plane.",
        lambda a: all(path_fan(a, BASELINE, t) < path_fan(a, REINFORCE, t) for t in (1, 20)),
    ),
    "baseline_thinner_fan_in_reward": (
        "After twenty batches the J of the baseline's seeds differs less than that of REINFORCE's.",
        lambda a: spread_j(a, BASELINE, 20) < spread_j(a, REINFORCE, 20),
    ),
    "trpo_steady_strides": (
        "While it climbs, nine in ten of TRPO's steps have a KL of more than half of delta, and none has more.",
        _steady,
    ),
    "trpo_goes_straight": (
        "Until J passes 0.9 TRPO's mean path on the plane is straight to a twentieth, and no other's to A is.",
        lambda a: (
            straightness(a, TRPO) > 0.95
            and mean_p(a, TRPO, 0) > HIGH
            and all(straightness(a, m) < 0.95 for m in (PPO, GRPO, DAPO))
        ),
    ),
    "trpo_raises_a_from_the_first": (
        "TRPO's mean chance of A never falls; that of PPO, GRPO and DAPO falls at first.",
        lambda a: not _falls_at_first(a, TRPO) and all(_falls_at_first(a, m) for m in (PPO, GRPO, DAPO)),
    ),
    "trpo_reaches_a": ("Every seed of TRPO ends with more than 0.9 on A.", lambda a: arrived(a, TRPO) == len(a["j"])),
    "trpo_leads_at_first": (
        "After ten batches TRPO has the highest mean J.",
        lambda a: int(np.argmax([mean_j(a, m, 10) for m in range(6)])) == TRPO,
    ),
    "ppo_first_b_then_a": ("PPO first turns to B, and then reaches A.", lambda a: _through_b(a, PPO)),
    "clipped_rules_first_b_then_a": (
        "PPO, GRPO and DAPO all first turn to B, and then reach A.",
        lambda a: all(_through_b(a, m) for m in (PPO, GRPO, DAPO)),
    ),
    "grpo_stops_short_on_its_leash": (
        "GRPO ends with less on A than PPO, DAPO and GRPO without its KL penalty.",
        _stops_short,
    ),
    "leash_brings_the_map_home_and_stops_short": (
        "With its KL penalty GRPO's surrogate has a summit in the window, and its run ends with a little less on A.",
        lambda a: has_summit(a, GRPO) and _stops_short(a) and mean_p(a, GRPO, 0) > HIGH,
    ),
    "grpo_ends_where_leash_balances": (
        "GRPO ends within 0.005 of the p(A) at which the gradients of its groups and of its KL penalty cancel.",
        lambda a: abs(mean_p(a, GRPO, 0) - float(a["balance_probs"][0])) < 0.005,
    ),
    "dapo_fastest_climb": (
        "After twenty batches DAPO has the highest mean J, and its mean J was the first above 0.9.",
        _dapo_fastest,
    ),
    "dapo_longest_strides": (
        "DAPO's steps are the longest of the six over the first twenty batches: part of its speed is that.",
        _dapo_longest,
    ),
    "dapo_fastest_by_longest_strides": (
        "Over the first twenty batches DAPO climbs fastest and also takes the longest steps.",
        lambda a: _dapo_fastest(a) and _dapo_longest(a),
    ),
    "winner_does_not_depend_on_seed": (
        "After twenty batches the same rule has the highest J in every seed.",
        lambda a: len(np.unique(_leaders(a))) == 1,
    ),
    "fate_does_not_depend_on_seed": (
        "There are several seeds, and for each rule no probability at their ends differs by as much as 0.1.",
        _fates,
    ),
    "groups_stop_teaching": (
        "At the end less than a fifth of the groups of GRPO and of DAPO are mixed.",
        lambda a: max(float(a["groups_mixed"][:, m, -1].mean()) for m in (GRPO, DAPO)) < 0.2,
    ),
    "both_fall_into_lazy_corner": (
        "REINFORCE and the baseline both end with more than 0.9 on B, which pays less, and with less on A than before.",
        lambda a: _in_the_corner(a, REINFORCE) and _in_the_corner(a, BASELINE),
    ),
    "critic_lags": (
        "While they climb, the critics of TRPO and of PPO forecast less than the policy earns.",
        lambda a: _critic_lags(a, TRPO) and _critic_lags(a, PPO),
    ),
}
