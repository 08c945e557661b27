"""Random states for the rules: a batch of answers of one token, a policy, and settings; edges are frequent."""

import dataclasses
from typing import Any

import numpy as np
import torch

from companion.explore import conventions
from objectives import OBJECTIVES, Rollouts
from objectives.estimators.ratios import ANSWER_LIMIT, LIMIT

State = dict[str, Any]
FAR = 1e-12
"""How far past an edge a ratio is put: far enough for no rounding to bring it back."""


def states(many: int, seed: int) -> list[State]:
    """`many` states, the rules in turn."""
    dice = np.random.default_rng(seed)
    return [_state(list(OBJECTIVES)[number % len(OBJECTIVES)], dice) for number in range(many)]


def _state(rule: str, dice: np.random.Generator) -> State:
    params = _params(rule, dice)
    size = int(dice.integers(1, 17))
    old = -dice.exponential(2.0, size)
    logp = old + _log_ratios(params, size, dice)
    critic = dice.normal(0.5, 0.5, size)
    values = critic + dice.choice([0.0, 0.1, 1.0]) * dice.normal(size=size)
    needs = getattr(params, "entropy_weight", 0.0) > 0
    return {
        "rule": rule,
        "params": dataclasses.asdict(params),
        "batch": {
            "old": old.tolist(),
            "ref": (logp + _gaps(size, dice)).tolist(),
            "rewards": _rewards(size, dice),
            "correct": dice.integers(0, 2, size).tolist(),
            "group": dice.integers(0, dice.integers(1, 4), size).tolist(),
            "oldValues": critic.tolist(),
        },
        "logp": logp.tolist(),
        "values": values.tolist() if dice.random() < 0.9 else None,
        "entropies": dice.random(size).tolist() if needs or dice.random() < 0.3 else None,
    }


def _rewards(size: int, dice: np.random.Generator) -> list[float]:
    """Right or wrong, graded, all equal, equal but for rounding, or large."""
    kinds = [
        dice.integers(0, 2, size).astype(float),
        dice.normal(size=size),
        np.full(size, dice.normal()),
        dice.choice([0.3, 0.1 + 0.2], size),
        1e3 * dice.normal(size=size),
    ]
    return list(map(float, kinds[dice.choice(5, p=[0.35, 0.35, 0.1, 0.1, 0.1])]))


def _log_ratios(params: Any, size: int, dice: np.random.Generator) -> Any:
    """Near 1, or on, before or past an edge of the clip, of the second clip, or of what is held.

    A ratio of e^20 stands alone: in a sum with others it would leave them no digits to compare.
    """
    low, high = getattr(params, "clip_low", 0.2), getattr(params, "clip_high", 0.2)
    edges = [0.0, -LIMIT - 5, -ANSWER_LIMIT - 5, *((LIMIT + 5, ANSWER_LIMIT + 5) if size == 1 else ())]
    for edge in (1 - low, 1 + high, getattr(params, "dual_clip", 0.0)):
        edges += [np.log(edge) + step for step in (-FAR, 0.0, FAR)] if edge > 0 else []
    near = dice.choice([0.1, 0.5, 2.0]) * dice.normal(size=size)
    return np.where(dice.random(size) < 0.4, dice.choice(edges, size), near)


def _gaps(size: int, dice: np.random.Generator) -> Any:
    """log pi_ref - log pi: none, small, or past what is held; in between k3's slope loses digits, here and there."""
    near = dice.choice([0.0, 0.3, 2.0]) * dice.normal(size=size)
    return np.where(dice.random(size) < 0.1, dice.choice([-LIMIT - 5, LIMIT + 5], size), near)


def _params(rule: str, dice: np.random.Generator) -> Any:
    """A rule's settings as some source has them, a third of them changed."""
    sources = [source for source in conventions.SOURCES if conventions.has(source, rule)]
    made = conventions.settings(rule, str(dice.choice(sources)))
    changes = {field.name: _value(field, dice) for field in dataclasses.fields(made) if dice.random() < 0.35}
    place = changes.get("kl_place", getattr(made, "kl_place", "loss"))
    if place != "loss" and hasattr(made, "kl_ratio"):
        changes["kl_ratio"] = False
    if rule == "dapo":
        changes["overlong_max"], changes["overlong_cache"] = float(dice.choice([1.0, 2.0, 3.0])), float(dice.random())
    return dataclasses.replace(made, **changes)


def _value(field: dataclasses.Field[Any], dice: np.random.Generator) -> Any:
    """Some value that a setting may have."""
    m = field.metadata
    if m["choices"]:
        return str(dice.choice(m["choices"]))
    if field.type == "bool":
        return bool(dice.integers(0, 2))
    if field.type == "int":
        return int(dice.integers(m["low"], min(m["high"], m["low"] + 5) + 1))
    if field.name == "dual_clip":
        return float(dice.choice([0.0, 1.0 + dice.random()]))
    low, high = max(m["low"], -1.0), min(m["high"], 1.0)
    share = dice.choice([0.1 if m["low_open"] else 0.0, 0.1 + 0.8 * dice.random()], p=[0.2, 0.8])
    return float(low + (high - low) * share)


def of_objectives(state: State) -> State:
    """What `objectives` makes of a state: the terms of its loss, and their slopes."""

    def row(name: str) -> torch.Tensor:
        return torch.tensor(state["batch"][name], dtype=torch.float64)

    def trained(name: str) -> torch.Tensor | None:
        if state[name] is None:
            return None
        return torch.tensor(state[name], dtype=torch.float64).unsqueeze(-1).requires_grad_(True)

    logp, values, entropies = trained("logp"), trained("values"), trained("entropies")
    assert logp is not None
    rollouts = Rollouts(
        logp=logp,
        old_logp=row("old").unsqueeze(-1),
        ref_logp=row("ref").unsqueeze(-1),
        mask=torch.ones_like(logp),
        rewards=row("rewards"),
        correct=row("correct").long(),
        group=row("group").long(),
        values=values,
        old_values=row("oldValues").unsqueeze(-1),
        entropies=entropies,
    )
    rule = OBJECTIVES[state["rule"]]
    terms = rule.loss(rollouts, rule.Params(**state["params"]))
    found = {name: getattr(terms, name).detach() for name in terms._fields}
    for name, leaf in (("slope", logp), ("valueSlope", values), ("entropySlope", entropies)):
        if leaf is not None:
            (found[name],) = torch.autograd.grad(
                terms.total, leaf, retain_graph=True, allow_unused=True, materialize_grads=True
            )
    return {name: tensor.flatten().tolist() for name, tensor in found.items()}


def undecided(state: State) -> list[bool]:
    """Answers whose ratio stands on an edge to the last bit: whether the gate shuts there is a matter of rounding."""
    p = state["params"]
    edges = [1 - p.get("clip_low", 0.0), 1 + p.get("clip_high", 0.0), p.get("dual_clip", 0.0)]
    ratio = np.exp(np.subtract(state["logp"], state["batch"]["old"]))
    near = [np.abs(ratio / edge - 1) < FAR / 10 for edge in edges if edge > 0 and edge != 1.0]
    return list(np.any(near, axis=0)) if near else [False] * len(ratio)
