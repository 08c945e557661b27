"""Speaks the lines of a clip. Called inside a worker, or in the build itself where it takes no time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.project.lecture_toml import Voice
from pipeline.project.scripts import Line
from pipeline.speech import recordings, speak
from pipeline.speech.engines import Voices
from pipeline.workers.pool import Answer


def job(root: Path, clip: str, lines: Sequence[Line], voice: Voice) -> dict[str, Any]:
    """What `clip` is called with."""
    return {
        "root": str(root),
        "clip": clip,
        "lines": [asdict(line) for line in lines],
        "voice": asdict(voice),
        "out": str(root / "build/voice"),
    }


def clip(job: dict[str, Any]) -> Answer:
    """Writes the sound and the times of a clip; answers its `duration`, its `cues`, and `notes` on its recordings."""
    voices, lines = _told(job)
    timing = speak.speak(lines, voices, Path(job["out"]), job["clip"])
    found = [voices.recordings.find(line.name) for line in lines if voices.engine(line) == "recording"]
    notes = [sentence for path in found if path and (sentence := recordings.noise(path))]
    return {"duration": timing.duration, "cues": dict(timing.cues), "notes": notes}


def line(job: dict[str, Any]) -> Answer:
    """Speaks the only line of a job, so that it is kept."""
    voices, lines = _told(job)
    voices.speak(lines[0])
    return {}


def _told(job: dict[str, Any]) -> tuple[Voices, list[Line]]:
    lines = [Line(**{**told, "cues": tuple((cue, word) for cue, word in told["cues"])}) for told in job["lines"]]
    return Voices.of(Path(job["root"]), Voice(**job["voice"])), lines
