"""A file of TOML as data, or one sentence with file and line: whatever is wrong with it, also for the parser."""

from __future__ import annotations

import copy
import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.errors import UserError, with_a_point
from pipeline.files import read_text

DEEPEST = 40
"""Brackets within brackets; no value of ours has more than two, and the parser recurses."""
_LONGEST = 400
"""Digits of a number that the parser is given; no float has more than 309 before its point."""

_STRINGS = re.compile(r'"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*')
_DIGITS = re.compile(rf"\d(?:_?\d){{{_LONGEST},}}")


def read(path: Path, missing: str, named: str = "") -> tuple[dict[str, Any], str]:
    """The data and the text of a file; `missing` says what it means that there is none, `named` how it is spoken of."""
    named = named or path.name
    try:
        text = read_text(path)
    except FileNotFoundError:
        raise UserError(missing) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise UserError(f"{named}, line {line}: this is not UTF-8 text.") from None
    except OSError as error:
        raise UserError(f"{named} cannot be read ({error.strerror}).") from error
    return parse(text, named), text


def parse(text: str, file: str) -> dict[str, Any]:
    """The data of a text; a UserError says where it is no TOML. A text that was read lately is not parsed again."""
    return copy.deepcopy(_parsed(text, file))


@lru_cache(maxsize=8)
def _parsed(text: str, file: str) -> dict[str, Any]:
    if fault := _beyond(text):
        raise UserError(f"{file}, line {fault[0]}: {fault[1]}.")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(_broken(text, str(error), file)) from None
    except ValueError as error:  # a date that no calendar has
        raise UserError(f"{file}: this is not valid TOML ({error}).") from None


def value(text: str) -> object:
    """What a text is as a value of TOML, or the text itself where it is none; a UserError where it is beyond bounds."""
    if fault := _beyond(text):
        raise UserError(f"{fault[1]}.")
    if "\n" in text or "\r" in text:
        return text
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except ValueError:
        return text


def places(text: str, file: str) -> dict[tuple[str, str], str]:
    """The file and line of every (table, key), and of every table's heading as (table, ""), where it can be told."""
    found: dict[tuple[str, str], str] = {}
    table = ""
    for number, line in enumerate(text.split("\n"), 1):
        if heading := re.match(r"\s*\[\[?\s*([^\[\]]+?)\s*\]", line):
            table = heading[1].strip("\"'")
            found.setdefault((table, ""), f"{file}, line {number}")
        elif key := re.match(r"""\s*["']?([^\s"'=#]+)["']?\s*=""", line):
            found.setdefault((table, key[1]), f"{file}, line {number}")
    return found


def _beyond(text: str) -> tuple[int, str] | None:
    """The line and a sentence where brackets stand too deep or a number has too many digits for the parser."""
    bare = _STRINGS.sub(lambda match: "\n" * match[0].count("\n"), text)
    if number := _DIGITS.search(bare):
        digits = len(number[0].replace("_", ""))
        return bare.count("\n", 0, number.start()) + 1, f"a number has {digits} digits; none may have more than 400"
    depth = line = 0
    for sign in re.finditer(r"[\[\]{}\n]", bare):
        line += sign[0] == "\n"
        depth = max(0, depth + (sign[0] in "[{") - (sign[0] in "]}"))
        if depth > DEEPEST:
            return line + 1, f"lists or tables stand within each other more than {DEEPEST} deep"
    return None


def _broken(text: str, message: str, file: str) -> str:
    found = re.search(r"line (\d+), column (\d+)", message)
    line, column = (int(found[1]), int(found[2])) if found else (text.count("\n") + 1, 1)
    where = f"{file}, line {line}, column {column}"
    if hint := with_a_point([*text.split("\n"), ""][line - 1], toml=True):
        return f"{where}: {hint}."
    reason = re.sub(r" \(at [^)]*\)$", "", message)
    return f"{where}: this is not valid TOML ({reason[:1].lower() + reason[1:]})."
