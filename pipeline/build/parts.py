"""Makes the parts of a film that are stale: traces, narration, clips, and what the layout checker finds in them."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.build.reasons import changes_nothing, idle
from pipeline.build.status import Item
from pipeline.build.work import Task, Work
from pipeline.errors import UserError
from pipeline.files import read_json, write_json
from pipeline.media.timing import Timing
from pipeline.project.project import Clip, Experiment
from pipeline.publish import captions
from pipeline.publish.thumbnail import THUMBNAIL_SIZE
from pipeline.speech import model
from pipeline.speech import speak as speech
from pipeline.speech.stray_recordings import broken_recordings
from pipeline.workers import narrate, scheduler
from pipeline.workers.pool import Answer

QUICK = 4.0
"""Seconds of speaking that are not worth a worker's start."""


class Parts(Work):
    """Traces first, then narration, whose times the pictures wait for, then pictures."""

    def prepare(self, clips: Sequence[Clip]) -> None:
        """Traces and narration of these clips, so that stills of them can be drawn."""
        self.traces(clips)
        self.voices([clip for clip in clips if clip.script])
        self.result.raise_failures()
        self._write_reads(clips)

    def traces(self, clips: Sequence[Clip]) -> None:
        """Runs the experiments that these clips read and that are stale."""
        self.experiments(self.project.needed(clips))

    def experiments(self, experiments: Sequence[Experiment]) -> None:
        """Runs those of these experiments that are stale."""
        self.work(self.trace_tasks(experiments))
        self.result.raise_failures()

    def trace_tasks(self, experiments: Sequence[Experiment]) -> list[Task]:
        """Those of these experiments that are stale."""
        stale = [item for item in map(self.survey.trace, experiments) if item.stale]
        jobs = [self.trace_job(item) for item in stale]
        return [(job, functools.partial(self._computed, item, job)) for item, job in zip(stale, jobs, strict=True)]

    def _computed(self, item: Item, job: scheduler.Job, answer: Answer) -> None:
        experiment = self.project.experiments[item.name]
        if not answer["ok"]:
            self._failed("traces", item, answer, f"The experiment {item.name} ({experiment.path})", job)
        elif self._unchanged(item, None):
            last = self.store.last("traces", item.name)
            facts = {"trace": answer["trace"], "seconds": answer["seconds"], "idle": {}}
            if last and last.facts["trace"]["digest"] == answer["trace"]["digest"]:
                facts["idle"] = idle(last.inputs, item.inputs, last.facts.get("idle", {}), answer["idle"])
            self.survey.made(item, self._keep("traces", item, [".npz"], facts))
            self.tell(changes_nothing(item.name, facts["idle"]))

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
        if broken := [fault for lines in told.values() for fault in broken_recordings(lines, speakers)]:
            raise UserError("\n".join(broken))
        self.tell(self.survey.fallback_notes([line for lines in told.values() for line in lines]))
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

    def refuse_two_voices(self, clips: Sequence[Clip]) -> None:
        """A UserError where some lines would be Kokoro's and others espeak-ng's, unless lecture.toml allows it."""
        lines = [line for clip in clips for line in self.survey.lines(clip) if line.text]
        others = [line for line in lines if self.survey.voices.falls_back(line)]
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
        lines = [(f"{clip.name}.{line.cue}", line) for clip in clips if clip.script for line in clip.script.lines]
        self.tell(captions.too_fast(captions.make(timed, {name: line.where for name, line in lines})))

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
