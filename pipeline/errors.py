"""Errors that a user sees: one sentence each, and the exit code that goes with it."""

from __future__ import annotations

import errno
import io
import math
import os
import re
import sys

from traces.schema import did_you_mean

__all__ = [
    "BuildError",
    "UserError",
    "as_float",
    "did_you_mean",
    "is_name",
    "of_the_system",
    "readable",
    "show_what_can_be_shown",
    "with_a_point",
]

_COMMA = re.compile(r"([+-]?\d*),(\d+)")
PASSING = {
    getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG", "ENOMEM", "EMFILE", "ENFILE", "EAGAIN", "EIO")
}
"""Errors of the system that the same command need not meet again."""
_LONG_WORD = re.compile(r"\S{300,}")
_COMMA_IN_TOML = re.compile(r"=\s*([+-]?\d*,\d+)\s*(?:#|$)|(?<![\d.,])([+-]?\d+,0\d+)")


def with_a_point(text: str, toml: bool = False) -> str:
    """`write 0.04 with a point` for "0,04", or for a line of TOML that cannot be read because of it; else nothing."""
    if toml:
        found = _COMMA_IN_TOML.search(text)
        text = (found[1] or found[2]) if found else ""
    number = _COMMA.fullmatch(text.strip())
    return f"write {number[1] or 0}.{number[2]} with a point" if number else ""


def as_float(number: int) -> float:
    """A whole number as a float; one that is beyond every float is infinite."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def of_the_system(error: OSError) -> str:
    """What the system refused, in a sentence; that the same command carries on is promised where it can."""
    what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
    again = "; with that mended, the same command carries on" if error.errno in PASSING else ""
    return f"{what}. What is finished is kept{again}."


def show_what_can_be_shown() -> None:
    """Lets a title or a name hold signs that a terminal or a log has none for: their numbers stand in their places."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def is_name(text: str) -> bool:
    """Whether a text can be the name of a file: no zero byte, and no half of a character."""
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


def readable(sentence: str) -> str:
    """A sentence; of a word that fills the screen, such as a pasted number, only its ends."""
    return _LONG_WORD.sub(lambda word: f"{word[0][:40]} ... {word[0][-40:]}", sentence)


class _Sentence(Exception):  # noqa: N818
    """An error whose text is a sentence that can be read."""

    def __init__(self, sentence: str) -> None:
        super().__init__(readable(sentence))


class UserError(_Sentence):
    """What was asked for cannot be: a wrong name, a wrong value, a file with the wrong content. Exit code 2."""

    exit_code = 2


class BuildError(_Sentence):
    """Something that was rightly asked for failed on the way. Exit code 1."""

    exit_code = 1
