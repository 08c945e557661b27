"""lecture.toml, read and checked: the film's title, chapters, voice, sound and sources."""

from __future__ import annotations

import dataclasses
import datetime
import re
import shlex
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pipeline.errors import UserError, as_float, did_you_mean, with_a_point
from pipeline.project import toml_text
from pipeline.project.qualities import QUALITIES

ENGINES = ("kokoro", "espeak", "silent", "festival", "flite", "piper", "command")

LECTURE = "lecture"
"""The film of all chapters; no other may have its name."""

T = TypeVar("T")


def _number(default: float, low: float, high: float) -> Any:
    return field(default=default, metadata={"low": low, "high": high})


def _choice(default: str, *choices: str) -> Any:
    return field(default=default, metadata={"choices": choices})


@dataclass(frozen=True)
class Video:
    """How the pictures are drawn when the command line does not say."""

    quality: str = _choice("draft", *QUALITIES)


@dataclass(frozen=True)
class Voice:
    """Who speaks, how fast, and how much silence stands around the lines (seconds)."""

    engine: str = _choice("kokoro", *ENGINES)
    speaker: str = "af_heart"
    speed: float = _number(1.0, 0.5, 2.0)
    mix: bool = False
    command: str = ""
    variant: str = "en-us"
    model: str = ""
    rate: int = _number(158, 80, 450)
    pitch: int = _number(42, 0, 99)
    range: int = _number(58, 0, 99)
    lead: float = _number(0.6, 0.1, 10.0)
    gap: float = _number(0.55, 0.0, 10.0)
    breath: float = _number(0.45, 0.0, 10.0)
    tail: float = _number(1.2, 0.1, 10.0)
    say: Mapping[str, str | Mapping[str, str]] = field(default_factory=dict)

    def said(self, engine: str = "") -> dict[str, str]:
        """What an engine (this voice's, if none is named) hears in place of what is written."""
        own = self.say.get(engine or self.engine, {})
        common = {entry: said for entry, said in self.say.items() if isinstance(said, str)}
        return {**common, **(own if isinstance(own, Mapping) else {})}


@dataclass(frozen=True)
class Sound:
    """Loudness of the whole film (LUFS), highest true peak (dBTP), bit rate of the AAC (kb/s)."""

    loudness: float = _number(-14.0, -40.0, -5.0)
    true_peak: float = _number(-1.0, -20.0, 0.0)
    bitrate: int = _number(384, 64, 512)


@dataclass(frozen=True)
class Source:
    """A paper or page that the film builds on."""

    title: str
    url: str


@dataclass(frozen=True)
class Publish:
    """What is published beside the film."""

    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class FilmTable:
    """`[films.NAME]`: another film of the same clips, or with `each` a group: one film of every part."""

    title: str = ""
    summary: str = ""
    parts: tuple[str, ...] = ()
    """Chapters and clips, in order; none: the chapters of the lecture."""
    each: bool = False
    titles: Mapping[str, str] = field(default_factory=dict)
    """Titles of a group's films, by part."""
    size: str = ""
    voice: str = ""
    speaker: str = ""
    thumbnail: str = ""
    """The clip whose finished picture is the thumbnail; none: the first."""


@dataclass(frozen=True)
class Lecture:
    """The whole of lecture.toml."""

    title: str
    chapters: tuple[str, ...]
    summary: str = ""
    language: str = "en"
    video: Video = field(default_factory=Video)
    voice: Voice = field(default_factory=Voice)
    sound: Sound = field(default_factory=Sound)
    publish: Publish = field(default_factory=Publish)
    films: Mapping[str, FilmTable] = field(default_factory=dict)


def load(path: Path) -> Lecture:
    """Read and check lecture.toml; raise a `UserError` that names the key and what it may be."""
    data, text = toml_text.read(path, f"{path.name} is missing.")
    try:
        return _checked(data, path)
    except UserError as error:
        raise UserError(_placed(str(error), text, path.name)) from None


def _checked(data: dict[str, Any], path: Path) -> Lecture:
    lecture = _record(Lecture, data, "", path.name)
    if not lecture.title.strip():
        raise UserError(f"{path.name}: title is empty.")
    if not lecture.chapters:
        raise UserError(f"{path.name}: chapters is empty; name at least one file of scenes/.")
    for name in lecture.chapters:
        if not re.fullmatch(r"[A-Za-z0-9_]{1,100}", name):
            raise UserError(f'{path.name}: chapters names "{name}"; a chapter has letters, digits and underscores.')
        if lecture.chapters.count(name) > 1:
            raise UserError(f'{path.name}: chapters names "{name}" twice.')
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", lecture.language):
        raise UserError(
            f'{path.name}: language = "{lecture.language}" is no tag of a language, such as "en" or "pt-BR".'
        )
    _check_voice(lecture.voice, path.name)
    for source in lecture.publish.sources:
        if not source.url.startswith(("https://", "http://")):
            raise UserError(f'{path.name}: publish.sources has the url "{source.url}"; it must start with https://.')
    return lecture


def _placed(sentence: str, text: str, file: str) -> str:
    """A sentence about a key, with the line on which it stands."""
    found = re.match(rf"{re.escape(file)}: (?:unknown key )?([\w.]+)", sentence)
    table, _, key = found[1].rpartition(".") if found else ("", "", "")
    places = toml_text.places(text, file)
    where = places.get((table, key)) or places.get((f"{table}.{key}".strip("."), ""))
    return sentence.replace(f"{file}:", f"{where}:", 1) if where else sentence


