"""What each result depends on, and nothing else: the inputs of a key, as JSON that `status` can compare and explain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from pipeline.files import digest
from pipeline.project import hyperparameters_toml, qualities, tool_versions
from pipeline.project.project import Clip, Experiment, Project
from pipeline.project.qualities import Quality
from pipeline.project.scripts import Line
from traces.schema import VERSION as TRACE_VERSION

LAYOUT = ("scenes/engine/lint.py", "scenes/engine/pacing.py")
LAYOUT_SIZE = (960, 540)
"""Of the pictures in which the layout checker looks at colours; boxes are measured on the canvas."""

Inputs = dict[str, Any]

key = digest
"""The key of a result: SHA-256 of the canonical JSON of its inputs."""


def trace(project: Project, experiment: Experiment) -> Inputs:
    """Values of the declared hyperparameters, the modules that the experiment reaches, and the tools."""
    return {
        "experiment": experiment.name,
        "hyperparameters": hyperparameters_toml.plain(experiment.hyperparameters),
        "modules": project.modules(experiment.path),
        "versions": {**tool_versions.installed(tool_versions.COMPUTING), "trace file": TRACE_VERSION},
    }


def voice(project: Project, clip: Clip, lines: tuple[Line, ...]) -> Inputs:
    """What can be said about a clip's narration in words. Its key is the voice's own, which knows recordings too."""
    asked = project.settings.voice
    settings = {field.name: getattr(asked, field.name) for field in fields(asked) if field.name != "say"}
    spoken = {key: project.hyperparameters[key] for key in clip.spoken_hyperparameters}
    return {
        "hyperparameters": hyperparameters_toml.plain(spoken),
        "lines": {line.name: line.text for line in lines},
        "voice": settings,
        "say": asked.said(),
    }


def drawn(project: Project, clip: Clip, quality: Quality) -> Inputs:
    """What a clip depends on besides traces and narration: what it prints, the modules it reaches, size and encoder."""
    return {**_scene(project, clip), "quality": qualities.settings(quality)}


def clip(
    project: Project,
    clip: Clip,
    quality: Quality,
    traces: Mapping[str, str],
    cues: Mapping[str, float],
    duration: float,
) -> Inputs:
    """All that a clip depends on: the digests of the traces and the cue times that it draws, and what `drawn` says."""
    read = {name: traces[name] for name in clip.traces}
    return {**drawn(project, clip, quality), "traces": read, "cues": dict(cues), "duration": duration}


def still(project: Project, clip: Clip, width: int, height: int, traces: Mapping[str, str]) -> Inputs:
    """As for a clip, for one picture without narration."""
    size = {"name": f"{width}x{height}", "width": width, "height": height}
    return {**_scene(project, clip), "traces": {name: traces[name] for name in clip.traces}, "quality": size}


def layout(
    project: Project, clip: Clip, traces: Mapping[str, str], cues: Mapping[str, float], duration: float
) -> Inputs:
    """As for a clip, without size and encoder, and with the modules of the layout checker."""
    scene = _scene(project, clip)
    return {
        **scene,
        "modules": {**project.modules(LAYOUT[0]), **project.modules(LAYOUT[1]), **scene["modules"]},
        "traces": {name: traces[name] for name in clip.traces},
        "cues": dict(cues),
        "duration": duration,
        "quality": {"name": "layout", "width": LAYOUT_SIZE[0], "height": LAYOUT_SIZE[1]},
    }


def _scene(project: Project, clip: Clip) -> Inputs:
    return {
        "class": clip.class_name,
        "hyperparameters": hyperparameters_toml.plain(clip.hyperparameters),
        "modules": project.modules(clip.path) | {clip.path: clip.digest},
        "versions": tool_versions.installed(tool_versions.DRAWING),
    }
