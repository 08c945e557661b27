"""What may be said of the noise that a constant leaves, and of the runs of both rules."""

from __future__ import annotations

import numpy as np

from objectives.experiments import Arrays, Claim, Number, Values

KINDS = ("plain", "shifted", "value", "best")
PLAIN, SHIFTED, VALUE, BEST = range(4)
A, B, C = range(3)


def _over(a: Arrays, one: int, other: int) -> float:
    """How many times the noise of one kind is that of another; 0 where the other has none."""
    return float(a["noise"][one] / a["noise"][other]) if a["noise"][other] > 0 else 0.0


def _miss(a: Arrays) -> Values:
    """Distance of each kind's average from the exact slope, in its own standard errors (0 where it has no noise)."""
    redraws = a["tips"].shape[1]
    error = np.sqrt(a["noise"] / (float(a["size"]) * redraws))
    distance = np.linalg.norm(a["mean"] - a["exact"], axis=-1)
    return np.asarray(np.divide(distance, error, out=np.zeros_like(distance), where=error > 1e-9))


def _advantage(a: Arrays, answer: int) -> float:
    return float(a["rewards"][answer] - a["probs"] @ a["rewards"])


def _out(a: Arrays, rule: int) -> int:
    """How many runs of a rule end with more than half on A."""
    return int((a["walk_probs"][rule, :, -1, A] > 0.5).sum())


def _last_out(a: Arrays, rule: int) -> int:
    """After how many batches the last of the runs that end there has more than half on A for the first time."""
    chance = a["walk_probs"][rule, :, :, A]
    return int((chance[chance[:, -1] > 0.5] > 0.5).argmax(-1).max(initial=0))


def _strays(a: Arrays, rule: int) -> float:
    """How far the runs of a rule differ in their chance of A: standard deviation over runs, mean over time."""
    return float(a["walk_probs"][rule, :, :, A].std(0).mean())


NUMBERS: dict[str, Number] = {
    "reward_a": ("reward of A", lambda a: float(a["rewards"][A])),
    "reward_b": ("reward of B", lambda a: float(a["rewards"][B])),
    "least_paid": ("smallest reward with the points added", lambda a: float(a["shifted_rewards"].min())),
    "advantage_a": ("reward of A minus what is expected", lambda a: _advantage(a, A)),
    "advantage_b": ("the same of B", lambda a: _advantage(a, B)),
    "advantage_c": ("the same of C", lambda a: _advantage(a, C)),
    "shortfall_c": ("what is expected minus the reward of C", lambda a: -_advantage(a, C)),
    "value": ("expected reward, with the points added", lambda a: float(a["value"])),
    "value_plain": ("expected reward before", lambda a: float(a["probs"] @ a["rewards"])),
    "best_constant": ("the constant that leaves the least noise", lambda a: float(a["best_constant"])),
    "noise_plain": ("exact variance of one answer's gradient, no points added", lambda a: float(a["noise"][PLAIN])),
    "noise_shifted": ("the same with the points added", lambda a: float(a["noise"][SHIFTED])),
    "noise_value": ("the same with the expectation subtracted", lambda a: float(a["noise"][VALUE])),
    "noise_best": ("the same with the best constant subtracted", lambda a: float(a["noise"][BEST])),
    "wider": ("how many times as far the batches scatter with the points", lambda a: _over(a, SHIFTED, PLAIN) ** 0.5),
    "quieter": ("noise with the points over noise minus the expectation", lambda a: _over(a, SHIFTED, VALUE)),
    "quieter_plain": ("noise without points over noise minus the expectation", lambda a: _over(a, PLAIN, VALUE)),
    "early": ("batches in a run of the film", lambda a: float(a["early"])),
    "out_reinforce": ("runs of REINFORCE that end with more than half on A", lambda a: _out(a, 0)),
    "out_baseline": ("the same of the baseline", lambda a: _out(a, 1)),
    "last_out_baseline": ("batches until the last of them has more than half on A", lambda a: _last_out(a, 1)),
}


CLAIMS: dict[str, Claim] = {
    "points_explode": (
        "With the points added the batches scatter at least three times as far as without.",
        lambda a: _over(a, SHIFTED, PLAIN) > 9,
    ),
    "expectation_quiets": (
        "Subtracting the expectation leaves at most a tenth of the scatter, and no constant leaves less than half of "
        "the variance that it leaves.",
        lambda a: _over(a, SHIFTED, VALUE) > 100 and bool(a["noise"][BEST] > a["noise"][VALUE] / 2),
    ),
    "expectation_helps_plain": (
        "Even without points, subtracting the expectation leaves less noise.",
        lambda a: bool(a["noise"][VALUE] < a["noise"][PLAIN]),
    ),
    "mean_never_moves": (
        "In every kind the average of the batches lies within four standard errors of the same exact slope.",
        lambda a: bool((_miss(a) < 4).all()),
    ),
    "too_much_is_loud_again": (
        "Subtracting twice the rewards' range more than the expectation brings ten times its noise back.",
        lambda a: bool(a["curve_noise"][-1] > 10 * a["noise"][VALUE]),
    ),
    "a_and_b_above_c_below": (
        "A and B pay more than is expected, and C, which pays nothing, less.",
        lambda a: min(_advantage(a, A), _advantage(a, B)) > 0 > _advantage(a, C) and a["rewards"][C] == 0,
    ),
    "only_the_advantage_sees_c": (
        "REINFORCE weighs by the bare reward, which is nothing for C, while its advantage is below zero.",
        lambda a: bool(a["constant"] == 0) and a["rewards"][C] == 0 and _advantage(a, C) < 0,
    ),
    "both_go_to_b": (
        "After as many batches as a run of the film has, every run of both rules has more than 0.9 on B.",
        lambda a: bool(a["walk_probs"][:, :, int(a["early"]), B].min() > 0.9),
    ),
    "baseline_gets_out_more_often": (
        "More runs of the baseline than of REINFORCE end with more than half on A.",
        lambda a: _out(a, 1) > _out(a, 0),
    ),
    "all_of_the_baseline_get_out": (
        "Every run of the baseline ends with more than half on A, and not every run of REINFORCE does.",
        lambda a: _out(a, 1) == a["walk"].shape[1] > _out(a, 0),
    ),
    "baseline_keeps_together": (
        "The runs of the baseline differ less than half as much in their chance of A as those of REINFORCE.",
        lambda a: _strays(a, 1) < _strays(a, 0) / 2,
    ),
}
