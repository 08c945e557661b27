"""Who can speak a line: espeak-ng, a program, a recording, or nobody. Each gives samples and the times of the words."""

from __future__ import annotations

import itertools
import json
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import BuildError, UserError, did_you_mean
from pipeline.media import timing
from pipeline.project.lecture_toml import Voice
from pipeline.project.scripts import Line
from pipeline.speech import espeak

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PRESETS = {
    "festival": "text2wave -o {out}",
    "flite": "flite -o {out} -t {text}",
    "piper": "piper --model {model} --output_file {out}",
}
MODEL_OPTIONS = {"festival": "-eval (voice_{model})", "flite": "-voice {model}"}

_SILENT_RATE = 14.0  # letters a second when nobody speaks
_SENTENCE_GAP = 0.3  # seconds between sentences that were spoken one by one
_TIME_LIMIT = 180  # seconds for a program to speak a sentence
_LETTERS_OF_A_STOP = {",": 3, ";": 4, ":": 4, "—": 4, "–": 3, ".": 7, "?": 7, "!": 7}

Times = list[tuple[float, float]]


@dataclass(frozen=True)
class Spoken:
    """A line as it comes from a voice: 48 kHz stereo, and the times of its words."""

    samples: NDArray[np.int16]
    times: Times


def speak(line: Line, voice: Voice, recordings: Path) -> Spoken:
    """Speak a line by the engine of the settings, or by its recording unless the film is to be silent."""
    recording = recordings / f"{line.name}.wav"
    if voice.engine == "silent":
        return _silent(line.text)
    if recording.is_file():
        return _recorded(line.text, recording)
    if voice.engine == "espeak":
        return _espeak(line, voice)
    return _program(line, voice)


def _silent(text: str) -> Spoken:
    from pipeline.media import sound

    letters = sum(len(word) + 1 + _LETTERS_OF_A_STOP.get(word[-1], 0) for word in text.split())
    seconds = round(max(0.6, letters / _SILENT_RATE), 3)
    return Spoken(sound.silence(seconds), share(text, 0.0, seconds))


def _recorded(text: str, path: Path) -> Spoken:
    from pipeline.media import sound

    try:
        samples = sound.read(path)
    except OSError as error:
        raise UserError(f"the recording cannot be used: {error}.") from None
    if not samples.any():
        raise UserError(f"the recording {path.name} is silent.")
    voiced, start = sound.trim(samples)
    return Spoken(samples, share(text, start, start + len(voiced) / timing.SAMPLE_RATE))


def _espeak(line: Line, voice: Voice) -> Spoken:
    import numpy as np

    from pipeline.media import sound

    heard, spans = spoken_text(line.text, voice)
    library, data = _espeak_files()
    _check_variant(voice.variant, data)
    request: dict[str, Any] = {"library": library, "data": data, "voice": voice.variant, "text": heard}
    request |= {"rate": voice.rate, "pitch": voice.pitch, "range": voice.range}
    program = [sys.executable, "-I", "-S", espeak.__file__]
    done = subprocess.run(program, input=json.dumps(request).encode(), capture_output=True, check=False)
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip() or f"its process ended with {done.returncode}"
        raise BuildError(f"the line {line.name} could not be spoken: {reason}.")
    header, _, wave = done.stdout.partition(b"\n")
    answer = json.loads(header)
    samples = sound.resample(np.frombuffer(wave, np.int16).reshape(-1, 1), answer["rate"])
    return Spoken(samples, _word_times(answer["events"], spans, len(samples) / timing.SAMPLE_RATE))


def _word_times(events: Sequence[Sequence[int]], spans: Sequence[tuple[int, int]], length: float) -> Times:
    """Times of the captions' words from espeak's events.

    One word may have several events (a decimal has one per part, all at nearly the same characters) or none (a dash).
    """
    starts: list[float | None] = [None] * len(spans)
    latest = [0.0] * len(spans)
    stops = [length]
    for kind, character, _, milliseconds in events:
        time = milliseconds / 1000
        if kind == espeak.END:
            stops.append(time)
        if kind != espeak.WORD:
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


def _espeak_files() -> tuple[str, str]:
    try:
        import espeakng_loader

        return espeakng_loader.get_library_path(), espeakng_loader.get_data_path()
    except (ImportError, RuntimeError):
        raise UserError(
            "voice.engine is 'espeak', but espeakng-loader is not installed; "
            'run `pip install espeakng-loader`, or set voice.engine = "silent".'
        ) from None


def _check_variant(variant: str, data: str) -> None:
    """espeak-ng passes over an unknown variant in silence; a typing mistake shall not."""
    language, plus, name = variant.partition("+")
    known = {path.name for path in Path(data, "voices", "!v").iterdir()}
    if plus and name not in known:
        raise UserError(f'voice.variant: espeak-ng has no variant "{name}" for {language}{did_you_mean(name, known)}')


