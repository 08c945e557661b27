"""Kokoro-82M speaks a line on the CPU, and tells when each word sounds: its own durations, 25 ms a frame.

The same text gives the same samples in every process of a machine. Another processor may round otherwise, so what the
film says is kept in assets/speech/ (see `kept`).
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipeline.errors import BuildError
from pipeline.speech import model, phonemes
from pipeline.speech.phonemes import Said
from pipeline.speech.spoken import Heard, Times

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Wave = NDArray[np.float32]

RATE = 24_000
EDITION = 1
"""Raise it when every text is to sound otherwise: what is kept was spoken by this edition.

Where only a few do, remove their files from assets/speech/ and build/speech/, and speak them again.
"""

_FRAME = 600  # samples of a frame of durations
_EARLY = 0.080  # seconds by which a symbol sounds before its frames say
_STEP = 0.010  # seconds between two looks at how loud the sound is
_AUDIBLE = 0.02  # of the loudest step: what is below it is the silence of a pause
_AROUND = 0.1  # seconds kept before the first and after the last word


@dataclass(frozen=True)
class Symbols:
    """A text in Kokoro's alphabet, and where each word's phonemes stand in it (first symbol, past the last)."""

    text: str
    spans: tuple[tuple[int, int], ...]


def speak(
    name: str, written: Sequence[str], heard: Heard, stressed: Collection[int], speaker: str, speed: float
) -> tuple[Wave, Times]:
    """Mono samples at `RATE`, from -1 to 1, and the times of the words (seconds).

    `name` is that of the line, for the BuildError when Kokoro cannot say it; `stressed` are the numbers of words.
    """
    import numpy as np

    pieces: list[Wave] = []
    times: Times = []
    now = 0.0
    for part in parts(phonemes.words(heard, written, stressed, phonemes.language(speaker)), name):
        wave, found = _say(part, speaker, speed)
        if not np.isfinite(wave).all():
            raise BuildError(f"the line {name} could not be spoken: Kokoro's sound holds numbers that are none.")
        pieces.append(wave)
        times += [(start + now, end + now) for start, end in found]
        now += len(wave) / RATE
    return np.concatenate(pieces), times


def trimmed(wave: Wave, times: Times) -> tuple[NDArray[np.int16], int, Times]:
    """16-bit samples without the silence around the line, their rate, and the times of the words in them."""
    import numpy as np

    said = [(start, end) for start, end in times if end > start] or [(0.0, len(wave) / RATE)]
    begin = max(0, round((said[0][0] - _AROUND) * RATE))
    end = min(len(wave), round((said[-1][1] + _AROUND) * RATE))
    samples = np.rint(np.clip(wave[begin:end], -1.0, 1.0) * 32767).astype(np.int16)
    shift, length = begin / RATE, (end - begin) / RATE
    return samples, RATE, [(max(0.0, a - shift), min(length, max(0.0, b - shift))) for a, b in times]


def parts(said: Sequence[Said], name: str = "") -> list[Symbols]:
    """A line in one text, or in as few as the model takes, cut where a sentence ends or at any word."""
    first, found = 0, []
    while first < len(said):
        last = len(said)
        while len(_joined(said[first:last]).text) > model.LONGEST:
            ends = [k for k in range(first + 1, last) if said[k - 1].after[-1:] in set(".?!")]
            last = ends[-1] if ends else last - 1
            if last == first:
                raise BuildError(f"the line {name} could not be spoken: it has a word of too many sounds.")
        found.append(_joined(said[first:last]))
        first = last
    return found


def _joined(said: Sequence[Said]) -> Symbols:
    text, spans = "", []
    for word in said:
        text += " " if text and (word.before or word.signs) else ""
        begin = len(text + word.before)
        text += word.before + word.signs + word.after
        spans.append((begin, begin + len(word.signs)))
    return Symbols(text, tuple(spans))


def _say(symbols: Symbols, speaker: str, speed: float) -> tuple[Wave, Times]:
    import numpy as np

    known = model.symbols()
    ids = [known[sign] for sign in symbols.text]
    tokens = np.array([[0, *ids, 0]], np.int64)
    style = _table(speaker)[max(0, len(ids) - 1)][None]
    wave, frames = _session().run(None, {"tokens": tokens, "style": style, "speed": np.array([speed], np.float32)})
    begins = np.cumsum(frames.ravel()) * _FRAME / RATE - _EARLY  # of symbol k: the ends of all before it, with the pad
    return wave, _times(symbols, begins, wave)


def _times(symbols: Symbols, begins: Any, wave: Wave) -> Times:
    """A word lasts until the next one begins, or where a pause follows, as long as it can be heard."""
    import numpy as np

    size = round(_STEP * RATE)
    steps = wave[: len(wave) // size * size].reshape(-1, size)
    loud = np.sqrt((steps**2).mean(axis=1)) if len(steps) else np.zeros(1)
    audible = loud > _AUDIBLE * loud.max()
    length = len(wave) / RATE
    starts = [min(max(float(begins[begin]), 0.0), length) for begin, _ in symbols.spans]
    times: Times = []
    for index, (begin, end) in enumerate(symbols.spans):
        start = starts[index]
        following = starts[index + 1] if index + 1 < len(starts) else length
        if begin == end:  # nothing is said for it
            times.append((following, following))
            continue
        last = following
        if symbols.text[end : end + 1] != " ":
            heard = np.flatnonzero(audible[round(start / _STEP) : round(following / _STEP)])
            last = min(following, start + _STEP * (int(heard[-1]) + 1)) if heard.size else following
        times.append((start, max(start, last)))
    return times


@functools.cache
def _session() -> Any:
    return model.session()


@functools.cache
def _table(speaker: str) -> Any:
    return model.table(speaker)
