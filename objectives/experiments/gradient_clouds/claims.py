"""What may be said of the clouds, of the exact slope and of the number of texts."""

from __future__ import annotations

import numpy as np

from objectives.experiments import Arrays, Claim, Number

HORIZON = 2000
"""The longest path along the exact slope, in updates."""
A, B = 0, 1


def _missing(a: Arrays) -> int:
    """How many of the batches that are looked into hold no A."""
    return int((a["shown"] != A).all(1).sum())


def _length(a: Arrays) -> float:
    return float(np.linalg.norm(a["exact"]))


def _relative(a: Arrays, answer: int) -> float:
    """One more point (or as much as A gains) against the chance of an answer."""
    return float((a["nudged_probs"][A] - a["start_probs"][A]) / a["start_probs"][answer])


def _noise_left(a: Arrays, size: int) -> float:
    return float(a["spread"][size] / a["spread"][0]) if a["spread"][0] > 0 else 0.0


def _value(a: Arrays, probs: str) -> float:
    return float(a[probs] @ a["rewards"])


NUMBERS: dict[str, Number] = {
    "in_a_hundred_a": ("how many answers in a hundred are A", lambda a: 100 * float(a["start_probs"][A])),
    "in_a_hundred_b": ("how many answers in a hundred are B", lambda a: 100 * float(a["start_probs"][B])),
    "in_a_hundred_a_nudged": ("how many are A after the nudge", lambda a: 100 * float(a["nudged_probs"][A])),
    "reward_a": ("reward of A", lambda a: float(a["rewards"][A])),
    "reward_b": ("reward of B", lambda a: float(a["rewards"][B])),
    "value": ("expected reward at the start", lambda a: _value(a, "start_probs")),
    "value_nudged": ("expected reward after the nudge", lambda a: _value(a, "nudged_probs")),
    "relative_a": ("the nudge against the chance of A", lambda a: _relative(a, A)),
    "relative_b": ("a step of the same size against the chance of B", lambda a: _relative(a, B)),
    "redraws": ("batches of each size", lambda a: a["tips"].shape[1]),
    "batch_size": ("answers in the batch that is shown", lambda a: len(a["batch"])),
    "size_2": ("answers in a batch of the second size", lambda a: float(a["sizes"][1])),
    "size_3": ("answers in a batch of the third size", lambda a: float(a["sizes"][2])),
    "factor": ("how many times the answers of the size before", lambda a: float(a["sizes"][1])),
    "noise_left_2": ("scatter of the second size over that of one answer", lambda a: _noise_left(a, 1)),
    "noise_left_3": ("the same for the third size", lambda a: _noise_left(a, 2)),
    "spread_1": ("exact standard deviation of the gradient from one answer", lambda a: float(a["spread"][0])),
    "exact_length": ("length of the exact slope at the start", _length),
    "missing": ("chance that a batch of the third size holds no A", lambda a: float(a["best_missing"][2])),
    "shown": ("batches that are looked into", lambda a: a["shown"].shape[0]),
    "shown_missing": ("those of them that hold no A", _missing),
    "escape": ("updates along the exact slope until A has more than half", lambda a: float(a["escape"])),
    "digits": ("digits of the number of texts", lambda a: len(str(a["text_counts"][-1]))),
    "read_digits": ("digits of the number of texts one can have read", lambda a: len(str(a["read_count"]))),
}


CLAIMS: dict[str, Claim] = {
    "nudge_pays": (
        "Making A one point likelier raises the expected reward.",
        lambda a: _value(a, "nudged_probs") > _value(a, "start_probs"),
    ),
    "too_many_texts": (
        "There are more texts than anyone could have read since the universe began.",
        lambda a: bool(a["log10_texts"][-1] > a["log10_read"]),
    ),
    "average_is_right": (
        "At every size the average of the batches lies within four standard errors of the exact slope.",
        lambda a: bool(
            (np.linalg.norm(a["mean"] - a["exact"], axis=-1) <= 4 * a["spread"] / a["tips"].shape[1] ** 0.5).all()
        ),
    ),
    "single_answers_miss": (
        "No gradient from a single answer ends nearer to the exact slope than half of its length.",
        lambda a: bool(np.linalg.norm(a["tips"][0] - a["exact"], axis=-1).min() > _length(a) / 2 > 0),
    ),
    "spread_falls_as_root": (
        "The batches scatter as they should: as one over the root of their number of answers, to a fifth.",
        lambda a: bool((np.abs(a["spread_seen"] - a["spread"]) <= 0.2 * a["spread"]).all()),
    ),
    "a_pays_most_and_is_rare": (
        "A pays more than any other answer, and at the start fewer than one answer in ten is A.",
        lambda a: bool(a["rewards"][A] > np.delete(a["rewards"], A).max() and a["start_probs"][A] < 0.1),
    ),
    "weighs_by_raw_score": (
        "REINFORCE weighs each answer by its bare reward.",
        lambda a: bool(np.array_equal(a["weights"], a["rewards"])),
    ),
    "true_path_goes_to_b": (
        "At the start most of the probability is on B, and along the exact slope B first gets more than 0.9.",
        lambda a: bool(a["start_probs"][B] > 0.5 and a["exact_probs"][: int(a["escape"]) + 1, B].max() > 0.9),
    ),
    "true_path_escapes_late": (
        "Along the exact slope A gets more than half, but only after a hundred updates or more.",
        lambda a: bool(100 <= a["escape"] < HORIZON),
    ),
}
