"""From lines of narration to sound with times: clips are spoken before they are drawn, and pictures wait for the cues.

A line comes from a recording (assets/voice/CLIP.CUE.wav), from espeak-ng, which tells when each word sounds, or from
any program that writes a WAV; there the words of a sentence share its time by their letters. Each line is kept under a
key of all that shapes it, so that an edit of one line speaks that line only.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.files import read_json
from pipeline.media import timing
from pipeline.media.timing import TimedLine, Timing, Word
from pipeline.project.lecture_toml import Voice
from pipeline.project.scripts import Line
from pipeline.speech import engines

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MODULES = (
    "speech/engines",
    "speech/espeak",
    "speech/speak",
    "media/sound",
    "media/timing",
)  # what shapes the sound besides its settings


def key(lines: Sequence[Line], voice: Voice, recordings: Path) -> str:
    """What the sound of a clip depends on, as a digest; fast: it reads recordings, but makes nothing.

    `recordings` is the folder assets/voice; `clip.cue.wav` in it replaces the machine's voice for that line.
    """
    parts = [[line.name, line.cues, _line_key(line, voice, recordings)] for line in lines]
    return timing.digest(timing.sources(*_MODULES), voice.lead, voice.gap, voice.tail, parts)


def line_keys(lines: Sequence[Line], voice: Voice, recordings: Path) -> list[str]:
    """The keys under which `speak` keeps these lines."""
    return [_line_key(line, voice, recordings) for line in lines]


def speak(lines: Sequence[Line], voice: Voice, recordings: Path, out: Path, clip: str) -> Timing:
    """Write out/CLIP.wav (48 kHz stereo, 16 bit, exactly `duration`) and out/CLIP.json; return the timing.

    Lines already spoken are taken from out/lines/. A silent line lasts its pause; an unused one ("" without pause)
    takes no time, and its cues fall where it would have begun. Raises UserError (missing program, broken recording)
    or BuildError (a program failed).
    """
    from pipeline.media import sound

    (out / "lines").mkdir(parents=True, exist_ok=True)
    pieces: list[tuple[float, NDArray[np.int16]]] = []
    timed: list[TimedLine] = []
    cues: dict[str, float] = {}
    now = voice.lead
    for line in lines:
        start, seconds = round(now, 3), line.pause
        words: tuple[Word, ...] = ()
        if line.text:
            path, times = _spoken(line, voice, recordings, out / "lines")
            samples = sound.read(path)
            seconds = len(samples) / timing.SAMPLE_RATE
            pieces.append((start, samples))
            words = _words(line.text, times, start)
        end = round(start + seconds, 3)
        for cue, index in line.cues:
            cues[cue] = start if index == 0 else words[index].start if index < len(words) else end
        if seconds:
            timed.append(TimedLine(line.name, start, end, line.text, words))
            now = start + seconds + voice.gap
    last = timed[-1].end if timed else voice.lead
    duration = timing.round_up(last + voice.tail)
    with tempfile.TemporaryDirectory(dir=out) as folder:
        wav, record = Path(folder, "clip.wav"), Path(folder, "clip.json")
        sound.write(wav, sound.lay(pieces, duration))
        made = Timing(clip, duration, cues, tuple(timed), hashlib.sha256(wav.read_bytes()).hexdigest())
        made = replace(made, digest=timing.digest(asdict(made)))
        made.save(record)
        os.replace(wav, out / f"{clip}.wav")
        os.replace(record, out / f"{clip}.json")
    return made


def _line_key(line: Line, voice: Voice, recordings: Path) -> str:
    if not line.text:
        return timing.digest("pause", line.pause)
    recording = recordings / f"{line.name}.wav"
    if voice.engine != "silent" and recording.is_file():
        return timing.digest(
            timing.sources(*_MODULES), "recording", line.text, hashlib.sha256(recording.read_bytes()).hexdigest()
        )
    heard, _ = engines.spoken_text(line.text, voice)
    settings: dict[str, list[Any]] = {
        "espeak": [voice.variant, voice.rate, voice.pitch, voice.range],
        "silent": [],
        "command": [voice.command],
    }
    return timing.digest(
        timing.sources(*_MODULES), voice.engine, settings.get(voice.engine, [voice.model]), line.text, heard
    )


def _spoken(line: Line, voice: Voice, recordings: Path, store: Path) -> tuple[Path, engines.Times]:
    """A line's WAV and word times, spoken now if the store does not hold it."""
    from pipeline.media import sound

    name = _line_key(line, voice, recordings)
    wav, record = store / f"{name}.wav", store / f"{name}.json"
    known = read_json(record)
    if not (isinstance(known, dict) and known.get("wav") == _file_digest(wav)):
        raw = engines.speak(line, voice, recordings)
        samples, cut = sound.trim(raw.samples)
        length = len(samples) / timing.SAMPLE_RATE
        times = [(_within(a - cut, length), _within(b - cut, length)) for a, b in raw.times]
        with tempfile.TemporaryDirectory(dir=store) as folder:
            sound.write(Path(folder, "line.wav"), sound.level(samples))
            known = {"wav": _file_digest(Path(folder, "line.wav")), "times": times}
            Path(folder, "line.json").write_text(json.dumps(known))
            os.replace(Path(folder, "line.wav"), wav)
            os.replace(Path(folder, "line.json"), record)
    return wav, [(a, b) for a, b in known["times"]]


def _file_digest(path: Path) -> str:
    """SHA-256 of a file, or an empty text where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _words(text: str, times: engines.Times, start: float) -> tuple[Word, ...]:
    return tuple(
        Word(word, round(start + a, 3), round(start + b, 3)) for word, (a, b) in zip(text.split(), times, strict=True)
    )


def _within(time: float, length: float) -> float:
    return round(min(max(time, 0.0), length), 4)
