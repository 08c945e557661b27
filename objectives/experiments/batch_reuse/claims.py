"""What may be said of a handful that is used again and again: numbers and claims, each of one run's arrays."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from objectives.experiments import Arrays, Claim, Number

LOG, RATIO, CLIPPED = range(3)
SCORE, ABOVE, SPREAD, OVER, LONGER, TEN = range(6)
SURE = 0.9  # a policy with more than this on one answer has made up its mind


def _end(name: str, loss: int) -> Callable[[Arrays], float]:
    return lambda a: float(a[name][loss, -1].mean())


def _shown_end(name: str, handful: int) -> Callable[[Arrays], float]:
    return lambda a: float(a[name][RATIO, -1, a["shown"][handful]])


def _p_end(a: Arrays, handful: int, answer: int) -> float:
    return float(a["probs"][handful, RATIO, -1, answer])


def _at_a(weight: int) -> Callable[[Arrays], float]:
    """Share of the runs that draw anew, under one weight, that end with more than 0.9 on A."""
    return lambda a: float(a["fresh_at_a"][weight] / a["fresh_end"].shape[1])


def _kept_at_a(weight: int) -> Callable[[Arrays], float]:
    """Share of the runs on one handful, under one weight and the ratio loss, that end with more than 0.9 on A."""
    return lambda a: float(a["reuse_at_a"][weight] / a["reuse_end"].shape[1])


def _weight_a(a: Arrays) -> float:
    return _quotient(float(a["weight"][0, 0]), float(a["weight"][0, 1:].sum()))


def _quotient(above: float, below: float) -> float:
    return above / below if below > 0 else 0.0


NUMBERS: dict[str, Number] = {
    "kl_end_log": ("mean KL(start || policy) after all updates, log loss (nat)", _end("kl", LOG)),
    "kl_end_ratio": ("the same, ratio loss", _end("kl", RATIO)),
    "kl_end_clipped": ("the same, clipped loss", _end("kl", CLIPPED)),
    "kl_first": ("mean KL after the first update, the same for all three", lambda a: float(a["kl"][RATIO, 1].mean())),
    "kl_log_over_clipped": (
        "mean KL of the log loss over that of the clipped one, after all updates",
        lambda a: _quotient(_end("kl", LOG)(a), _end("kl", CLIPPED)(a)),
    ),
    "j_start": ("J of the start policy", lambda a: float(a["j"][RATIO, 0, 0])),
    "j_end_log": ("mean J after all updates, log loss", _end("j", LOG)),
    "j_end_ratio": ("the same, ratio loss", _end("j", RATIO)),
    "j_end_clipped": ("the same, clipped loss", _end("j", CLIPPED)),
    "j_end_fresh": ("mean J after as many updates on fresh handfuls", lambda a: float(a["fresh_j"][-1].mean())),
    "answers_fresh": ("answers that the fresh run draws", lambda a: float(a["fresh_answer"].size)),
    "fresh_at_a": ("share of fresh runs with over 0.9 on A at the end, advantages over their spread", _at_a(SPREAD)),
    "fresh_at_a_above": ("the same, advantages not divided by their spread", _at_a(ABOVE)),
    "fresh_at_a_score": ("the same, plain scores", _at_a(SCORE)),
    "fresh_at_a_over": ("the same, plain scores over their spread", _at_a(OVER)),
    "fresh_at_a_longer": (
        "the same, advantages over the exact spread at the start: longer by one constant",
        _at_a(LONGER),
    ),
    "fresh_runs": ("runs that draw anew", lambda a: float(a["fresh_end"].shape[1])),
    "fresh_count": (
        "fresh runs with over 0.9 on A at the end, advantages over their spread",
        lambda a: float(a["fresh_at_a"][SPREAD]),
    ),
    "fresh_count_score": ("the same, plain scores", lambda a: float(a["fresh_at_a"][SCORE])),
    "fresh_count_above": ("the same, advantages not divided", lambda a: float(a["fresh_at_a"][ABOVE])),
    "fresh_count_over": ("the same, plain scores over their spread", lambda a: float(a["fresh_at_a"][OVER])),
    "fresh_count_longer": ("the same, advantages longer by one constant", lambda a: float(a["fresh_at_a"][LONGER])),
    "fresh_count_ten": ("the same, advantages ten times as long", lambda a: float(a["fresh_at_a"][TEN])),
    "longer": (
        "how many times as long the longer pushes are: 1 over the exact spread at the start",
        lambda a: _quotient(1.0, float(a["start_spread"])),
    ),
    "reuse_at_a_score": ("share of runs on one handful with over 0.9 on A at the end, plain scores", _kept_at_a(SCORE)),
    "reuse_at_a_above": ("the same, advantages not divided by their spread", _kept_at_a(ABOVE)),
    "reuse_at_a": ("the same, advantages over their spread", _kept_at_a(SPREAD)),
    "reuse_at_a_over": ("the same, plain scores over their spread", _kept_at_a(OVER)),
    "with_a": ("share of handfuls that hold an A", lambda a: float((a["counts"][:, 0] > 0).mean())),
    "without_a": ("share of handfuls that hold no A", lambda a: float((a["counts"][:, 0] == 0).mean())),
    "handful_count_a": ("answers A in the first handful shown", lambda a: float(a["counts"][a["shown"][0], 0])),
    "handful_share_a": (
        "their share of it",
        lambda a: float(a["counts"][a["shown"][0], 0] / a["counts"][a["shown"][0]].sum()),
    ),
    "p_a_start": ("chance of A under the policy that wrote it", lambda a: float(a["start_probs"][0])),
    "p_a_soon": (
        "chance of A once it has doubled, first handful, ratio loss, or else at the end",
        lambda a: float(a["probs"][0, RATIO, int(a["soon"]), 0]),
    ),
    "ratio_a_soon": ("its ratio there", lambda a: float(a["ratio"][0, RATIO, int(a["soon"]), 0])),
    "promise_first": ("what the map of the first handful shown promises where its walk ends", _shown_end("promise", 0)),
    "truth_first": ("J there", _shown_end("j", 0)),
    "promise_second": ("the same promise for the second handful shown", _shown_end("promise", 1)),
    "truth_second": ("J there", _shown_end("j", 1)),
    "far_second": (
        "what the map of the second handful promises where the walk on the first ends",
        lambda a: float(a["far_promise"][1]),
    ),
    "best_reward": ("the highest reward of any answer", lambda a: float(a["rewards"].max())),
    "ratio_a_end": (
        "ratio of A at the end, first handful, ratio loss",
        lambda a: float(a["ratio"][0, RATIO, -1, 0]),
    ),
    "weight_a_end": ("the weight of its answers A over that of all others together", _weight_a),
}


def _ordered(a: Arrays) -> bool:
    log, ratio, fenced = (float(a["kl"][k, -1].mean()) for k in range(3))
    return log > 2 * ratio > 4 * fenced


CLAIMS: dict[str, Claim] = {
    "first_update_is_shared": (
        "After one update the three losses have led every run to the same policy.",
        lambda a: bool(np.abs(np.diff(a["kl"][:, 1], axis=0)).max() < 1e-12),
    ),
    "losses_run_in_order": (
        "After all updates the mean KL of the log loss is over twice that of the ratio loss, "
        "and that over twice that of the clipped one.",
        _ordered,
    ),
    "clipped_stays_near": (
        "The mean KL of the clipped loss ends below 0.1 nat, and below a tenth of the ratio loss's.",
        lambda a: _end("kl", CLIPPED)(a) < 0.1 and _end("kl", CLIPPED)(a) < 0.1 * _end("kl", RATIO)(a),
    ),
    "handful_overstates_a": (
        "The first handful shown holds A, and at more than the chance of A.",
        lambda a: bool(a["counts"][a["shown"][0], 0] > a["start_probs"][0] * a["counts"][a["shown"][0]].sum()),
    ),
    "map_promises_too_much": (
        "Where the walk on the first handful ends its map promises at least a fifth more than any answer pays.",
        lambda a: _shown_end("promise", 0)(a) > 1.2 * float(a["rewards"].max()) > 0,
    ),
    "one_answer_weighs_most": (
        "The first handful shown holds a single A, and its weight ends at over ten times that of all others together.",
        lambda a: bool(a["counts"][a["shown"][0], 0] == 1) and _weight_a(a) > 10,
    ),
    "maps_hold_near_the_start": (
        "Both maps shown are wrong by less than 0.1 at the start, and by more than 0.3 somewhere on the window.",
        lambda a: (
            all(abs(a["promise"][RATIO, 0, k] - a["j"][RATIO, 0, k]) < 0.1 for k in a["shown"])
            and bool((np.abs(a["map"] - a["true_j"]).max((1, 2)) > 0.3).all())
        ),
    ),
    "walk_ends_where_promised": (
        "The walk on the first handful shown ends with more than 0.9 on A.",
        lambda a: _p_end(a, 0, 0) > SURE,
    ),
    "second_handful_ends_at_b": (
        "The second handful shown holds no A, and the walk on it ends with more than 0.9 on B.",
        lambda a: bool(a["counts"][a["shown"][1], 0] == 0) and _p_end(a, 1, 1) > SURE,
    ),
    "unseen_is_lost": (
        "No run whose handful holds no A ends with a higher chance of A than it began with, under the ratio loss.",
        lambda a: bool((a["p_end"][RATIO, a["counts"][:, 0] == 0, 0] <= a["start_probs"][0]).all()),
    ),
    "spread_finds_a": (
        "The run shown that draws anew ends with more than 0.9 on A, and so do a third of all such runs; "
        "where the advantages are not divided by their spread, and with plain scores, less than one in twenty does.",
        lambda a: bool(
            a["fresh_end"][SPREAD, a["shown"][0], 0] > SURE
            and _at_a(SPREAD)(a) > 1 / 3
            and max(_at_a(ABOVE)(a), _at_a(SCORE)(a)) < 1 / 20
        ),
    ),
    "division_did_it": (
        "Over the handful's spread a third of the fresh runs or more end with more than 0.9 on A, with and without the "
        "mean taken off; not divided, with and without the mean, less than one in twenty.",
        lambda a: bool(
            min(_at_a(SPREAD)(a), _at_a(OVER)(a)) > 1 / 3 and max(_at_a(SCORE)(a), _at_a(ABOVE)(a)) < 1 / 20
        ),
    ),
    "longer_alone_does_not": (
        "Pushes longer by one constant, the inverse of the spread at the start, take less than one fresh run in twenty "
        "to A; over each handful's own spread, a third or more.",
        lambda a: bool(0 < float(a["start_spread"]) < 1 and _at_a(LONGER)(a) < 1 / 20 and _at_a(SPREAD)(a) > 1 / 3),
    ),
    "ten_times_longer_does_it": (
        "Not divided, but ten times as long, the pushes take a third of the fresh runs or more to A.",
        lambda a: bool(_at_a(TEN)(a) > 1 / 3),
    ),
    "one_handful_with_a_is_enough": (
        "On one handful, weighed by standardised advantages, just the runs whose handful holds an A end on A.",
        lambda a: bool(((a["reuse_end"][SPREAD, :, 0] > SURE) == (a["counts"][:, 0] > 0)).all()),
    ),
    "maps_part_far_out": (
        "Where the walk on the first handful ends, its map promises at least 0.3 too much, and that of the second "
        "at least 0.3 too little.",
        lambda a: (
            float(a["far_promise"][0]) > _shown_end("j", 0)(a) + 0.3
            and float(a["far_promise"][1]) < _shown_end("j", 0)(a) - 0.3
        ),
    ),
    "fresh_answers_win": (
        "With fresh handfuls the mean J ends above that of the three losses on one handful.",
        lambda a: float(a["fresh_j"][-1].mean()) > max(_end("j", k)(a) for k in range(3)),
    ),
}
