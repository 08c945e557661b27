"""The project as its text files describe it: experiments, chapters and clips, with nothing imported from them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipeline.errors import UserError, did_you_mean
from pipeline.project import hyperparameters_toml, lecture_toml, parameters, qualities, script_parser, scripts
from pipeline.project.hyperparameters_toml import Hyperparameters
from pipeline.project.imports import reached
from pipeline.project.parameters import Schema
from pipeline.project.scripts import ClipScript
from pipeline.project.sources import Class, Sources

THUMBNAIL = "scenes/thumbnail.py"


@dataclass(frozen=True)
class Experiment:
    """A module in objectives/experiments/ with the hyperparameters that it declares, and their values."""

    name: str
    path: str
    hyperparameters: Hyperparameters


@dataclass(frozen=True)
class Clip:
    """A class that can be drawn. `script` is None for a still, which has no narration."""

    name: str
    class_name: str
    path: str
    chapter: str
    """The chapter's title."""
    description: str
    traces: tuple[str, ...]
    """What it draws."""
    hyperparameters: Hyperparameters
    """What it prints."""
    spoken_traces: tuple[str, ...]
    """What its narration reads."""
    spoken_hyperparameters: tuple[str, ...]
    digest: str
    """Of its module, without the other clips that it does not mention."""
    script: ClipScript | None = None
    sizes: tuple[str, ...] = ()
    """Sizes of another shape than 16:9 that it has a layout for."""

    def check_size(self, size: tuple[int, int]) -> None:
        """A UserError unless this is 16:9, or of the shape of a size that the clip declares."""
        shapes = [(16, 9), *(qualities.size(text) for text in self.sizes)]
        if not any(qualities.has_shape(size, shape) for shape in shapes):
            known = f"; it has one for {' and '.join(self.sizes)}" if self.sizes else ""
            raise UserError(f"{self.name} has no layout for {size[0]}x{size[1]}, only for 16:9{known}.")

    @property
    def module(self) -> str:
        """The module to import: "scenes.chapters.ch14a_six_maps.six_maps"."""
        return self.path.removesuffix(".py").replace("/", ".")


@dataclass(frozen=True)
class Chapter:
    """A folder in scenes/chapters/, one file a clip, and its script in assets/narration/, which has them in order."""

    name: str
    title: str
    clips: tuple[Clip, ...]


