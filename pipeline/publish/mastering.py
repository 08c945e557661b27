"""The film's sound: every clip raised by one gain, measured, and encoded with its pictures. Jobs for workers.

A job and its answer are JSON and paths. What was measured is kept under what it was made from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.errors import BuildError
from pipeline.files import write_json
from pipeline.media import loudness, sound
from pipeline.media.mux import Tags, add_sound, inspect

Job = dict[str, Any]
Work = Callable[[str, Callable[[Job], dict[str, Any]], Sequence[Job], Sequence[float]], list[dict[str, Any]]]
"""Does jobs: what is told of them, a function of this module, the jobs, their seconds of sound; answers in order."""


def here(
    label: str, function: Callable[[Job], dict[str, Any]], jobs: Sequence[Job], weights: Sequence[float]
) -> list[dict[str, Any]]:
    """One job after the other, in this process."""
    return [function(job) for job in jobs]


def mastered(path: Path, gain: float, true_peak: float) -> sound.Samples:
    """The samples of a clip as they are in the film."""
    return loudness.apply(sound.read(path), gain, true_peak)


def level(job: Job) -> dict[str, Any]:
    """Measures a clip as it would be with a gain; keeps the level in `job["keep"]`."""
    samples = mastered(Path(job["sound"]), job["gain"], job["true_peak"])
    write_json(Path(job["keep"]), asdict(loudness.measure([samples])))
    return {}


def encode(job: Job) -> dict[str, Any]:
    """Writes a clip with its sound to `job["out"]` and measures what a player will hear; BuildError if it is unfit."""
    out = Path(job["out"])
    samples = mastered(Path(job["sound"]), job["gain"], job["true_peak"])
    add_sound(Path(job["picture"]), samples, out, Tags(job["title"], job["comment"]), job["bitrate"])
    problems = inspect(out)
    if problems:
        raise BuildError(problems[0])
    return measure({"out": job["out"], "keep": job["keep"]})


def measure(job: Job) -> dict[str, Any]:
    """Measures the sound of a file that is encoded."""
    write_json(Path(job["keep"]), asdict(loudness.measure(sound.blocks(Path(job["out"])))))
    return {}
