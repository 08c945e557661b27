"""Claims of the centrepiece: sentences that its narration relies on, each true or false of one run's arrays."""

from __future__ import annotations

import numpy as np

from objectives.experiments import Arrays, Claim, Values
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
    edit_high,
    edit_p,
    first_high,
    long_arrived,
    long_highs,
    mean_j,
    mean_p,
    path_fan,
    path_gap,
    spread_j,
    step_at,
    straightness,
    stride,
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
    strides, limit = climbing_kl(a, TRPO), float(a["kl_limit"])
    return bool(len(strides) and np.quantile(strides, 0.1) > limit / 2 and a["kl_step"][:, TRPO].max() <= limit)


def _brightest(a: Arrays, m: int) -> tuple[float, float]:
    """Coordinates (u, v) of the highest point of a map, inside the window."""
    row, column = np.unravel_index(a["surface"][m].argmax(), a["surface"][m].shape)
    return float(a["grid_u"][column]), float(a["grid_v"][row])


def _policy(u: float, v: float) -> Values:
    """Chances of A, B, C at a point of the plane."""
    weights = np.exp([u / 2**0.5 + v / 6**0.5, -u / 2**0.5 + v / 6**0.5, -2 * v / 6**0.5])
    return np.asarray(weights / weights.sum())


def _has_summit(a: Arrays, m: int) -> bool:
    """A map is higher inside than anywhere on the edge of the window, by a tenth of its rise above the start."""
    height = a["surface"][m]
    edge = max(height[0].max(), height[-1].max(), height[:, 0].max(), height[:, -1].max())
    return bool(height.max() - edge > 0.1 * (height.max() - a["surface_start"][m]))


def _fates(a: Arrays) -> bool:
    return a["j"].shape[0] > 1 and bool(np.ptp(a["probs"][:, :, -1], axis=0).max() < 0.1)


def _in_the_corner(a: Arrays, m: int) -> bool:
    """Ends with more than 0.9 on B, which pays less than A, and with less on A than it began with."""
    paid_less = bool(a["rewards"][1] < a["rewards"][0])
    return paid_less and mean_p(a, m, 1) > HIGH and mean_p(a, m, 0) < mean_p(a, m, 0, 0)


def _a_is_rare(a: Arrays) -> bool:
    return bool(a["start_probs"][0] < 0.1 and a["rewards"][0] > a["rewards"][1:].max())


def _quieter(a: Arrays) -> bool:
    return bool(a["noise"][1] < a["noise"][0] * 2 / 3)


def _stops_short(a: Arrays) -> bool:
    return mean_p(a, GRPO, 0) < min(mean_p(a, PPO, 0), mean_p(a, DAPO, 0), edit_p(a, "group")) - 0.002


def _dapo_fastest(a: Arrays) -> bool:
    return int(_twenty(a).argmax()) == DAPO and first_high(a, DAPO) < min(first_high(a, m) for m in range(DAPO))


def _dapo_longest(a: Arrays) -> bool:
    return int(np.argmax([stride(a, m, 20) for m in range(6)])) == DAPO


def _edit(a: Arrays, edit: str) -> int:
    return int(np.flatnonzero(a["edits"] == edit)[0])


def _edit_reward(a: Arrays, edit: str, t: int) -> float:
    """J of an intermediate rule after t iterations, first seed."""
    return float(a["edit_j"][_edit(a, edit), step_at(a, t)])


def _both_low(a: Arrays) -> bool:
    """After 20 iterations REINFORCE and the baseline have nearly the same mean J, and less than any other rule."""
    low, rest = _twenty(a)[[REINFORCE, BASELINE]], _twenty(a)[TRPO:]
    return bool(np.ptp(low) < 0.01 and low.max() < rest.min() - 0.1)


def _scaled(a: Arrays, m: int) -> bool:
    """A rule's weights of the frozen batch have mean 0 and standard deviation 1, of the sample or of the population."""
    weights = a["batch_advantage"][m]
    return bool(abs(weights.mean()) < 1e-6 and abs(weights.std() - 1) < 1 / len(weights))


def _outpushed(a: Arrays) -> bool:
    """One A outweighs one B in REINFORCE's frozen batch, and all B outweigh all A."""
    push, answer = a["batch_advantage"][REINFORCE], a["batch_answer"]
    best, common = push[answer == 0], push[answer == 1]
    return bool(len(best) and len(common) and best.mean() > common.mean() > 0 and common.sum() > best.sum())


def _edit_on_b(a: Arrays, edit: str) -> bool:
    return float(a["edit_probs_end"][_edit(a, edit), :, 1].mean()) > HIGH


def _leaves_b(a: Arrays, edit: str) -> bool:
    """An edit is on B after the drawn batches, and every seed of it passes J = 0.9 in the long run."""
    return _edit_on_b(a, edit) and long_arrived(a, edit) == len(a["j"])


