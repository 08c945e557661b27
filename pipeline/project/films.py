"""The films of lecture.toml beside the lecture: the same project with other chapters, title, size or voice.

`[films.tour]` is one film, "tour". A table with `each = true` is a group: `[films.shorts]` with the part "six_maps" is
the film "shorts/six_maps", and with no parts a group has one film for each chapter of the lecture.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.errors import UserError, did_you_mean
from pipeline.project import qualities
from pipeline.project.lecture_toml import ENGINES, LECTURE, FilmTable

if TYPE_CHECKING:
    from pipeline.project.project import Chapter, Clip, Project

FILE = "lecture.toml"


def names(project: Project) -> list[str]:
    """Every film beside the lecture."""
    found = []
    for name, table in project.settings.films.items():
        found += [f"{name}/{part}" for part in _parts(project, table)] if table.each else [name]
    return found


def chosen(project: Project, wanted: Sequence[str], everything: bool = False) -> list[str]:
    """The films that are named, a group standing for all of its films; a UserError names the nearest one."""
    known = names(project)
    if not known:
        raise UserError(f"{FILE} has no film beside the lecture; [films.NAME] makes one.")
    groups = [name for name, table in project.settings.films.items() if table.each]
    found: list[str] = []
    for name in wanted:
        plain = name.rstrip("/")
        if plain == LECTURE:
            raise UserError("the lecture is made by render.py lecture; render.py film makes the films beside it.")
        if plain not in known and plain not in groups:
            raise UserError(f'there is no film "{name}"{did_you_mean(plain, [*groups, *known])}')
        found += [film for film in known if film == plain or film.startswith(f"{plain}/")]
    return list(dict.fromkeys(found)) if not everything else known


def one(project: Project, name: str) -> str:
    """The name of a single film; a UserError for any other, such as a group's."""
    known = names(project)
    if name not in known:
        raise UserError(f'there is no film "{name}"{did_you_mean(name, known)}')
    return name


def checked(project: Project) -> Project:
    """The project; a UserError for the first table that makes no film."""
    for name in project.settings.films:
        if name == LECTURE or not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name):
            raise UserError(
                f'{FILE}: [films.{name}] is no name for a film; it takes a-z, 0-9, _ and -, and is not "{LECTURE}".'
            )
    for name in names(project):
        of(project, name)
    return project


def of(project: Project, name: str) -> Project:
    """The project of a film: its chapters alone, under its title, in its size and voice."""
    group, _, part = name.partition("/")
    table, settings, where = project.settings.films[group], project.settings, f"{FILE}, [films.{group}]"
    parts = _parts(project, table)
    for key in table.titles:
        if key not in parts or not table.each:
            raise UserError(f'{where}: titles names "{key}", which is no film of this table{did_you_mean(key, parts)}')
    chapters = _chapters(project, [part] if part else parts, where)
    clips = [clip for chapter in chapters for clip in chapter.clips]
    size = qualities.size(table.size) if table.size else None
    for clip in clips if size else ():
        clip.check_size(size or (0, 0))
    covers = [clip.name for clip in clips]
    cover = table.thumbnail if table.thumbnail and not part else covers[0]
    if cover not in covers:
        raise UserError(
            f'{where}: thumbnail names "{cover}", which is no clip of this film{did_you_mean(cover, covers)}'
        )
    if table.voice and table.voice not in ENGINES:
        raise UserError(f'{where}: there is no voice "{table.voice}"{did_you_mean(table.voice, ENGINES)}')
    voice = replace(settings.voice, engine=table.voice or settings.voice.engine)
    voice = replace(voice, speaker=table.speaker or voice.speaker)
    if voice.engine != "command":
        voice = replace(voice, command="")
    own = replace(
        settings,
        title=_title(project, table, part) if part else table.title or f"{settings.title}: {name}",
        summary=table.summary or settings.summary,
        chapters=tuple(chapter.name for chapter in chapters),
        voice=voice,
    )
    return replace(project, settings=own, chapters=chapters, thumbnail=None, film=name, size=size, cover=cover)


def _parts(project: Project, table: FilmTable) -> tuple[str, ...]:
    return table.parts or tuple(chapter.name for chapter in project.chapters)


def _title(project: Project, table: FilmTable, part: str) -> str:
    """Of a film of a group: as it is written, or the chapter's with its number in the lecture."""
    if part in table.titles:
        return table.titles[part]
    for number, chapter in enumerate(project.chapters, start=1):
        if chapter.name == part:
            return f"{chapter.title} | {project.settings.title}, {number} of {len(project.chapters)}"
        if part in [clip.name for clip in chapter.clips]:
            return f"{chapter.title} | {project.settings.title}"
    return project.settings.title


def _chapters(project: Project, parts: Sequence[str], where: str) -> tuple[Chapter, ...]:
    """The parts in their order, clips of the same chapter that follow each other together.

    What the lecture does not tell, such as a bridge, belongs to the chapter that comes after it.
    """
    whole = {chapter.name: chapter for chapter in project.every}
    home = {clip.name: chapter for chapter in project.every for clip in chapter.clips}
    picked: list[tuple[Chapter, Clip]] = []
    for part in parts:
        if part in whole:
            picked += [(whole[part], clip) for clip in whole[part].clips]
        elif part in home:
            picked.append((home[part], next(clip for clip in home[part].clips if clip.name == part)))
        else:
            raise UserError(f'{where}: there is no chapter or clip "{part}"{did_you_mean(part, [*whole, *home])}')
    told = [clip.name for _, clip in picked]
    for name in told:
        if told.count(name) > 1:
            raise UserError(f'{where}: the clip "{name}" stands in it twice.')
    lecture = {chapter.name for chapter in project.chapters}
    chapters: list[Chapter] = []
    for number, (chapter, clip) in enumerate(picked):
        if chapter.name not in lecture:
            chapter = next((later for later, _ in picked[number:] if later.name in lecture), chapter)
            clip = replace(clip, chapter=chapter.title)
        if chapters and chapters[-1].name == chapter.name:
            chapters[-1] = replace(chapters[-1], clips=(*chapters[-1].clips, clip))
        else:
            chapters.append(replace(chapter, clips=(clip,)))
    return tuple(chapters)
