"""What may be said of forecasts and of who earns what: numbers and claims, each of one run's arrays."""

from __future__ import annotations

import numpy as np

from objectives.experiments import Arrays, Claim, Number, Values


def slip(a: Arrays) -> int:
    """Index of the token of the rollout after which the critic's forecast falls deepest; 0 if there is only one."""
    forecast = a["rollout_forecast"]
    return int(np.diff(forecast).argmin()) if len(forecast) > 1 else 0


def slips(a: Arrays) -> list[int]:
    """Indices of the rollout's tokens that are not what the tally asks for after the last mark and the next bit."""
    bits, wrong, odd = a["bits"].tolist(), [], False
    for t, token in enumerate(a["rollout"].tolist()):
        right = "A" if t >= len(bits) else "O" if odd != bool(bits[t]) else "E"
        wrong += [t] if token != right else []
        odd = token == "O"
    return wrong


def _after_slip(a: Arrays) -> float:
    at = slip(a) + 1
    return float(a["rollout_forecast"][at]) if at < len(a["rollout_forecast"]) else float(a["rollout_reward"])


def _rare(a: Arrays) -> Values:
    """Prefixes that fewer than one answer in fifty begins with, and that are worth anything."""
    return np.asarray((a["node_reach"] < 0.02) & (a["value"] > 0.1))


def _unlearned(a: Arrays, nodes: Values) -> float:
    """Mean over prefixes and seeds of |forecast - value| / value at the end."""
    gap = np.abs(a["critic"][:, -1] - a["value"])[:, nodes] / a["value"][nodes]
    return float(gap.mean()) if gap.size else 0.0


def _wrong(a: Arrays) -> int:
    """Node of the wrong first mark: E if the first bit is 1, else O."""
    return 1 if a["bits"][0] == 1 else 2


def _blame(a: Arrays, lam: int) -> float:
    """Share of the rollout's advantages, by size, that falls on its slip."""
    sizes = np.abs(a["rollout_advantage"][lam])
    return float(sizes[slip(a)] / sizes.sum()) if sizes.sum() > 0 else 0.0


NUMBERS: dict[str, Number] = {
    "target_whole": ('target of "2+2 is 4"', lambda a: float(a["prefix_target"][3])),
    "target_two": ('target of "2+2 is"', lambda a: float(a["prefix_target"][2])),
    "target_one": ('target of "2+2"', lambda a: float(a["prefix_target"][1])),
    "target_none": ("target of the empty prefix", lambda a: float(a["prefix_target"][0])),
    "value_start": ("exact expected reward before the first token", lambda a: float(a["value"][0])),
    "error_start": ("the critic's error before the first batch", lambda a: float(a["critic_error"][:, 0].mean())),
    "error_end": ("the critic's error at the end, mean over seeds", lambda a: float(a["critic_error"][:, -1].mean())),
    "error_single": ("error of one sampled score as a forecast", lambda a: float(a["single_error"])),
    "batch_size": ("answers per batch", lambda a: len(a["batch_reward"])),
    "forecast_before": ("the critic's forecast before the slip", lambda a: float(a["rollout_forecast"][slip(a)])),
    "forecast_after": ("its forecast after the slip", _after_slip),
    "rollout_reward": ("what the judge paid for the rollout", lambda a: float(a["rollout_reward"])),
    "young": ("batches that the young critic has seen", lambda a: float(a["age"][0])),
    "bias_young": ("bias of the gradient at lambda 0, young critic", lambda a: float(a["bias"][0, 0])),
    "bias_trained": ("the same, trained critic", lambda a: float(a["bias"][1, 0])),
    "noise_young_0": ("noise of the gradient at lambda 0, young critic", lambda a: float(a["noise"][0, 0])),
    "noise_young_1": ("noise of the gradient at lambda 1, young critic", lambda a: float(a["noise"][0, -1])),
}

CLAIMS: dict[str, Claim] = {
    "targets_shrink": (
        "The targets of the sentence's prefixes shrink strictly towards its front.",
        lambda a: bool((np.diff(a["prefix_target"]) > 0).all()),
    ),
    "a_slip_costs": (
        "The wrong first mark is worth at least 0.2 less than the empty prefix, and the right one more than that.",
        lambda a: bool(a["value"][_wrong(a)] < a["value"][0] - 0.2 and a["value"][3 - _wrong(a)] > a["value"][0]),
    ),
    "critic_learns": (
        "In every seed the critic's error at the end is less than a tenth of what it was at the start.",
        lambda a: bool((a["critic_error"][:, -1] < a["critic_error"][:, 0] / 10).all()),
    ),
    "critic_beats_one_score": (
        "In every seed the critic's error at the end is less than a fifth of that of a single score.",
        lambda a: bool((a["critic_error"][:, -1] < a["single_error"] / 5).all()),
    ),
    "rare_learned_last": (
        "At the end the forecasts of rare prefixes are off by more of their value than twice those of the others.",
        lambda a: _unlearned(a, _rare(a)) > 2 * _unlearned(a, ~_rare(a) & (a["value"] > 0.1)),
    ),
    "rollout_fails": (
        "The rollout has one slip, and the judge pays nothing for it.",
        lambda a: bool(len(slips(a)) == 1 and a["rollout_reward"] == 0),
    ),
    "one_token_is_blamed": (
        "At lambda = 0 the slip has more than two thirds of the rollout's advantage, by size, and it is blame.",
        lambda a: slips(a) == [slip(a)] and _blame(a, 0) > 2 / 3 and float(a["rollout_advantage"][0, slip(a)]) < 0,
    ),
    "all_tokens_are_blamed": (
        "At lambda = 1 every token before the slip has at least half of its blame.",
        lambda a: bool(
            slips(a) == [slip(a)]
            and slip(a) > 0
            and (a["rollout_advantage"][-1, : slip(a)] < 0.5 * a["rollout_advantage"][-1, slip(a)]).all()
            and a["rollout_advantage"][-1, slip(a)] < 0
        ),
    ),
    "young_critic_misleads": (
        "Built on the young critic, the gradient at lambda = 0 is off by more than a tenth of its length on average.",
        lambda a: bool(a["bias"][0, 0] > 0.1),
    ),
    "outcome_is_straight_and_noisy": (
        "At lambda = 1 the gradient is right on average, whatever the critic, and noisier than at lambda = 0.",
        lambda a: bool((a["bias"][:, -1] < 1e-9).all() and (a["noise"][:, -1] > a["noise"][:, 0]).all()),
    ),
}
