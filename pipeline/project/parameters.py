"""What hyperparameters.toml may hold, by what the modules in objectives/ say about their parameters.

The schema is read from the source text (`class Params` with `beta: float = hyper(0.04, low=0.0, ...)` beside
`NAME = "grpo"`), so that nothing here loads torch. A rule's `setting(...)` stands for the field of that name in the
class Shared of objectives/losses/settings.py, with another default, source or meaning; a family that it names among the
bases of its Params (objectives/losses/families.py) stands for the fields of that class.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.errors import UserError, as_float, did_you_mean, with_a_point
from pipeline.project.sources import Sources

SETTINGS = "objectives/losses/settings.py"
FAMILIES = "objectives/losses/families.py"

Value = float | int | bool | str | tuple[float, ...] | tuple[int, ...] | tuple[str, ...]
KINDS = {"float": "a number", "int": "a whole number", "bool": "true or false", "str": "a text"}
MANY = {"float": "a list of numbers", "int": "a list of whole numbers", "bool": "a list of true or false"}


@dataclass(frozen=True)
class Parameter:
    """What is allowed for one key."""

    table: str
    key: str
    kind: str
    many: bool
    default: Value
    low: float | None = None
    high: float | None = None
    low_open: bool = False
    high_open: bool = False
    choices: tuple[str, ...] = ()
    unit: str = ""
    source: str = ""
    doc: str = ""
    path: str = ""
    """The module that says so."""

    @property
    def name(self) -> str:
        """The dotted name: "grpo.beta"."""
        return f"{self.table}.{self.key}"

    @property
    def allowed(self) -> str:
        """The range in words, or an empty text."""
        low, high = self.low, self.high
        above = "more than" if self.low_open else "at least"
        below = "less than" if self.high_open else "at most"
        if low is not None and high is not None:
            if not self.low_open and not self.high_open:
                return f"from {low:g} to {high:g}"
            return f"{above} {low:g} and {below} {high:g}"
        if low is not None:
            return f"{above} {low:g}"
        return f"{below} {high:g}" if high is not None else ""

    def accept(self, value: object, where: str) -> Value:
        """The value in its proper type, or a UserError."""
        if not self.many:
            one: Value = self._accept_one(value, where)
            return one
        if not isinstance(value, list | tuple):
            hint = with_a_point(f"={value}", toml=True) if isinstance(value, str) else ""
            must = f"; {hint}" if hint else f", but it must be {MANY.get(self.kind, 'a list')}"
            raise UserError(f"{where}: {self.name} is {_shown(value)}{must}.")
        if not value and self.default:
            raise UserError(f"{where}: {self.name} is an empty list; it needs at least one item.")
        return tuple(self._accept_one(item, where) for item in value)

    def _accept_one(self, value: object, where: str) -> Any:
        subject = f"{where}: {'each item of ' if self.many else ''}{self.name}"
        if self.kind == "float" and isinstance(value, int) and not isinstance(value, bool):
            value = as_float(value)
        expected = {"float": float, "int": int, "bool": bool, "str": str}[self.kind]
        if type(value) is not expected:
            limits = f" {self.allowed}" if self.allowed else ""
            got = _shown(value)
            if self.kind == "float" and isinstance(value, str) and (hint := with_a_point(value)):
                raise UserError(f"{subject} is {got}; {hint}.")
            raise UserError(f"{subject} must be {KINDS[self.kind]}{limits}, but it is {got}.")
        if isinstance(value, float) and not math.isfinite(value):
            raise UserError(f"{subject} must be a finite number, but it is {value}.")
        if isinstance(value, float | int) and not isinstance(value, bool) and not self._in_range(value):
            raise UserError(f"{subject} is {_shown(value)}, but it must be {self.allowed}.")
        if self.choices and value not in self.choices:
            hint = did_you_mean(str(value), self.choices)
            raise UserError(f"{subject} is {_shown(value)}, which is none of its choices{hint}")
        return value

    def _in_range(self, value: float) -> bool:
        low, high = self.low, self.high
        enough = low is None or (value > low if self.low_open else value >= low)
        return enough and (high is None or (value < high if self.high_open else value <= high))


Schema = dict[str, Parameter]
"""Parameters by "table.key"."""


def schema(sources: Sources) -> Schema:
    """What hyperparameters.toml may hold, from every module in objectives/ that has a NAME and a class Params."""
    found: Schema = {}
    taken: dict[str, str] = {}
    shared = _shared(sources)
    families = {cls.name: cls.fields for cls in sources.read(FAMILIES).classes} if sources.exists(FAMILIES) else {}
    for path in sources.folder("objectives"):
        source = sources.read(path)
        params = next((entry for entry in source.classes if entry.name == "Params"), None)
        if params is None:
            continue
        table = source.literals.get("NAME")
        if not isinstance(table, str):
            raise UserError(f"{path}: a module with a class Params needs a literal NAME, the name of its table.")
        if table in taken:
            raise UserError(f'{path}: the name "{table}" is already taken by {taken[table]}.')
        taken[table] = path
        inherited = [entry for base in params.bases for entry in families.get(base, ())]
        for entry in {entry["name"]: entry for entry in [*inherited, *params.fields]}.values():
            parameter = _parameter(table, _completed(entry, shared), path)
            found[parameter.name] = parameter
    return found


def comment(parameter: Parameter, read: bool = True) -> str:
    """The comment of a key: its meaning, its unit and its source, and whether the film does not depend on it."""
    unit = f" [{parameter.unit}]" if parameter.unit else ""
    unread = "" if read else ". No clip reads it"
    return f"{parameter.doc}{unit}. {parameter.source[:1].upper()}{parameter.source[1:]}{unread}"


def owners(allowed: Schema, tables: set[str]) -> dict[str, str]:
    """The module that owns each of these tables."""
    return {parameter.table: parameter.path for parameter in allowed.values() if parameter.table in tables}


def _shared(sources: Sources) -> dict[str, Mapping[str, Any]]:
    """The settings that rules share, by name."""
    if not sources.exists(SETTINGS):
        return {}
    return {
        entry["name"]: entry for cls in sources.read(SETTINGS).classes if cls.name == "Shared" for entry in cls.fields
    }


def _completed(entry: Mapping[str, Any], shared: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """A rule's `setting(default, source)` as the `hyper(...)` that it stands for; anything else as it is."""
    if entry["call"] != "setting" or entry["name"] not in shared:
        return entry
    whole = shared[entry["name"]]
    own = dict(zip(("default", "source", "doc"), entry["arguments"], strict=False)) | entry["options"]
    default = own.pop("default", whole["arguments"][0])
    return {**whole, "line": entry["line"], "arguments": [default], "options": {**whole["options"], **own}}


