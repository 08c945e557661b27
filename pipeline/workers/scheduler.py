"""Gives jobs to workers: longest first, as many at once as there are workers, and one retry after a worker dies.

Any `concurrent.futures.Executor` will do. When a worker dies or its memory runs out, its job is tried once more after
all others, alone: a clip that needs too much memory must not take its neighbours with it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.files import read_json
from pipeline.project.qualities import Quality
from pipeline.workers import memory
from pipeline.workers.pool import Answer, ran_out_of_memory
from pipeline.workers.progress import Progress

PER_WORKER = 300_000_000
PER_PIXEL = 300
"""Bytes of memory that a worker may need, by the size of its pictures, with room to spare: 1920x1080 took 370 MB."""

POLL = 0.1
"""Seconds between two looks at how far the workers are."""


@dataclass(frozen=True)
class Job:
    """A function of pipeline.workers.compute or pipeline.workers.draw, and the JSON it is called with."""

    name: str
    label: str
    function: Callable[[dict[str, Any]], Answer]
    payload: dict[str, Any]
    weight: float = 1.0
    """Expected seconds, or anything in proportion: the longest starts first."""

    @property
    def progress(self) -> Path | None:
        """Where the worker writes how far it is."""
        path = self.payload.get("progress")
        return Path(path) if path else None


def default_workers(quality: Quality) -> int:
    """One worker for each core that this process may use, as long as there is memory for them."""
    fit, free = _cores(), memory.free()
    if free is not None:
        fit = min(fit, free // memory_of(quality))
    return max(1, fit)


def memory_of(quality: Quality) -> int:
    """Bytes that a worker may need for pictures of this size."""
    return PER_WORKER + PER_PIXEL * quality.width * quality.height


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(executor: Executor, jobs: Sequence[Job], workers: int, progress: Progress) -> Iterator[tuple[Job, Answer]]:
    """Runs jobs and yields each with its answer as soon as there is one; a failure stops no other job."""
    waiting = sorted(jobs, key=lambda job: (-job.weight, job.name))
    again: list[Job] = []
    running: dict[Future[Answer], Job] = {}
    while waiting or running:
        while waiting and len(running) < workers:
            job = waiting.pop(0)
            running[_start(executor, job, progress)] = job
        done, _ = wait(running, timeout=POLL, return_when=FIRST_COMPLETED)
        for future in sorted(done, key=lambda future: running[future].name):
            job = running.pop(future)
            answer = _answer(future)
            if answer is None or ran_out_of_memory(answer):
                what = "the memory ran out" if answer else "the worker died"
                progress.say(f"{job.label}: {what}; it is tried once more, alone, at the end")
                progress.pause(job.name)
                again.append(job)
            else:
                progress.finish(job.name, answer["ok"])
                yield job, answer
        _report(running.values(), progress)
    for job in again:
        future = _start(executor, job, progress)
        while not wait([future], timeout=POLL).done:
            _report([job], progress)
        answer = _answer(future) or {"ok": False, "user_error": False, "sentence": f"{future.exception()}, twice"}
        if ran_out_of_memory(answer):
            answer["sentence"] += ", twice, though it was alone the second time; a lower quality (-q) needs less."
        progress.finish(job.name, answer["ok"])
        yield job, answer


def _start(executor: Executor, job: Job, progress: Progress) -> Future[Answer]:
    if job.progress:
        job.progress.unlink(missing_ok=True)
    progress.begin(job.name, job.label)
    try:
        return executor.submit(job.function, job.payload)
    except BrokenExecutor as error:  # an executor that does not replace its dead
        failed: Future[Answer] = Future()
        failed.set_exception(error)
        return failed


def _answer(future: Future[Answer]) -> Answer | None:
    """The answer of a finished job, or None when its worker died."""
    try:
        return future.result()
    except BrokenExecutor:
        return None


def _report(jobs: Any, progress: Progress) -> None:
    for job in jobs:
        state = read_json(job.progress, (float, float)) if job.progress else None
        if state:
            progress.advance(job.name, state[0] / max(1, state[1]))
