"""hyperparameters.toml, checked against what the modules in objectives/ say about their parameters.

The schema is read from the source text (`class Params` with `beta: float = hyper(0.04, low=0.0, ...)` beside
`NAME = "grpo"`), so that nothing here loads torch. A rule's `setting(...)` stands for the field of that name in the
class Shared of objectives/losses/settings.py, with another default, source or meaning. Every complaint is one sentence
with file, line, table and key.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import UserError, did_you_mean, with_a_point
from pipeline.files import read_text
from pipeline.project.sources import Sources

FILE = "hyperparameters.toml"
SETTINGS = "objectives/losses/settings.py"

Value = float | int | bool | str | tuple[float, ...] | tuple[int, ...] | tuple[str, ...]
Hyperparameters = dict[str, Value]
"""Values by "table.key", every key of the schema present."""

ALIASES = {"clip_eps": ("clip_low", "clip_high")}
"""Keys that the command line knows besides those of a table, and which of its keys each of them sets."""

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
        return tuple(self._accept_one(item, where) for item in value)

    def _accept_one(self, value: object, where: str) -> Any:
        subject = f"{where}: {'each item of ' if self.many else ''}{self.name}"
        if self.kind == "float" and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
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
        for entry in params.fields:
            parameter = _parameter(table, _completed(entry, shared), path)
            found[parameter.name] = parameter
    return found


def load(root: Path, allowed: Schema, overrides: Sequence[str] = ()) -> Hyperparameters:
    """The values of hyperparameters.toml, with defaults for what it leaves out and then `table.key=value` overrides."""
    text = _text(root / FILE)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(_broken(text, str(error))) from error
    values = {name: parameter.default for name, parameter in allowed.items()}
    tables = {parameter.table for parameter in allowed.values()}
    places = _places(text)
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


def select(values: Mapping[str, Value], patterns: Sequence[str], where: str) -> Hyperparameters:
    """The values that patterns such as "grpo.*" and "sampling.groups" name; a UserError for one that names nothing."""
    found: Hyperparameters = {}
    for pattern in patterns:
        table, _, key = pattern.partition(".")
        matches = {name: value for name, value in values.items() if name == pattern}
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


def comment(parameter: Parameter) -> str:
    """The comment of a key: its meaning, its unit and its source."""
    unit = f" [{parameter.unit}]" if parameter.unit else ""
    return f"{parameter.doc}{unit}. {parameter.source[:1].upper()}{parameter.source[1:]}"


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
        value = tomllib.loads(f"value = {right}")["value"]
    except tomllib.TOMLDecodeError:
        value = right
    return {parameter.name: parameter.accept(value, where) for parameter in parameters}


def _text(path: Path) -> str:
    try:
        return read_text(path)
    except FileNotFoundError:
        raise UserError(f"{path.name} is missing; it stands beside render.py.") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise UserError(f"{path.name}, line {line}: this is not UTF-8 text.") from None
    except OSError as error:
        raise UserError(f"{path.name} cannot be read ({error.strerror}).") from error


def _broken(text: str, message: str) -> str:
    found = re.search(r"line (\d+), column (\d+)", message)
    line, column = (int(found[1]), int(found[2])) if found else (text.count("\n") + 1, 1)
    where = f"{FILE}, line {line}, column {column}"
    if hint := with_a_point([*text.split("\n"), ""][line - 1], toml=True):
        return f"{where}: {hint}."
    reason = re.sub(r" \(at [^)]*\)$", "", message)
    return f"{where}: this is not valid TOML ({reason[:1].lower() + reason[1:]})."


def _places(text: str) -> dict[tuple[str, str], str]:
    """The file and line of every (table, key), and of every table's heading as (table, ""), where it can be told."""
    found: dict[tuple[str, str], str] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if heading := re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line):
            table = heading[1].strip("\"'")
            found.setdefault((table, ""), f"{FILE}, line {number}")
        elif key := re.match(r"""\s*["']?([^\s"'=#]+)["']?\s*=""", line):
            found.setdefault((table, key[1]), f"{FILE}, line {number}")
    return found


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'the text "{value}"'
    if isinstance(value, list | tuple):
        return "a list"
    return "a table" if isinstance(value, dict) else f"{value!r}"
