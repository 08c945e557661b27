"""A film told in another language, under the same pictures: each line begins where the original's does.

The pictures wait for the cues of the original, so a line that is longer than its place is spoken faster, up to a limit;
one that still does not fit is a fault with its file and line, for the words to be made fewer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.build.build import Build
from pipeline.media import timing
from pipeline.media.timing import TimedLine, Timing
from pipeline.project.project import Clip
from pipeline.project.scripts import ClipScript, Line
from pipeline.project.translation import Translation
from pipeline.speech import speak
from pipeline.speech.engines import Voices
from pipeline.speech.spoken import Spoken

if TYPE_CHECKING:
    from pipeline.media.sound import Samples

STEP = 0.05
"""By which a line is spoken faster until it fits."""
REST = 0.15
"""Seconds of silence before the next line, at least."""


@dataclass
class Dubbed:
    """A clip in another language; without words where it is not told yet."""

    clip: Clip
    timing: Timing
    pieces: list[tuple[float, Samples]]
    kept: list[str]
    """The names under which its lines by Kokoro are kept."""
    faults: list[str]


def voices(build: Build, translation: Translation, speed: float = 0.0) -> Voices:
    """Who speaks a translation."""
    voice = replace(translation.voice, speed=speed or translation.voice.speed)
    return Voices.of(build.project.root, voice, translation.language)


def dubbed(build: Build, clips: Sequence[Clip], translation: Translation) -> Iterator[Dubbed]:
    """These clips in another language; traces and the original's times are made first."""
    voices(build, translation).check()
    build.traces(clips)
    build.voices(clips)
    for clip in clips:
        record = build.survey.voice(clip).record
        assert record is not None
        original = Timing.load(build.store.path("voices", record.key, ".json"))
        script = translation.scripts.get(clip.name)
        if script is None:
            yield Dubbed(clip, replace(original, lines=()), [], [], [])
        else:
            yield _clip(build, replace(clip, script=script), script, original, translation)


def _clip(build: Build, clip: Clip, script: ClipScript, original: Timing, translation: Translation) -> Dubbed:
    made = Dubbed(clip, original, [], [], [])
    spoken = {line.name: line for line in original.lines if line.words}
    starts = sorted(line.start for line in spoken.values())
    places = {f"{clip.name}.{line.cue}": line.where for line in script.lines}
    timed: list[TimedLine] = []
    for line in build.survey.lines(clip):
        if line.text and line.name in spoken:
            start = spoken[line.name].start
            until = next((later for later in starts if later > start), original.duration)
            room = until - start - REST
            who, said = _fitted(build, line, room, translation)
            length = len(said.samples) / timing.SAMPLE_RATE
            if length > room + 0.001:
                made.faults.append(
                    f"assets/narration/{translation.language}/{places[line.name]}: the line {line.name} takes "
                    f"{length:.1f} s, and the picture leaves {room:.1f} s; use fewer words."
                )
            made.pieces.append((start, said.samples))
            words = speak.words_at(line.text, said.times, start)
            end = round(start + length, 3)
            timed.append(TimedLine(line.name, start, end, line.text, words, who.engine(line)))
            if who.engine(line) == "kokoro":
                made.kept.append(who.key(line))
    made.timing = replace(original, lines=tuple(timed))
    return made


def _fitted(build: Build, line: Line, room: float, translation: Translation) -> tuple[Voices, Spoken]:
    """A line at the slowest speed at which it fits."""
    speed, most = translation.voice.speed, max(translation.voice.speed, translation.fastest)
    while True:
        who = voices(build, translation, speed)
        said = speak.line_of(line, who, build.project.build / "voice")
        length = len(said.samples) / timing.SAMPLE_RATE
        if length <= room or round(speed, 2) >= most:
            return who, said
        needed = speed * length / room
        speed = min(most, max(speed + STEP, STEP * round(needed / STEP)))
