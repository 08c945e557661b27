"""What may be said of the clip: numbers and claims, each of one run's arrays."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from objectives.experiments import Arrays, Claim, Number, Values

A, B, C = range(3)
GOOD, REST = range(2)
TRPO, SHARE, PPO = range(3)


def _end(rate: int) -> Callable[[Arrays], float]:
    return lambda a: float(a["word_ratio"][rate, -1, GOOD])


def _walk_end(answer: int) -> Callable[[Arrays], float]:
    return lambda a: float(a["walk_ratio"][-1, answer])


NUMBERS: dict[str, Number] = {
    "post_low": ("the lower clip bound, 1 - clip_low", lambda a: float(a["posts"][0])),
    "post_high": ("the upper clip bound, 1 + clip_high", lambda a: float(a["posts"][1])),
    "slopes_trpo": ("backward passes of TRPO's step on the batch", lambda a: float(a["slopes"][0])),
    "slopes_ppo": ("backward passes of PPO's", lambda a: float(a["slopes"][1])),
    "batch_passes_trpo": (
        "backward passes of TRPO on one batch of Tally, critic left out",
        lambda a: float(a["way_passes"][TRPO]),
    ),
    "batch_passes_ppo": ("the same of PPO, all its steps on the batch", lambda a: float(a["way_passes"][PPO])),
    "batch_forth_trpo": ("forward passes of TRPO on that batch", lambda a: float(a["way_forth"][TRPO])),
    "batch_forth_ppo": ("the same of PPO", lambda a: float(a["way_forth"][PPO])),
    "batch_slopes_trpo": (
        "slopes of the whole batch that TRPO's passes are worth",
        lambda a: float(a["way_slopes"][TRPO]),
    ),
    "batch_slopes_share": (
        "the same with TRPO's products on a share of the answers",
        lambda a: float(a["way_slopes"][SHARE]),
    ),
    "batch_slopes_ppo": ("the same of PPO", lambda a: float(a["way_slopes"][PPO])),
    "product_answers": ("answers in that share", lambda a: float(a["product_answers"][1])),
    "product_cosine": (
        "cosine of the angle between the step of the share and that of the whole batch",
        lambda a: float(a["product_cosine"]),
    ),
    "product_gain": (
        "gain of J by the step of the share over that of the whole batch",
        lambda a: float(a["product_gain"][1] / a["product_gain"][0]) if a["product_gain"][0] > 0 else 0.0,
    ),
    "batch_size": ("answers in the batch", lambda a: float(a["count"].sum())),
    "walk_steps": ("updates of the path", lambda a: float(len(a["walk_ratio"]) - 1)),
    "walk_ratio_a": ("ratio of A where the path on the surrogate ends", _walk_end(A)),
    "walk_ratio_b": ("ratio of B there", _walk_end(B)),
    "walk_ratio_c": ("ratio of C there", _walk_end(C)),
    "loss_start": ("PPO's policy loss of the batch before the first update", lambda a: float(a["walk_loss"][0])),
    "loss_end": ("the same after all updates", lambda a: float(a["walk_loss"][-1])),
    "slope_start": ("length of its gradient before the first update (1/logit)", lambda a: float(a["walk_slope"][0])),
    "j_start": ("expected reward before the first update", lambda a: float(a["walk_j"][0])),
    "j_end": ("the same after all updates", lambda a: float(a["walk_j"][-1])),
    "words": ("tokens in the second batch", lambda a: float(round(1 / a["word_probs"][GOOD]))),
    "word_chance": ("chance of the good token before", lambda a: float(a["word_probs"][GOOD])),
    "word_most": ("the largest ratio that it could have", lambda a: float(1 / a["word_probs"][GOOD])),
    "end_small": ("its ratio after all updates, smallest learning rate", _end(0)),
    "end_middle": ("the same, middle learning rate", _end(1)),
    "end_large": ("the same, largest learning rate", _end(2)),
    "chance_large": (
        "its chance after all updates, largest learning rate",
        lambda a: float(a["word_probs"][GOOD] * a["word_ratio"][2, -1, GOOD]),
    ),
    "rest_small": (
        "ratio of the other tokens at the end, smallest learning rate",
        lambda a: float(a["word_ratio"][0, -1, REST]),
    ),
}


def _inner_highest(height: Values) -> float:
    """The highest point of a surrogate that is not on its edge."""
    return float(height[1:-1, 1:-1].max())


def _slides_on(a: Arrays) -> bool:
    """At the smallest rate the first update closes the good token's gate, and the open others raise its ratio on."""
    gates, growth = a["word_gate"][0, 1:-1].astype(bool), np.diff(a["word_ratio"][0, 1:, GOOD])
    return bool(len(gates) and gates[:, GOOD].all() and not gates[:, REST].any() and (growth > 0).all())


