"""What would be refused at the end, told at the beginning: all of it at once, each with its file and line.

YouTube takes a title of 100 characters and a description of 5,000 bytes, neither with < or >, and reads every time in a
description as a place in the film: one outside the list of chapters can make all chapters disappear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.files import read_text
from pipeline.media.mux import Chapter
from pipeline.project import placeholders, scripts
from pipeline.project.project import Project
from pipeline.publish import captions, youtube_chapters

TITLE, DESCRIPTION = 100, 5000
"""Characters of a title, and bytes of a description."""
_TIME = re.compile(r"(?<![\w.:/])\d{1,3}:[0-5]\d(?::[0-5]\d)?(?![\d:])")


def faults(project: Project) -> list[str]:
    """A sentence for each thing that no film can be published with, as far as the text files tell."""
    return [*_settings(project), *_chapters(project), *_lines(project)]


def _settings(project: Project) -> Iterator[str]:
    lecture, text = project.settings, read_text(project.root / "lecture.toml")
    where = f"lecture.toml, line {_line_of(text, 'title')}"
    if len(lecture.title) > TITLE:
        yield f"{where}: title has {len(lecture.title)} characters; YouTube takes {TITLE}."
    for key, said in (("title", lecture.title), ("summary", lecture.summary)):
        for fault in _shown(said):
            yield f"lecture.toml, line {_line_of(text, key)}: {key} {fault}"
    for source in lecture.publish.sources:
        for fault in (*_shown(source.title), *_shown(source.url)):
            line = text[: max(0, text.find(source.title))].count("\n") + 1
            yield f'lecture.toml, line {line}: the source "{source.title}" {fault}'
    ends = [Chapter(chapter.title, 0.0) for chapter in project.chapters]
    length = len(youtube_chapters.description(lecture, ends, 36_000.0).encode())
    if length > DESCRIPTION:
        yield (
            f"lecture.toml, line {_line_of(text, 'summary', 'title')}: the description, with its summary, "
            f"{len(ends)} chapters and {len(lecture.publish.sources)} sources, has {length} bytes; "
            f"YouTube takes {DESCRIPTION}."
        )


def _chapters(project: Project) -> Iterator[str]:
    for chapter in project.chapters:
        path = project.root / "assets/narration" / f"{chapter.name}.md"
        rows = read_text(path).split("\n")
        line = next((number for number, row in enumerate(rows, 1) if row.strip().startswith("# ")), 1)
        for fault in _shown(chapter.title):
            yield f"{path.name}:{line}: the title {fault}"


def _lines(project: Project) -> Iterator[str]:
    """Words that no caption can hold, whatever their numbers turn out to be."""
    for clip in project.clips:
        for line in clip.script.lines if clip.script else ():
            for text in (line.text, line.otherwise):
                said = scripts.without_cues(placeholders.without(text, "0"))
                words = () if scripts.is_pause(said) else said.split()
                for word in (word for word in words if not captions.fits(word)):
                    yield f'{line.where}: "{word}" is wider than a caption of {captions.WIDTH} characters; break it.'


def _shown(text: str) -> Iterator[str]:
    if found := re.search("[<>]", text):
        yield f"holds {found[0]}, which YouTube takes in no title and no description."
    if found := _TIME.search(text):
        yield f'holds "{found[0]}", which YouTube reads as a time of the film; write it otherwise.'


def _line_of(text: str, *keys: str) -> int:
    """The line of the first of these keys, before any table."""
    for key in keys:
        if found := re.search(rf"^\s*{key}\s*=", text, re.MULTILINE):
            return text[: found.end()].count("\n") + 1
    return 1
