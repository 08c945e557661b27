"""Numbers that may be said of the centrepiece, and the measures that they and its claims are made of."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from objectives.experiments import Arrays, Number, Values

METHODS = ("reinforce", "baseline", "trpo", "ppo", "grpo", "dapo")
REINFORCE, BASELINE, TRPO, PPO, GRPO, DAPO = range(6)
TITLES = ("REINFORCE", "the baseline", "TRPO", "PPO", "GRPO", "DAPO")
HIGH = 0.9
"""A policy has "arrived" when its J, or its chance of answer A, is above this."""

Measure = Callable[[Arrays], float]


def mean_j(a: Arrays, m: int, t: int) -> float:
    """J of one rule after t iterations (or at the end, if the run is shorter), mean over seeds."""
    return float(a["j"][:, m, step_at(a, t)].mean())


def spread_j(a: Arrays, m: int, t: int) -> float:
    """Standard deviation of that J over seeds (population)."""
    return float(a["j"][:, m, step_at(a, t)].std())


def mean_p(a: Arrays, m: int, answer: int, t: int = -1) -> float:
    """Chance of one answer after t iterations, mean over seeds."""
    return float(a["probs"][:, m, step_at(a, t), answer].mean())


def arrived(a: Arrays, m: int) -> int:
    """How many seeds end with more than 0.9 on answer A."""
    return int((a["probs"][:, m, -1, 0] > HIGH).sum())


def first_high(a: Arrays, m: int) -> float:
    """First iteration after which the mean J of a rule is above 0.9; one past the end if it never is."""
    return float(first_true(a["j"][:, m].mean(0) > HIGH))


def edit_high(a: Arrays, edit: str) -> float:
    """First batch after which J of the run under an edit, first seed, is above 0.9; one past the end if none is."""
    return float(first_true(a["edit_j"][a["edits"] == edit][0] > HIGH))


def path_fan(a: Arrays, m: int, t: int) -> float:
    """Root mean square distance of the seeds' positions from their centre after t iterations, in logits."""
    theta = a["theta"][:, m, step_at(a, t)]
    return float(np.sqrt(((theta - theta.mean(0)) ** 2).sum(-1).mean()))


def path_gap(a: Arrays, m: int, other: int) -> float:
    """Largest distance between the mean paths of two rules, over the length of the first one's."""
    one, two = a["theta"][:, m].mean(0), a["theta"][:, other].mean(0)
    length = np.linalg.norm(np.diff(one, axis=0), axis=-1).sum()
    return float(np.linalg.norm(one - two, axis=-1).max() / length) if length > 0 else 0.0


def outside(a: Arrays, m: int) -> float:
    """First iteration after which some seed of a rule is off the window; one past the end if all stay on it."""
    low = np.array([a["grid_u"][0], a["grid_v"][0]])
    high = np.array([a["grid_u"][-1], a["grid_v"][-1]])
    theta = a["theta"][:, m]
    return float(first_true(np.any((theta < low) | (theta > high), axis=(0, 2))))


def straightness(a: Arrays, m: int) -> float:
    """Distance over length of a rule's mean path on the plane, up to where its mean J passes 0.9: 1 is a beeline."""
    path = a["theta"][:, m].mean(0)[: int(first_high(a, m)) + 1]
    length = np.linalg.norm(np.diff(path, axis=0), axis=-1).sum()
    return _ratio(float(np.linalg.norm(path[-1] - path[0])), float(length))


def highs(a: Arrays, m: int) -> Values:
    """For each seed the first iteration after which J is above 0.9; one past the end if it never is."""
    return np.asarray(first_true(a["j"][:, m] > HIGH))


def climbing_kl(a: Arrays, m: int) -> Values:
    """KL of every iteration of all seeds that began below J = 0.9: while there is still something to climb."""
    return np.asarray(a["kl_step"][:, m][a["j"][:, m, :-1] < HIGH])


def long_j(a: Arrays, run: str) -> Values:
    """J along the long run of one of the six or of an edit in `long_edits`, [S, T + 1]."""
    if run in METHODS:
        return np.asarray(a["long_j"][:, METHODS.index(run)])
    return np.asarray(a["long_edit_j"][a["long_edits"] == run][0])


def long_highs(a: Arrays, run: str) -> Values:
    """For each seed the first batch of the long run after which J is above 0.9; one past the end if none is."""
    return np.asarray(first_true(long_j(a, run) > HIGH))


def long_arrived(a: Arrays, run: str) -> int:
    """How many seeds pass J = 0.9 in the long run."""
    return int((long_j(a, run) > HIGH).any(-1).sum())


def correct_filter_arrived(a: Arrays) -> int:
    """How many seeds of DAPO with the filter of its paper pass J = 0.9 in the drawn batches."""
    return int((a["correct_filter_j"] > HIGH).any(-1).sum())


