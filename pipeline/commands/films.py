"""The films of lecture.toml beside the lecture: `film`, and what `list` and `status` say of them."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.build.status import Item, Survey
from pipeline.build.store import Store
from pipeline.commands.common import building, load, minutes, quality_of, tell
from pipeline.errors import BuildError, UserError
from pipeline.project import films, qualities
from pipeline.project.project import Project
from pipeline.project.qualities import Quality
from pipeline.publish.published import is_current


@dataclass(frozen=True)
class Wanted:
    """A film, and the quality in which it is wanted."""

    project: Project
    quality: Quality
    remember: bool
    """Whether its clips look and sound as in the lecture."""

    @classmethod
    def of(cls, project: Project, name: str, plain: Quality, spoken: bool = False) -> Wanted:
        """The film of that name, or `spoken` by the voice that the command line names and not its own."""
        own = films.of(project, name)
        if spoken:
            own = replace(own, settings=replace(own.settings, voice=project.settings.voice))
        shaped = qualities.shaped(plain, "mp4", False, own.size)
        return cls(own, shaped, not own.size and own.settings.voice == project.settings.voice)

    def current(self, store: Store) -> str:
        """A sentence if there is nothing to do."""
        film = Survey(self.project, store).film(self.quality)
        if film is None or not is_current(film, self.project.dist, self.project.build):
            return ""
        return f"dist/films/{film.name}/{film.stem}.mp4 is up to date ({film.quality}, {minutes(film.duration)})."


def film(
    root: Path,
    names: Sequence[str],
    everything: bool,
    quality: str | None,
    voice: str | None,
    workers: int | None,
    cluster: str = "",
) -> None:
    """`render.py film`."""
    start = time.monotonic()
    project = load(root, voice=voice)
    if bool(names) == everything:
        known = ", ".join(project.settings.films) or "none yet"
        raise UserError(f"name the films, or say --all; [films] in lecture.toml has {known}.")
    plain, store = quality_of(project, quality), Store(project.build)
    wanted = [Wanted.of(project, name, plain, bool(voice)) for name in films.chosen(project, names, everything)]
    stale = []
    for each in wanted:
        if sentence := each.current(store):
            print(sentence)
        else:
            stale.append(each)
    store.save()
    failures: dict[str, None] = {}
    for group in _alike(stale):
        failures |= dict.fromkeys(_make(group, workers, cluster))
    if stale:
        count = f"{len(stale)} film{'s' if stale[1:] else ''}"
        print(f"Made {count} in {minutes(time.monotonic() - start)}.", file=sys.stderr)
    if failures:
        raise BuildError("\n".join(failures))


def _alike(wanted: Sequence[Wanted]) -> Iterator[list[Wanted]]:
    """Films of one quality and voice together, so that their clips are drawn side by side."""
    groups: list[list[Wanted]] = []
    for each in wanted:
        for group in groups:
            if (each.quality, each.project.settings.voice) == (group[0].quality, group[0].project.settings.voice):
                group.append(each)
                break
        else:
            groups.append([each])
    yield from groups


def _make(group: Sequence[Wanted], workers: int | None, cluster: str) -> list[str]:
    """Draws the clips of these films, and then joins each film; one that fails does not stop the others."""
    first, failures = group[0], []
    chapters = [chapter for each in group for chapter in each.project.chapters]
    seen: set[str] = set()
    for number, chapter in enumerate(chapters):
        chapters[number] = replace(chapter, clips=tuple(clip for clip in chapter.clips if clip.name not in seen))
        seen |= {clip.name for clip in chapter.clips}
    together = replace(first.project, chapters=tuple(chapters))
    with building(together, first.quality, workers, first.remember, cluster) as build:
        build.parts()
        failures += build.result.failures
    for each in group:
        if failures and Survey(each.project, Store(each.project.build)).film(each.quality) is None:
            failures.append(f"The film {each.project.film} is not made: a clip of it failed.")
            continue
        try:
            with building(each.project, each.quality, workers, each.remember, cluster) as build:
                result = build.lecture()
            tell(result, each.project)
        except BuildError as error:
            failures.append(f"The film {each.project.film}: {error}")
    return failures


def made(project: Project, store: Store) -> Iterator[tuple[str, Survey, Quality]]:
    """The films that were made before, each in the quality that it was made in."""
    for name in films.names(project):
        survey = Survey(films.of(project, name), store)
        if last := survey.last_quality():
            plain = qualities.quality(last.partition(" ")[0])
            yield name, survey, qualities.shaped(plain, "mp4", False, survey.project.size)


def stale(project: Project, store: Store) -> list[Item]:
    """The film in dist/films/ that are stale, with reasons."""
    found = [survey.lecture(quality) for _, survey, quality in made(project, store)]
    return [item for item in found if item.reasons]


def listing(project: Project, store: Store) -> list[dict[str, Any]]:
    """What `render.py list --json` says of the films."""
    last = {
        name: (survey.last_quality(), bool(survey.lecture(quality).reasons))
        for name, survey, quality in made(project, store)
    }
    listed = []
    for name in films.names(project):
        own = films.of(project, name)
        survey = Survey(own, store)
        spoken = [survey.voice(clip).record for clip in own.clips]
        lengths = [record.facts["duration"] for record in spoken if record]
        quality, old = last.get(name, (None, False))
        listed.append(
            {
                "name": name,
                "title": own.settings.title,
                "size": f"{own.size[0]}x{own.size[1]}" if own.size else None,
                "duration": round(sum(lengths), 3) if len(lengths) == len(spoken) else None,
                "made": quality,
                "stale": old,
                "clips": [clip.name for clip in own.clips],
            }
        )
    return listed


def listing_text(listed: Sequence[dict[str, Any]]) -> list[str]:
    """What `render.py list` says of the films, a line each."""
    lines = ["", "Films beside the lecture (render.py film NAME)"] if listed else []
    width = max((len(film["name"]) for film in listed), default=0)
    for film in listed:
        length = "    ?" if film["duration"] is None else f"{minutes(film['duration']):>5}"
        state = "stale" if film["stale"] else "     " if film["made"] else "new  "
        shape = f"  ({film['size']})" if film["size"] else ""
        lines.append(f"  {length}  {state}  {film['name']:<{width}}  {film['title']}{shape}")
    return lines
