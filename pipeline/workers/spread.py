"""Many small jobs of one kind over the workers, behind one bar."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import BuildError, UserError
from pipeline.workers.pool import Answer, attempt
from pipeline.workers.progress import Progress

Small = dict[str, Any]
Function = Callable[[Small], Answer]
"""A function of a module, which a worker can import."""


@dataclass(frozen=True)
class Spread:
    """Who does the jobs, and where their output goes."""

    executor: Executor
    workers: int
    root: Path
    log: Path
    progress: Progress

    def run(
        self, label: str, function: Function, jobs: Sequence[Small], weights: Sequence[float]
    ) -> Iterator[tuple[int, Answer]]:
        """Yields the number and the answer of each job as soon as there is one, the heaviest started first.

        A failed job raises its UserError or BuildError after the others that run are done; those that wait are not
        begun. A worker that dies is a BuildError too.
        """
        if not jobs:
            return
        waiting = sorted(range(len(jobs)), key=lambda number: (-weights[number], number))
        total, done = sum(weights), 0.0
        running: dict[Future[Answer], int] = {}
        failed: Answer | None = None
        self.progress.plan({label: total})
        self.progress.begin(label, label)
        while running or (waiting and not failed):
            while waiting and not failed and len(running) < self.workers:
                number = waiting.pop(0)
                log = self.log.with_name(f"{self.log.name}.{number}.log")
                running[self.executor.submit(once, function, str(self.root), str(log), jobs[number])] = number
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                number = running.pop(future)
                try:
                    answer = future.result()
                except BrokenExecutor as error:
                    answer = {"ok": False, "user_error": False, "sentence": f"{label} failed: {error}."}
                done += weights[number]
                self.progress.advance(label, done / total)
                if answer["ok"]:
                    yield number, answer
                else:
                    failed = failed or answer
        self.progress.finish(label, not failed)
        if failed:
            raise (UserError if failed["user_error"] else BuildError)(failed["sentence"])


def once(function: Function, root: str, log: str, job: Small) -> Answer:
    """In a worker: does one job; its output is the log's, errors become sentences."""
    return attempt(Path(root), Path(log), lambda: function(job))
