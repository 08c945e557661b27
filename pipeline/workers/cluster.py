"""Draws on the workers of a Dask cluster (`--cluster tcp://host:8786`), behind the same Executor seam as `pool`."""

from __future__ import annotations

import contextlib
import hashlib
import re
import warnings
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

from pipeline.errors import UserError
from pipeline.workers import parcel
from pipeline.workers.pool import Answer, WorkerDied

TIMEOUT = 10
"""Seconds in which a scheduler must answer."""
_ADDRESS = re.compile(r"(\w+://)?[^\s/]+:\d+")
LARGE = "Sending large graph"  # a warning about a trace, which is sent once


class Cluster(Executor):
    """The workers behind a scheduler. Jobs are functions of `workers.draw`; a trace is sent once, by its digest."""

    def __init__(self, address: str) -> None:
        if not _ADDRESS.fullmatch(address):  # Dask tells of it, too, but again with a traceback twenty seconds later
            raise UserError(f"--cluster {address}: write the scheduler's address as tcp://HOST:8786.")
        try:
            from distributed import Client
        except ImportError:
            raise UserError(
                "--cluster needs the package distributed; "
                '.venv/bin/pip install -c constraints.txt -e ".[cluster]" installs it.'
            ) from None
        try:
            self._client = Client(address, timeout=TIMEOUT, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise UserError(f"--cluster {address}: no scheduler answers there ({_words(error)}).") from None
        self.count = sum(self._client.nthreads().values())
        """Jobs that can be done at the same time."""
        if not self.count:
            self._client.close()
            raise UserError(f"--cluster {address}: the scheduler has no workers; start one, as docs/cluster.md shows.")
        self.address = address
        self._executor = self._client.get_executor(pure=False)
        self._traces: dict[str, Any] = {}

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Sends a job out; its answer comes when its files are in their places."""
        (job,) = args
        outer: Future[Answer] = Future()
        outer.set_running_or_notify_cancel()
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", LARGE)
            traces = [self._trace(path) for path in job["traces"].values()]
            inner = self._executor.submit(parcel.run, parcel.pack(fn.__name__, job), *traces)
        inner.add_done_callback(lambda done: self._arrived(done, job, outer))
        return outer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Says goodbye to the scheduler; what was not done yet is called off."""
        self._traces.clear()
        with contextlib.suppress(OSError, TimeoutError):
            self._client.close()

    kill = shutdown

    def _trace(self, path: str) -> Any:
        """A task that gives the bytes: unlike scattered data it is not lost with the worker that holds it."""
        if path not in self._traces:
            data = Path(path).read_bytes()
            key = f"trace-{hashlib.sha256(data).hexdigest()}"
            self._traces[path] = self._client.submit(bytes, data, key=key)
        return self._traces[path]

    def _arrived(self, done: Future[Any], job: dict[str, Any], outer: Future[Answer]) -> None:
        try:
            if done.cancelled():
                raise WorkerDied(f"the cluster at {self.address} has called it off")
            error = done.exception()
            if error is not None:
                raise WorkerDied(f"its worker on the cluster ended: {_words(error)}") from error
            outer.set_result(parcel.unpack(done.result(), job))
        except Exception as problem:
            outer.set_exception(problem)


def _words(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
