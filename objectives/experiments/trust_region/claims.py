"""What may be said of trust regions, steps to their boundary and stretched parameters: numbers and claims."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from objectives.experiments import Arrays, Claim, Number, Values

NATURAL, PLAIN = range(2)
SURE = 0.9
"""A run has "reached" an answer when its chance is above this."""


def path_gap(one: Values, two: Values, ends: tuple[int, int]) -> float:
    """Largest distance between two paths while both go on, over the length of the first up to there."""
    last = max(1, min(ends)) + 1
    one, two = one[:last], two[:last]
    length = float(np.linalg.norm(np.diff(one, axis=0), axis=-1).sum())
    return float(np.linalg.norm(one - two, axis=-1).max()) / length if length > 0 else 0.0


def _gap(a: Arrays, rule: int) -> float:
    return path_gap(a["walk"][rule, 0], a["walk"][rule, 1], (int(a["walk_end"][rule, 0]), int(a["walk_end"][rule, 1])))


def _damped_gap(a: Arrays) -> float:
    ends = (int(a["damped_end"][0]), int(a["damped_end"][1]))
    return path_gap(a["damped_walk"][0], a["damped_walk"][1], ends)


def _angle(a: Arrays) -> float:
    """Between the two directions at the start, parameters as they are, in degrees."""
    return _turn(a["stride"][NATURAL, 0], a["stride"][PLAIN, 0])


def _turn(one: Values, two: Values) -> float:
    size = float(np.linalg.norm(one) * np.linalg.norm(two))
    return float(np.degrees(np.arccos(np.clip(one @ two / size, -1, 1)))) if size > 0 else 0.0


def _odds(probs: Values) -> float:
    """How many answers A there are for one B."""
    return float(probs[0] / max(float(probs[1]), 1e-300))


def _reach(a: Arrays, pick: Callable[[Values], Any]) -> float:
    return float(pick(np.linalg.norm(a["ring"][0] - a["start"], axis=-1)))


def _end(a: Arrays, rule: int, params: int, answer: int) -> float:
    return float(a["walk_probs"][rule, params, -1, answer])


def _spread_at_summit(a: Arrays) -> float:
    return float(a["map_error"][np.unravel_index(a["true_j"].argmax(), a["true_j"].shape)])


def _straightness(a: Arrays) -> float:
    """Distance over length of the natural path: 1 is a beeline."""
    path = a["walk"][NATURAL, 0]
    length = float(np.linalg.norm(np.diff(path, axis=0), axis=-1).sum())
    return float(np.linalg.norm(path[-1] - path[0])) / length if length > 0 else 1.0


def _disagreement(a: Arrays, at: float) -> float:
    """Highest less lowest promise of the batches' surrogates, so far along the line; -1 is its end."""
    promises = [float(np.interp(at if at >= 0 else a["cut_at"][-1], a["cut_at"], line)) for line in a["cut_promise"]]
    return max(promises) - min(promises)


NUMBERS: dict[str, Number] = {
    "promise_low": (
        "lowest gain that the surrogate of a batch promises at the summit",
        lambda a: float(a["cut_promise"][:, -1].min()),
    ),
    "promise_high": ("highest gain promised there", lambda a: float(a["cut_promise"][:, -1].max())),
    "apart_summit": (
        "highest less lowest gain that the surrogates promise at the summit",
        lambda a: _disagreement(a, -1.0),
    ),
    "apart_ring": (
        "the same where the line to the summit leaves the ring",
        lambda a: _disagreement(a, float(a["cut_ring"])),
    ),
    "gain_summit": ("the true gain there", lambda a: float(a["cut_gain"][-1])),
    "ring_long": ("farthest boundary point of the trust region around the start (logit)", lambda a: _reach(a, np.max)),
    "ring_short": ("nearest point of it (logit)", lambda a: _reach(a, np.min)),
    "ring_error_largest": (
        "largest spread of a batch's promise on that boundary (reward)",
        lambda a: float(a["ring_error"].max()),
    ),
    "ring_change": (
        "largest change of any answer's chance on that boundary",
        lambda a: float(np.abs(a["ring_probs"][0] - a["start_probs"]).max()),
    ),
    "ring_gain_best": ("largest gain on it (reward)", lambda a: float(a["ring_gain"].max())),
    "fog_summit": ("the spread where J is highest on the window (reward)", lambda a: _spread_at_summit(a)),
    "gain_natural": ("change of J by the natural step to the boundary", lambda a: float(a["stride_gain"][NATURAL, 0])),
    "gain_plain": ("the same for the plain one", lambda a: float(a["stride_gain"][PLAIN, 0])),
    "gain_plain_stretched": ("the same on stretched parameters", lambda a: float(a["stride_gain"][PLAIN, 1])),
    "angle": ("between the two directions at the start (degree)", _angle),
    "steps_too_long": (
        "natural steps whose full length leaves the trust region",
        lambda a: float((a["full_kl"] > a["delta"]).sum()),
    ),
    "steps_natural": ("steps of the natural run", lambda a: float(a["walk_end"][NATURAL, 0])),
    "steps_natural_stretched": ("the same on stretched parameters", lambda a: float(a["walk_end"][NATURAL, 1])),
    "steps_plain": ("steps of the plain run", lambda a: float(a["walk_end"][PLAIN, 0])),
    "steps_plain_stretched": ("the same on stretched parameters", lambda a: float(a["walk_end"][PLAIN, 1])),
    "gap_natural": (
        "largest gap of the natural paths on the two sets of parameters, over length",
        lambda a: _gap(a, 0),
    ),
    "gap_plain": ("the same of the plain paths", lambda a: _gap(a, PLAIN)),
    "gap_damped": ("the same of the natural paths with TRPO's damping", _damped_gap),
    "straightness": ("distance over length of the natural path", _straightness),
    "p_b_end_plain_stretched": ("chance of B at the end, plain, stretched", lambda a: _end(a, PLAIN, 1, 1)),
    "twin_b_for_a_start": ("answers B for one A before", lambda a: 1 / max(_odds(a["twin_start"]), 1e-300)),
    "twin_b_for_a_natural": (
        "answers B for one A after the natural run",
        lambda a: 1 / max(_odds(a["twin_probs"][NATURAL, -1]), 1e-300),
    ),
    "twin_b_for_a_plain": (
        "answers B for one A after the plain run",
        lambda a: 1 / max(_odds(a["twin_probs"][PLAIN, -1]), 1e-300),
    ),
}


