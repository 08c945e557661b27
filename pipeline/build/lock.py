"""One process at a time in build/."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from pipeline.files import PART
from pipeline.workers.progress import Progress

_KILLED = re.compile(r"(media|progress|publish-[^/]*|voice/(lines/)?tmp[^/]*)$")
_FILE = re.compile(r"\.(json|npz|wav|mp4|webm|mov|gif|png|log|opus)$")


@contextlib.contextmanager
def alone(build: Path, progress: Progress) -> Iterator[None]:
    """Lets one process at a time write below `build`; another one waits. What a killed one left behind is removed."""
    import fcntl

    build.mkdir(parents=True, exist_ok=True)
    if (build / "lock").is_dir():
        shutil.rmtree(build / "lock", ignore_errors=True)
    with (build / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress.say("another build is running in this folder; waiting for it ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        _sweep(build)
        yield


def _sweep(build: Path) -> None:
    """Removes what a killed run has left, and folders with the name of a file, whose place no file could take."""
    for place, folders, files in os.walk(build):
        inner = Path(place)
        for name in [name for name in folders if _left(inner / name, build) or _FILE.search(name)]:
            shutil.rmtree(inner / name, ignore_errors=True)
            folders.remove(name)
        for name in files:
            if name.startswith(PART):
                (inner / name).unlink(missing_ok=True)


def _left(folder: Path, build: Path) -> bool:
    inside = folder.relative_to(build)
    return bool(_KILLED.match(inside.as_posix()))
