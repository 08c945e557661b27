"""Draws clips and stills. Called inside a worker process: the only module that imports scenes/, and manim through them.

A job and its answer are JSON and paths, so that a worker may as well stand on another machine.
"""

from __future__ import annotations

import importlib
import math
import os
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import BuildError
from pipeline.files import whole, write_json
from pipeline.project import tool_versions
from pipeline.workers.pool import Answer, attempt
from pipeline.workers.progress import reporter


def clip(job: dict[str, Any]) -> Answer:
    """Draws a clip to a silent film. The job is what `draw.clip_job` makes; answers `frames` and `seconds`."""
    return attempt(Path(job["root"]), Path(job["log"]), lambda: _clip(job))


def still(job: dict[str, Any]) -> Answer:
    """Draws one picture, at `job["at"]` seconds, to a PNG."""
    return attempt(Path(job["root"]), Path(job["log"]), lambda: _still(job))


def sheet(job: dict[str, Any]) -> Answer:
    """Draws a clip's beats side by side, each with its name and time, to a PNG; or, if the job says `every`, a picture
    every so many seconds with the words that are said.
    """
    return attempt(Path(job["root"]), Path(job["log"]), lambda: _sheet(job))


def layout(job: dict[str, Any]) -> Answer:
    """Looks for faults in a clip's layout; writes them to a JSON file, and a still with the things outlined for each.

    A fault has `kind`, `time`, `sentence`, `boxes` (in pixels of the 1920 x 1080 canvas) and `still`, its PNG.
    """
    return attempt(Path(job["root"]), Path(job["log"]), lambda: _layout(job))


def _clip(job: Mapping[str, Any]) -> Answer:
    from pipeline.media.encode import Encoder
    from pipeline.media.gif import Gif

    start = time.monotonic()
    stage, quality = _stage(job), job["quality"]
    film = Gif if quality["encoder"]["codec"] == "gif" else Encoder
    fps, total = quality["fps"], round(job["duration"] * quality["fps"])
    with (
        whole(Path(job["out"])) as path,
        film(path, quality["width"], quality["height"], fps, quality["encoder"]) as encoder,
    ):
        for picture, held in _reporting(stage.frames(fps), Path(job["progress"]), total):
            encoder.add(picture, held)
        if encoder.frames != total:
            raise BuildError(f"it drew {encoder.frames} pictures instead of {total}.")
    return {"frames": total, "seconds": round(time.monotonic() - start, 3)}


def _still(job: Mapping[str, Any]) -> Answer:
    from PIL import Image

    from pipeline.media.encode import straight

    start = time.monotonic()
    picture = _stage(job).picture(job["at"])
    if picture.shape[2] == 4:
        picture = straight(picture)
    with whole(Path(job["out"])) as path:
        Image.fromarray(picture).save(path, format="PNG", compress_level=6)
    return {"seconds": round(time.monotonic() - start, 3)}


def _sheet(job: Mapping[str, Any]) -> Answer:
    from pipeline.media.contact_sheet import compose, spoken

    stage = _stage(job)
    moments = list(stage.beats())
    if every := job.get("every"):
        times = [k * every for k in range(math.ceil(job["duration"] / every))] + [job["duration"]]
        moments = [(spoken(job["lines"], time), time) for time in times]
    pictures = [(label, seconds, stage.picture(seconds)) for label, seconds in moments]
    with whole(Path(job["out"])) as path:
        compose(job["name"], pictures).save(path, format="PNG")
    return {"pictures": len(pictures)}


def _layout(job: Mapping[str, Any]) -> Answer:
    from pipeline.media.outline import outline

    start = time.monotonic()
    stage = _stage(job)
    checker: Any = importlib.import_module("scenes.engine.lint")
    pacing: Any = importlib.import_module("scenes.engine.pacing")
    found = [*checker.faults(stage), *pacing.faults(stage)]
    stills = {moment: Path(job["stills"], f"{job['name']}@{moment:.2f}.png") for moment in {f.time for f in found}}
    for moment, still in stills.items():
        with whole(still) as path:
            boxes = [fault.boxes for fault in found if fault.time == moment]
            outline(stage.picture(moment), boxes).save(path, format="PNG")
    faults = [
        {
            "kind": fault.kind,
            "time": float(fault.time),
            "sentence": fault.sentence,
            "boxes": [[float(edge) for edge in box] for box in fault.boxes],
            "still": stills[fault.time].relative_to(job["root"]).as_posix(),
        }
        for fault in found
    ]
    labels = [[time, words] for time, words in pacing.labels(stage)]
    write_json(Path(job["out"]), {"faults": faults, "labels": labels})
    return {"faults": len(faults), "seconds": round(time.monotonic() - start, 3)}


def _stage(job: Mapping[str, Any]) -> Any:
    """Builds the scene of a job. Manim gets a media folder of its own: it crashes in a shared one."""
    from traces.store import load

    here = tool_versions.installed(tool_versions.DRAWING)
    for tool, version in job["versions"].items():
        if here.get(tool) != version:
            raise BuildError(f"this worker has {tool} {here.get(tool)}, but the clip is made with {tool} {version}.")
    module: Any = importlib.import_module(job["module"])
    interface: Any = importlib.import_module("scenes.engine.stage")
    if "manim" in sys.modules:
        sys.modules["manim"].config.media_dir = str(Path(job["root"], "build/media", str(os.getpid())))
    inputs = interface.Inputs(
        traces={name: load(Path(path)) for name, path in job["traces"].items()},
        hyperparameters={
            name: tuple(value) if isinstance(value, list) else value for name, value in job["hyperparameters"].items()
        },
        cues=job["cues"],
        duration=job["duration"],
    )
    quality = job["quality"]
    size = {"width": quality["width"], "height": quality["height"]}
    return getattr(module, job["class"]).make(inputs, **size, transparent=quality.get("transparent", False))


def _reporting(frames: Iterator[Any], path: Path, total: int) -> Iterator[Any]:
    """Passes pictures on and writes now and then how many there were."""
    report = reporter(path)
    for done, frame in enumerate(frames, start=1):
        yield frame
        report(done, total)
