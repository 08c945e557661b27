"""What may be said of one group, of its division by the spread and of the models kept: numbers and claims."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from objectives.experiments import Arrays, Claim, Number, Values

SIZES = (2, 4, 8, 16, 64)  # groups whose weights are compared
A, B, C = range(3)
DIVIDED, PLAIN = range(2)


def _weight_at(size: int) -> Callable[[Arrays], float]:
    return lambda a: float(a["hard_weight"][SIZES.index(size)])


def _toss_up(kind: int, size: int) -> Callable[[Arrays], float]:
    """How many times as hard the logit of a toss-up is pushed as that of the hard question."""
    return lambda a: float(a["half_push"][kind, SIZES.index(size)] / a["hard_push"][kind, SIZES.index(size)])


def _share(case: int) -> Callable[[Arrays], float]:
    def of(a: Arrays) -> float:
        whole = float(a["bytes"][0].sum())
        return float(a["bytes"][case].sum()) / whole if whole > 0 else 0.0

    return of


def _louder(a: Arrays) -> Values:
    """Divided over undivided push of the right answers, from one right to one wrong."""
    louder: Values = a["up"][0, 1:-1] / a["up"][1, 1:-1]
    return louder


def _louder_middle(a: Arrays) -> float:
    louder = _louder(a)
    return float(louder[(len(louder) - 1) // 2])


def _half_way(name: str) -> Callable[[Arrays], float]:
    """A value in the middle of the line, where the table is read."""
    return lambda a: float(a[name][len(a["step"]) // 2])


def _spread(a: Arrays) -> Values:
    """Standard deviation of the advantages of every mixed group, [kind, k right]: their mean is 0."""
    share = a["right"] / a["right"][-1]
    spread: Values = np.sqrt(share * a["up"] ** 2 + (1 - share) * a["down"] ** 2)[:, 1:-1]
    return spread


def _single_peak(push: Values) -> bool:
    """Whether a curve rises up to its middle and falls from there."""
    middle = len(push) // 2
    return bool((np.diff(push[: middle + 1]) > 0).all() and (np.diff(push[middle:]) < 0).all())


NUMBERS: dict[str, Number] = {
    "group_size": ("answers in the group", lambda a: float(len(a["group_answer"]))),
    "group_mean": ("mean reward of the group", lambda a: float(a["group_mean"])),
    "group_std": ("its standard deviation", lambda a: float(a["group_std"])),
    "count_a": ("answers A in the group", lambda a: float((a["group_answer"] == A).sum())),
    "count_b": ("answers B in the group", lambda a: float((a["group_answer"] == B).sum())),
    "count_c": ("answers C in the group", lambda a: float((a["group_answer"] == C).sum())),
    "start_objective": ("the objective before the policy moves", lambda a: float(a["objective"][0])),
    "start_kl": ("mean KL to the reference before the policy moves (nat)", lambda a: float(a["mean_kl"][0])),
    "common_right": ("right answers of a group with one wrong", lambda a: float(len(a["right"]) - 2)),
    "best_objective": ("the highest objective on the line", lambda a: float(a["objective"].max())),
    "ups": ("sum of the advantages above 0", lambda a: float(a["advantage"].clip(0).sum())),
    "half_way_surrogate": ("mean of the smaller terms half way along the line", _half_way("surrogate")),
    "half_way_kl": ("mean KL to the reference there (nat)", _half_way("mean_kl")),
    "half_way_leash": ("beta times that", _half_way("leash")),
    "half_way_objective": ("the objective there", _half_way("objective")),
    "end_objective": ("the objective at its end", lambda a: float(a["objective"][-1])),
    "lone_win": ("advantage of the only right answer", lambda a: float(a["up"][0, 1])),
    "lone_win_loss": ("advantage of the wrong answers beside it", lambda a: float(a["down"][0, 1])),
    "common_win": ("advantage of a right answer where only one is wrong", lambda a: float(a["up"][0, -2])),
    "lone_win_plain": ("advantage of the only right answer, not divided", lambda a: float(a["up"][1, 1])),
    "louder_ends": ("how many times as loud the only right answer gets when divided", lambda a: float(_louder(a)[0])),
    "louder_middle": ("the same of right answers that are half of the group", _louder_middle),
    "weight_group": ("weight of the hard question, groups of the size shown", lambda a: float(a["group_weight"])),
    "weight_2": ("weight of the hard question, groups of 2", _weight_at(2)),
    "weight_4": ("the same, groups of 4", _weight_at(4)),
    "weight_8": ("the same, groups of 8", _weight_at(8)),
    "weight_16": ("the same, groups of 16", _weight_at(16)),
    "weight_64": ("the same, groups of 64", _weight_at(64)),
    "weight_limit": ("the same, endless groups", lambda a: float(a["hard_limit"])),
    "toss_up_8": (
        "how many times as hard the logit of a toss-up is pushed as that of the hard question, groups of 8",
        _toss_up(DIVIDED, 8),
    ),
    "toss_up_64": ("the same, groups of 64", _toss_up(DIVIDED, 64)),
    "toss_up_plain": ("the same where nothing is divided, groups of any size", _toss_up(PLAIN, 8)),
    "half_push_8": ("push on the logit of a toss-up, groups of 8", lambda a: float(a["half_push"][DIVIDED, 2])),
    "hard_push_8": ("push on the logit of the hard question, groups of 8", lambda a: float(a["hard_push"][DIVIDED, 2])),
    "hard_one_in": ("the hard question is answered right one time in so many", lambda a: float(1 / a["hard"])),
    "rare_one_in": ("the same for the rare one", lambda a: float(1 / a["rare"])),
    "mixed_8": ("share of groups of 8 that are mixed at the rare question", lambda a: float(a["rare_mixed"][2])),
    "mixed_64": ("the same, groups of 64", lambda a: float(a["rare_mixed"][4])),
    "run_loss_end": ("loss of the last batch of the run with one update per batch", lambda a: float(a["run_loss"][-1])),
    "run_j_start": ("expected reward before that run", lambda a: float(a["run_j"][0])),
    "run_j_end": ("the same at its last batch", lambda a: float(a["run_j"][-1])),
    "models_ppo": ("models that PPO keeps", lambda a: float(a["kept"][0].sum())),
    "models_grpo": ("models that GRPO keeps", lambda a: float(a["kept"][1].sum())),
    "models_rules": ("models that GRPO keeps with rules for rewards", lambda a: float(a["kept"][2].sum())),
    "memory_grpo": ("memory of GRPO over that of PPO", _share(1)),
}


CLAIMS: dict[str, Claim] = {
    "divides_by_the_spread": (
        "GRPO's advantage is the distance from the group's mean over its standard deviation.",
        lambda a: bool(np.allclose(a["advantage"] * a["group_std"], a["centred"], atol=1e-6) and a["group_std"] > 0),
    ),
    "pushes_cancel": (
        "The advantages of the group sum to 0, and not all are 0.",
        lambda a: bool(abs(a["advantage"].sum()) < 1e-9 < np.abs(a["advantage"]).max()),
    ),
    "all_kinds_in_the_group": (
        "The group holds all three answers; A is better than its mean, C is worse.",
        lambda a: bool(
            all((a["group_answer"] == k).any() for k in range(3))
            and a["advantage"][a["group_answer"] == A].min() > 0 > a["advantage"][a["group_answer"] == C].max()
        ),
    ),
    "ratios_start_at_one": (
        "Before the policy moves every ratio is 1 and the surrogate 0, while the KL is not.",
        lambda a: bool(
            np.allclose(a["ratio"][0], 1) and abs(float(a["surrogate"][0])) < 1e-9 and float(a["mean_kl"][0]) > 1e-3
        ),
    ),
    "both_ends_fall_silent": (
        "On the line A falls silent past its upper bound, then C past its lower one, and both stay silent.",
        lambda a: 0 < float(a["silent_from"][A]) < float(a["silent_from"][C]) < float(a["step"][-1]),
    ),
    "leash_pulls_back": (
        "The surrogate never falls on the line; the objective rises at first, and is highest before its end.",
        lambda a: bool(
            (np.diff(a["surrogate"]) > -1e-12).all()
            and a["objective"][1] > a["objective"][0]
            and 0 < a["objective"].argmax() < len(a["step"]) - 1
            and (np.diff(a["leash"]) > 0).all()
        ),
    ),
    "ends_are_silent_half_way": (
        "Half way along the line every A and every C is silent, and no B is.",
        lambda a: np.array_equal(a["gate"][len(a["step"]) // 2], np.isin(a["group_answer"], (A, C)).astype(float)),
    ),
    "leash_is_slight": (
        "Nowhere on the line does beta times KL reach half the highest surrogate.",
        lambda a: float(a["leash"].max()) < 0.5 * float(a["surrogate"].max()),
    ),
    "lone_win_shouts": (
        "The only right answer of a group gets over three times the push of a right one among others.",
        lambda a: float(a["up"][0, 1]) > 3 * float(a["up"][0, -2]) > 0,
    ),
    "division_makes_it_louder": (
        "Dividing by the spread more than doubles the push of the only right answer.",
        lambda a: float(a["up"][0, 1]) > 2 * float(a["up"][1, 1]) > 0,
    ),
    "ends_gain_most": (
        "Dividing makes a lone win and a lone failure louder by more than a group that is half right, which gains too.",
        lambda a: bool(min(_louder(a)[[0, -1]]) > 1.05 * _louder_middle(a) > 1.05),
    ),
    "division_makes_groups_alike": (
        "The advantages of a mixed group have a standard deviation of 1 when divided; undivided, it differs.",
        lambda a: bool(np.allclose(_spread(a)[DIVIDED], 1, atol=1e-6) and np.ptp(_spread(a)[PLAIN]) > 0.05),
    ),
    "unanimous_is_silent": (
        "A group that is all right or all wrong gets no push at all.",
        lambda a: bool((a["up"][:, [0, -1]] == 0).all() and (a["down"][:, [0, -1]] == 0).all()),
    ),
    "pairs_are_reinforce": (
        "In groups of two the weight is 1 at every chance: REINFORCE.",
        lambda a: bool(np.abs(a["weight"][0] - 1).max() < 1e-6),
    ),
    "larger_groups_favour_the_hard": (
        "The weight of the hard question grows with the group's size.",
        lambda a: bool((np.diff(a["hard_weight"]) > 0).all() and a["hard_limit"] > a["hard_weight"][-1]),
    ),
    "ends_count_most": (
        "In groups of eight or more a question right nearly always or nearly never weighs a fifth more than one that is"
        " right half of the time.",
        lambda a: bool((a["weight"][2:, [0, -1]].min(1) > 1.2 * a["weight"][2:, a["weight"].shape[1] // 2]).all()),
    ),
    "toss_up_is_pushed_hardest": (
        "In the logit of p the push is hardest where p is a half, divided or not, at every size of group, and falls "
        "towards both ends.",
        lambda a: all(_single_peak(push) for push in (*a["push"], *a["plain_push"], a["limit_push"])),
    ),
    "division_flattens_the_push": (
        "In groups of eight or more a toss-up is pushed harder than the hard question, but by a tenth less when "
        "divided by the spread than when not.",
        lambda a: all(1 < _toss_up(DIVIDED, size)(a) < 0.9 * _toss_up(PLAIN, size)(a) for size in SIZES[2:]),
    ),
    "weight_and_push_disagree": (
        "In groups of eight the weight is least where the push is greatest: at a toss-up.",
        lambda a: int(a["weight"][2].argmin()) == int(a["push"][2].argmax()) == a["weight"].shape[1] // 2,
    ),
    "rare_groups_are_unanimous": (
        "At the rare question most groups of 8 are unanimous, and most of 64 are mixed.",
        lambda a: bool(a["rare_mixed"][2] < 0.5 < a["rare_mixed"][4]),
    ),
    "loss_is_only_the_leash": (
        "With one update per batch the surrogate is 0 at every batch, and the first loss is 0.",
        lambda a: bool(np.abs(a["run_policy"]).max() < 1e-9 and abs(float(a["run_loss"][0])) < 1e-9),
    ),
    "loss_rises_with_the_reward": (
        "From the first quarter of that run to its last, the loss and the expected reward both rise.",
        lambda a: all(
            np.mean(a[name][-(len(a[name]) // 4) :]) > 1.2 * np.mean(a[name][: len(a[name]) // 4])
            for name in ("run_loss", "run_j")
        ),
    ),
    "learners_need_most": (
        "Policy and critic, which learn, take more than half of PPO's memory.",
        lambda a: float(a["bytes"][0, :2].sum()) > 0.5 * float(a["bytes"][0].sum()),
    ),
}
