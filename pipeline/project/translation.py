"""The narration in another language: assets/narration/LANGUAGE/, with the files, clips, lines and cues of the original.

A translation says the same as the original: the same claims guard its lines, and the same numbers stand in them. What
it does not tell yet is listed, and nothing of the original is put in its place. translation.toml has who speaks it, and
the titles and summaries of the films.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pipeline.errors import UserError, did_you_mean
from pipeline.files import read_text
from pipeline.project import films, script_parser
from pipeline.project.lecture_toml import Lecture, Voice
from pipeline.project.placeholders import PLACEHOLDER, split
from pipeline.project.project import Project
from pipeline.project.scripts import ClipScript, LineScript, pause

FILE = "translation.toml"
_SHAPE: dict[str, type | tuple[type, ...]] = {
    **{"speaker": str, "variant": str, "say": dict},
    **{"speed": (int, float), "fastest": (int, float)},
}


@dataclass(frozen=True)
class Translation:
    """A language: who speaks it, what it tells, and under which titles."""

    language: str
    voice: Voice
    fastest: float
    """The speed up to which a line is fitted into its place in the picture."""
    scripts: Mapping[str, ClipScript]
    """By the name of the clip."""
    titles: Mapping[str, str]
    """Of the chapters, by their titles in the original."""
    films: Mapping[str, Mapping[str, str]]

    def missing(self, project: Project) -> list[str]:
        """The clips of a film that it does not tell."""
        return [clip.name for clip in project.clips if clip.name not in self.scripts]

    def settings(self, project: Project) -> Lecture:
        """The settings of a film in this language; a UserError where it has no title."""
        told = self.films.get(project.film, {})
        for name in ("title", "summary"):
            if not told.get(name, "").strip():
                raise UserError(
                    f"assets/narration/{self.language}/{FILE}: [films.{project.film}] needs a {name}, "
                    f"in the language of the narration."
                )
        settings = replace(project.settings, title=told["title"], summary=told["summary"], language=self.language)
        return replace(settings, voice=self.voice)


def languages(project: Project) -> list[str]:
    """The languages that there are besides the film's own."""
    folder = project.root / "assets/narration"
    return sorted(path.parent.name for path in folder.glob(f"*/{FILE}"))


def load(project: Project, language: str) -> Translation:
    """Reads a translation; a UserError names the first thing in which it is not the original in other words."""
    folder, place = project.root / "assets/narration" / language, f"assets/narration/{language}"
    if language not in languages(project):
        known = languages(project)
        raise UserError(
            f'there is no {place}/{FILE}, so nothing is told in "{language}"{did_you_mean(language, known)}'
        )
    settings = _settings(read_text(folder / FILE), f"{place}/{FILE}")
    original = {chapter.name: chapter for chapter in project.every}
    scripts: dict[str, ClipScript] = {}
    titles: dict[str, str] = {}
    for path in sorted(folder.glob("*.md")):
        if path.stem not in original:
            raise UserError(f"{place}/{path.name}: there is no chapter of that name{did_you_mean(path.stem, original)}")
        chapter, told = original[path.stem], script_parser.parse(path)
        titles[chapter.title] = told.title
        known_clips = {clip.name: clip.script for clip in chapter.clips}
        for script in told.clips:
            if script.name not in known_clips:
                hint = did_you_mean(script.name, known_clips)
                raise UserError(f'{place}/{path.name}: the chapter has no clip "{script.name}"{hint}')
            if faults := [*differences(known_clips[script.name], script)]:
                raise UserError(f"{place}/{faults[0]}")
            scripts[script.name] = script
    told_films = settings.get("films", {})
    for name in told_films:
        if name != project.film and name not in project.settings.films and name != "lecture":
            raise UserError(f'{place}/{FILE}: there is no film "{name}"{did_you_mean(name, films.names(project))}')
    voice, given = project.settings.voice, settings.get("voice", {})
    own = {name: given[name] for name in ("speaker", "speed", "variant") if name in given}
    voice = replace(voice, **own, say=given.get("say", {}), command="" if voice.engine != "command" else voice.command)
    return Translation(language, voice, float(given.get("fastest", voice.speed)), scripts, titles, told_films)


def differences(original: ClipScript | None, told: ClipScript) -> Iterator[str]:
    """A sentence, which begins with file and line, for each thing that a translated clip says otherwise."""
    assert original is not None
    cues = [line.cue for line in original.lines]
    if [line.cue for line in told.lines] != cues:
        yield f"{told.where}: the lines of {told.name} must be those of the original: {_listed(cues)}."
        return
    for line, own in zip(original.lines, told.lines, strict=True):
        yield from _line(line, own)


def _line(line: LineScript, own: LineScript) -> Iterator[str]:
    if line.condition != own.condition:
        claim = line.condition and f"{line.condition.experiment}.{line.condition.claim}"
        yield f"{own.where}: the line [{own.cue}] must be guarded as the original is: {claim or 'by no claim'}."
        return
    for text, told in ((line.text, own.text), (line.otherwise, own.otherwise)):
        if (pause(text), not text) != (pause(told), not told):
            yield f"{own.where}: the line [{own.cue}] must be {text or 'empty'}, as in the original."
        elif _numbers(text, line.where) != _numbers(told, own.where):
            wanted = _listed(_numbers(text, line.where)) or "none"
            yield f"{own.where}: the line [{own.cue}] must say the numbers of the original: {wanted}."
    if set(line.cues) != set(own.cues):
        yield f"{own.where}: the line [{own.cue}] must have the cues of the original: {_listed(line.cues)}."


def _numbers(text: str, where: str) -> list[str]:
    """What is looked up in a text; formats may differ, and words for one and for several do not count."""
    found = (split(inside, where) for inside in PLACEHOLDER.findall(text) if "|" not in inside)
    return sorted("".join(parts[:3]) for parts in found)


def _settings(text: str, where: str) -> dict[str, Any]:
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{where}: {error}.") from None
    for name, table in found.items():
        if name not in ("voice", "films") or not isinstance(table, dict):
            raise UserError(f'{where}: "{name}" is unknown; the tables are [voice], [voice.say] and [films.NAME].')
    for name, value in found.get("voice", {}).items():
        if name not in _SHAPE or not isinstance(value, _SHAPE[name]) or isinstance(value, bool):
            raise UserError(f"{where}: voice.{name} is unknown or of the wrong kind; it takes {_listed(_SHAPE)}.")
        if isinstance(value, float | int) and not 0.5 <= value <= 2:
            raise UserError(f"{where}: voice.{name} = {value}, but it must be at least 0.5 and at most 2.")
    for entry, said in found.get("voice", {}).get("say", {}).items():
        if not isinstance(said, str) or not re.search(r"\S", entry):
            raise UserError(f'{where}: voice.say."{entry}" must be a text.')
    for name, table in found.get("films", {}).items():
        if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
            raise UserError(f"{where}: [films.{name}] takes a title and a summary.")
    return found


def _listed(names: Any) -> str:
    return ", ".join(names)
