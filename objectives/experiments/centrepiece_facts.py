"""What may be said of the centrepiece: its numbers, and its claims, each true or false of one run's arrays."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from objectives.experiments import Arrays, Claim, Number, Values

METHODS = ("reinforce", "baseline", "trpo", "ppo", "grpo", "dapo")
REINFORCE, BASELINE, TRPO, PPO, GRPO, DAPO = range(6)
TITLES = ("REINFORCE", "the baseline", "TRPO", "PPO", "GRPO", "DAPO")
HIGH = 0.9
"""A policy has "arrived" when its J, or its chance of answer A, is above this."""

Measure = Callable[[Arrays], float]


def mean_j(a: Arrays, m: int, t: int) -> float:
    """J of one rule after t iterations (or at the end, if the run is shorter), mean over seeds."""
    return float(a["j"][:, m, _clip(a, t)].mean())


def spread_j(a: Arrays, m: int, t: int) -> float:
    """Standard deviation of that J over seeds (population)."""
    return float(a["j"][:, m, _clip(a, t)].std())


def mean_p(a: Arrays, m: int, answer: int, t: int = -1) -> float:
    """Chance of one answer after t iterations, mean over seeds."""
    return float(a["probs"][:, m, _clip(a, t), answer].mean())


def arrived(a: Arrays, m: int) -> int:
    """How many seeds end with more than 0.9 on answer A."""
    return int((a["probs"][:, m, -1, 0] > HIGH).sum())


def first_high(a: Arrays, m: int) -> float:
    """First iteration after which the mean J of a rule is above 0.9; NaN if it never is."""
    above = np.flatnonzero(a["j"][:, m].mean(0) > HIGH)
    return float(above[0]) if len(above) else float("nan")


def gradient_variance(a: Arrays, m: int) -> float:
    """Variance of the first gradient over seeds, both coordinates summed: every seed stands at the same point."""
    return float(a["seed_gradient"][:, m].var(axis=0, ddof=1).sum()) if len(a["seed_gradient"]) > 1 else 0.0


def path_fan(a: Arrays, m: int, t: int) -> float:
    """Root mean square distance of the seeds' positions from their centre after t iterations, in logits."""
    theta = a["theta"][:, m, _clip(a, t)]
    return float(np.sqrt(((theta - theta.mean(0)) ** 2).sum(-1).mean()))


def path_gap(a: Arrays, m: int, other: int) -> float:
    """Largest distance between the mean paths of two rules, over the length of the first one's."""
    one, two = a["theta"][:, m].mean(0), a["theta"][:, other].mean(0)
    length = np.linalg.norm(np.diff(one, axis=0), axis=-1).sum()
    return float(np.linalg.norm(one - two, axis=-1).max() / length) if length > 0 else 0.0


def outside(a: Arrays, m: int) -> float:
    """First iteration after which some seed of a rule is off the window; NaN if all stay on it to the end."""
    low = np.array([a["grid_u"][0], a["grid_v"][0]])
    high = np.array([a["grid_u"][-1], a["grid_v"][-1]])
    theta = a["theta"][:, m]
    gone = np.flatnonzero(((theta < low) | (theta > high)).any(axis=(0, 2)))
    return float(gone[0]) if len(gone) else float("nan")


def climbing_kl(a: Arrays, m: int) -> Values:
    """KL of every iteration of all seeds that began below J = 0.9: while there is still something to climb."""
    return np.asarray(a["kl_step"][:, m][a["j"][:, m, :-1] < HIGH])


def steepness(a: Arrays, m: int, t: int) -> float:
    """Mean length of the strides up to iteration t, in logits."""
    return float(a["step_norm"][:, m, : max(1, _clip(a, t))].mean())


def edit_index(a: Arrays, edit: str) -> int:
    return int(np.flatnonzero(a["edits"] == edit)[0])


def edit_p(a: Arrays, edit: str) -> float:
    """Chance of answer A at the end of an intermediate rule, mean over seeds."""
    return float(a["edit_probs_end"][edit_index(a, edit), :, 0].mean())


