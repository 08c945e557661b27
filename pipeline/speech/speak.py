"""From lines of narration to sound with times: clips are spoken before they are drawn, and pictures wait for the cues.

Each line is kept under a key of all that shapes it, so that an edit of one line speaks that line only. Then the lines
are brought into one room: no rumble, equally loud, with a breath between sentences.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.files import digest_of_file, read_json
from pipeline.media import loudness, timing, trimming
from pipeline.media.timing import TimedLine, Timing, Word
from pipeline.project.scripts import Line
from pipeline.speech.engines import Voices
from pipeline.speech.spoken import Spoken, Times, letters, sentence_ends

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MODULES = (  # what shapes the sound of a clip from its lines
    *("speech/engines", "speech/kept", "speech/opus", "speech/speak", "speech/spoken"),
    *("media/loudness", "media/sound", "media/timing", "media/trimming"),
)
_SECONDS_BY_KOKORO = 0.06
"""Seconds that Kokoro needs for a letter, about: 14 letters a second, 0.85 s of work for one of them."""
_SECONDS_OF_A_LINE = 0.1
"""Seconds that any other line needs, about."""


def key(lines: Sequence[Line], voices: Voices) -> str:
    """What the sound of a clip depends on, as a digest; fast: it reads recordings, but makes nothing."""
    voice = voices.voice
    parts = [[line.name, line.cues, voices.key(line)] for line in lines]
    return timing.digest(timing.sources(*_MODULES), voice.lead, voice.gap, voice.breath, voice.tail, parts)


def line_keys(lines: Sequence[Line], voices: Voices) -> list[str]:
    """The keys under which these lines are kept."""
    return [voices.key(line) for line in lines]


def seconds(lines: Sequence[Line], voices: Voices) -> float:
    """How long `speak` will take, about."""
    spoken = [line for line in lines if line.text]
    fresh = [line for line in spoken if voices.engine(line) == "kokoro" and not voices.kept.has(voices.key(line))]
    return _SECONDS_OF_A_LINE * len(spoken) + _SECONDS_BY_KOKORO * sum(letters(line.text) for line in fresh)


def speak(lines: Sequence[Line], voices: Voices, out: Path, clip: str) -> Timing:
    """Write out/CLIP.wav (48 kHz stereo, 16 bit, exactly `duration`) and out/CLIP.json; return the timing.

    Lines already spoken are taken from out/lines/, those by Kokoro from what is kept. A silent line lasts its pause;
    an unused one ("" without pause) takes no time, and its cues fall where it would have begun. Raises UserError
    (missing program, broken recording) or BuildError (a program failed).
    """
    from pipeline.media import sound

    (out / "lines").mkdir(parents=True, exist_ok=True)
    pieces: list[tuple[float, NDArray[np.int16]]] = []
    timed: list[TimedLine] = []
    cues: dict[str, float] = {}
    voice = voices.voice
    now = voice.lead
    for line in lines:
        start, length = round(now, 3), line.pause
        words: tuple[Word, ...] = ()
        if line.text:
            spoken = line_of(line, voices, out)
            length = len(spoken.samples) / timing.SAMPLE_RATE
            pieces.append((start, spoken.samples))
            words = words_at(line.text, spoken.times, start)
        end = round(start + length, 3)
        for cue, index in line.cues:
            cues[cue] = start if index == 0 else words[index].start if index < len(words) else end
        if length:
            timed.append(TimedLine(line.name, start, end, line.text, words, voices.engine(line) if words else ""))
            now = start + length + voice.gap
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


def line_of(line: Line, voices: Voices, out: Path) -> Spoken:
    """A line as it sounds in the film, taken from what is kept, or spoken now."""
    (out / "lines").mkdir(parents=True, exist_ok=True)
    return processed(line.text, _spoken(line, voices, out / "lines"), voices.voice.breath)


def processed(text: str, spoken: Spoken, breath: float) -> Spoken:
    """A line as it sounds in the film: cut to its speech, without rumble, at its level, with time to breathe."""
    samples, cut = trimming.trim(spoken.samples)
    length = len(samples) / timing.SAMPLE_RATE
    times = [(_within(a - cut, length), _within(b - cut, length)) for a, b in spoken.times]
    samples = loudness.level(trimming.without_rumble(samples))
    ends = [index for index in sentence_ends(text.split()) if index + 1 < len(times)]
    pauses = [(times[index][1], times[index + 1][0]) for index in ends]
    samples, added = trimming.stretch_pauses(samples, pauses, breath if samples.any() else 0.0)
    shift, moved = 0.0, []
    more = dict(zip(ends, added, strict=True))
    for index, (start, end) in enumerate(times):
        moved.append((round(start + shift, 4), round(end + shift, 4)))
        shift += more.get(index, 0.0)
    return Spoken(samples, moved)


def _spoken(line: Line, voices: Voices, store: Path) -> Spoken:
    """A line's sound and word times, spoken now if neither `store` nor what is kept holds it."""
    from pipeline.media import sound

    if voices.engine(line) == "kokoro":
        return voices.speak(line)
    name = voices.key(line)
    wav, record = store / f"{name}.wav", store / f"{name}.json"
    known = read_json(record, {"wav": str, "times": [(float, float)]})
    if known and known["wav"] == digest_of_file(wav) and len(known["times"]) == len(line.text.split()):
        return Spoken(sound.read(wav), [(a, b) for a, b in known["times"]])
    spoken = voices.speak(line)
    with tempfile.TemporaryDirectory(dir=store) as folder:
        sound.write(Path(folder, "line.wav"), spoken.samples)
        facts = {"wav": digest_of_file(Path(folder, "line.wav")), "times": spoken.times}
        Path(folder, "line.json").write_text(json.dumps(facts))
        os.replace(Path(folder, "line.wav"), wav)
        os.replace(Path(folder, "line.json"), record)
    return spoken


def words_at(text: str, times: Times, start: float) -> tuple[Word, ...]:
    """The words of a line that begins at `start`, from their times in it (seconds)."""
    return tuple(
        Word(word, round(start + a, 3), round(start + b, 3)) for word, (a, b) in zip(text.split(), times, strict=True)
    )


def _within(time: float, length: float) -> float:
    return round(min(max(time, 0.0), length), 4)