def _program(line: Line, voice: Voice) -> Spoken:
    """Sentence by sentence, so that words can be no further off than within a sentence."""
    import numpy as np

    from pipeline.media import sound

    heard, spans = spoken_text(line.text, voice)
    words = line.text.split()
    pieces, times, now, first = [], [], 0.0, 0
    for last in _sentence_ends(words):
        part = heard[spans[first][0] : spans[last][1]]
        samples, _ = sound.trim(_run(part, line.name, voice))
        length = len(samples) / timing.SAMPLE_RATE
        times += share(" ".join(words[first : last + 1]), now, now + length)
        pieces += [samples, sound.silence(_SENTENCE_GAP)]
        now += length + _SENTENCE_GAP
        first = last + 1
    return Spoken(np.concatenate(pieces[:-1]), times)


def _sentence_ends(words: Sequence[str]) -> list[int]:
    ends = [index for index, word in enumerate(words) if re.search(r"[.?!][\"'”’)]*$", word)]
    return ends if ends and ends[-1] == len(words) - 1 else [*ends, len(words) - 1]


def command(voice: Voice) -> list[str]:
    """The program and its arguments, with {text} and {out} still to be filled in."""
    if voice.engine == "piper" and not voice.model:
        raise UserError("voice.engine is 'piper', so voice.model must name its model, such as 'en_US-lessac-medium'.")
    template = shlex.split(voice.command if voice.engine == "command" else PRESETS[voice.engine])
    if voice.model and voice.engine in MODEL_OPTIONS:
        option, value = MODEL_OPTIONS[voice.engine].split(" ")
        template[1:1] = [option, value]
    return [part.replace("{model}", voice.model) for part in template]


def _run(text: str, name: str, voice: Voice) -> NDArray[np.int16]:
    from pipeline.media import sound

    template = command(voice)
    if shutil.which(template[0]) is None:
        raise UserError(
            f'voice.engine is "{voice.engine}", but the program "{template[0]}" is not installed; '
            f'install it, or set voice.engine = "espeak".'
        )
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "line.wav")
        filled = [part.replace("{out}", str(out)).replace("{text}", text) for part in template]
        stdin = None if any("{text}" in part for part in template) else text.encode()
        try:
            done = subprocess.run(filled, input=stdin, capture_output=True, timeout=_TIME_LIMIT, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise BuildError(f"the line {name} could not be spoken by {template[0]}: {error}.") from None
        if done.returncode or not out.is_file():
            reason = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()[-1:] or ["no WAV came"]
            raise BuildError(f"the line {name} could not be spoken by {template[0]}: {reason[0]}.")
        try:
            return sound.read(out)
        except OSError as error:
            raise BuildError(f"the line {name} could not be spoken by {template[0]}: {error}.") from None


def spoken_text(text: str, voice: Voice) -> tuple[str, list[tuple[int, int]]]:
    """What the voice hears, and where in it each word of the captions stands (first character, past the last)."""
    phrases = _any_of(entry for entry in voice.say if " " in entry)
    words = _any_of(entry for entry in voice.say if " " not in entry)

    def look_up(match: re.Match[str]) -> str:
        return voice.say[match.group()]

    heard = [words.sub(look_up, word) for word in phrases.sub(look_up, " ".join(text.split())).split(" ")]
    ends = list(itertools.accumulate(len(said) + 1 for said in heard))
    return " ".join(heard), [(end - len(said) - 1, end - 1) for said, end in zip(heard, ends, strict=True)]


def _any_of(entries: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds each entry that stands in a text as a whole, longer ones first; nothing without entries."""
    return re.compile("|".join(map(_whole, sorted(entries, key=len, reverse=True))) or r"(?!)")


def share(text: str, start: float, end: float) -> Times:
    """A stretch of time shared by the words of a text by their letters; a stop after a word counts as some more."""
    words = text.split()
    letters = [len(word) + 1 for word in words]
    stops = [_LETTERS_OF_A_STOP.get(word.rstrip("\"'”’)")[-1:], 0) for word in words]
    if stops:
        stops[-1] = 0
    unit = (end - start) / max(1, sum(letters) + sum(stops))
    times, now = [], start
    for count, stop in zip(letters, stops, strict=True):
        times.append((now, now + count * unit))
        now += (count + stop) * unit
    return times


def _whole(entry: str) -> str:
    """A pattern that finds the entry only where no letter or digit continues it."""
    before = r"(?<![^\W_])" if entry[0].isalnum() else ""
    after = r"(?![^\W_])" if entry[-1].isalnum() else ""
    return before + re.escape(entry) + after
