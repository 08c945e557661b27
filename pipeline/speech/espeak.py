"""espeak-ng speaks a line, tells when each word sounds, and turns words into phonemes for Kokoro."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import BuildError, UserError, did_you_mean
from pipeline.media import sound, timing
from pipeline.project.lecture_toml import Voice
from pipeline.speech import espeak_process as process
from pipeline.speech.spoken import Heard, Spoken, Times


def speak(name: str, heard: Heard, voice: Voice) -> Spoken:
    """A line in the voice of the settings; BuildError or UserError if that fails."""
    import numpy as np

    _check_variant(voice.variant)
    request = {"voice": voice.variant, "rate": voice.rate, "pitch": voice.pitch, "range": voice.range}
    header, wave = ask({"text": heard.text, **request}, f"the line {name}")
    samples = sound.resample(np.frombuffer(wave, np.int16).reshape(-1, 1), header["rate"])
    return Spoken(samples, _word_times(header["events"], heard.spans, len(samples) / timing.SAMPLE_RATE))


def ask(request: dict[str, Any], subject: str) -> tuple[dict[str, Any], bytes]:
    """The answer of espeak-ng, in a process of its own: a header with `rate` and `events`, and 16-bit mono samples."""
    library, data = files()
    program = [sys.executable, "-I", "-S", process.__file__]
    told = json.dumps({"library": library, "data": data, **request}).encode()
    done = subprocess.run(program, input=told, capture_output=True, check=False)
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip() or f"its process ended with {done.returncode}"
        raise BuildError(f"{subject} could not be spoken: {reason}.")
    header, _, wave = done.stdout.partition(b"\n")
    return json.loads(header), wave


def files() -> tuple[str, str]:
    """The library and its data."""
    try:
        import espeakng_loader

        return espeakng_loader.get_library_path(), espeakng_loader.get_data_path()
    except (ImportError, RuntimeError):
        raise UserError(
            "the voice needs espeak-ng, but espeakng-loader is not installed; "
            'run `pip install espeakng-loader`, or set voice.engine = "silent".'
        ) from None


def _word_times(events: Sequence[Sequence[Any]], spans: Sequence[tuple[int, int]], length: float) -> Times:
    """Times of the captions' words from espeak's events.

    One word may have several events (a decimal has one per part, all at nearly the same characters) or none (a dash).
    """
    starts: list[float | None] = [None] * len(spans)
    latest = [0.0] * len(spans)
    stops = [length]
    for kind, character, _, milliseconds, _ in events:
        time = milliseconds / 1000
        if kind == process.END:
            stops.append(time)
        if kind != process.WORD:
            continue
        for index, (begin, end) in enumerate(spans):
            if begin <= character < end:
                first = starts[index]
                starts[index] = time if first is None else min(first, time)
                latest[index] = max(latest[index], time)
    stops += [time for time in starts if time is not None]
    times: Times = []
    following = length
    for index in reversed(range(len(spans))):
        start = starts[index]
        if start is None:
            times.append((following, following))
            continue
        after = min((stop for stop in stops if stop > latest[index]), default=length)
        times.append((start, min(after, following) if following > start else after))
        following = start
    return times[::-1]


def _check_variant(variant: str) -> None:
    """espeak-ng passes over an unknown variant in silence; a typing mistake shall not."""
    language, plus, name = variant.partition("+")
    known = {path.name for path in Path(files()[1], "voices", "!v").iterdir()}
    if plus and name not in known:
        raise UserError(f'voice.variant: espeak-ng has no variant "{name}" for {language}{did_you_mean(name, known)}')
