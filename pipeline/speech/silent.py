"""Nobody speaks: silence for as long as the text takes to read."""

from __future__ import annotations

import unicodedata

from pipeline.media import sound
from pipeline.speech.spoken import Spoken, letters, share

RATE = 14.0  # letters a second


def speak(text: str) -> Spoken:
    """Silence with times."""
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)  # one takes as long as two letters
    seconds = round(max(0.6, (letters(text) + wide) / RATE), 3)
    return Spoken(sound.silence(seconds), share(text, 0.0, seconds))
