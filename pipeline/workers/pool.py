"""Worker processes behind `concurrent.futures.Executor`: started when needed, used again, and replaced when they die.

Unlike a ProcessPoolExecutor, the death of one worker fails its own job only, the cause of death is told, `kill` ends
everything at once, and a worker whose parent was killed ends by itself.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import multiprocessing.resource_tracker
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
Answer = dict[str, Any]
Work = tuple[Future[Any], Callable[..., Any], tuple[Any, ...], dict[str, Any]]

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Several workers side by side are faster than one with many threads, and one thread gives the same bytes each time."""


class WorkerDied(BrokenExecutor):
    """The process that did the job ended without an answer; the text says how."""


class Workers(Executor):
    """`count` processes, each with its own job; a worker imports what it needs once and then serves many jobs."""

    def __init__(self, count: int) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._queue: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._processes: set[BaseProcess] = set()
        self._closed = False
        self._killed = False
        self._threads = [threading.Thread(target=self._serve_one, daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Runs `fn` in a worker. It fails with WorkerDied when the process ends before it answers."""
        if self._closed:
            raise RuntimeError("the workers have been shut down")
        future: Future[T] = Future()
        self._queue.put((future, fn, args, kwargs))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Lets the workers end after the work that they have."""
        if cancel_futures:
            with contextlib.suppress(queue.Empty):
                while work := self._queue.get_nowait():
                    work[0].cancel()
        if not self._closed:
            self._closed = True
            for _ in self._threads:
                self._queue.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def kill(self) -> None:
        """Ends all workers now; what they were doing is lost."""
        self.shutdown(wait=False, cancel_futures=True)
        self._killed = True
        for process in list(self._processes):
            process.kill()
        for thread in self._threads:
            thread.join(timeout=5)

    def _serve_one(self) -> None:
        """Looks after one process: hands it jobs, and starts another one when it has died."""
        process: BaseProcess | None = None
        connection: Connection[Any, Any] | None = None
        while (work := self._queue.get()) is not None:
            future, *call = work
            if not future.set_running_or_notify_cancel():
                continue
            if process is None or connection is None:
                multiprocessing.resource_tracker.ensure_running()  # its start lets signals through again
                _block_signals(signal.SIGINT)  # a worker inherits this: Ctrl-C cannot hit it before it can ignore it
                connection, theirs = self._context.Pipe()
                process = self._context.Process(target=_serve, args=(theirs,), daemon=True)
                process.start()
                theirs.close()
                self._processes.add(process)
                if self._killed:  # while it started
                    process.kill()
            try:
                connection.send(call)
                good, value = connection.recv()
            except (EOFError, OSError):
                process.join()
                self._processes.discard(process)
                future.set_exception(WorkerDied(_cause(process.exitcode)))
                process = connection = None
            except Exception as error:  # a call that cannot be pickled is the caller's mistake
                future.set_exception(error)
            else:
                if ran_out_of_memory(value):  # it ends by itself: the next job gets one that holds nothing yet
                    process.join()
                    self._processes.discard(process)
                    process = connection = None
                if good:
                    future.set_result(value)
                else:
                    future.set_exception(value)
        if process is not None and connection is not None:
            connection.close()
            process.join()
            self._processes.discard(process)


def attempt(root: Path, log: Path, action: Callable[[], Answer]) -> Answer:
    """Runs a job inside a worker: the project's modules first on the path, all output into `log`, errors as sentences.

    The answer has `ok`; when that is False, `sentence` says what went wrong, and `user_error` whether the user's
    files are wrong (exit code 2). `refused` is True where the machine was not at fault, and
    `out_of_memory` when the memory ran out.
    """
    from pipeline.errors import BuildError, UserError, show_what_can_be_shown

    show_what_can_be_shown()
    if sys.path[0] != str(root):
        sys.path.insert(0, str(root))
    with _output_to(log):
        try:
            return {"ok": True, "user_error": False, **action()}
        except (UserError, BuildError) as error:
            traceback.print_exc()
            user_error = isinstance(error, UserError)
            return {"ok": False, "user_error": user_error, "refused": not user_error, "sentence": str(error)}
        except BaseException as error:
            traceback.print_exc()
            if _is_out_of_memory(error):
                return {"ok": False, "user_error": False, "out_of_memory": True, "sentence": "the memory ran out"}
            refused = isinstance(error, (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError))
            return {"ok": False, "user_error": False, "refused": refused, "sentence": _sentence(error, root)}


def ran_out_of_memory(value: object) -> bool:
    """Whether this is the answer of a worker whose memory ran out: another one may have more to itself."""
    return isinstance(value, dict) and bool(value.get("out_of_memory"))


def _serve(connection: Connection[Any, Any]) -> None:
    """A worker: answers calls until the other end closes. Ctrl-C is for the parent, which then ends its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _block_signals()
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")
    with contextlib.suppress(OSError):  # Linux: when the memory runs out, a worker is killed and not the build
        Path("/proc/self/oom_score_adj").write_text("500")
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            function, args, kwargs = connection.recv()
        except (EOFError, OSError):
            return
        try:
            result: tuple[bool, Any] = (True, function(*args, **kwargs))
        except Exception as error:
            result = (False, error)
        try:
            connection.send(result)
            if ran_out_of_memory(result[1]):
                return
        except OSError:
            return
        except Exception as error:  # the result cannot be pickled
            connection.send((False, RuntimeError(f"{type(error).__name__}: {error}")))


def _block_signals(*numbers: signal.Signals) -> None:
    """Keeps these signals, and no others, from this thread and from the processes that it starts."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_SETMASK, numbers)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


@contextlib.contextmanager
def _output_to(log: Path) -> Iterator[None]:
    """Sends what this process prints, also from C, into a file."""
    log.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    saved = os.dup(1), os.dup(2)
    with log.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for descriptor, copy in zip((1, 2), saved, strict=True):
            os.dup2(copy, descriptor)
            os.close(copy)


def _is_out_of_memory(error: BaseException) -> bool:
    """Torch has no error of its own for it."""
    return isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and "allocate memory" in str(error))


def _sentence(error: BaseException, root: Path) -> str:
    """The error and the line of the project where it came up."""
    text = " ".join(str(error.args[0] if isinstance(error, KeyError) and error.args else error).split())
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(root)]
    words = text or "no message"
    if not type(error).__module__.startswith("scenes"):
        words = f"{type(error).__name__}: {words}"
    if ours and not words.endswith("."):
        words += "."
    frame = ours[-1] if ours else None
    return f"{words} ({Path(frame.filename).relative_to(root)}, line {frame.lineno})" if frame else words


def _cause(code: int | None) -> str:
    if code == -signal.SIGKILL:
        return "its process was killed, as happens when the memory runs out"
    if code is not None and code < 0:
        return f"its process was ended by {signal.Signals(-code).name}"
    return f"its process ended with exit code {code}"
