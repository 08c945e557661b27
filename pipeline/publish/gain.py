"""The one gain that brings a film to its loudness, and the levels of its sounds, measured once and kept."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import BuildError
from pipeline.files import read_json
from pipeline.media import loudness, timing
from pipeline.publish import mastering
from pipeline.publish.film import Film
from pipeline.publish.mastering import Work
from pipeline.publish.published import read

LOUDNESS_TOLERANCE = 0.5  # LU
SHAPE = {"momentary": [float], "true_peak": float}
"""Of a level that is kept."""


def gain_of(film: Film, build: Path, work: Work = mastering.here) -> float:
    """The gain (dB) of the last published film; if there was none, the one that brings these clips to its loudness."""
    known: float | None = read(build)["gain"]
    return film_gain(film, build, work) if known is None else known


def film_gain(film: Film, build: Path, work: Work) -> float:
    """The gain that brings these clips together to the loudness of lecture.toml."""
    target = film.lecture.sound

    def level_at(gain: float) -> loudness.Level:
        places = [kept(build, [clip.timing.digest, gain, target.true_peak]) for clip in film.clips]
        jobs = [
            {"sound": str(clip.sound), "gain": gain, "true_peak": target.true_peak, "keep": str(place)}
            for clip, place in zip(film.clips, places, strict=True)
        ]
        measure_missing(f"Sound at {gain:+.1f} dB", mastering.level, jobs, film, work)
        return loudness.together(map(level_of, places))

    return loudness.find_gain(level_at, target.loudness, target.true_peak)


def kept(build: Path, made_from: Sequence[object]) -> Path:
    """Where the level of a sound is kept: under what the sound is made from."""
    return (
        build
        / "levels"
        / f"{timing.digest(timing.sources('media/sound', 'media/loudness', 'media/mux'), made_from)}.json"
    )


def level_of(path: Path) -> loudness.Level:
    """A level that is kept, marked as used."""
    known = read_json(path)
    os.utime(path)
    return loudness.Level(tuple(known["momentary"]), known["true_peak"])


def measure_missing(
    label: str,
    function: Callable[[mastering.Job], dict[str, Any]],
    jobs: Sequence[mastering.Job],
    film: Film,
    work: Work,
) -> None:
    """Does the jobs whose level is not kept yet."""
    missing = [k for k, job in enumerate(jobs) if read_json(Path(job["keep"]), SHAPE) is None]
    if missing:
        work(label, function, [jobs[k] for k in missing], [film.clips[k].timing.duration for k in missing])


def sweep(folder: Path) -> None:
    """Remove what was not used for a week."""
    for path in folder.glob("*.json"):
        if time.time() - path.stat().st_mtime > 7 * 24 * 3600:
            path.unlink()


def check_level(film: Film, level: loudness.Level) -> dict[str, float] | None:
    """Loudness and true peak of the encoded film, which must be those of lecture.toml; None if it is silent."""
    target = film.lecture.sound
    if level.loudness <= loudness.SILENCE:
        return None
    if abs(level.loudness - target.loudness) > LOUDNESS_TOLERANCE or level.true_peak > target.true_peak:
        raise BuildError(
            f"the film's sound has {level.loudness:.1f} LUFS and peaks of {level.true_peak:.1f} dBTP, but lecture.toml "
            f"asks for {target.loudness:.1f} LUFS and at most {target.true_peak:.1f} dBTP."
        )
    return {"loudness": round(level.loudness, 1), "true_peak": round(level.true_peak, 1)}
