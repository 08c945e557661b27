"""What a trace says about its arrays, and the check that they keep the promise. Needs no numpy: `status` stays fast."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

VERSION = 2
"""Version of the file layout; a trace written under another version is computed anew."""


class SchemaError(ValueError):
    """Arrays and schema disagree, or a name is unknown; the text is one sentence."""


class Field(NamedTuple):
    """One array of a trace.

    `dims` names its axes, separated by spaces: a word may stand for any length, the same for every array of the trace,
    and a number is that length exactly ("seed objective state 2"). An empty `dims` is a single value.
    """

    dims: str
    unit: str
    doc: str


class Shaped(Protocol):
    """Anything with a shape, such as a numpy array."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""
        ...


@dataclass(frozen=True)
class Summary:
    """Everything of a trace except its arrays: what narration, keys and `status` need."""

    name: str
    digest: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    number_docs: Mapping[str, str] = field(default_factory=dict)
    claims: Mapping[str, bool] = field(default_factory=dict)
    claim_sentences: Mapping[str, str] = field(default_factory=dict)
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)
    version: int = VERSION


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """`; did you mean "beta"?`, or the known names when none is near, or nothing when there are none."""
    known = sorted(names)
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.55)
    if near:
        return f'; did you mean "{near[0]}"?'
    return f"; known are {', '.join(known)}." if known else "."


def check(arrays: Mapping[str, Shaped], schema: Mapping[str, tuple[str, str, str]]) -> None:
    """Raises SchemaError unless names, ranks and axis lengths of `arrays` are those that `schema` promises."""
    for name in arrays:
        if name not in schema:
            raise SchemaError(f'the array "{name}" is not in the schema{did_you_mean(name, schema)}')
    lengths: dict[str, tuple[int, str]] = {}
    for name, (dims, _unit, _doc) in schema.items():
        if name not in arrays:
            raise SchemaError(f'the array "{name}" is in the schema but was not given')
        shape, axes = tuple(arrays[name].shape), dims.split()
        if len(shape) != len(axes):
            promised = f"[{', '.join(axes)}]"
            raise SchemaError(f'the array "{name}" has shape {list(shape)}, but the schema promises {promised}')
        for axis, length in zip(axes, shape, strict=True):
            if axis.isdigit():
                expected, source = int(axis), "the schema"
            else:
                expected, source = lengths.setdefault(axis, (length, f'"{name}"'))
            if length != expected:
                raise SchemaError(
                    f'the array "{name}" has {length} along {axis} (shape {list(shape)}), but {source} has {expected}'
                )
