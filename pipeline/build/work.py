"""Does the jobs of one build, on this machine or on a cluster, and records each result the moment it is finished."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from pipeline.build.jobs import Jobs, Options
from pipeline.build.status import Item
from pipeline.build.store import Record
from pipeline.errors import BuildError, UserError
from pipeline.project import hyperparameters_toml
from pipeline.project.project import Clip, Project
from pipeline.project.sources import Sources
from pipeline.publish import export, swap
from pipeline.workers import scheduler
from pipeline.workers.pool import Answer, Workers
from pipeline.workers.progress import Progress
from pipeline.workers.spread import Small, Spread


@dataclass
class Result:
    """What a build did."""

    made: list[str] = field(default_factory=list)
    """What was made anew: "clip six_maps", and by derived builds "clip six_maps@ppo.beta=0.1"."""
    failures: list[str] = field(default_factory=list)
    """A sentence for each thing that could not be made."""
    files: list[Path] = field(default_factory=list)
    """Files in dist/ that were replaced."""
    notes: list[str] = field(default_factory=list)

    def raise_failures(self) -> None:
        """A BuildError with all failures, if there are any."""
        if self.failures:
            raise BuildError("\n".join(self.failures))


QUICK_SOUND = 20.0
"""Seconds of sound whose levelling is not worth a worker's start."""

Task = tuple[scheduler.Job, Callable[[Answer], None]]
"""A job, and what becomes of its answer."""


class Work(Jobs):
    """Jobs, workers and records of one build. Use it in a `with` block: it ends its workers, whatever happens."""

    def __init__(self, project: Project, options: Options, progress: Progress) -> None:
        super().__init__(project, options)
        self.progress = progress
        self.result = Result()
        self._workers: Workers | None = None
        self._cluster: Executor | None = None
        self._parent: Work | None = None
        self._counted: set[str] = set()

    def __enter__(self) -> Self:
        swap.recover(self.project.dist, self.project.build)
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if self._cluster is not None:
            self._cluster.shutdown(cancel_futures=True)
        if self._workers is not None:
            if error is None:
                self._workers.shutdown()
            else:
                self._workers.kill()
        self.store.save()
        self.project.sources.save()

    def tell(self, sentences: Sequence[str]) -> None:
        """Says something before the work goes on, and again at the end."""
        for sentence in sentences:
            if sentence not in self.result.notes:
                self.progress.say(f"note: {sentence}")
                self.result.notes.append(sentence)

    def work(self, tasks: Sequence[Task], drawing: bool = False) -> None:
        """Does jobs and hands out their answers; what several of them would make alike is made once."""
        alike: dict[str, list[Task]] = {}
        for task in tasks:
            alike.setdefault(task[0].payload["out"], []).append(task)
        jobs = [first[0] for first, *_ in alike.values()]
        if not jobs:
            return
        self.progress.plan({job.name: job.weight for job in jobs})
        executor, count = self._drawing() if drawing else (self._pool(), self.options.workers)
        for job, answer in scheduler.run(executor, jobs, count, self.progress):
            for _, take in alike[job.payload["out"]]:
                take(answer)

    def run(self, jobs: Sequence[scheduler.Job]) -> Result:
        """Runs jobs that are no part of the film, such as stills and sheets."""
        self.progress.plan({job.name: job.weight for job in jobs})
        for job, answer in scheduler.run(self._pool(), jobs, self.options.workers, self.progress):
            if answer["ok"]:
                self.result.files.append(Path(job.payload["out"]))
            else:
                self.result.failures.append(f"{job.label} failed: {answer['sentence']} {self.log_hint(job)}")
        self.result.raise_failures()
        return self.result

    def spread(
        self, label: str, function: Callable[[Small], Answer], jobs: Sequence[Small], weights: Sequence[float]
    ) -> list[Answer]:
        """Does many small jobs on every core, or here if there are few; their answers in order."""
        if sum(weights) < QUICK_SOUND:
            return [function(job) for job in jobs]
        answers = dict(self._spreading().run(label, function, jobs, weights))
        return [answers[number] for number in range(len(jobs))]

    def _spreading(self) -> Spread:
        log = self.project.build / "logs/small"
        return Spread(self._pool(), self.options.workers, self.project.root, log, self.progress)

    def derived(self, project: Project, override: str) -> Self:
        """A build of the project with another value, whose work the workers of this one do."""
        options = replace(self.options, remember=False, mark=export.marked([override]), override=override)
        other = type(self)(project, options, self.progress)
        other._parent = self
        other.store.digests = self.store.digests  # the same build/
        return other

    def _keep(self, folder: str, item: Item, suffixes: list[str], facts: dict[str, Any]) -> Record:
        record = self.store.add(folder, item.name, item.key, item.inputs, suffixes, facts)
        if self.options.remember:
            self.store.remember(record, self.options.quality.name if folder == "clips" else "")
        (self._parent or self)._count(f"{item.kind} {item.name}{self.options.mark}", item.key)
        return record

    def _count(self, name: str, key: str) -> None:
        """Derived builds share what is alike for them, so it is counted once, by their parent."""
        if key not in self._counted:
            self._counted.add(key)
            self.result.made.append(name)

    def _failed(self, folder: str, item: Item, answer: Answer, subject: str, job: scheduler.Job) -> None:
        if answer["user_error"]:
            raise UserError(answer["sentence"])
        if answer.get("refused") and folder == "traces" and (values := self._edited(item)):
            told = f"{'; '.join(values)}: {subject[:1].lower()}{subject[1:]} cannot be run"
            raise UserError(f"{told}: {answer['sentence']} {self.log_hint(job)}")
        self.store.fail(folder, item.key, answer["sentence"])
        self.result.failures.append(f"{subject} failed: {answer['sentence']} {self.log_hint(job)}")

    def _edited(self, item: Item) -> list[str]:
        """The hyperparameters of a trace that are not their defaults, as they stand in the file or behind `--set`."""
        schema, given = self.project.schema, item.inputs["hyperparameters"]
        usual = hyperparameters_toml.plain({key: schema[key].default for key in given})
        return [self.project.where(key) for key, value in given.items() if value != usual[key]]

    def _unchanged(self, item: Item, clip: Clip | None) -> bool:
        """Whether the modules are still those of the key: an edit made meanwhile is not served under the old key."""
        sources = Sources(self.project.root, self.project.build / "cache/sources.json")
        for path, digest in item.inputs["modules"].items():
            if not sources.exists(path):
                now = ""
            elif clip and path == clip.path:
                now = next((c.digest for c in sources.read(path).classes if c.name == clip.class_name), "")
            else:
                now = sources.read(path).digest
            if now != digest:
                subject = f"{item.kind} {item.name}".capitalize()
                self.result.failures.append(
                    f"{subject}: {path} was edited while it was made; run the same command again."
                )
                return False
        return True

    def _drawing(self) -> tuple[Executor, int]:
        """Who draws, and how many clips at a time."""
        if not self.options.cluster:
            return self._pool(), self.options.workers
        from pipeline.workers.cluster import Cluster

        if self._cluster is None:
            self._cluster = Cluster(self.options.cluster)
        assert isinstance(self._cluster, Cluster)
        return self._cluster, 2 * self._cluster.count  # so that no worker waits for its next job

    def _pool(self) -> Workers:
        if self._parent is not None:
            return self._parent._pool()
        if self._workers is None:
            self._workers = Workers(self.options.workers)
        return self._workers
