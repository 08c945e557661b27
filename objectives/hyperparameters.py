"""Hyperparameters that describe and check themselves.

Each module that owns a table of `hyperparameters.toml` has `NAME` (the table) and a frozen dataclass `Params(Checked)`
whose fields are made by `hyper`. All arguments of `hyper` are literals, so that a reader can take the schema from the
source without running it.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any, Self, TypeVar

from objectives import checks

P = TypeVar("P", bound="Checked")


def hyper(
    default: Any,
    *,
    low: float | None = None,
    high: float | None = None,
    low_open: bool = False,
    high_open: bool = False,
    choices: tuple[str, ...] = (),
    unit: str = "",
    source: str,
    doc: str,
) -> Any:
    """Make a dataclass field for one hyperparameter.

    Args:
        default: the value used when a table does not name the key; a tuple for a list of numbers.
        low, high: the allowed range, both ends included unless `low_open` or `high_open`; for a list, of each item.
        choices: the allowed strings.
        unit: what one counts in, "" for a pure number.
        source: paper and section, or "chosen for the picture".
        doc: what it means, one line.
    """
    metadata = {
        "low": low,
        "high": high,
        "low_open": low_open,
        "high_open": high_open,
        "choices": choices,
        "unit": unit,
        "source": source,
        "doc": doc,
    }
    if isinstance(default, tuple):
        return dataclasses.field(default_factory=lambda: list(default), metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


@dataclasses.dataclass(frozen=True)
class Checked:
    """Base of every `Params`: refuses an unknown field, and a value of the wrong type or outside its range, by name."""

    def __new__(cls, *args: Any, **values: Any) -> Self:
        """Name the nearest field where one is unknown, before the fields are filled."""
        names = [field.name for field in dataclasses.fields(cls)]
        checks.known(f"{cls.__module__.rpartition('.')[2]}.{cls.__qualname__}", names, values)
        return super().__new__(cls)

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = _typed(field, getattr(self, field.name))
            object.__setattr__(self, field.name, value)
            for item in value if isinstance(value, list) else [value]:
                _in_range(field, item)
        self.check()

    def check(self) -> None:
        """Refuse combinations of values that contradict each other. Overridden where fields depend on each other."""


def read(params: type[P], name: str, h: Mapping[str, Any], **changes: Any) -> P:
    """Build `params` from the table `name` of `h` ("table.key" -> value), with `changes` laid over it."""
    values = {field.name: h[f"{name}.{field.name}"] for field in dataclasses.fields(params)}
    return params(**{**values, **changes})


def defaults(params: type[Checked], name: str) -> dict[str, Any]:
    """The default values of a table under their full names: `{"grpo.beta": 0.04, ...}`."""
    blank = params()
    return {f"{name}.{field.name}": getattr(blank, field.name) for field in dataclasses.fields(params)}


def _typed(field: dataclasses.Field[Any], value: Any) -> Any:
    """Return `value` as the type its annotation asks for, or raise TypeError."""
    kind = str(field.type)
    if kind in ("list[float]", "float") and _is_huge(value):
        raise ValueError(f"{field.name} must be {interval(field.metadata)}, not a number of {_is_huge(value)} digits")
    if kind == "list[float]" and isinstance(value, (list, tuple)):
        if all(_is_number(item) for item in value):
            return [float(item) for item in value]
    elif kind == "float" and _is_number(value):
        return float(value)
    elif {"int": int, "bool": bool, "str": str}.get(kind) is type(value):
        return value
    raise TypeError(f"{field.name} must be {kind}, not {value!r}")


def _is_huge(value: Any) -> int:
    """Digits of the first whole number in `value` that no float can hold, or 0."""
    for item in value if isinstance(value, (list, tuple)) else [value]:
        if isinstance(item, int) and abs(item).bit_length() > 1023:
            return round(item.bit_length() * math.log10(2))
    return 0


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _in_range(field: dataclasses.Field[Any], value: Any) -> None:
    m = field.metadata
    if m["choices"] and value not in m["choices"]:
        raise ValueError(f"{field.name} must be one of {', '.join(m['choices'])}, not {value!r}")
    if isinstance(value, (str, bool)):
        return
    below = m["low"] is not None and (value < m["low"] or (m["low_open"] and value == m["low"]))
    above = m["high"] is not None and (value > m["high"] or (m["high_open"] and value == m["high"]))
    if below or above or not math.isfinite(value):
        raise ValueError(f"{field.name} must be {interval(m)}, not {value!r}")


def interval(metadata: Mapping[str, Any]) -> str:
    """Say a range in words: "above 0.0 and at most 10.0"."""
    parts = []
    if metadata["low"] is not None:
        parts.append(f"{'above' if metadata['low_open'] else 'at least'} {metadata['low']}")
    if metadata["high"] is not None:
        parts.append(f"{'below' if metadata['high_open'] else 'at most'} {metadata['high']}")
    return " and ".join(parts) or "a finite number"
