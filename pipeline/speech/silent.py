"""Nobody speaks: silence for as long as the text takes to read."""

from __future__ import annotations

from pipeline.media import sound
from pipeline.speech.spoken import Spoken, letters, share

RATE = 14.0  # letters a second


def speak(text: str) -> Spoken:
    """Silence with times."""
    seconds = round(max(0.6, letters(text) / RATE), 3)
    return Spoken(sound.silence(seconds), share(text, 0.0, seconds))