CLAIMS: dict[str, Claim] = {
    "ring_costs_more": (
        "TRPO's step on the batch takes more backward passes than PPO's.",
        lambda a: bool(a["slopes"][0] > a["slopes"][1]),
    ),
    "batch_costs_trpo_more": (
        "On one batch of Tally TRPO's one step takes more backward passes than all steps of PPO.",
        lambda a: bool(a["way_passes"][TRPO] > a["way_passes"][PPO] > 1),
    ),
    "reward_turns_before_the_loss": (
        "On the batch the expected reward ends a thousandth or more below its highest, and the loss at its lowest.",
        lambda a: bool(
            a["walk_j"][-1] < a["walk_j"].max() - 1e-3 and a["walk_loss"][-1] <= a["walk_loss"].min() + 1e-12
        ),
    ),
    "share_makes_them_even": (
        "With its products on a share of the answers TRPO's step is worth no more slopes of the batch than PPO's are.",
        lambda a: bool(a["way_slopes"][SHARE] <= a["way_slopes"][PPO] < a["way_slopes"][TRPO]),
    ),
    "share_finds_nearly_the_step": (
        "The step of the share is within 30 degrees of the other and gains three quarters of what that does or more; "
        "both keep within the trust region.",
        lambda a: bool(
            a["product_cosine"] > 0.75**0.5
            and a["product_gain"][1] > 0.75 * a["product_gain"][0] > 0
            and (a["product_kl"] <= a["ring"]).all()
        ),
    ),
    "likelier_and_rarer": (
        "A small step on B is likelier than when the batch was written, C less likely, and none is past a clip bound.",
        lambda a: bool(
            a["look_ratio"][-1, B] > 1.01
            and a["look_ratio"][-1, C] < 0.99
            and (a["posts"][0] <= a["look_ratio"][-1]).all()
            and (a["look_ratio"][-1] <= a["posts"][1]).all()
        ),
    ),
    "silent_is_flat": (
        "On both curves the slope is 0 exactly where the gate is closed.",
        lambda a: bool(((a["slope"] == 0) == a["closed"].astype(bool)).all()),
    ),
    "wrong_way_is_called_back": (
        "A good token below the lower clip bound and a bad one above the upper keep their full slope.",
        lambda a: bool(
            (a["slope"][0, a["rho"] < a["posts"][0]] == 1).all()
            and (a["slope"][1, a["rho"] > a["posts"][1]] == -1).all()
        ),
    ),
    "a_good_b_good_c_bad": (
        "The batch holds all three answers; A and B are better than expected, C is worse.",
        lambda a: bool(a["count"].min() > 0 and a["advantage"][A] > 0 and a["advantage"][B] > 0 > a["advantage"][C]),
    ),
    "map_has_a_terrace": (
        "Somewhere in the window every answer of the batch is silent, and the surrogate is flat there.",
        lambda a: bool((a["silent"] > 1 - 1e-9).any() and np.ptp(a["surface"][1][a["silent"] > 1 - 1e-9]) < 1e-9),
    ),
    "map_only_rises": (
        "Without a clip the surrogate is highest on the edge of the window.",
        lambda a: _inner_highest(a["surface"][0]) < float(a["surface"][0].max()),
    ),
    "b_and_c_fall_silent_first": (
        "The first update takes B and C past their clip bounds; A follows later.",
        lambda a: bool(
            a["walk_gate"][1].tolist() == [0, 1, 1] and a["walk_gate"][-1, A] == 1 and a["walk_ratio"][-1, A] > 1
        ),
    ),
    "walk_ends_on_the_terrace": (
        "The path on the surrogate ends where every answer of the batch is silent.",
        lambda a: bool(a["walk_slope"][-1] < 1e-12 and a["walk_slope"][0] > 1e-6),
    ),
    "loss_starts_at_zero": (
        "Before the first update PPO's policy loss of the batch is 0, and its gradient is not.",
        lambda a: bool(abs(a["walk_loss"][0]) < 1e-12 and a["walk_slope"][0] > 1e-3),
    ),
    "loss_falls_and_reward_rises": (
        "After all updates the loss of the batch is below 0, and the expected reward higher than before.",
        lambda a: bool(a["walk_loss"][-1] < -1e-3 and a["walk_j"][-1] > a["walk_j"][0] + 1e-3),
    ),
    "nothing_is_clipped_at_first": (
        "At the first update no gate is closed: every ratio is 1.",
        lambda a: not a["walk_gate"][0].any() and bool(np.allclose(a["walk_ratio"][0], 1.0)),
    ),
    "fence_is_no_wall": (
        "At the largest learning rate the good token ends past the upper clip bound.",
        lambda a: _end(2)(a) > float(a["posts"][1]),
    ),
    "larger_steps_end_further": (
        "At all three learning rates the good token ends past the upper clip bound, the further the larger the rate.",
        lambda a: _end(2)(a) > _end(1)(a) > _end(0)(a) > float(a["posts"][1]),
    ),
    "one_leap": (
        "At the largest rate the first update alone takes the good token to more than five times the upper clip bound.",
        lambda a: float(a["word_ratio"][2, 1, GOOD]) > 5 * float(a["posts"][1]),
    ),
    "silent_word_slides_on": (
        "At the smallest rate the good token is silent after one update, and the others carry it on.",
        _slides_on,
    ),
    "leaps_are_left_alone": (
        "At both larger rates every gate is shut after one update, and the good token stays where it leapt to.",
        lambda a: bool(
            a["word_gate"].shape[1] > 2
            and a["word_gate"][1:, 1:].astype(bool).all()
            and (a["word_ratio"][1:, 1:, GOOD] > a["posts"][1]).all()
            and np.ptp(a["word_ratio"][1:, 1:, GOOD], axis=1).max() < 1e-12
        ),
    ),
    "nothing_pulls_back": (
        "No ratio that is past the clip bound on the side it was sent to comes back in a later update.",
        lambda a: bool(
            (np.diff(a["word_ratio"][..., GOOD], axis=1)[a["word_ratio"][:, :-1, GOOD] > a["posts"][1]] > -1e-12).all()
        ),
    ),
}
