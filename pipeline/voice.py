"""From lines of narration to sound with times."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.narration import Line
from pipeline.settings import Voice
from pipeline.timing import Timing


def key(lines: Sequence[Line], voice: Voice, recordings: Path) -> str:
    """What the sound of a clip depends on, as a digest; fast: it reads recordings, but makes nothing.

    `recordings` is the folder assets/voice; `clip.cue.wav` in it replaces the machine's voice for that line.
    """
    raise NotImplementedError


def speak(lines: Sequence[Line], voice: Voice, recordings: Path, out: Path, clip: str) -> Timing:
    """Write out/CLIP.wav (48 kHz stereo, 16 bit, exactly `duration`) and out/CLIP.json; return the timing.

    Lines already spoken are taken from out/lines/. Raises UserError (missing program, broken recording), BuildError.
    """
    raise NotImplementedError
