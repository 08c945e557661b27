"""Files that appear whole or not at all, JSON in one fixed form, and digests remembered by size and time of change."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PART = ".part-"
"""What the name of a file begins with until it is whole."""
RACY_NS = 2_000_000_000
"""A file changed less than this long ago may change again within the clock's tick: its facts are not kept."""

Stamp = tuple[int, int]
"""Size and time of change (ns): equal stamps mean equal content."""


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces, no NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False, ensure_ascii=False)


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON of a value."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def digest_of_file(path: Path | None) -> str:
    """SHA-256 of a file, or an empty text where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path and path.is_file() else ""


def partial(path: Path) -> Path:
    """The name under which `path` is written until it is whole: same folder, same suffix, this process; not longer."""
    name = hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16] if len(path.name) > 64 else path.stem
    return path.with_name(f"{PART}{os.getpid()}-{name}{path.suffix}")


@contextlib.contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Gives a temporary name; on success the file moves to `path` in one step, on failure nothing is left."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = partial(path)
    try:
        yield temporary
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def read_text(path: Path) -> str:
    """A text file in UTF-8, whatever editor it comes from: no byte order mark, every line ended alike."""
    return path.read_text(encoding="utf-8-sig")


def write_text(path: Path, text: str) -> None:
    """Writes a text file whole or not at all."""
    with whole(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_json(path: Path, value: Any) -> None:
    """Writes a value as readable JSON, whole or not at all."""
    write_text(path, json.dumps(value, sort_keys=True, indent=1, allow_nan=False, ensure_ascii=False) + "\n")


def remember_json(path: Path, value: Any) -> None:
    """Writes what only saves time later: where it cannot be written, nothing is lost."""
    with contextlib.suppress(OSError):
        write_json(path, value)


def read_json(path: Path, like: Any = object) -> Any:
    """The value in a JSON file, or None where there is no readable one of the shape `like` (see `fits`)."""
    try:
        value = json.loads(path.read_bytes())
        return value if fits(value, like) else None
    except (OSError, ValueError, RecursionError):
        return None


def fits(value: Any, like: Any) -> bool:
    """Whether a value has a shape: a type, `[shape]` a list of it, `{str: shape}` a table of it, `{"key": shape}` a
    table with at least these keys; `(shape, shape)` is a list of exactly these.
    """
    if isinstance(like, list):
        return isinstance(value, list) and all(fits(item, like[0]) for item in value)
    if isinstance(like, tuple):
        several = isinstance(value, list) and len(value) == len(like)
        return several and all(fits(item, shape) for item, shape in zip(value, like, strict=True))
    if isinstance(like, dict):
        if not isinstance(value, dict):
            return False
        if str in like:
            return all(fits(item, like[str]) for item in value.values())
        return all(key in value and fits(value[key], shape) for key, shape in like.items())
    return isinstance(value, (int, float) if like is float else like)


def stamp(path: Path) -> Stamp | None:
    """Size and time of change, or None where there is no file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_size, status.st_mtime_ns)


def settled(mark: Stamp) -> bool:
    """Whether a file with this stamp is old enough for its stamp to identify its content."""
    return time.time_ns() - mark[1] > RACY_NS


class Digests:
    """SHA-256 of files, read again only when size or time of change differ from the last reading."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._known: dict[str, list[Any]] = read_json(cache, {str: (int, int, str)}) or {}
        self._used: dict[str, list[Any]] = {}
        self._changed = False

    def of(self, path: Path) -> str | None:
        """The digest of a file's bytes, or None where there is no readable file."""
        mark = stamp(path)
        if mark is None:
            return None
        name = str(path)
        entry = self._known.get(name)
        if entry is not None and (entry[0], entry[1]) == mark:
            self._used[name] = entry
            return str(entry[2])
        try:
            with path.open("rb") as file:
                value = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return None
        if settled(mark):
            self._known[name] = self._used[name] = [*mark, value]
            self._changed = True
        return value

    def save(self) -> None:
        """Remembers what was learnt; files that are gone are forgotten."""
        if self._changed:
            kept = {name: entry for name, entry in self._known.items() if name in self._used or os.path.exists(name)}
            remember_json(self._cache, kept)
            self._changed = False
