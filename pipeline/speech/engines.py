"""Who speaks a line, and under which key what was spoken is kept."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import UserError
from pipeline.files import digest_of_file
from pipeline.media.timing import digest, sources
from pipeline.project.lecture_toml import Voice
from pipeline.project.scripts import Line
from pipeline.speech import espeak, kokoro, model, phonemes, programs, recordings, silent
from pipeline.speech.kept import Kept
from pipeline.speech.recordings import Recordings
from pipeline.speech.spoken import Heard, Spoken, heard

_MODULES = tuple(
    f"speech/{name}" for name in ("espeak", "espeak_process", "programs", "recordings", "silent", "spoken")
)


@dataclass(frozen=True)
class Voices:
    """Everybody who may speak: the settings, the recordings, and what Kokoro has spoken."""

    voice: Voice
    recordings: Recordings
    kept: Kept

    @classmethod
    def of(cls, root: Path, voice: Voice, language: str = "") -> Voices:
        """Those of a project, or of its translation into a language."""
        kept = Kept(root / "assets/speech" / language, root / "build/speech")
        return cls(voice, Recordings.of(root / "assets/voice" / language), kept)

    def check(self) -> None:
        """A UserError if the settings ask for a voice or for phonemes that Kokoro does not have; instant."""
        if self.voice.engine == "kokoro":
            model.voices(self.voice.speaker)
            for entry, said in self.voice.said().items():
                odd = "".join(map(phonemes.unknown, map(phonemes.given, said.split())))
                if odd:
                    raise UserError(f'voice.say.kokoro."{entry}" has "{odd[0]}", which is no phoneme of Kokoro.')

    def engine(self, line: Line) -> str:
        """Who speaks a line: "recording", or an engine; espeak-ng stands in for Kokoro where its model is missing."""
        if self.voice.engine != "silent" and self.recordings.find(line.name):
            return "recording"
        if self.voice.engine == "kokoro" and self.falls_back(line):
            return "espeak"
        return self.voice.engine

    def falls_back(self, line: Line) -> bool:
        """Whether espeak-ng has to speak a line that Kokoro was asked for."""
        asked = self.voice.engine == "kokoro" and bool(line.text) and not self.recordings.find(line.name)
        return asked and bool(_lack()) and not self.kept.has(self.key(line, "kokoro"))

    def heard(self, line: Line, engine: str) -> Heard:
        """What an engine is to say for a line."""
        return heard(line.text, self.voice.said(engine))

    def key(self, line: Line, engine: str = "") -> str:
        """What a line's sound depends on, as a digest; fast: it reads recordings, but makes nothing.

        That of a line by Kokoro does not change with this code, so that what is kept stays good.
        """
        engine = engine or self.engine(line)
        if not line.text:
            return digest("pause", line.pause)
        if engine == "kokoro":
            said = [line.text, self.heard(line, engine).text, list(line.stressed)]
            speaker = [model.identity(self.voice.speaker), self.voice.speed]
            return digest("kokoro", kokoro.EDITION, speaker, said)[:32]
        if engine == "recording":
            recording = self.recordings.find(line.name)
            return digest(
                sources(*_MODULES, "media/sound", "media/trimming"), "recording", line.text, digest_of_file(recording)
            )
        voice = self.voice
        settings: dict[str, list[Any]] = {
            "espeak": [voice.variant, voice.rate, voice.pitch, voice.range],
            "silent": [],
            "command": [voice.command],
        }
        said = [line.text, self.heard(line, engine).text]
        return digest(sources(*_MODULES), engine, settings.get(engine, [voice.model]), said)

    def speak(self, line: Line) -> Spoken:
        """Speaks a line now; what Kokoro speaks is kept. UserError or BuildError if that fails."""
        engine = self.engine(line)
        if engine == "silent":
            return silent.speak(line.text)
        if engine == "recording":
            path = self.recordings.find(line.name)
            assert path is not None
            return recordings.speak(line.text, path)
        said = self.heard(line, engine)
        if engine == "kokoro":
            return self._kokoro(line, said)
        if engine == "espeak":
            return espeak.speak(line.name, said, self.voice)
        return programs.speak(line.name, line.text, said, self.voice)

    def _kokoro(self, line: Line, said: Heard) -> Spoken:
        """From what is kept, also right after it was spoken: then it sounds the same everywhere."""
        name = self.key(line, "kokoro")
        if not self.kept.read(name):
            speaker, speed = self.voice.speaker, self.voice.speed
            wave, times = kokoro.speak(line.name, line.text.split(), said, line.stressed, speaker, speed)
            self.kept.add(name, *kokoro.trimmed(wave, times), line.text, speaker)
        spoken = self.kept.read(name)
        assert spoken is not None
        return Spoken(*spoken)


@functools.cache
def _lack() -> str:
    return model.missing()
