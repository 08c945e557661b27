"""hyperparameters.toml, checked against what it may hold (parameters.py).

Every complaint is one sentence with file, line, table and key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import UserError, did_you_mean
from pipeline.project import toml_text
from pipeline.project.parameters import Parameter, Schema, Value

FILE = "hyperparameters.toml"

Hyperparameters = dict[str, Value]
"""Values by "table.key", every key of the schema present."""

ALIASES = {"clip_eps": ("clip_low", "clip_high")}
"""Keys that the command line knows besides those of a table, and which of its keys each of them sets."""


def load(root: Path, allowed: Schema, overrides: Sequence[str] = ()) -> Hyperparameters:
    """The values of hyperparameters.toml, with defaults for what it leaves out and then `table.key=value` overrides."""
    data, text = toml_text.read(root / FILE, f"{FILE} is missing; it stands beside render.py.")
    values = {name: parameter.default for name, parameter in allowed.items()}
    tables = {parameter.table for parameter in allowed.values()}
    places = toml_text.places(text, FILE)
    for table, content in data.items():
        if not isinstance(content, dict):
            line = places.get(("", table), FILE)
            raise UserError(f"{line}: {table} stands in no table; put it under a heading such as [{min(tables)}].")
        if table not in tables:
            where = places.get((table, ""), FILE)
            raise UserError(f"{where}: there is no table [{table}]{did_you_mean(table, tables)}")
        for key, value in content.items():
            where = places.get((table, key), FILE)
            values[f"{table}.{key}"] = _find(allowed, table, key, where).accept(value, where)
    for override in overrides:
        values.update(_override(override, allowed))
    return values


def places(root: Path) -> dict[tuple[str, str], str]:
    """The file and line of every (table, key) of hyperparameters.toml."""
    return toml_text.places(toml_text.read(root / FILE, f"{FILE} is missing.")[1], FILE)


def select(values: Mapping[str, Value], patterns: Sequence[str], where: str) -> Hyperparameters:
    """The values that patterns such as "grpo.*" and "sampling.groups" name; a UserError for one that names nothing."""
    found: Hyperparameters = {}
    for pattern in patterns:
        table, _, key = pattern.partition(".")
        matches = {pattern: values[pattern]} if pattern in values else {}
        if key == "*":
            matches = {name: value for name, value in values.items() if name.startswith(f"{table}.")}
        if not matches:
            known = [*values, *(f"{name.partition('.')[0]}.*" for name in values)]
            raise UserError(f'{where}: "{pattern}" names no hyperparameter{did_you_mean(pattern, set(known))}')
        found.update(matches)
    return dict(sorted(found.items()))


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON has them, for keys and records."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in sorted(values.items())}


def _find(allowed: Schema, table: str, key: str, where: str) -> Parameter:
    name = f"{table}.{key}"
    if name in allowed:
        return allowed[name]
    keys = [parameter.key for parameter in allowed.values() if parameter.table == table]
    raise UserError(f'{where}: [{table}] has no key "{key}"{did_you_mean(key, keys)}')


def _override(text: str, allowed: Schema) -> Hyperparameters:
    where = f"--set {text}"
    name, equals, right = (part.strip() for part in text.partition("="))
    table, dot, key = name.partition(".")
    if not equals or not dot:
        raise UserError(f"{where}: write it as table.key=value, for example grpo.beta=0.1.")
    if name not in allowed and table not in {parameter.table for parameter in allowed.values()}:
        raise UserError(f'{where}: there is no hyperparameter "{name}"{did_you_mean(name, allowed)}')
    alias = [f"{table}.{part}" for part in ALIASES.get(key, ())]
    both = name not in allowed and alias and all(part in allowed for part in alias)
    parameters = [allowed[part] for part in alias] if both else [_find(allowed, table, key, where)]
    try:
        value = toml_text.value(right)
    except UserError as error:
        raise UserError(f"{where}: {error}") from None
    return {parameter.name: parameter.accept(value, where) for parameter in parameters}
