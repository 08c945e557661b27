"""Stills of a clip at each of its beats, out of the film of it that was drawn last: nothing is drawn for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.build.store import Store
from pipeline.errors import UserError
from pipeline.media import frame
from pipeline.media.timing import Timing
from pipeline.project.qualities import Quality

WIDTH = 640
"""Pixels, of a still on the page."""
_KEY = re.compile(r"[0-9a-f]{8,128}")
BEFORE = 0.05
"""Seconds before a cue at which the picture of the one before it is finished; as in scenes/engine/stage.py."""


def beats(cues: Mapping[str, float], duration: float) -> list[tuple[str, float]]:
    """Labelled instants worth a look, as `Stage.beats`: the start, just before each cue, and the end."""
    ordered = sorted(cues.items(), key=lambda cue: cue[1])
    ends = [at for _, at in ordered[1:]] + [duration]
    shown = [(name, max(at, end - BEFORE)) for (name, at), end in zip(ordered, ends, strict=True)]
    return [("start", 0.0), *shown, ("end", duration)]


def of(build: Path, name: str, quality: Quality) -> list[dict[str, Any]]:
    """The beats of a clip as it was drawn last: `label`, `at`, the `words` that are said, and the address `src`.

    Raises:
        UserError: it was not drawn yet.
    """
    store = Store(build)
    record = store.last("clips", name, quality.name)
    if record is None or not store.path("clips", record.key, ".mp4").is_file():
        raise UserError(f"{name} is not drawn yet; make it first.")
    spoken = words(build, name)
    return [
        {"label": label, "at": round(at, 2), "words": spoken.get(label, ""), "src": _address(record.key, at)}
        for label, at in beats(record.inputs["cues"], record.inputs["duration"])
    ]


def words(build: Path, name: str) -> dict[str, str]:
    """What is said at each cue of a clip."""
    told = timing(build, name)
    return {line.name.rpartition(".")[2]: line.text for line in told.lines if line.text} if told else {}


def timing(build: Path, name: str) -> Timing | None:
    """The narration of a clip as it was made last."""
    store = Store(build)
    record = store.last("voices", name)
    path = store.path("voices", record.key, ".json") if record else None
    return Timing.load(path) if path and path.is_file() else None


def picture(build: Path, key: str, at: float) -> bytes:
    """The JPEG at an address of `of`; a UserError where there is none."""
    path = Store(build).path("clips", key, ".mp4")
    if not _KEY.fullmatch(key) or not path.is_file():
        raise UserError("there is no such picture.")
    try:
        return frame.jpeg(path, at, WIDTH)
    except ValueError as error:
        raise UserError(f"{error}.") from error


def _address(key: str, at: float) -> str:
    return f"/film/beat.jpg?key={key}&at={at:.3f}"
