"""Makes what is stale, in order: traces, narration, clips, film. Each result is recorded the moment it is finished."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipeline.project import hyperparameters_toml
from pipeline.media.timing import Timing
from pipeline.speech import model
from pipeline.workers import narrate, scheduler
from pipeline.workers.spread import Small, Spread
from pipeline.publish import captions, export, publish, swap
from pipeline.build import fingerprints
from pipeline.speech import speak as speech
from pipeline.errors import BuildError, UserError
from pipeline.files import read_json, write_json
from pipeline.build.jobs import Jobs, Options
from pipeline.project.project import Clip, Project
from pipeline.workers.pool import Answer, Workers
from pipeline.workers.progress import Progress
from pipeline.project.sources import Sources
from pipeline.build.status import THUMBNAIL_SIZE, Item, stray_recordings
from pipeline.build.store import Record


@dataclass
class Result:
    """What a build did."""

    made: list[str] = field(default_factory=list)
    """Names of what was made anew, with their kinds, "clip six_maps", by sisters too: "clip six_maps@ppo.beta=0.1"."""
    failures: list[str] = field(default_factory=list)
    """A sentence for each thing that could not be made."""
    files: list[Path] = field(default_factory=list)
    """Files in dist/ that were replaced."""
    notes: list[str] = field(default_factory=list)

    def raise_failures(self) -> None:
        """A BuildError with all failures, if there are any."""
        if self.failures:
            raise BuildError("\n".join(self.failures))


__all__ = ["Build", "Options", "Result", "alone"]

QUICK = 4.0
"""Seconds of speaking that are not worth a worker's start."""
QUICK_SOUND = 20.0
"""Seconds of sound whose levelling is not worth a worker's start."""

Task = tuple[scheduler.Job, Callable[[Answer], None]]
"""A job, and what becomes of its answer."""


