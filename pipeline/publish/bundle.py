"""A folder below dist/ made of finished films or clips, such as a deck: whole or not at all, and not made twice."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.media import timing
from pipeline.publish import swap
from pipeline.publish.published import altered, put, read

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
