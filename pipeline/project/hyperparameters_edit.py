"""Other values in hyperparameters.toml: comments, order and blank lines stay, and comments keep their column."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from pipeline.errors import UserError
from pipeline.files import whole
from pipeline.project import parameters, toml_text
from pipeline.project.hyperparameters_toml import FILE
from pipeline.project.parameters import Schema, Value

_HEADING = re.compile(r"\s*\[\s*([^\[\]\"']+?)\s*\]")
_LINE = re.compile(
    r"""(?P<left>\s*(?P<key>[\w-]+)\s*=\s*)(?P<value>(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^#"'])*?)(?P<gap>\s*)(?P<comment>\#.*)?$"""
)


def literal(value: Value) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return f"[{', '.join(map(literal, value))}]" if isinstance(value, tuple) else repr(value)


def save(root: Path, schema: Schema, values: Mapping[str, Value]) -> None:
    """Writes these values into the file, whole or not at all; values that stand there already leave it as it is."""
    path = (root / FILE).resolve()
    text = toml_text.read(path, f"{FILE} is missing; it stands beside render.py.", FILE)[1]
    made = edited(text, schema, values)
    if made == text:
        return
    ending = "\r\n" if b"\r\n" in path.read_bytes() else "\n"
    with whole(path) as temporary:
        temporary.write_text(made, encoding="utf-8", newline=ending)
        shutil.copymode(path, temporary)


def edited(text: str, schema: Schema, values: Mapping[str, Value]) -> str:
    """The text with these values, by "table.key". A key that the file leaves out gets a line in its table.

    Raises:
        UserError: the file is no TOML, or a value in it is written in a form that cannot be replaced alone.
    """
    wanted = toml_text.parse(text, FILE)
    made = text
    for name, value in values.items():
        table, _, key = name.partition(".")
        said = literal(value)
        if wanted.get(table, {}).get(key) == json.loads(json.dumps(value)) and key in wanted.get(table, {}):
            continue
        wanted.setdefault(table, {})[key] = list(value) if isinstance(value, tuple) else value
        made = _put(made, table, key, said, parameters.comment(schema[name]))
    if _read(made) != wanted:
        names = ", ".join(values)
        raise UserError(f"{FILE}: {names} stands there in a form that cannot be edited here; write it in one line.")
    return made


def _read(text: str) -> object:
    try:
        return toml_text.parse(text, FILE)
    except UserError:
        return None


def _put(text: str, table: str, key: str, said: str, comment: str) -> str:
    lines, here, last = text.split("\n"), "", None
    for number, line in enumerate(lines):
        if heading := _HEADING.match(line):
            here = heading[1]
            last = number if here == table else last
        elif here == table and (found := _LINE.match(line)):
            last = number
            if found["key"] == key:
                lines[number] = _replaced(found, said)
                return "\n".join(lines)
    added = f"{key} = {said}  # {comment}"
    if last is None:
        return text.rstrip("\n") + f"\n\n[{table}]\n{added}\n"
    lines.insert(last + 1, added)
    return "\n".join(lines)


def _replaced(found: re.Match[str], said: str) -> str:
    """The line with another value, and its comment in the same column if there is room."""
    if not found["comment"]:
        return f"{found['left']}{said}"
    room = len(found["value"]) + len(found["gap"]) - len(said)
    return f"{found['left']}{said}{' ' * max(min(2, len(found['gap'])), room)}{found['comment']}"