CLAIMS: dict[str, Claim] = {
    "ring_is_clear": (
        "On the boundary around the start the surrogates of batches spread by less than the best gain there.",
        lambda a: bool(a["ring_error"].max() < a["ring_gain"].max()),
    ),
    "ring_keeps_the_odds": (
        "Nowhere on the boundary around the start has the chance of an answer changed by more than 0.1.",
        lambda a: bool(np.abs(a["ring_probs"][0] - a["start_probs"]).max() < 0.1),
    ),
    "fog_beyond": (
        "Where J is highest on the window the surrogates of batches spread by more than is to be gained there.",
        lambda a: _spread_at_summit(a) > float(a["true_j"].max() - a["rewards"] @ a["start_probs"]),
    ),
    "maps_fan_out": (
        "At the summit the batches' surrogates disagree by more than is to be gained; on the boundary by a tenth.",
        lambda a: (
            _disagreement(a, -1.0) > float(a["cut_gain"][-1])
            and _disagreement(a, float(a["cut_ring"])) < 0.1 * _disagreement(a, -1.0)
        ),
    ),
    "natural_is_best_on_ring": (
        "The natural step gains more than the plain one, and at least 98 % of the best point of the boundary.",
        lambda a: (
            a["stride_gain"][NATURAL, 0] > a["stride_gain"][PLAIN, 0]
            and a["stride_gain"][NATURAL, 0] > 0.98 * a["ring_gain"].max()
        ),
    ),
    "line_search_keeps_the_ring": (
        "Some full natural step leaves the trust region, and none that is taken does.",
        lambda a: bool((a["full_kl"] > a["delta"]).any() and (a["walk_kl"][NATURAL, 0] <= a["delta"]).all()),
    ),
    "natural_does_not_care": (
        "The natural paths on the two sets of parameters are the same to a millionth of their length.",
        lambda a: _gap(a, NATURAL) < 1e-6,
    ),
    "damping_makes_it_care": (
        "With TRPO's damping the two natural paths part by more than a hundredth of their length.",
        lambda a: _damped_gap(a) > 0.01,
    ),
    "damped_takes_a_detour": (
        "With TRPO's damping and a stretched parameter the natural path parts from the other by a tenth of its length,"
        " yet both end with more than 0.9 on A.",
        lambda a: _damped_gap(a) > 0.1 and bool((a["damped_probs"][:, -1, 0] > SURE).all()),
    ),
    "stretching_turns_uphill": (
        "The plain step at the start points elsewhere once one parameter is stretched: by more than 5 degrees.",
        lambda a: _turn(a["stride"][PLAIN, 0], a["stride"][PLAIN, 1]) > 5,
    ),
    "plain_bends": (
        "The plain paths on the two sets of parameters part by more than a tenth of their length.",
        lambda a: _gap(a, PLAIN) > 0.1,
    ),
    "stretching_changes_the_end": (
        "The plain run ends at A with the parameters as they are, and at B with one of them stretched.",
        lambda a: _end(a, PLAIN, 0, 0) > SURE and _end(a, PLAIN, 1, 1) > SURE,
    ),
    "natural_reaches_a": (
        "The natural run ends with more than 0.9 on A.",
        lambda a: _end(a, NATURAL, 0, 0) > SURE,
    ),
    "natural_is_straight": (
        "The natural path is straight on the plane, to a thousandth.",
        lambda a: _straightness(a) > 0.999,
    ),
    "natural_keeps_the_odds": (
        "With twin answers the natural run ends with the odds of A and B that it began with, to a thousandth.",
        lambda a: abs(_odds(a["twin_probs"][NATURAL, -1]) / _odds(a["twin_start"]) - 1) < 1e-3,
    ),
    "plain_loses_the_rare_twin": (
        "With twin answers the plain run at least halves the odds of A.",
        lambda a: _odds(a["twin_probs"][PLAIN, -1]) < 0.5 * _odds(a["twin_start"]),
    ),
    "twins_are_learnt": (
        "With twin answers both runs end with J above 0.9.",
        lambda a: bool(a["twin_j"][:, -1].min() > SURE),
    ),
}
