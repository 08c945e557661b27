"""Lines that a person has spoken: assets/voice/CLIP.CUE with any ending that PyAV reads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import UserError
from pipeline.media import sound, timing, trimming
from pipeline.speech.spoken import Spoken, share

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SUFFIXES = (
    *(".wav", ".flac", ".aif", ".aiff", ".caf", ".m4a", ".mp4", ".mov", ".opus", ".ogg", ".oga", ".webm", ".mka"),
    *(".mp3", ".aac", ".ac3", ".wma", ".amr", ".3gp", ".mkv", ".w64", ".au"),
)
"""What a recording's name ends with, in small or capital letters; of two for one line, the earlier ending is used."""
SCRIPT = "script.txt"
"""What `render.py record` writes beside the recordings."""
CLEAR = 15.0
"""Decibels by which speech should be above the noise of the room."""


@dataclass(frozen=True)
class Recordings:
    """The files of a folder by the name of their line."""

    folder: Path
    files: dict[str, Path]

    @classmethod
    def of(cls, folder: Path) -> Recordings:
        """Looks into a folder, which need not be there."""
        found: dict[str, Path] = {}
        known = [path for path in folder.glob("*") if path.suffix.lower() in SUFFIXES and path.is_file()]
        for path in sorted(known, key=lambda path: (SUFFIXES.index(path.suffix.lower()), path.name)):
            found.setdefault(path.stem, path)
        return cls(folder, found)

    def find(self, line: str) -> Path | None:
        """The recording of a line."""
        return self.files.get(line)

    def others(self) -> list[Path]:
        """Every other file there: of an unknown kind, or the second one for a line; hidden ones are passed over."""
        used = set(self.files.values())
        every = (path for path in self.folder.glob("*") if path.is_file() and not path.name.startswith("."))
        return sorted(path for path in every if path not in used and path.name != SCRIPT)


def speak(text: str, path: Path) -> Spoken:
    """A recording with the times of its words, shared by their letters between its first and its last sound."""
    samples = _read(path)
    voiced, start = trimming.trim_noise(samples)
    return Spoken(samples, share(text, start, start + len(voiced) / timing.SAMPLE_RATE))


def noise(path: Path) -> str:
    """A sentence where the room is nearly as loud as the speech, or an empty text."""
    clear = trimming.clearness(_read(path))
    if clear >= CLEAR:
        return ""
    return (
        f"the recording {path.name} is noisy: its speech is only {clear:.0f} dB above the room, and {CLEAR:.0f} are "
        "wanted; go nearer to the microphone, or choose a quieter room."
    )


def fault(path: Path) -> str:
    """A sentence where a recording cannot be used, or an empty text."""
    try:
        _read(path)
    except UserError as error:
        return str(error)
    return ""


def _read(path: Path) -> NDArray[np.int16]:
    try:
        samples = sound.read(path)
    except (OSError, ValueError) as error:
        raise UserError(f"the recording cannot be used: {error}.") from None
    if not samples.any():
        raise UserError(f"the recording {path.name} is silent.")
    return samples
