"""Sample arrays: a world of three answers worked out by its formula, and a walk over it that no rule has walked."""

from __future__ import annotations

from functools import cache

import numpy as np

from objectives.experiments import papers as quoted
from scenes.theme import FloatArray

REWARDS = np.array([1.0, 0.6, 0.0])
START = np.array([0.03, 0.62, 0.35])
LOW, HIGH = np.array([-3.3, -2.2]), np.array([5.5, 6.6])


def softmax(uv: FloatArray) -> FloatArray:
    """Probabilities [..., 3] of plane points [..., 2]: u = (zA - zB)/sqrt 2, v = (zA + zB - 2 zC)/sqrt 6."""
    u, v = uv[..., 0], uv[..., 1]
    z = np.stack([u / 2**0.5 + v / 6**0.5, -u / 2**0.5 + v / 6**0.5, -2 * v / 6**0.5], axis=-1)
    weights = np.exp(z - z.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)


def place(probs: FloatArray) -> FloatArray:
    """The plane point [2] of probabilities [3]."""
    a, b, c = np.log(probs)
    return np.array([(a - b) / 2**0.5, (a + b - 2 * c) / 6**0.5])


@cache
def plane(count: int = 61) -> dict[str, FloatArray]:
    """What a map is drawn from: grid, territory, a map that bends down far from the start, ratios, a gate."""
    us, vs = (np.linspace(low, high, count) for low, high in zip(LOW, HIGH, strict=True))
    at = np.stack(np.meshgrid(us, vs), axis=-1)
    probs = softmax(at)
    far = ((at - place(START)) ** 2).sum(axis=-1)
    ratio = np.moveaxis(probs / START, -1, 0)
    return {
        "grid_u": us,
        "grid_v": vs,
        "true_j": probs @ REWARDS,
        "surface": probs @ REWARDS - 0.012 * far,
        "kl_old": np.log(START / probs) @ START,
        "ratio": ratio,
        "gate": (ratio[1] > 1.2).astype(float),
        "theta": walk(),
        "start_probs": START,
        "rewards": REWARDS,
    }


def walk(steps: int = 20) -> FloatArray:
    """A way [steps + 1, 2] from the start towards A, bent like a bow."""
    share = np.linspace(0, 1, steps + 1)[:, None]
    start, goal = place(START), np.array([4.4, 3.6])
    return start + share * (goal - start) + np.sin(np.pi * share) * np.array([-1.1, 0.9])


def ring(points: int = 61) -> dict[str, FloatArray]:
    """An ellipse around the start of `plane`, the map near it, and one stride each way."""
    turn = np.linspace(0, 2 * np.pi, points)
    offsets = np.stack([0.8 * np.cos(turn) - 0.15 * np.sin(turn), 0.4 * np.cos(turn) + 0.3 * np.sin(turn)], axis=1)
    start, ticks = place(START), np.linspace(-2.4, 2.4, 61)
    at = start + np.stack(np.meshgrid(ticks, ticks), axis=-1)
    strides = offsets[[7, 17]]
    return {
        "start": start,
        "ring": (start + offsets)[None],
        "stride": np.stack([strides, strides], axis=1),
        "gradient": np.array([-0.05, 0.12]),
        "near_u": start[0] + ticks,
        "near_v": start[1] + ticks,
        "near_j": softmax(at) @ REWARDS,
    }


def learning(steps: int = 40, pace: float = 9.0) -> FloatArray:
    """A curve [steps + 1] that rises from 0.2 towards 1."""
    return 1 - 0.8 * np.exp(-np.arange(steps + 1) / pace)


def clipped(sign: int, low: float = 0.8, high: float = 1.2) -> dict[str, FloatArray]:
    """The clipped gain over the ratio, by its formula, for an advantage of +1 (sign 0) and of -1 (sign 1)."""
    rho = np.linspace(0, 2, 201)
    gain = np.array([1.0, -1.0])[:, None]
    plain, clip = gain * rho, gain * np.clip(rho, low, high)
    least = np.minimum(plain, clip)
    silent = np.stack([rho > high, rho < low])
    return {
        "rho": rho,
        "plain": plain,
        "clip": clip,
        "least": least,
        "slope": np.where(silent, 0.0, gain),
        "posts": np.array([low, high]),
    }