def _clip(a: Arrays, t: int) -> int:
    last = a["j"].shape[-1] - 1
    return last if t < 0 else min(t, last)


def _numbers() -> dict[str, Number]:
    numbers: dict[str, Number] = {
        "j_start": ("J of the start policy", lambda a: float(a["j"][0, 0, 0])),
        "batch_size": ("answers in one batch", lambda a: len(a["batch_answer"])),
        "batch_a": ("answers A in the frozen batch", lambda a: int((a["batch_answer"] == 0).sum())),
        "batch_b": ("answers B in the frozen batch", lambda a: int((a["batch_answer"] == 1).sum())),
        "batch_c": ("answers C in the frozen batch", lambda a: int((a["batch_answer"] == 2).sum())),
        "groups_with_a": (
            "groups of the frozen batch that hold an answer A",
            lambda a: len(np.unique(a["batch_group"][a["batch_answer"] == 0])),
        ),
        "seeds": ("runs of each rule", lambda a: a["j"].shape[0]),
        "iterations": ("batches in one run", lambda a: a["j"].shape[-1] - 1),
        "variance_ratio": (
            "variance of the first gradient over seeds: REINFORCE over baseline",
            lambda a: _ratio(gradient_variance(a, REINFORCE), gradient_variance(a, BASELINE)),
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
        "balance_p_a": ("chance of A where GRPO's pull and leash cancel", lambda a: float(a["balance_probs"][0])),
        "gibbs_p_a": ("chance of A in ref x exp(r / beta)", lambda a: float(a["gibbs_probs"][0])),
        "p_a_end_no_leash": ("chance of A at the end of GRPO with beta = 0", lambda a: edit_p(a, "group")),
        "p_a_end_clip": ("chance of A at the end of PPO with plain advantages", lambda a: edit_p(a, "clip")),
        "max_ratio_ppo": (
            "largest ratio that one iteration of PPO reached",
            lambda a: float(a["ratio_path"][:, PPO].max()),
        ),
        "clipped_ppo": ("share of PPO's samples gated at the last update", lambda a: float(a["sample_gate"][:, PPO].mean())),
        "clipped_grpo": ("the same for GRPO", lambda a: float(a["sample_gate"][:, GRPO].mean())),
        "clipped_dapo": ("the same for DAPO", lambda a: float(a["sample_gate"][:, DAPO].mean())),
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
                lambda a, m=m: float(a["kl_to_ref"][:, m, -1].mean()),
            ),
            f"mixed_end_{name}": (
                f"share of mixed groups in the last batch of {title}",
                lambda a, m=m: float(a["groups_mixed"][:, m, -1].mean()),
            ),
            f"fan_at10_{name}": (f"spread of the positions of {title} after 10 (logit)", _at(path_fan, m, 10)),
            f"gradient_variance_{name}": (f"variance of the first gradient of {title}", _of(gradient_variance, m)),
            f"stride_at20_{name}": (f"mean stride of {title} in 20 iterations (logit)", _at(steepness, m, 20)),
            f"outside_{name}": (f"first iteration at which a seed of {title} leaves the window", _of(outside, m)),
            f"gated_plane_{name}": (
                f"share of the window on which {title} silences some answer of the batch",
                lambda a, m=m: float((a["gate"][m] > 0).mean()),
            ),
        }
    return numbers


def _at(measure: Callable[[Arrays, int, int], float], m: int, t: int) -> Measure:
    return lambda a: measure(a, m, t)


def _of(measure: Callable[[Arrays, int], float], m: int) -> Measure:
    return lambda a: measure(a, m)


def _chance(m: int, answer: int, t: int) -> Measure:
    return lambda a: mean_p(a, m, answer, t)


def _ratio(above: float, below: float) -> float:
    return above / below if below > 0 else float("nan")


NUMBERS = _numbers()
CLAIMS: dict[str, Claim] = {}