def _parameter(table: str, entry: Mapping[str, Any], path: str) -> Parameter:
    where = f"{path}, line {entry['line']}"
    annotation = entry["annotation"]
    match = re.fullmatch(r"(?:list|tuple)\[(\w+)(?:, \.\.\.)?\]", annotation)
    kind = match[1] if match else annotation
    if kind not in KINDS or entry["call"] != "hyper":
        raise UserError(
            f"{where}: {table}.{entry['name']} must be written as `name: float = hyper(default, ...)` with literal "
            "arguments; float, int, bool, str and lists of them are known."
        )
    options = dict(entry["options"])
    default = entry["arguments"][0] if entry["arguments"] else options.pop("default", None)
    options["path"] = path
    options["choices"] = tuple(options.get("choices") or ())
    unknown = set(options) - set(Parameter.__dataclass_fields__)
    if unknown:
        raise UserError(f"{where}: hyper() has no argument {sorted(unknown)[0]}.")
    parameter = Parameter(table, entry["name"], kind, match is not None, default, **options)
    return Parameter(**{**parameter.__dict__, "default": parameter.accept(default, where)})


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'the text "{value}"'
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, datetime.date | datetime.time):
        return f"the date {value}"
    return "a table" if isinstance(value, dict) else f"{value!r}"