@dataclass(frozen=True)
class Project:
    """Everything the text files say."""

    root: Path
    sources: Sources
    settings: lecture_toml.Lecture
    schema: Schema
    hyperparameters: Hyperparameters
    experiments: dict[str, Experiment]
    chapters: tuple[Chapter, ...]
    thumbnail: Clip | None
    overrides: tuple[str, ...] = ()  # what `--set` says
    every: tuple[Chapter, ...] = ()  # the chapters of the lecture, and those that only other films tell
    film: str = lecture_toml.LECTURE  # which of the films of lecture.toml the chapters are
    size: tuple[int, int] | None = None  # of a film in another shape than its quality's
    cover: str = ""  # the clip whose finished picture is the thumbnail, where none is drawn
    _modules: dict[str, dict[str, str]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def build(self) -> Path:
        """The cache."""
        return self.root / "build"

    @property
    def dist(self) -> Path:
        """The results."""
        return self.root / "dist"

    @property
    def clips(self) -> tuple[Clip, ...]:
        """All clips in the order of the film."""
        return tuple(clip for chapter in self.chapters for clip in chapter.clips)

    @property
    def told(self) -> tuple[Clip, ...]:
        """All clips that some film of this project tells."""
        return tuple(clip for chapter in self.every for clip in chapter.clips)

    def find(self, name: str, stills: bool = False) -> Clip:
        """The clip of that name, or a UserError with the nearest one."""
        known = {clip.name: clip for clip in self.told}
        if stills and self.thumbnail:
            known[self.thumbnail.name] = self.thumbnail
        if name not in known:
            raise UserError(f'there is no clip "{name}"{did_you_mean(name, known)}')
        return known[name]

    def modules(self, path: str) -> dict[str, str]:
        """Digests of the modules that importing `path` can run, by path."""
        if path not in self._modules:
            found = {module: self.sources.read(module).digest for module in reached(self.sources, path)}
            self._modules[path] = found
        return self._modules[path]

    def where(self, key: str) -> str:
        """Where a hyperparameter got its value: "hyperparameters.toml, line 7, grpo.beta = 0.1"."""
        value = hyperparameters_toml.plain(self.hyperparameters)[key]
        override = next((text for text in self.overrides if text.partition("=")[0].strip() == key), "")
        table, _, name = key.partition(".")
        places = hyperparameters_toml.places(self.root)
        place = f"--set {override}" if override else places.get((table, name), hyperparameters_toml.FILE)
        return place if override else f"{place}, {key} = {value}"

    def needed(self, clips: Sequence[Clip]) -> list[Experiment]:
        """The experiments that these clips draw or speak of, in order of first use."""
        names = dict.fromkeys(name for clip in clips for name in (*clip.traces, *clip.spoken_traces))
        return [self.experiments[name] for name in names]

    @property
    def unread(self) -> list[str]:
        """The hyperparameters that nothing in the film depends on: no clip reads them, nor an experiment of one."""
        drawn = (*self.clips, *((self.thumbnail,) if self.thumbnail else ()))
        read = {key for clip in drawn for key in (*clip.hyperparameters, *clip.spoken_hyperparameters)}
        read.update(key for experiment in self.needed(drawn) for key in experiment.hyperparameters)
        return [key for key in self.schema if key not in read]


def load(root: Path, overrides: Sequence[str] = (), voice: str | None = None, like: Project | None = None) -> Project:
    """Reads the project in `root`; a UserError names the first thing in its files that does not fit.

    `like` is the same project as it was read a moment ago, with other overrides: its modules are not read again.
    """
    sources = like.sources if like else Sources(root, root / "build/cache/sources.json")
    schema = like.schema if like else parameters.schema(sources)
    hyperparameters = hyperparameters_toml.load(root, schema, overrides)
    lecture = lecture_toml.load(root / "lecture.toml")
    if voice is not None:
        speaker = replace(lecture.voice, engine=voice, command=lecture.voice.command if voice == "command" else "")
        lecture_toml.check_command(speaker, f"--voice {voice}: in lecture.toml")
        lecture = replace(lecture, voice=speaker)
    reader = _Reader(root, sources, hyperparameters, {e.name: e for e in _experiments(sources, hyperparameters)})
    chapters = tuple(map(reader.chapter, lecture.chapters))
    every = (*chapters, *map(reader.chapter, lecture_toml.aside(lecture, root)))
    _refuse_duplicates([clip for chapter in every for clip in chapter.clips])
    thumbnail = reader.thumbnail() if sources.exists(THUMBNAIL) else None
    sources.save()
    read = (root, sources, lecture, schema, hyperparameters, reader.experiments, chapters, thumbnail, tuple(overrides))
    return Project(*read, every, _modules=like._modules if like else {})


def snake_case(name: str) -> str:
    """`six_maps` for `SixMaps`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _experiments(sources: Sources, hyperparameters: Hyperparameters) -> Iterator[Experiment]:
    taken: dict[str, str] = {}
    for path in sources.folder("objectives/experiments"):
        source = sources.read(path)
        for computed in source.computed:
            raise UserError(f"{path}: {computed} must be a literal, so that it can be read without running.")
        if "KEYS" not in source.literals:
            continue
        name: Any = source.literals.get("NAME")
        keys: Any = source.literals["KEYS"]
        if not isinstance(name, str) or not _texts(keys):
            raise UserError(f'{path}: NAME must be a text, and KEYS a tuple of texts such as "grpo.*" and "ppo.gamma".')
        if name in taken:
            raise UserError(f'{path}: the experiment "{name}" is already in {taken[name]}.')
        taken[name] = path
        yield Experiment(name, path, hyperparameters_toml.select(hyperparameters, keys, f"{path}, KEYS"))


@dataclass(frozen=True)
class _Reader:
    """Puts scene files and narration scripts together."""

    root: Path
    sources: Sources
    hyperparameters: Hyperparameters
    experiments: dict[str, Experiment]

    def chapter(self, name: str) -> Chapter:
        folder, script_path = f"scenes/chapters/{name}", f"assets/narration/{name}.md"
        if not (self.root / folder).is_dir():
            raise UserError(f'lecture.toml names the chapter "{name}", but there is no folder {folder}.')
        if not (self.root / script_path).is_file():
            raise UserError(f'lecture.toml names the chapter "{name}", but there is no {script_path}.')
        drawn = self.drawn(folder)
        script = script_parser.parse(self.root / script_path)
        told = [clip.name for clip in script.clips]
        for clip in drawn:
            if clip not in told:
                raise UserError(
                    f'{folder} draws the clip "{clip}", but {script_path} has no "## {clip}"{did_you_mean(clip, told)}'
                )
        for clip in told:
            if clip not in drawn:
                raise UserError(
                    f'{script_path} tells the clip "{clip}", but {folder} has no class that draws it'
                    f"{did_you_mean(clip, drawn)}"
                )
        clips = [self.clip(*drawn[clip.name], script.title, clip) for clip in script.clips]
        return Chapter(name, script.title, tuple(clips))

    def drawn(self, folder: str) -> dict[str, tuple[str, Class]]:
        """The clips of a chapter's folder, with their files. A file without a clip is a part of them."""
        found: dict[str, tuple[str, Class]] = {}
        for path in self.sources.folder(folder):
            for entry in self.classes(path, "Stage"):
                name, stem = snake_case(entry.name), path.rpartition("/")[2].removesuffix(".py")
                if name != stem:
                    raise UserError(f'{path} draws the clip "{name}"; a clip stands in a file of its own: {name}.py.')
                found[name] = (path, entry)
        return found

    def thumbnail(self) -> Clip:
        classes = self.classes(THUMBNAIL, "Still")
        if len(classes) != 1:
            raise UserError(f"{THUMBNAIL} must have one class with the base Still, but it has {len(classes)}.")
        return self.clip(THUMBNAIL, classes[0], "", None)

    def classes(self, path: str, base: str) -> list[Class]:
        return [
            entry for entry in self.sources.read(path).classes if base in entry.bases and not entry.name.startswith("_")
        ]

    def clip(self, path: str, entry: Class, chapter: str, script: ClipScript | None) -> Clip:
        where = f"{path}, line {entry.line}, {entry.name}"
        for attribute in entry.computed:
            raise UserError(f"{where}: {attribute} must be a literal tuple, so that it can be read without running.")
        traces: Any = entry.literals.get("traces", [])
        printed: Any = entry.literals.get("hyperparameters", [])
        sizes: Any = entry.literals.get("sizes", [])
        for attribute, value in (("traces", traces), ("hyperparameters", printed), ("sizes", sizes)):
            if not _texts(value):
                raise UserError(f'{where}: {attribute} must be a tuple of texts, such as ("six_objectives",).')
        values = hyperparameters_toml.select(self.hyperparameters, printed, where)
        spoken_keys, spoken_traces = scripts.needs(script) if script else (set(), set())
        name = snake_case(entry.name)
        script_where = script.where if script else ""
        for trace, place in [*((t, where) for t in traces), *((t, script_where) for t in sorted(spoken_traces))]:
            if trace not in self.experiments:
                raise UserError(f'{place}: there is no experiment "{trace}"{did_you_mean(trace, self.experiments)}')
        for key in sorted(spoken_keys):
            if key not in self.hyperparameters:
                hint = did_you_mean(key, self.hyperparameters)
                raise UserError(f'{script_where}, clip {name}: there is no hyperparameter "{key}"{hint}')
        return Clip(
            name=name,
            class_name=entry.name,
            path=path,
            chapter=chapter,
            description=entry.doc,
            traces=tuple(traces),
            hyperparameters=values,
            spoken_traces=tuple(sorted(spoken_traces)),
            spoken_hyperparameters=tuple(sorted(spoken_keys)),
            digest=entry.digest,
            script=script,
            sizes=tuple(sizes),
        )


def _refuse_duplicates(clips: Sequence[Clip]) -> None:
    seen: dict[str, Clip] = {}
    for clip in clips:
        if clip.name in seen:
            raise UserError(f'the clip "{clip.name}" is both in {seen[clip.name].path} and in {clip.path}.')
        seen[clip.name] = clip


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
