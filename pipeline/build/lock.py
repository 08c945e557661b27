"""One process at a time in build/."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from pipeline.workers.progress import Progress


@contextlib.contextmanager
def alone(build: Path, progress: Progress) -> Iterator[None]:
    """Lets one process at a time write below `build`; another one waits. What a killed one left behind is removed."""
    import fcntl

    build.mkdir(parents=True, exist_ok=True)
    with (build / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress.say("another build is running in this folder; waiting for it ...")
            fcntl.flock(lock, fcntl.LOCK_EX)
        for folder in (build / "media", build / "progress", *build.glob("publish-*"), *build.glob("voice/tmp*")):
            shutil.rmtree(folder, ignore_errors=True)
        for left in build.glob("*/.part-*"):
            left.unlink(missing_ok=True)
        yield
