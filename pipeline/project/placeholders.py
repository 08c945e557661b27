"""Numbers that a script looks up: `{table.key}` of the hyperparameters, `{experiment#number}` of a trace.

Both take a Python format (`{x.y:.0%}`), and `{x.y[0]}` is an item of a list. `{x.y|group|groups}` is the first of the
two where the number is 1, else the second.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Protocol

from pipeline.errors import UserError, did_you_mean

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_CHOICE = re.compile(r"^([^|:]+)\|([^|]*)\|([^|]*)$")  # a number, the word for one, the word for any other
_NAME = re.compile(r"^([a-z][a-z0-9_]*)([.#])([a-z][a-z0-9_.]*)(?:\[(\d{1,4})\])?(?::([^|]*))?$")
_FORMAT = re.compile(r"^[+-]?[,_]?(\.\d{1,2})?[defgEFG%]?$")  # what can be said: no widths, no signs that fill them
_POWER = re.compile(r"^-?\d+(\.\d+)?e[-+]\d+$")  # 1e-06 is no way to say a number


class Facts(Protocol):
    """What a script reads of a trace."""

    @property
    def numbers(self) -> Mapping[str, float]:
        """Named numbers."""

    @property
    def claims(self) -> Mapping[str, bool]:
        """Named statements and whether they hold."""


def count(text: str) -> int:
    """How many numbers of a text are looked up."""
    return sum("|" not in inside for inside in PLACEHOLDER.findall(text))


def without(text: str, mark: str = "#") -> str:
    """A text with a mark in the place of every number that is looked up, and the plural where it decides a word."""

    def plain(match: re.Match[str]) -> str:
        choice = _CHOICE.match(match[1])
        return choice[3] if choice else mark

    return PLACEHOLDER.sub(plain, text)


def split(inside: str, where: str) -> tuple[str, str, str, int | None, str]:
    """A placeholder's parts: table or experiment, "." or "#", key or number, list item, format."""
    choice = _CHOICE.match(inside)
    found = _NAME.match(choice[1] if choice else inside)
    if not found:
        raise UserError(
            f"{where}: {{{inside}}} is no placeholder; write {{table.key}}, {{experiment#number}} or "
            "{table.key|group|groups}."
        )
    left, mark, right, item, spec = found.groups()
    if not _FORMAT.match(spec or ""):
        raise UserError(
            f"{where}: {{{inside}}} has a format that cannot be said; write for instance {left}{mark}{right}:.2f, "
            ":.0% or :,.0f."
        )
    return left, mark, right, None if item is None else int(item), spec or ""


def fill(text: str, value: Callable[[re.Match[str]], str]) -> str:
    """A text with its placeholders replaced."""
    return PLACEHOLDER.sub(value, text)


def value_of(inside: str, hyperparameters: Mapping[str, Any], traces: Mapping[str, Facts], where: str) -> str:
    """What stands in the text in place of a placeholder."""
    left, mark, right, item, spec = split(inside, where)
    if mark == ".":
        found = look_up(f"{left}.{right}", hyperparameters, "there is no hyperparameter", where)
    else:
        found = look_up(right, trace(left, traces, where).numbers, f"{left} has no number", where)
    if item is not None:
        if not isinstance(found, (list, tuple)) or item >= len(found):
            raise UserError(f"{where}: {{{inside}}} asks for item {item} of {found!r}.")
        found = found[item]
    if choice := _CHOICE.match(inside):
        return choice[2] if found == 1 else choice[3]
    try:
        shown = format(found, spec)
        return f"{Decimal(shown):f}" if _POWER.match(shown) else shown
    except (ValueError, TypeError):
        raise UserError(f"{where}: {{{inside}}} cannot show {found!r} in the format {spec!r}.") from None


def trace(name: str, traces: Mapping[str, Facts], where: str) -> Facts:
    """The trace of this name, or a UserError."""
    if name not in traces:
        raise UserError(f'{where}: there is no experiment "{name}"{did_you_mean(name, traces)}')
    return traces[name]


def look_up(name: str, known: Mapping[str, Any], lack: str, where: str) -> Any:
    """What stands under a name, or a UserError that begins with what is lacking."""
    if name not in known:
        raise UserError(f'{where}: {lack} "{name}"{did_you_mean(name, known)}')
    return known[name]