def _late_seeds_climb(a: Arrays) -> bool:
    """Whether each seed of REINFORCE that never passes J = 0.9 in the long run ends it above its last drawn J."""
    late = ~(a["long_j"][:, REINFORCE] > HIGH).any(-1)
    return bool((a["long_j"][late, REINFORCE, -1] > a["j"][late, REINFORCE, -1]).all())


def _pushes_grow(a: Arrays, before: str, after: str) -> bool:
    """Whether an edit makes the push of every answer of the frozen batch larger."""
    one, two = (np.abs(a["edit_advantage"][_edit(a, edit)]) for edit in (before, after))
    return bool((two > one).all())


def _critic_lags(a: Arrays, m: int) -> bool:
    """While J is below 0.9 and rising, the critic forecasts less than J, mean over seeds and iterations."""
    climbing = (a["j"][:, m, :-1] < HIGH) & (np.diff(a["j"][:, m]) > 0)
    late = (a["j"][:, m, :-1] - a["value"][:, m])[climbing]
    return bool(len(late) and late.mean() > 0)


def _later_maps_follow_a(a: Arrays) -> bool:
    """Whether A grows commoner from one of PPO's later batches to the next, and likeliest where the last map tops."""
    batches = a["sample_answer"][0, PPO][a["later"]]
    row, column = np.unravel_index(a["later_surface"][-1].argmax(), a["later_surface"][-1].shape)
    summit = _policy(float(a["grid_u"][column]), float(a["grid_v"][row]))
    return bool((np.diff((batches == 0).mean(-1)) > 0).all() and summit[0] > summit[1:].max())


