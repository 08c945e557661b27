"""A folder made of finished things, such as a deck of clips in dist/: whole or not at all, and not made twice."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.errors import UserError
from pipeline.media import timing
from pipeline.publish import swap
from pipeline.publish.published import altered, put, read, untouched

Fill = Callable[[Path], None]
"""Writes the files into an empty folder."""


def key(modules: tuple[str, ...], *made_from: Any) -> str:
    """What a bundle depends on, as a digest: the modules that write it, and what they read."""
    return timing.digest(timing.sources("publish/bundle", *modules), made_from)


def is_current(folder: Path, room: Path, wanted: str) -> bool:
    """Whether the folder holds this bundle and nobody has touched its files since; instant."""
    return read(room)["key"] == wanted and not altered(folder, room)


def make(folder: Path, room: Path, wanted: str, fill: Fill) -> list[Path]:
    """Fills the folder anew; what is in it and no part of the bundle stays. `room` keeps the record."""
    swap.recover(folder, room)
    room.mkdir(parents=True, exist_ok=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=room, prefix="publish-") as stage:
        fill(Path(stage))
        names = swap.files_in(Path(stage))
        gone = [name for name in read(room)["files"] if name not in names]
        return put(Path(stage), folder, room, wanted, {}, None, gone)


def check(option: str, folder: Path, room: Path) -> None:
    """Raises a UserError unless `option` may fill the folder: new, empty, or as this bundle left it the last time."""
    try:
        fault = _fault(folder, room)
    except OSError as error:
        fault = f"{error.strerror}."
    if fault:
        raise UserError(f"{option} {folder}: {fault}")


def _fault(folder: Path, room: Path) -> str:
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        os.lstat(folder)  # a name that is too long is told by the system
    if folder.is_symlink():
        return "this is a symbolic link; name the folder itself."
    if folder.exists() and not folder.is_dir():
        return "this is a file; a folder is needed."
    if folder.is_dir():
        known = read(room)["files"]
        there = (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if not path.is_dir())
        other = [name for name in there if name not in known or not untouched(folder, name, known[name])]
        if other:
            return f"this folder holds {other[0]}, which is not as this command wrote it; name a new folder."
    above = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
    if not above.is_dir():
        return f"{above} is no folder."
    with tempfile.TemporaryFile(dir=above):
        return ""
