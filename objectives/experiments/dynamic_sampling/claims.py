"""What may be said of groups that agree: numbers and claims."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from objectives.experiments import Arrays, Claim, Number, Values

OFF, SHORT, FULL = range(3)


def _batches(a: Arrays, kind: int) -> Values:
    """Batches until each run is taught; one more than there are if it never is."""
    batches: Values = a["taught_batches"][kind]
    return batches


def _taught(a: Arrays, kind: int) -> int:
    return int((_batches(a, kind) < a["accuracy"].shape[-1]).sum())


def _answers(a: Arrays, kind: int) -> Values:
    """Answers drawn until each run is taught, or in all of its batches."""
    answers: Values = a["taught_answers"][kind]
    return answers


def _dearest(a: Arrays) -> float:
    """The most answers drawn for one batch, over those that it holds."""
    return float(a["drawn"][FULL].max() / a["batch_size"])


def _cost_grows(a: Arrays) -> bool:
    """Runs that draw again ask for more answers in the last third of their batches than in the first."""
    ratio = []
    for drawn in a["drawn"][FULL]:
        busy = drawn[drawn > 0]
        third = max(1, len(busy) // 3)
        ratio.append(busy[-third:].mean() / busy[:third].mean() if len(busy) else 0.0)
    return bool(np.mean(ratio) > 1.5)


def _formula_gap(a: Arrays) -> float:
    """Mean over the batches of |share of mixed groups - its exact expectation|, filter off, seeds together."""
    return float(np.abs((a["mixed"][OFF] - a["mixed_expected"][OFF]).mean(0)).mean())


def _shown_mixed(a: Arrays) -> float:
    """How many groups are mixed in the batch that is looked at closely."""
    return float(a["mixed"][OFF, 0, int(a["shown"])] * a["groups"])


def _shown_shrinks(a: Arrays) -> float:
    """How much smaller the mean over all groups of that batch is than over the mixed ones; 0 if none is mixed."""
    mixed = float(a["mixed"][OFF, 0, int(a["shown"])])
    return 1 / mixed if mixed > 0 else 0.0


def _hard(size: int) -> Callable[[Arrays], float]:
    return lambda a: float(a["mixed_hard"][size])


NUMBERS: dict[str, Number] = {
    "hard": ("chance of being right at the hard prompt", lambda a: float(a["hard"])),
    "size_third": ("the last size of a group but one", lambda a: float(a["sizes"][-2])),
    "all_wrong_third": (
        "chance that all its answers are wrong at the hard prompt",
        lambda a: float(a["all_wrong_hard"][-2]),
    ),
    "all_right_third": ("chance that all are right there", lambda a: float(a["all_right_hard"][-2])),
    "rare": ("probability of the rare word", lambda a: float(a["words"][0])),
    "common": ("probability of the common word", lambda a: float(a["words"][1])),
    "post": ("1 plus the upper side of the even fence", lambda a: 1 + float(a["ceilings"][0])),
    "post_high": ("1 plus DAPO's", lambda a: 1 + float(a["ceilings"][1])),
    "groups": ("groups that a batch holds", lambda a: float(a["groups"])),
    "shown_mixed": ("mixed groups in the batch that is looked at closely, filter off", _shown_mixed),
    "shown_shrinks": ("how much smaller its mean over all groups is than over these", _shown_shrinks),
    "accuracy_start": ("accuracy at the start", lambda a: float(a["accuracy"][OFF, :, 0].mean())),
    "price": (
        "answers drawn until taught, drawn again until full, over those without a filter",
        lambda a: float(_answers(a, FULL).mean() / max(1.0, _answers(a, OFF).mean())),
    ),
    "size_small": ("the smallest group", lambda a: float(a["sizes"][0])),
    "size_large": ("the largest group", lambda a: float(a["sizes"][-1])),
    "mixed_hard_small": ("chance that it is mixed at the hard prompt", _hard(0)),
    "mixed_hard_second": ("the same of the second size", _hard(1)),
    "mixed_hard_third": ("the same of the last size but one", _hard(-2)),
    "mixed_hard_large": ("the same of the largest group", _hard(-1)),
    "bound_rare": ("up to where the rare word is paid for rising, even fence", lambda a: float(a["bound"][0, 0])),
    "bound_common": ("the same of the common word", lambda a: float(a["bound"][0, 1])),
    "bound_rare_high": ("the rare word, DAPO's ceiling", lambda a: float(a["bound"][1, 0])),
    "mixed_start": ("share of mixed groups in the first batch", lambda a: float(a["mixed"][OFF, :, 0].mean())),
    "mixed_end_off": ("share in the last batch, filter off", lambda a: float(a["mixed"][OFF, :, -1].mean())),
    "mixed_start_expected": (
        "share of mixed groups to expect of the first batch, exact",
        lambda a: float(a["mixed_expected"][OFF, :, 0].mean()),
    ),
    "formula_gap": ("mean distance of that share from the exact one, filter off, seeds together", _formula_gap),
    "done": ("chance of a right answer above which a run counts as taught", lambda a: float(a["done"])),
    "batches_off": ("mean batches until taught, filter off", lambda a: float(_batches(a, OFF).mean())),
    "batches_short": ("the same, groups that agree left out", lambda a: float(_batches(a, SHORT).mean())),
    "batches_full": ("the same, drawn again until the batch is full", lambda a: float(_batches(a, FULL).mean())),
    "answers_off": ("mean answers drawn until taught, filter off", lambda a: float(_answers(a, OFF).mean())),
    "answers_short": ("the same, groups that agree left out", lambda a: float(_answers(a, SHORT).mean())),
    "answers_full": ("the same, drawn again until the batch is full", lambda a: float(_answers(a, FULL).mean())),
    "taught_off": ("runs that are taught, filter off", lambda a: float(_taught(a, OFF))),
    "taught_short": ("the same, groups that agree left out", lambda a: float(_taught(a, SHORT))),
    "taught_full": ("the same, drawn again until the batch is full", lambda a: float(_taught(a, FULL))),
    "dearest": ("most answers drawn for one batch, over those that it holds", _dearest),
    "batch_size": ("answers that a batch holds", lambda a: float(a["batch_size"])),
    "accuracy_end_off": ("mean accuracy at the end, filter off", lambda a: float(a["accuracy"][OFF, :, -1].mean())),
    "accuracy_end_short": (
        "the same, groups that agree left out",
        lambda a: float(a["accuracy"][SHORT, :, -1].mean()),
    ),
    "runs": ("runs of each kind", lambda a: float(a["accuracy"].shape[1])),
}

CLAIMS: dict[str, Claim] = {
    "larger_groups_are_mixed_more_often": (
        "At the hard prompt a larger group is mixed more often.",
        lambda a: bool((np.diff(a["mixed_hard"]) > 0).all()),
    ),
    "common_words_have_no_ceiling": (
        "The common word could be paid for rising beyond certainty, the rare one only to a few percent.",
        lambda a: bool(a["bound"][0, 1] > 1 and a["bound"][0, 0] < 0.05),
    ),
    "groups_fall_silent": (
        "Filter off: over four fifths of the groups teach in the first batch, under a fifth in the last.",
        lambda a: bool(a["mixed"][OFF, :, 0].mean() > 0.8 and a["mixed"][OFF, :, -1].mean() < 0.2),
    ),
    "formula_holds": (
        "Filter off, the share of mixed groups stays within 0.03 of 1 - p^G - (1 - p)^G, on average over the batches.",
        lambda a: _formula_gap(a) < 0.03,
    ),
    "filter_learns_sooner": (
        "With the filter every run is taught, and sooner on average than without, drawn again or not.",
        lambda a: all(
            _taught(a, kind) == a["accuracy"].shape[1] and _batches(a, kind).mean() < _batches(a, OFF).mean()
            for kind in (SHORT, FULL)
        ),
    ),
    "full_batches_teach_sooner": (
        "Drawn again until the batch is full, runs are taught in fewer batches on average than where groups are left "
        "out.",
        lambda a: bool(_batches(a, FULL).mean() < _batches(a, SHORT).mean()),
    ),
    "full_batches_cost_answers": (
        "Drawn again until the batch is full, runs draw more answers until taught than without a filter, and over "
        "twice as many as where groups are only left out.",
        lambda a: bool(
            _answers(a, FULL).mean() > _answers(a, OFF).mean()
            and _answers(a, FULL).mean() > 2 * _answers(a, SHORT).mean()
        ),
    ),
    "left_out_is_cheapest": (
        "Left out and not replaced, runs draw the fewest answers until taught.",
        lambda a: bool(_answers(a, SHORT).mean() < min(_answers(a, OFF).mean(), _answers(a, FULL).mean())),
    ),
    "rash_at_first": (
        "In the first batch an answer has under two tokens on average: most answer at once.",
        lambda a: bool(a["length"][OFF, :, 0].mean() < 2),
    ),
    "rarely_all_right": (
        "At the hard prompt a group of the last size but one is all right less than once in a million times.",
        lambda a: bool(a["all_right_hard"][-2] < 1e-6),
    ),
    "cost_grows_with_skill": (
        "A batch takes, on average, over half as many answers again in the last third of the way as in the first.",
        _cost_grows,
    ),
    "full_batches_are_full": (
        "Every group that a run is taught by, drawn again, holds right and wrong answers.",
        lambda a: bool((a["mixed"][FULL][a["drawn"][FULL] > 0] == 1).all()),
    ),
    "first_batch_is_shared": (
        "Filter off or on, what it leaves out not replaced: both see the same first batch.",
        lambda a: bool((a["mixed"][OFF, :, 0] == a["mixed"][SHORT, :, 0]).all()),
    ),
}