def check_command(voice: Voice, told: str) -> None:
    """A UserError that begins with `told` unless the command of the engine "command" can be run."""
    if voice.engine != "command":
        return
    if "{out}" not in voice.command:
        raise UserError(f"{told} voice.command must name a program and hold {{out}}.")
    try:
        shlex.split(voice.command)
    except ValueError as error:
        raise UserError(f"{told} voice.command must be a command line ({str(error).lower()}).") from None


def aside(lecture: Lecture, root: Path) -> list[str]:
    """The chapters that films tell and the lecture does not."""
    folder = root / "scenes/chapters"
    found: dict[str, None] = {}
    for part in [part for table in lecture.films.values() for part in table.parts]:
        homes = [folder / part] if (folder / part).is_dir() else [path.parent for path in folder.glob(f"*/{part}.py")]
        found |= dict.fromkeys(home.name for home in homes if home.name not in lecture.chapters)
    return list(found)


def _check_voice(voice: Voice, file: str) -> None:
    check_command(voice, f"{file}: voice.engine is 'command', so")
    if voice.engine != "command" and voice.command:
        raise UserError(f'{file}: voice.command is only read when voice.engine is "command", not "{voice.engine}".')
    for name, table in voice.say.items():
        if isinstance(table, Mapping) and name not in ENGINES:
            raise UserError(f"{file}: there is no engine for [voice.say.{name}]{did_you_mean(name, ENGINES)}")
        prefix = f"voice.say.{name}" if isinstance(table, Mapping) else "voice.say"
        for entry, said in (table if isinstance(table, Mapping) else {name: table}).items():
            _check_entry(entry, said, prefix, name if isinstance(table, Mapping) else "", file)


def _check_entry(entry: str, said: str, prefix: str, engine: str, file: str) -> None:
    if entry.split() != entry.split(" "):
        raise UserError(f'{file}: {prefix} has the entry "{entry}"; it needs words with single spaces between them.')
    if " " in entry and len(entry.split()) != len(said.split(" ")):
        raise UserError(
            f'{file}: {prefix}."{entry}" has {len(entry.split())} words, so what is said for it must have as many.'
        )
    if engine != "kokoro" and any(len(word) > 2 and word[0] == word[-1] == "/" for word in said.split()):
        raise UserError(
            f'{file}: {prefix}."{entry}" is given in phonemes, "{said}", which only [voice.say.kokoro] may hold.'
        )


def _record(cls: type[T], data: object, prefix: str, file: str) -> T:
    """Make a dataclass of a table, checking names, types, ranges and choices."""
    if not isinstance(data, dict):
        raise UserError(f"{file}: {prefix.rstrip('.')} must be a table.")
    fields = {item.name: item for item in dataclasses.fields(cls)}  # type: ignore[arg-type]
    kinds = typing.get_type_hints(cls)
    for key in data:
        if key not in fields:
            raise UserError(f"{file}: unknown key {prefix}{key}{did_you_mean(key, fields)}")
    values = {key: _value(kinds[key], value, prefix + key, file) for key, value in data.items()}
    for key, item in fields.items():
        required = item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
        if required and key not in values:
            raise UserError(f"{file}: {prefix}{key} is missing.")
        if key in values:
            _check_range(values[key], item.metadata, prefix + key, file)
    return cls(**values)


def _check_range(value: Any, limits: Mapping[str, Any], key: str, file: str) -> None:
    if "low" in limits and not limits["low"] <= value <= limits["high"]:
        raise UserError(f"{file}: {key} = {value} is out of range; allowed: {limits['low']} to {limits['high']}.")
    if "choices" in limits and value not in limits["choices"]:
        hint = did_you_mean(value, limits["choices"])
        raise UserError(f'{file}: {key} = "{value}" is not known{hint}')


def _value(kind: Any, value: object, key: str, file: str) -> Any:
    origin = typing.get_origin(kind)
    if origin is tuple:
        item = typing.get_args(kind)[0]
        if not isinstance(value, list):
            raise UserError(f"{file}: {key} must be a list.")
        return tuple(_value(item, entry, f"{key}[{index}]", file) for index, entry in enumerate(value))
    if origin is not None and not isinstance(origin, types.UnionType):  # Mapping[str, str | Mapping[str, str]]
        if not isinstance(value, dict):
            raise UserError(f"{file}: {key} must be a table.")
        if dataclasses.is_dataclass(record := typing.get_args(kind)[1]):
            return {name: _value(record, entry, f"{key}.{name}", file) for name, entry in value.items()}
        return {
            word: _value(Mapping[str, str], entry, f"{key}.{word}", file)
            if isinstance(entry, dict)
            else _value(str, entry, f"{key}.{word}", file)
            for word, entry in value.items()
        }
    if dataclasses.is_dataclass(kind):
        return _record(typing.cast(type, kind), value, key + ".", file)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = as_float(value)
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        names = {str: "text in quotes", int: "a whole number", float: "a number", bool: "true or false"}
        hint = with_a_point(value) if kind is float and isinstance(value, str) else ""
        raise UserError(f"{file}: {key} = {_shown(value)} is not {names[kind]}{'; ' + hint if hint else ''}.")
    return value


def _shown(value: object) -> str:
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    return f"{value}" if isinstance(value, datetime.date | datetime.time) else f"{value!r}"