class Build(Jobs):
    """One run over a project. Use it in a `with` block: it ends its workers, whatever happens."""

    def __init__(self, project: Project, options: Options, progress: Progress) -> None:
        super().__init__(project, options)
        self.progress = progress
        self.result = Result()
        self._workers: Workers | None = None
        self._cluster: Executor | None = None
        self._elder: Build | None = None
        self._counted: set[str] = set()

    def __enter__(self) -> Build:
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

    def lecture(self) -> Result:
        """The film and everything beside it. dist/ is replaced only when all of it exists."""
        project, clips = self.project, self.project.clips
        drawn = [*clips, project.thumbnail] if project.thumbnail else list(clips)
        self.traces(drawn)
        self.tell(stray_recordings(project))
        self.refuse_two_voices(clips)
        self.voices(clips)
        self.captions(clips)
        self.pictures(clips, still=project.thumbnail)
        self.result.raise_failures()
        self.result.notes.extend(self.survey.false_claims(clips))
        film = self.survey.film(self.options.quality)
        if film is None:
            raise BuildError("something changed while the film was made; run the same command again.")
        if not publish.is_current(film, project.dist, project.build):
            published = publish.publish(film, project.dist, project.build, self.spread)
            self.result.files.extend(published.files)
            self.result.notes.extend(published.notes)
            self.survey.published_film(film)
            self.result.made.append("lecture")
        return self.result

    def clips(
        self, names: Sequence[str], targets: Mapping[str, Path] | None = None, marks: Sequence[str] = ()
    ) -> Result:
        """Single clips with their sound, in dist/clips/ or in their `targets`. Clips that can be made are made."""
        clips = [self.project.find(name) for name in names]
        self.traces(clips)
        self.voices(clips)
        self.pictures(clips)
        return self.hand_out(clips, targets, marks)

    def hand_out(
        self, clips: Sequence[Clip], targets: Mapping[str, Path] | None = None, marks: Sequence[str] = ()
    ) -> Result:
        """Joins the clips that are drawn with their sound, in the format of the quality; all as loud as the film."""
        ready = []
        for clip in clips:
            picture, spoken = self.survey.clip(clip, self.options.quality).record, self.survey.voice(clip).record
            if picture and spoken:
                ready.append(self.survey.published(clip, picture, spoken, self.options.quality))
        if ready:
            hyperparameters = fingerprints.key(hyperparameters_toml.plain(self.project.hyperparameters))
            film = publish.Film(self.project.settings, self.options.quality.name, tuple(ready), hyperparameters)
            if targets is None:
                names = [clip.name for clip in ready]
                made = publish.publish_clips(film, names, self.project.dist, self.project.build, self.spread).files
                self.result.files.extend(made)
            else:
                written = export.clips(film, targets, self.project.build, marks)
                export.exported(self.project, written)
                self.result.files.extend(written)
        self.result.raise_failures()
        return self.result

    def prepare(self, clips: Sequence[Clip]) -> None:
        """Traces and narration of these clips, so that stills of them can be drawn."""
        self.traces(clips)
        self.voices([clip for clip in clips if clip.script])
        self.result.raise_failures()
        self._write_reads(clips)

    def traces(self, clips: Sequence[Clip]) -> None:
        """Runs the experiments that these clips read and that are stale."""
        self.work(self.trace_tasks(clips))
        self.result.raise_failures()

    def trace_tasks(self, clips: Sequence[Clip]) -> list[Task]:
        """The experiments that these clips read and that are stale."""
        stale = [item for item in map(self.survey.trace, self.project.needed(clips)) if item.stale]
        jobs = [self.trace_job(item) for item in stale]
        return [(job, functools.partial(self._computed, item, job)) for item, job in zip(stale, jobs, strict=True)]

    def _computed(self, item: Item, job: scheduler.Job, answer: Answer) -> None:
        experiment = self.project.experiments[item.name]
        if not answer["ok"]:
            self._failed("traces", item, answer, f"The experiment {item.name} ({experiment.path})", job)
        elif self._unchanged(item, None):
            record = self._keep("traces", item, [".npz"], {"trace": answer["trace"], "seconds": answer["seconds"]})
            self.survey.made(item, record)

    def voices(self, clips: Sequence[Clip]) -> None:
        """Speaks the narration that is stale: everything after it waits for its times.

        What takes no time is done here, the rest on every core; each line is kept as soon as it is spoken.
        """
        speakers, voice = self.survey.voices, self.project.settings.voice
        speakers.check()
        stale: list[tuple[Clip, Item]] = []
        for clip in clips:
            item = self.survey.voice(clip)
            if item.stale:
                stale.append((clip, item))
            elif item.record and self.options.remember:
                self.store.remember(item.record)
        told = {clip.name: self.survey.lines(clip) for clip, _ in stale}
        self.tell(self.survey.stand_ins([line for lines in told.values() for line in lines]))
        jobs = [narrate.job(self.project.root, clip.name, told[clip.name], voice) for clip, _ in stale]
        weights = [speech.seconds(told[clip.name], speakers) for clip, _ in stale]
        if sum(weights) < QUICK:
            answers: Iterator[tuple[int, Answer]] = ((k, narrate.clip(job)) for k, job in enumerate(jobs))
        else:
            answers = self._spreading().run("Speech", narrate.clip, jobs, weights)
        for number, answer in answers:
            self._spoken(*stale[number], answer)

    def _spoken(self, clip: Clip, item: Item, answer: Answer) -> None:
        folder = self.project.build / "voice"
        for suffix in (".wav", ".json"):
            target = self.store.path("voices", item.key, suffix)
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(folder / f"{clip.name}{suffix}", target)
        facts = {"cues": answer["cues"], "duration": answer["duration"]}
        self.survey.made(item, self._keep("voices", item, [".wav", ".json"], facts))
        self.tell(answer["notes"])

    def tell(self, sentences: Sequence[str]) -> None:
        """Says something before the work goes on, and again at the end."""
        for sentence in sentences:
            if sentence not in self.result.notes:
                self.progress.say(f"note: {sentence}")
                self.result.notes.append(sentence)

    def refuse_two_voices(self, clips: Sequence[Clip]) -> None:
        """A UserError where some lines would be Kokoro's and others espeak-ng's, unless lecture.toml allows it."""
        lines = [line for clip in clips for line in self.survey.lines(clip) if line.text]
        others = [line for line in lines if self.survey.voices.stands_in(line)]
        kokoro = [line for line in lines if self.survey.voices.engine(line) == "kokoro"]
        if others and kokoro and not self.project.settings.voice.mix:
            raise UserError(
                f"{len(others)} of {len(lines)} lines, such as {others[0].name}, are not in assets/speech/, and "
                f"{model.missing()}; {model.GET_IT}, or set voice.mix = true in lecture.toml to have "
                "espeak-ng speak them among the others."
            )

    def captions(self, clips: Sequence[Clip]) -> None:
        """A BuildError where a line cannot be read in its time, before anything is drawn; a note where it is hard."""
        timed: list[tuple[float, Timing]] = []
        now = 0.0
        for clip in clips:
            timing = Timing.load(self.store.path("voices", self.survey.voice(clip).record_key, ".json"))
            timed.append((round(now, 3), timing))
            now += timing.duration
        self.tell(captions.hurried(captions.make(timed)))

    def _spreading(self) -> Spread:
        log = self.project.build / "logs/small"
        return Spread(self._pool(), self.options.workers, self.project.root, log, self.progress)

    def spread(
        self, label: str, function: Callable[[Small], Answer], jobs: Sequence[Small], weights: Sequence[float]
    ) -> list[Answer]:
        """Does many small jobs on every core, or here if there are few; their answers in order."""
        if sum(weights) < QUICK_SOUND:
            return [function(job) for job in jobs]
        answers = dict(self._spreading().run(label, function, jobs, weights))
        return [answers[number] for number in range(len(jobs))]

    def pictures(self, clips: Sequence[Clip], still: Clip | None = None) -> None:
        """Draws the clips that are stale, and a still. A failed one is told of in the result; the others are made."""
        self._write_reads(clips)
        self.work(self.picture_tasks(clips, still), drawing=True)

    def picture_tasks(self, clips: Sequence[Clip], still: Clip | None = None) -> list[Task]:
        """The clips that are stale, and a still."""
        tasks: list[Task] = []
        for clip in clips:
            item = self.survey.clip(clip, self.options.quality)
            if item.record and self.options.remember:
                self.store.remember(item.record, self.options.quality.name)
            if item.stale:
                job = self.clip_job(item, clip)
                tasks.append((job, functools.partial(self._drawn, item, clip, job)))
        if still and (item := self.survey.still(still)).stale:
            job = self.still_job(still, THUMBNAIL_SIZE, self.store.path("stills", item.key, ".png"))
            tasks.append((job, functools.partial(self._drawn, item, still, job)))
        return tasks

    def _write_reads(self, clips: Sequence[Clip]) -> None:
        """Leaves what each clip looks at in build/reads/NAME.json, for who draws it without this program."""
        if not self.options.remember:
            return
        for clip in clips:
            reads = self.reads(clip)
            reads["traces"] = {name: os.path.relpath(path, self.project.root) for name, path in reads["traces"].items()}
            path = self.project.build / "reads" / f"{clip.name}.json"
            if read_json(path) != reads:
                write_json(path, reads)

    def _drawn(self, item: Item, clip: Clip, job: scheduler.Job, answer: Answer) -> None:
        folder = "clips" if item.kind == "clip" else "stills"
        if not answer["ok"]:
            self._failed(folder, item, answer, f"{job.label} ({clip.class_name} in {clip.path})", job)
        elif self._unchanged(item, clip):
            facts: dict[str, Any] = {name: answer[name] for name in ("frames", "seconds") if name in answer}
            facts["duration"] = item.inputs.get("duration", 0.0)
            self._keep(folder, item, [Path(job.payload["out"]).suffix], facts)

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

    def sister(self, project: Project, override: str) -> Build:
        """A build of the project with another value, whose work the workers of this one do."""
        options = replace(self.options, remember=False, mark=export.marked([override]), override=override)
        other = Build(project, options, self.progress)
        other._elder = self
        return other

    def layouts(self, clips: Sequence[Clip]) -> dict[str, dict[str, Any] | str]:
        """Faults in the layout and pace of each clip and when its words appear, or a sentence where it failed; kept."""
        found: dict[str, dict[str, Any] | str] = {}
        jobs: list[scheduler.Job] = []
        items: dict[str, tuple[Item, Clip]] = {}
        for clip in clips:
            item = self.survey.layout(clip)
            seen = read_json(self.store.path("layouts", item.key, ".json")) if item.record else None
            if seen is None or not all((self.project.root / fault["still"]).is_file() for fault in seen["faults"]):
                jobs.append(self.layout_job(item, clip))
                items[jobs[-1].name] = (item, clip)
            else:
                found[clip.name] = seen
        self.progress.plan({job.name: job.weight for job in jobs})
        for job, answer in scheduler.run(self._pool(), jobs, self.options.workers, self.progress) if jobs else ():
            item, clip = items[job.name]
            if not answer["ok"]:
                found[item.name] = f"{answer['sentence']} {self.log_hint(job)}"
            elif not self._unchanged(item, clip):
                found[item.name] = self.result.failures.pop()
            else:
                self.store.add("layouts", item.name, item.key, item.inputs, [".json"], {"seconds": answer["seconds"]})
                found[item.name] = read_json(Path(job.payload["out"]))
        return {clip.name: found[clip.name] for clip in clips}

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

    def _keep(self, folder: str, item: Item, suffixes: list[str], facts: dict[str, Any]) -> Record:
        record = self.store.add(folder, item.name, item.key, item.inputs, suffixes, facts)
        if self.options.remember:
            self.store.remember(record, self.options.quality.name if folder == "clips" else "")
        (self._elder or self)._count(f"{item.kind} {item.name}{self.options.mark}", item.key)
        return record

    def _count(self, name: str, key: str) -> None:
        """Sisters share what is alike for them, so it is counted once, and by the eldest."""
        if key not in self._counted:
            self._counted.add(key)
            self.result.made.append(name)

    def _failed(self, folder: str, item: Item, answer: Answer, subject: str, job: scheduler.Job) -> None:
        if answer["mistake"]:
            raise UserError(answer["sentence"])
        self.store.fail(folder, item.key, answer["sentence"])
        self.result.failures.append(f"{subject} failed: {answer['sentence']} {self.log_hint(job)}")

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
        if self._elder is not None:
            return self._elder._pool()
        if self._workers is None:
            self._workers = Workers(self.options.workers)
        return self._workers


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
