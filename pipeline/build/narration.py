"""What of the film's narration is kept in assets/speech/, and how its words are said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.build.build import Build
from pipeline.errors import UserError
from pipeline.project.lecture_toml import Voice
from pipeline.project.scripts import Line
from pipeline.speech import model, phonemes
from pipeline.speech import speak as speech
from pipeline.speech.engines import Voices
from pipeline.workers import narrate

LABEL = "Speech"


@dataclass(frozen=True)
class Told:
    """The lines of the film by the name under which Kokoro's are kept, and who speaks."""

    lines: dict[str, Line]
    voices: Voices

    @property
    def missing(self) -> list[str]:
        """The names of the lines that assets/speech/ does not hold."""
        return self.voices.kept.missing(self.lines)

    @property
    def unused(self) -> list[Path]:
        """The files of assets/speech/ that are no line of the film."""
        return self.voices.kept.unused(self.lines)

    def sentences(self) -> list[str]:
        """What is missing and what is too much."""
        found = []
        if self.missing:
            first = self.lines[self.missing[0]].name
            found.append(
                f"{len(self.missing)} of {len(self.lines)} lines, such as {first}, are not in assets/speech/; "
                "render.py speech --update speaks them."
            )
        if self.unused:
            found.append(
                f"{len(self.unused)} files in assets/speech/ are no line of the film, such as {self.unused[0].name}; "
                "render.py speech --update removes them."
            )
        return found


def told(build: Build) -> Told:
    """The lines that Kokoro speaks in the films; the traces that they speak of are made first."""
    project, voices = build.project, build.survey.voices
    voices.check()
    build.traces([clip for clip in project.told if clip.script])
    spoken = [line for clip in project.told for line in build.survey.lines(clip) if line.text]
    by_kokoro = voices.voice.engine == "kokoro"
    kept = [line for line in spoken if by_kokoro and not voices.recordings.find(line.name)]
    return Told({voices.key(line, "kokoro"): line for line in kept}, voices)


def update(build: Build, film: Told) -> tuple[int, int]:
    """Speaks what assets/speech/ lacks and removes what no line uses; returns how many files came and went."""
    kept = film.voices.kept
    fresh = [name for name in film.missing if not kept.has(name)]
    if fresh and model.missing():
        raise UserError(f"{len(fresh)} lines must be spoken, but {model.missing()}; {model.GET_IT}.")
    lines = [film.lines[name] for name in fresh]
    jobs = [narrate.job(build.project.root, "", [line], film.voices.voice) for line in lines]
    weights = [speech.seconds([line], film.voices) for line in lines]
    build.spread(LABEL, narrate.line, jobs, weights)
    missing, unused = film.missing, film.unused
    for name in missing:
        kept.ship(name)
    kept.forget(unused)
    return len(missing), len(unused)


def uncommon(lines: Sequence[Line], voice: Voice, dictionary: frozenset[str]) -> list[tuple[str, str, str]]:
    """Each word that is in no common dictionary: as it is written, how it is said, and the first line that has it."""
    voices = Voices.of(Path(), voice)
    found: dict[str, tuple[str, str, str]] = {}
    for line in lines:
        words = line.text.split()
        strange = [number for number, word in enumerate(words) if not _common(word, dictionary)]
        if not strange or all(_bare(words[number]) in found for number in strange):
            continue
        said = phonemes.words(voices.heard(line, "kokoro"), words)
        for number in strange:
            found.setdefault(_bare(words[number]), (_bare(words[number]), said[number].signs, line.name))
    return sorted(found.values(), key=lambda entry: entry[0].lower())


def common_words() -> frozenset[str]:
    """The words of CMU's pronouncing dictionary, in small letters."""
    try:
        import pocketsphinx  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError:
        raise UserError(
            "the common dictionary is part of pocketsphinx, which is not installed; "
            "run `.venv/bin/pip install -c constraints.txt pocketsphinx`."
        ) from None
    path = Path(pocketsphinx.get_model_path(), "en-us", "cmudict-en-us.dict")
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(line.partition(" ")[0].partition("(")[0] for line in lines)


def _bare(word: str) -> str:
    return re.sub(r"^[^\w−]+|[^\w%]+$", "", word)


def _common(word: str, dictionary: frozenset[str]) -> bool:
    bare = _bare(word)
    if not bare or re.fullmatch(r"[\d.,]+%?", bare):
        return True  # numbers are said by rule
    if bare != bare.lower() and bare[1:] != bare[1:].lower():
        return False  # GRPO
    parts = re.split(r"[-–/]", bare.lower().replace("’", "'"))
    return all(part in dictionary or part.removesuffix("'s") in dictionary for part in parts if part)
