"""What each rule makes of the frozen batch: its weights, its surrogate, and what its clip silences."""

from __future__ import annotations

import numpy as np

from objectives.experiments import Arrays, Claim, Values
from objectives.experiments.six_objectives.claims.edits import edit_index
from objectives.experiments.six_objectives.numbers import BASELINE, DAPO, GRPO, PPO, REINFORCE, TRPO


def _brightest(a: Arrays, m: int) -> tuple[float, float]:
    """Coordinates (u, v) of the highest point of a surrogate, inside the window."""
    row, column = np.unravel_index(a["surface"][m].argmax(), a["surface"][m].shape)
    return float(a["grid_u"][column]), float(a["grid_v"][row])


def _policy(u: float, v: float) -> Values:
    """Chances of A, B, C at a point of the plane."""
    weights = np.exp([u / 2**0.5 + v / 6**0.5, -u / 2**0.5 + v / 6**0.5, -2 * v / 6**0.5])
    return np.asarray(weights / weights.sum())


def has_summit(a: Arrays, m: int) -> bool:
    """A surrogate is higher inside than anywhere on the edge of the window, by a tenth of its rise above the start."""
    height = a["surface"][m]
    edge = max(height[0].max(), height[-1].max(), height[:, 0].max(), height[:, -1].max())
    return bool(height.max() - edge > 0.1 * (height.max() - a["surface_start"][m]))


def _tops_on_a_terrace(a: Arrays, m: int) -> bool:
    """Whether a surrogate is flat where every answer is silenced, and nowhere higher."""
    flat = a["surface"][m][a["gate"][m] > 1 - 1e-9]
    return bool(len(flat) and np.ptp(flat) < 1e-9 and a["surface"][m].max() - flat.max() < 1e-9)


def quieter(a: Arrays) -> bool:
    """Whether the baseline's gradient has at most two thirds of the variance of REINFORCE's."""
    return bool(a["noise"][1] < a["noise"][0] * 2 / 3)


def _scaled(a: Arrays, m: int) -> bool:
    """A rule's weights of the frozen batch have mean 0 and standard deviation 1, of the sample or of the population."""
    weights = a["batch_advantage"][m]
    return bool(abs(weights.mean()) < 1e-6 and abs(weights.std() - 1) < 1 / len(weights))


def _outpushed(a: Arrays) -> bool:
    """One A outweighs one B in REINFORCE's frozen batch, and all B outweigh all A."""
    push, answer = a["batch_advantage"][REINFORCE], a["batch_answer"]
    best, common = push[answer == 0], push[answer == 1]
    return bool(len(best) and len(common) and best.mean() > common.mean() > 0 and common.sum() > best.sum())


def _later_surrogates_follow_a(a: Arrays) -> bool:
    """Whether A grows commoner with each of PPO's later batches, and is likeliest where the last surrogate tops."""
    batches = a["sample_answer"][0, PPO][a["later"]]
    row, column = np.unravel_index(a["later_surface"][-1].argmax(), a["later_surface"][-1].shape)
    summit = _policy(float(a["grid_u"][column]), float(a["grid_v"][row]))
    return bool((np.diff((batches == 0).mean(-1)) > 0).all() and summit[0] > summit[1:].max())


def correlation(one: Values, two: Values) -> float:
    """How alike two surrogates are; 1 where one of them is flat."""
    spread = float(one.std() * two.std())
    return float(((one - one.mean()) * (two - two.mean())).mean()) / spread if spread > 0 else 1.0


def _silenced(a: Arrays, edit: str) -> float:
    """Share of the window on which an intermediate rule silences some answer of the batch."""
    return float((a["edit_gate"][edit_index(a, edit)] > 0).mean())


SURROGATES: dict[str, Claim] = {
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
    "ppo_silences_ground": (
        "Somewhere in the window PPO silences at least half of the frozen batch: there is ground to be hatched.",
        lambda a: bool((a["gate"][PPO] >= 0.5).any()),
    ),
    "higher_fence_silences_less": (
        "DAPO's clip silences less of the window than the one before it: its ceiling is higher.",
        lambda a: _silenced(a, "higher") < _silenced(a, "leash"),
    ),
    "baseline_quieter_gradient": (
        "At the start the baseline's gradient has at most two thirds of REINFORCE's variance, exactly.",
        quieter,
    ),
    "reinforce_map_brightest_at_b": (
        "REINFORCE's surrogate of the frozen batch is highest where B has more than half.",
        lambda a: bool(_policy(*_brightest(a, REINFORCE))[1] > 0.5),
    ),
    "baseline_map_has_no_summit": (
        "The baseline's surrogate of the frozen batch is nowhere higher than at the edge of the window: it only rises.",
        lambda a: not has_summit(a, BASELINE),
    ),
    "plain_maps_point_at_b": (
        "REINFORCE's and the baseline's surrogates of the frozen batch are highest where B has more than half, though "
        "A is paid most.",
        lambda a: (
            all(_policy(*_brightest(a, m))[1] > 0.5 for m in (REINFORCE, BASELINE)) and int(a["rewards"].argmax()) == 0
        ),
    ),
    "trpo_map_rises_towards_a": (
        "TRPO's surrogate of the frozen batch is highest at the edge of the window, where A has more than half.",
        lambda a: not has_summit(a, TRPO) and bool(_policy(*_brightest(a, TRPO))[0] > 0.5),
    ),
    "ppo_map_tops_on_a_terrace": (
        "Where PPO silences the whole frozen batch its surrogate is flat, and nowhere higher.",
        lambda a: _tops_on_a_terrace(a, PPO),
    ),
    "fenced_maps_top_in_silence": (
        "PPO's and DAPO's surrogates of the frozen batch are highest where B is likelier than A, and flat there: all "
        "answers are silenced.",
        lambda a: all(_tops_on_a_terrace(a, m) and _brightest(a, m)[0] < 0 for m in (PPO, DAPO)),
    ),
    "grpo_map_has_summit": (
        "GRPO's surrogate of the frozen batch is higher inside the window than on its edge: the KL penalty bends it "
        "down.",
        lambda a: has_summit(a, GRPO),
    ),
    "later_maps_follow_a": (
        "Each of PPO's later surrogates is of a batch with more of A than the one before it; the last is highest at A.",
        _later_surrogates_follow_a,
    ),
}
