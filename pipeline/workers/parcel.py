"""A drawing job for a machine that shares no disk with this one: it goes out with all that it reads, and its files come
back as bytes.

`pack` and `unpack` run at home, `run` where the job is done: a checkout of this repository with its .venv is all that
is needed there. What is drawn comes from home: the parcel holds the modules that the clip reaches, so an edited scene
has to be copied nowhere.
"""

from __future__ import annotations

import hashlib
import importlib
import platform
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.errors import BuildError
from pipeline.files import whole
from pipeline.workers import draw
from pipeline.workers.pool import Answer

Parcel = dict[str, Any]

CARRIED = ("scenes", "traces")
"""Packages whose modules come with a parcel."""

_one_at_a_time = threading.Lock()  # a job owns its process: its modules, its output


def pack(function: str, job: dict[str, Any]) -> Parcel:
    """Everything that `worker.FUNCTION(job)` reads besides its traces, whose bytes are handed over beside it."""
    root = Path(job["root"])
    return {
        "function": function,
        "job": {name: value for name, value in job.items() if name not in ("root", "log", "progress", "out", "traces")},
        "out": Path(job["out"]).name,
        "modules": {path: (root / path).read_bytes() for path in job["modules"]},
        "traces": list(job["traces"]),
    }


def run(parcel: Parcel, *traces: bytes) -> dict[str, Any]:
    """Does the job in a folder of its own, where nothing else is; `traces` in the order of parcel["traces"]."""
    with _one_at_a_time, tempfile.TemporaryDirectory(prefix="objective-atlas-") as folder:
        root, out, log = Path(folder), Path(folder, "out", parcel["out"]), Path(folder, "log")
        for path, text in parcel["modules"].items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(text)
        given = {name: root / f"{number}.npz" for number, name in enumerate(parcel["traces"])}
        for path, data in zip(given.values(), traces, strict=True):
            path.write_bytes(data)
        job = {
            **parcel["job"],
            "root": str(root),
            "log": str(log),
            "progress": str(root / "progress.json"),
            "out": str(out),
            "traces": {name: str(path) for name, path in given.items()},
        }
        with _modules_from(root):
            answer: Answer = getattr(draw, parcel["function"])(job)
        if not answer["ok"]:
            answer["sentence"] += f" (on {platform.node() or 'a worker without a name'})"
        data = out.read_bytes() if answer["ok"] else b""
        digest = hashlib.sha256(data).hexdigest()
        return {"answer": answer, "digest": digest, "out": data, "log": log.read_bytes()}


def unpack(result: dict[str, Any], job: dict[str, Any]) -> Answer:
    """Puts what came back where the job wants it, whole or not at all."""
    Path(job["log"]).parent.mkdir(parents=True, exist_ok=True)
    Path(job["log"]).write_bytes(result["log"])
    answer: Answer = result["answer"]
    if answer["ok"]:
        if hashlib.sha256(result["out"]).hexdigest() != result["digest"]:
            raise BuildError(f"{Path(job['out']).name} came back damaged; run the same command again.")
        with whole(Path(job["out"])) as path:
            path.write_bytes(result["out"])
    return answer


@contextmanager
def _modules_from(root: Path) -> Iterator[None]:
    """Lets `import scenes` find what came with the parcel, and neither the last parcel's nor the checkout's."""
    path = list(sys.path)
    before = _put_away()
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path[:] = path
        _put_away()
        sys.modules.update(before)


def _put_away() -> dict[str, Any]:
    names = [name for name in sys.modules if name.partition(".")[0] in CARRIED]
    return {name: sys.modules.pop(name) for name in names}