def table(steps: int = 8) -> dict[str, FloatArray]:
    """A group of six answers, and every term of the clipped gain while the policy turns from B to A."""
    answer = np.array([0, 1, 1, 1, 2, 2])
    reward = REWARDS[answer]
    advantage = (reward - reward.mean()) / reward.std()
    logits = np.log(START) + np.linspace(0, 1, steps + 1)[:, None] * np.array([1.2, 0.1, -0.9])
    new = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    ratio = (new / START)[:, answer]
    held = np.clip(ratio, 0.8, 1.2)
    least = np.minimum(ratio * advantage, held * advantage)
    kl = (START / new - 1 - np.log(START / new))[:, answer]
    return {
        "answers": np.array(["A", "B", "C"]),
        "group_answer": answer,
        "group_reward": reward,
        "advantage": advantage,
        "step": np.arange(steps + 1),
        "old_probs": START,
        "ref_probs": START,
        "new_probs": new,
        "ratio": ratio,
        "clipped_ratio": held,
        "plain_term": ratio * advantage,
        "clipped_term": held * advantage,
        "least": least,
        "kl": kl,
        "surrogate": least.mean(axis=1),
        "mean_kl": kl.mean(axis=1),
        "beta": np.array(0.04),
        "objective": least.mean(axis=1) - 0.04 * kl.mean(axis=1),
        "silent_from": np.array([2.0, 99.0, 3.0]),
        "gate": (least < ratio * advantage).astype(float),
    }


def house() -> dict[str, FloatArray]:
    """A house of two by three rooms with food, a vacuum cleaner and a pillar; values fall with the way to the food."""
    kinds = np.array(["room", "room", "food", "room", "block", "vacuum"])
    policy = np.full((6, 4), 0.25)
    policy[1] = [0.1, 0.7, 0.1, 0.1]
    values = np.array([0.64, 0.8, 0.0, 0.51, 0.0, 0.0])
    return {
        "size": np.array([2, 3]),
        "kinds": kinds,
        "open": kinds == "room",
        "home": np.array(3),
        "roles": np.array(["who", "good", "bad"]),
        "skins": np.array([["cat", "food", "vacuum"]]),
        "enter": np.array([0.0, 0.0, 1.0, 0.0, 0.0, -1.0]),
        "policy": np.stack([np.full((6, 4), 0.25), policy]),
        "values": np.stack([0.5 * values, values]),
        "turned": np.array([[1, 1, 0, 1, 0, 0], [0, 0, 0, 0, 0, 0]]),
    }


def sentences() -> dict[str, FloatArray]:
    """Four sentences of two words: each beginning with its odds and what it is worth."""
    parent, depth = np.array([0, 0, 0, 1, 1, 2, 2]), np.array([0, 1, 1, 2, 2, 2, 2])
    odds = np.array([1.0, 0.6, 0.4, 0.7, 0.3, 0.5, 0.5])
    score = np.array([0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0])
    worth = score.copy()
    for node in (1, 2, 0):
        below = np.flatnonzero((parent == node) & (np.arange(7) > 0))
        worth[node] = odds[below] @ worth[below]
    reach = odds.copy()
    for node in range(3, 7):
        reach[node] *= reach[parent[node]]
    return {
        "parent": parent,
        "depth": depth,
        "word": np.array(["", "two", "four", "four", "two", "two", "four"]),
        "ends": depth == 2,
        "score": score,
        "odds": odds[None],
        "worth": worth[None],
        "reach": reach[None],
        "said": np.array([0, 1, 3]),
    }


def prefixes() -> dict[str, FloatArray]:
    """A small tree of answers: "4", "2+2 is 4", "2+2 is 4 or 22" and "2+2 is 22"."""
    return {
        "token": np.array(["", "2+2", "4", "is", "4", "22", "or 22"]),
        "parent": np.array([0, 0, 0, 1, 3, 3, 4]),
        "depth": np.array([0, 1, 1, 2, 3, 3, 4]),
        "reach": np.array([1.0, 0.6, 0.4, 0.6, 0.4, 0.2, 0.1]),
        "ends": np.array([0.0, 0.0, 1.0, 0.0, 0.75, 1.0, 1.0]),
        "paid": np.array([0.0, 0.0, 0.6, 0.0, 0.8, 0.0, 0.0]),
        "value": np.array([0.48, 0.4, 0.6, 0.4, 0.6, 0.0, 0.0]),
    }


def papers() -> dict[str, FloatArray]:
    """The numbers that papers say: the real ones, for there is nothing to compute."""
    return quoted.run({})
