"""What a worker is given to do: the JSON of each kind of job."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.build.status import Item, Survey
from pipeline.build.store import Store
from pipeline.media.timing import Timing
from pipeline.project import hyperparameters_toml, parameters, tool_versions
from pipeline.project.project import Clip, Project
from pipeline.project.qualities import Quality
from pipeline.workers import compute, draw, scheduler


@dataclass(frozen=True)
class Options:
    """How to build."""

    quality: Quality
    workers: int = 2
    remember: bool = True
    """Whether later runs are compared with this one; not with hyperparameters that stand in no file."""
    cluster: str = ""
    """Address of a scheduler whose workers draw, in place of this machine's."""
    mark: str = ""
    """What tells this build from others that run with it: "@ppo.clip_eps=0.3"."""
    override: str = ""
    """The value that it is made with, as `--set` takes it."""


class Jobs:
    """Makes the jobs of one build."""

    def __init__(self, project: Project, options: Options) -> None:
        self.project = project
        self.options = options
        self.store = Store(project.build)
        self.survey = Survey(project, self.store)

    def trace_job(self, item: Item) -> scheduler.Job:
        """Runs an experiment and writes its trace."""
        experiment = self.project.experiments[item.name]
        tables = {name.partition(".")[0] for name in experiment.hyperparameters}
        last = self.store.last("traces", item.name)
        payload = {
            "root": str(self.project.root),
            "log": str(self.project.build / "logs" / f"{item.name}{self.options.mark}.experiment.log"),
            "path": experiment.path,
            "hyperparameters": item.inputs["hyperparameters"],
            "tables": parameters.owners(self.project.schema, tables),
            "out": str(self.store.path("traces", item.key, ".npz")),
            "progress": str(self.project.build / "progress" / f"{item.name}{self.options.mark}.experiment.json"),
        }
        weight = float(last.facts.get("seconds", 10.0)) if last else 10.0
        name = f"{item.name}{self.options.mark}"
        return scheduler.Job(f"trace {name}", f"Experiment {name}", compute.run, payload, weight)

    def clip_job(self, item: Item, clip: Clip) -> scheduler.Job:
        """Draws a clip to a silent film in its place in the store."""
        quality = item.inputs["quality"]
        last = self.store.last("clips", clip.name, self.options.quality.name)
        seconds = last.facts.get("seconds") if last and last.inputs["quality"]["name"] == quality["name"] else None
        pixels = quality["width"] * quality["height"] * quality["fps"] * item.inputs["duration"]
        payload = self._scene(clip, quality) | {
            "out": str(self.store.path("clips", item.key, self.options.quality.suffix)),
            "progress": str(self.project.build / "progress" / f"{clip.name}{self.options.mark}.json"),
        }
        weight = float(seconds) if seconds else pixels / 2e7
        name = f"{clip.name}{self.options.mark}"
        return scheduler.Job(f"clip {name}", f"Clip {name}", draw.clip, payload, weight)

    def still_job(self, clip: Clip, size: tuple[int, int], out: Path, at: float = 0.0) -> scheduler.Job:
        """Draws the picture of a clip at one instant to a PNG."""
        quality = {"name": f"{size[0]}x{size[1]}", "width": size[0], "height": size[1]}
        payload = self._scene(clip, quality) | {"at": at, "out": str(out)}
        name = f"{clip.name}{self.options.mark}"
        return scheduler.Job(f"still {name}", f"Still {name}", draw.still, payload)

    def sheet_job(self, clip: Clip, out: Path, every: float | None = None) -> scheduler.Job:
        """Draws the contact sheet of a clip: its beats, or a picture every so many seconds with what is said."""
        quality = {"name": "sheet", "width": 1280, "height": 720}
        payload = self._scene(clip, quality) | {"name": clip.name, "out": str(out)}
        if every:
            timing = Timing.load(self.store.path("voices", self.survey.voice(clip).record_key, ".json"))
            payload |= {"every": every, "lines": [[line.start, line.end, line.text] for line in timing.lines]}
        return scheduler.Job(f"sheet {clip.name}", f"Sheet {clip.name}", draw.sheet, payload)

    def poster_job(self, clip: Clip, out: Path) -> scheduler.Job:
        """Draws the finished picture of a clip to a PNG."""
        quality, spoken = self.options.quality, self.survey.voice(clip).record
        assert spoken is not None, f"the narration of {clip.name} is not made yet"
        job = self.still_job(clip, (quality.width, quality.height), out, spoken.facts["duration"])
        job.payload["quality"]["transparent"] = quality.transparent
        return job

    def layout_job(self, item: Item, clip: Clip) -> scheduler.Job:
        """Looks for faults in the layout of a clip."""
        payload = self._scene(clip, item.inputs["quality"]) | {
            "name": clip.name,
            "stills": str(self.project.build / "check"),
            "out": str(self.store.path("layouts", item.key, ".json")),
        }
        return scheduler.Job(
            f"layout {clip.name}", f"Layout {clip.name}", draw.layout, payload, item.inputs["duration"]
        )

    def log_hint(self, job: scheduler.Job) -> str:
        """Where the log of a job is, and the command that tries it again."""
        kind, _, name = job.name.removesuffix(self.options.mark).partition(" ")
        name += f" --set {shlex.quote(self.options.override)}" if self.options.override else ""
        named = {kind: f"{kind} {name}" for kind in ("clip", "sheet", "still")}
        again = {**named, "layout": "check"}.get(kind, "lecture")
        log = Path(job.payload["log"]).relative_to(self.project.root)
        return f"The log is {log}; to try again: python render.py {again}"

    def _scene(self, clip: Clip, quality: dict[str, Any]) -> dict[str, Any]:
        """What every drawing job holds."""
        return self.reads(clip) | {
            "root": str(self.project.root),
            "log": str(self.project.build / "logs" / f"{clip.name}{self.options.mark}.log"),
            "modules": sorted(self.project.modules(clip.path)),
            "module": clip.module,
            "class": clip.class_name,
            "quality": quality,
            "versions": tool_versions.installed(tool_versions.DRAWING),
        }

    def reads(self, clip: Clip) -> dict[str, Any]:
        """What a clip's scene looks at: the files of its traces, the numbers that it prints, and its times."""
        traces = {name: self.survey.trace(self.project.experiments[name]) for name in clip.traces}
        spoken = self.survey.voice(clip).record if clip.script else None
        return {
            "traces": {name: str(self.store.path("traces", item.key, ".npz")) for name, item in traces.items()},
            "hyperparameters": hyperparameters_toml.plain(clip.hyperparameters),
            "cues": spoken.facts["cues"] if spoken else {},
            "duration": spoken.facts["duration"] if spoken else 1.0,
        }
