"""Conventions of five sources as data: which settings of a rule give the numbers of which library."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from objectives import OBJECTIVES
from objectives.losses.libraries import LIBRARIES

SOURCES = {
    "paper": "the paper",
    "trl": "TRL",
    "verl": "verl",
    "openrlhf": "OpenRLHF",
    "stable_baselines3": "Stable-Baselines3",
}
"""As docs/conventions.md names them; the paper's choices are the defaults of every rule."""

OPTIONS: dict[tuple[str, str], dict[str, Any]] = {("trl", "cispo"): {"epsilon_high": 5.0}}
"""What a source must be told, because its default is none of the rule's: TRL bounds CISPO's weight by 1 + 0.2 else."""

FIRST = ("clip_low", "clip_high", "dual_clip", "beta")
"""Settings that get a slider, and how far it goes."""
REACH = {"clip_low": 1.0, "clip_high": 1.0, "dual_clip": 5.0, "beta": 1.0, "delta": 0.1}
UNSEEN = {"updates", "refill", "max_draws", "entropy_weight", "entropy_aggregation", "cg_iterations", "backtrack"}
UNSEEN |= {"backtracks", "damping", "kl_direction", "delta"}
"""Settings of the training loop and of the search for a step: a group at rest does not feel them."""


def has(source: str, rule: str) -> bool:
    """Whether a source has the rule."""
    return source == "paper" or rule in LIBRARIES[source][1]


def settings(rule: str, source: str, changes: Mapping[str, str] | None = None) -> Any:
    """A rule's settings as a source has them, with `changes` (texts) laid over them; ValueError says what is wrong."""
    if rule not in OBJECTIVES:
        raise ValueError(f"there is no rule {rule!r}")
    if source not in SOURCES or not has(source, rule):
        raise ValueError(f"{SOURCES.get(source, source)} has no {rule}")
    kind = OBJECTIVES[rule].Params
    made: Any = kind() if source == "paper" else kind.of(source, **OPTIONS.get((source, rule), {}))  # type: ignore[attr-defined]
    fields = {field.name: field for field in dataclasses.fields(kind)}
    changed = {name: read(str(fields[name].type), text) for name, text in (changes or {}).items() if name in fields}
    return dataclasses.replace(made, **changed)


def read(kind: str, text: str) -> Any:
    """A value out of a form."""
    if kind == "bool":
        return text == "true"
    if kind in ("float", "int"):
        try:
            number = float(text)
        except ValueError:
            raise ValueError(f"{text!r} is no number") from None
        return int(number) if kind == "int" and number.is_integer() else number
    return text


def written(value: Any) -> str:
    """A value as a form and a link have it."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def toml(rule: str, params: Any, base: Any = None) -> str:
    """The settings as a table of hyperparameters.toml; only what differs from `base`, if that is given."""
    lines = [f"[{rule}]"]
    for field in dataclasses.fields(params):
        value = getattr(params, field.name)
        if base is None or value != getattr(base, field.name):
            lines.append(f'{field.name} = "{value}"' if isinstance(value, str) else f"{field.name} = {written(value)}")
    return "\n".join(lines) + "\n"