def step_length(a: Arrays, m: int, t: int) -> float:
    """Mean length of the steps up to iteration t, in logits."""
    return float(a["step_norm"][:, m, : max(1, step_at(a, t))].mean())


def edit_p(a: Arrays, edit: str, answer: int = 0) -> float:
    """Chance of one answer at the end of an intermediate rule, mean over seeds."""
    return float(a["edit_probs_end"][a["edits"] == edit, :, answer].mean())


def step_at(a: Arrays, t: int) -> int:
    """The index of the state after t iterations, or of the last; -1 is the last."""
    last = int(a["j"].shape[-1]) - 1
    return last if t < 0 else min(t, last)


def _numbers() -> dict[str, Number]:
    numbers: dict[str, Number] = {
        "j_start": ("J of the start policy", lambda a: float(a["j"][0, 0, 0])),
        "batch_size": ("answers in one batch", lambda a: len(a["batch_answer"])),
        "frozen_batch_count_a": ("answers A in the frozen batch", lambda a: int((a["batch_answer"] == 0).sum())),
        "frozen_batch_count_b": ("answers B in the frozen batch", lambda a: int((a["batch_answer"] == 1).sum())),
        "frozen_batch_count_c": ("answers C in the frozen batch", lambda a: int((a["batch_answer"] == 2).sum())),
        "frozen_groups_with_a": (
            "groups of the frozen batch that hold an answer A",
            lambda a: len(np.unique(a["batch_group"][a["batch_answer"] == 0])),
        ),
        "seeds": ("runs of each rule", lambda a: a["j"].shape[0]),
        "shown": ("iterations that the six are run together: 20, or all if there are fewer", lambda a: step_at(a, 20)),
        "iterations": ("batches in one run", lambda a: a["j"].shape[-1] - 1),
        "noise_reinforce": ("exact variance of one answer's gradient at the start", lambda a: float(a["noise"][0])),
        "noise_baseline": ("the same, with the critic's forecast subtracted", lambda a: float(a["noise"][1])),
        "noise_ratio": (
            "REINFORCE's variance of the gradient at the start over the baseline's, exact",
            lambda a: _ratio(float(a["noise"][0]), float(a["noise"][1])),
        ),
        "reinforce_summit_p_a": (
            "chance of A where REINFORCE's surrogate of the frozen batch is highest: proportional to the reward seen",
            lambda a: _ratio(float(a["batch_reward"][a["batch_answer"] == 0].sum()), float(a["batch_reward"].sum())),
        ),
        "baseline_path_gap": (
            "largest distance between the mean paths of REINFORCE and baseline, over the path's length",
            lambda a: path_gap(a, REINFORCE, BASELINE),
        ),
        "kl_step_trpo": (
            "median KL of TRPO's iterations while J < 0.9 (nat)",
            lambda a: float(np.median(climbing_kl(a, TRPO))) if len(climbing_kl(a, TRPO)) else 0.0,
        ),
        "kl_step_max_trpo": ("largest KL of any iteration of TRPO (nat)", lambda a: float(a["kl_step"][:, TRPO].max())),
        "balance_p_a": (
            "chance of A where GRPO's gradient and KL penalty cancel",
            lambda a: float(a["balance_probs"][0]),
        ),
        "gibbs_p_a": ("chance of A in ref x exp(r / beta)", lambda a: float(a["gibbs_probs"][0])),
        "p_a_end_no_leash": ("chance of A at the end of GRPO with beta = 0", lambda a: edit_p(a, "group")),
        "high": ("the J that counts as arrived", lambda a: HIGH),
        "edit_high_higher": (
            "first batch after which J is above 0.9 without the filter, first seed; one past the end if none is",
            lambda a: edit_high(a, "higher"),
        ),
        "edit_high_dapo": (
            "the same with the filter",
            lambda a: edit_high(a, "dapo"),
        ),
        "p_a_end_clip": ("chance of A at the end of PPO with plain advantages", lambda a: edit_p(a, "clip")),
        "arrived_correct_filter": (
            "seeds of DAPO with the filter of its paper, 0 < #correct < G, that pass J = 0.9 in the drawn batches",
            lambda a: correct_filter_arrived(a),
        ),
        "p_b_end_ratio": (
            "chance of B after the drawn batches with the ratio, reuse and plain pushes",
            lambda a: edit_p(a, "ratio", 1),
        ),
        "p_b_end_clip": ("the same with the clip", lambda a: edit_p(a, "clip", 1)),
        "long_batches": ("batches in one long run", lambda a: a["long_j"].shape[-1] - 1),
        "max_ratio_ppo": (
            "largest ratio that one iteration of PPO reached",
            lambda a: float(a["ratio_path"][:, PPO].max()),
        ),
    }
    for m, (name, title) in enumerate(zip(METHODS, TITLES, strict=True)):
        numbers |= {
            f"j_at10_{name}": (f"J of {title} after 10 iterations, mean over seeds", _at(mean_j, m, 10)),
            f"j_at20_{name}": (f"J of {title} after 20 iterations, mean over seeds", _at(mean_j, m, 20)),
            f"j_end_{name}": (f"J of {title} at the end, mean over seeds", _at(mean_j, m, -1)),
            f"spread_at10_{name}": (f"standard deviation over seeds of J of {title} after 10", _at(spread_j, m, 10)),
            f"spread_at20_{name}": (f"standard deviation over seeds of J of {title} after 20", _at(spread_j, m, 20)),
            f"spread_end_{name}": (f"standard deviation over seeds of J of {title} at the end", _at(spread_j, m, -1)),
            f"p_a_at20_{name}": (f"chance of A under {title} after 20 iterations", _chance(m, 0, 20)),
            f"p_a_end_{name}": (f"chance of A under {title} at the end", _chance(m, 0, -1)),
            f"p_b_end_{name}": (f"chance of B under {title} at the end", _chance(m, 1, -1)),
            f"arrived_{name}": (f"seeds of {title} that end with p(A) > 0.9", _of(arrived, m)),
            f"first_high_{name}": (f"first iteration with mean J of {title} > 0.9", _of(first_high, m)),
            f"kl_ref_end_{name}": (
                f"KL(policy || reference) of {title} at the end, mean over seeds (nat)",
                _of(lambda a, m: float(a["kl_to_ref"][:, m, -1].mean()), m),
            ),
            f"mixed_end_{name}": (
                f"share of mixed groups in the last batch of {title}",
                _of(lambda a, m: float(a["groups_mixed"][:, m, -1].mean()), m),
            ),
            f"fan_at10_{name}": (f"spread of the positions of {title} after 10 (logit)", _at(path_fan, m, 10)),
            f"earliest_{name}": (
                f"iteration at which the first seed of {title} passes J = 0.9 (one past the end if none)",
                _of(lambda a, m: float(highs(a, m).min()), m),
            ),
            f"latest_{name}": (
                f"iteration at which the last seed of {title} passes J = 0.9 (one past the end if none)",
                _of(lambda a, m: float(highs(a, m).max()), m),
            ),
            f"peak_b_{name}": (
                f"largest mean chance of B on the way of {title}",
                _of(lambda a, m: float(a["probs"][:, m, :, 1].mean(0).max()), m),
            ),
            f"updates_clipped_{name}": (
                f"share of the samples of {title} gated at the last update of an iteration",
                _of(lambda a, m: float(a["sample_gate"][:, m].mean()), m),
            ),
            f"stride_at20_{name}": (
                f"mean length of the steps of {title} in 20 iterations (logit)",
                _at(step_length, m, 20),
            ),
            f"straightness_{name}": (
                f"distance over length of the mean path of {title} to J = 0.9",
                _of(straightness, m),
            ),
            f"outside_{name}": (f"first iteration at which a seed of {title} leaves the window", _of(outside, m)),
            f"gated_plane_{name}": (
                f"share of the window on which {title} silences some answer of the batch",
                _of(lambda a, m: float((a["gate"][m] > 0).mean()), m),
            ),
        }
    for run, title in zip((*METHODS, "ratio", "clip"), (*TITLES, "plain reuse", "plain clipped reuse"), strict=True):
        numbers |= {
            f"long_arrived_{run}": (f"seeds of {title} that pass J = 0.9 in the long run", _far(long_arrived, run)),
            f"long_earliest_{run}": (
                f"batch of the long run at which the first seed of {title} passes J = 0.9 (one past the end if none)",
                _far(lambda a, run: float(long_highs(a, run).min()), run),
            ),
            f"long_latest_{run}": (
                f"batch of the long run at which the last seed of {title} passes J = 0.9 (one past the end if never)",
                _far(lambda a, run: float(long_highs(a, run).max()), run),
            ),
            f"long_j_end_{run}": (
                f"J of {title} at the end of the long run, mean over seeds",
                _far(lambda a, run: float(long_j(a, run)[:, -1].mean()), run),
            ),
        }
    return numbers


def _at(measure: Callable[[Arrays, int, int], float], m: int, t: int) -> Measure:
    return lambda a: measure(a, m, t)


def _of(measure: Callable[[Arrays, int], float], m: int) -> Measure:
    return lambda a: measure(a, m)


def _far(measure: Callable[[Arrays, str], float], run: str) -> Measure:
    return lambda a: measure(a, run)


def _chance(m: int, answer: int, t: int) -> Measure:
    return lambda a: mean_p(a, m, answer, t)


def _ratio(above: float, below: float) -> float:
    """The quotient, or 0 where there is nothing to divide by: a number that is spoken must be finite."""
    return above / below if below > 0 else 0.0


def first_true(flags: npt.ArrayLike) -> Values:
    """Index of the first True along the last axis, or the length of that axis."""
    flags = np.asarray(flags)
    return np.asarray(np.where(flags.any(-1), flags.argmax(-1), flags.shape[-1]))


NUMBERS = _numbers()