def _strides_fade(a: Arrays, edit: str) -> bool:
    """Whether the last quarter of a walk has strides of less than half the length of those of its first quarter."""
    strides = np.linalg.norm(np.diff(a["edit_theta"][_edit(a, edit)], axis=0), axis=-1)
    quarter = max(1, len(strides) // 4)
    return bool(strides[-quarter:].mean() < strides[:quarter].mean() / 2)


def _correlation(one: Values, two: Values) -> float:
    """How alike two maps are; 1 where one of them is flat."""
    spread = float(one.std() * two.std())
    return float(((one - one.mean()) * (two - two.mean())).mean()) / spread if spread > 0 else 1.0


def _silenced(a: Arrays, edit: str) -> float:
    """Share of the window on which an intermediate rule silences some answer of the batch."""
    return float((a["edit_gate"][_edit(a, edit)] > 0).mean())


CLAIMS: dict[str, Claim] = {
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
    "reinforce_expects_nothing": (
        "REINFORCE weighs every answer of the frozen batch by its bare reward.",
        lambda a: bool(np.allclose(a["batch_advantage"][REINFORCE], a["batch_reward"])),
    ),
    "trpo_and_ppo_scale_pushes": (
        "TRPO and PPO give the answers of the frozen batch weights of mean 0 and standard deviation 1.",
        lambda a: _scaled(a, TRPO) and _scaled(a, PPO),
    ),
    "common_answer_outpushes": (
        "REINFORCE pushes one A harder than one B, but all B of the frozen batch together harder than all A.",
        _outpushed,
    ),
    "clipped_rules_reuse": (
        "PPO, GRPO and DAPO take equally many steps on each batch, and more than one; the other rules take one.",
        lambda a: a["updates"][PPO] > 1 and a["updates"].tolist() == [1, 1, 1] + [int(a["updates"][PPO])] * 3,
    ),
    "grpo_has_leash": ("GRPO's beta is not 0.", lambda a: bool(a["leash"] > 0)),
    "dapo_filters": ("DAPO leaves out groups without a contrast.", lambda a: bool(a["filtered"])),
    "correct_filter_loses_most": (
        "With the filter of its paper DAPO passes J = 0.9 in fewer than half of the seeds, for A and B are both right; "
        "with the filter on rewards it does so in every seed.",
        lambda a: (
            str(a["filter"]) == "reward"
            and correct_filter_arrived(a) < len(a["j"]) / 2
            and bool((a["j"][:, DAPO] > HIGH).any(-1).all())
        ),
    ),
    "runs_go_on": ("A run has more than twenty iterations.", lambda a: int(a["j"].shape[-1]) - 1 > 20),
    "both_low_after_twenty": (
        "After 20 iterations REINFORCE and the baseline have nearly the same mean J, and less than any other rule.",
        _both_low,
    ),
    "several_seeds": ("Each rule is run more than once.", lambda a: a["j"].shape[0] > 1),
    "ppo_silences_ground": (
        "Somewhere in the window PPO silences at least half of the frozen batch: there is ground to be hatched.",
        lambda a: bool((a["gate"][PPO] >= 0.5).any()),
    ),
    "higher_fence_silences_less": (
        "DAPO's fence silences less of the window than the one before it: its ceiling is higher.",
        lambda a: _silenced(a, "higher") < _silenced(a, "leash"),
    ),
    "all_start_from_same_samples": (
        "In every seed the six rules are given the same first batch, answer for answer.",
        lambda a: bool((a["sample_answer"][:, :, 0] == a["sample_answer"][:, :1, 0]).all()),
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
    "baseline_quieter_gradient": (
        "At the start the baseline's gradient has at most two thirds of REINFORCE's variance, exactly.",
        _quieter,
    ),
    "baseline_changes_the_map_not_the_walk": (
        "The baseline's map correlates with REINFORCE's by less than 0.75; its gradient is quieter, its path the same.",
        lambda a: (
            _correlation(a["surface"][REINFORCE], a["surface"][BASELINE]) < 0.75
            and _quieter(a)
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
        "While it climbs, nine in ten of TRPO's strides have a KL of more than half of delta, and none has more.",
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
    "plain_advantages_stay_lazy": (
        "PPO with plain advantages is still at B at the end; with standardised ones it is at A.",
        lambda a: edit_p(a, "clip") < 0.5 and mean_p(a, PPO, 0) > HIGH,
    ),
    "grpo_stops_short_on_its_leash": (
        "GRPO ends with less on A than PPO, DAPO and GRPO without its leash.",
        _stops_short,
    ),
    "leash_brings_the_map_home_and_stops_short": (
        "With the leash GRPO's map has a summit inside the window, and its walk ends with a little less on A.",
        lambda a: _has_summit(a, GRPO) and _stops_short(a) and mean_p(a, GRPO, 0) > HIGH,
    ),
    "grpo_ends_where_leash_balances": (
        "GRPO ends within 0.005 of the p(A) at which the pull of its groups and of its leash cancel.",
        lambda a: abs(mean_p(a, GRPO, 0) - float(a["balance_probs"][0])) < 0.005,
    ),
    "dapo_fastest_climb": (
        "After twenty batches DAPO has the highest mean J, and its mean J was the first above 0.9.",
        _dapo_fastest,
    ),
    "dapo_longest_strides": (
        "DAPO's strides are the longest of the six over the first twenty batches: part of its speed is that.",
        _dapo_longest,
    ),
    "dapo_fastest_by_longest_strides": (
        "Over the first twenty batches DAPO climbs fastest and also takes the longest strides.",
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
    "reinforce_map_brightest_at_b": (
        "REINFORCE's map of the frozen batch is highest where B has more than half.",
        lambda a: bool(_policy(*_brightest(a, REINFORCE))[1] > 0.5),
    ),
    "baseline_map_has_no_summit": (
        "The baseline's map of the frozen batch is nowhere higher than at the edge of the window: it only rises.",
        lambda a: not _has_summit(a, BASELINE),
    ),
    "grpo_map_has_summit": (
        "GRPO's map of the frozen batch is higher inside the window than on its edge: the leash bends it down.",
        lambda a: _has_summit(a, GRPO),
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
    "reuse_is_faster_to_the_same_place": (
        "With the ratio and reuse J is higher after ten batches than with the baseline; both are on B when last drawn.",
        lambda a: (
            _edit_reward(a, "ratio", 10) > _edit_reward(a, "baseline", 10)
            and _edit_on_b(a, "baseline")
            and _edit_on_b(a, "ratio")
        ),
    ),
    "plain_pushes_stay_on_b": (
        "With the clip and plain advantages the walk has still more than 0.9 on B after the drawn batches.",
        lambda a: _edit_on_b(a, "clip"),
    ),
    "scaling_turns_the_walk": (
        "Plain pushes are at B after the drawn batches, with strides that fade to under half; over the batch's spread "
        "every answer's push grows, and by then the walk has more than 0.9 on A.",
        lambda a: (
            _pushes_grow(a, "clip", "scale")
            and _edit_on_b(a, "clip")
            and _strides_fade(a, "clip")
            and edit_p(a, "scale") > HIGH
        ),
    ),
    "later_maps_follow_a": (
        "Each of PPO's later maps is of a batch with more of A than the one before it; the last is highest at A.",
        _later_maps_follow_a,
    ),
    "curve_does_without_a_critic": (
        "Graded in the group, the walk ends with more than 0.9 on A as PPO's does, and nobody has learned a forecast.",
        lambda a: edit_p(a, "scale") > HIGH and edit_p(a, "group") > HIGH,
    ),
    "filter_keeps_this_map_and_speeds_the_walk": (
        "Dynamic sampling leaves the map of the frozen batch as it is, and J passes 0.9 sooner.",
        lambda a: (
            bool(np.array_equal(a["edit_surface"][_edit(a, "dapo")], a["edit_surface"][_edit(a, "higher")]))
            and edit_high(a, "dapo") < edit_high(a, "higher") < a["edit_j"].shape[-1]
        ),
    ),
    "plain_pushes_leave_b_later": (
        "Reused with plain pushes, clipped or not, the walk is on B after the drawn batches, and in the long run every "
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
