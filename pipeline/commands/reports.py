"""What is asked of a film without making it: `list`, `status` and `check`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.build.reasons import changes_nothing, explain
from pipeline.build.status import Survey
from pipeline.commands import films
from pipeline.commands.common import building, surveyed
from pipeline.project import hyperparameters_toml
from pipeline.project.project import Project
from pipeline.project.qualities import Quality


def listing(root: Path, quality: str | None) -> dict[str, Any]:
    """What `render.py list --json` prints."""
    project, survey, chosen = surveyed(root, quality)
    chapters = []
    for chapter in project.chapters:
        clips = []
        for clip in chapter.clips:
            spoken = survey.voice(clip).record
            clips.append(
                {
                    "name": clip.name,
                    "class": clip.class_name,
                    "file": clip.path,
                    "description": clip.description,
                    "duration": spoken.facts["duration"] if spoken else None,
                    "stale": survey.clip(clip, chosen).stale,
                    "sizes": list(clip.sizes),
                    "traces": list(clip.traces),
                    "hyperparameters": hyperparameters_toml.plain(clip.hyperparameters),
                    "narration": {
                        "traces": list(clip.spoken_traces),
                        "hyperparameters": {
                            key: hyperparameters_toml.plain(project.hyperparameters)[key]
                            for key in clip.spoken_hyperparameters
                        },
                    },
                }
            )
        chapters.append({"name": chapter.name, "title": chapter.title, "clips": clips})
    beside = films.listing(project, survey.store)
    survey.store.save()
    film = {"title": project.settings.title, "quality": chosen.name, "chapters": chapters, "films": beside}
    return {**film, "unread": project.unread}


def listing_text(listed: dict[str, Any]) -> str:
    """What `render.py list` prints."""
    lines = [listed["title"]]
    for chapter in listed["chapters"]:
        lines += ["", f"{chapter['title']}  ({chapter['name']})"]
        for clip in chapter["clips"]:
            told = clip["narration"]
            reads = [
                *dict.fromkeys([*clip["traces"], *told["traces"]]),
                *dict.fromkeys([*clip["hyperparameters"], *told["hyperparameters"]]),
            ]
            length = "   ?   " if clip["duration"] is None else f"{clip['duration']:5.1f} s"
            state = "stale" if clip["stale"] else "     "
            lines.append(f"  {length}  {state}  {clip['name']:<24} {clip['description']}")
            lines.append(f"{'':18}reads {', '.join(reads) or 'nothing'}")
            if clip["sizes"]:
                lines.append(f"{'':18}also for --size {', '.join(clip['sizes'])}")
    lines += films.listing_text(listed["films"])
    if listed["unread"]:
        lines += ["", f"No clip reads {', '.join(listed['unread'])}"]
    return "\n".join(lines)


def status(root: Path, quality: str | None) -> dict[str, Any]:
    """What `render.py status --json` prints."""
    return status_of(*surveyed(root, quality))


def status_of(project: Project, survey: Survey, chosen: Quality) -> dict[str, Any]:
    """The same of a project that was read already."""
    entries = [item.entry() for item in (*survey.all(chosen), *films.stale(project, survey.store))]
    survey.store.save()
    return {
        "quality": chosen.name,
        "film": survey.last_quality(),
        "stale": any(entry["stale"] for entry in entries),
        "entries": entries,
    }


def status_text(report: dict[str, Any]) -> str:
    """What `render.py status` prints."""
    stale = [entry for entry in report["entries"] if entry["stale"]]
    idle = [line for entry in report["entries"] for line in changes_nothing(entry["name"], entry.get("idle", {}))]
    if not stale:
        return "\n".join([f"Everything is up to date ({report['quality']}).", *idle])
    width = max(len(entry["name"]) for entry in stale)
    lines = [
        f"{entry['kind']:<8} {entry['name']:<{width}}  {'; '.join(explain(reason) for reason in entry['reasons'])}"
        for entry in stale
    ] + idle
    if report["film"] not in (None, report["quality"]):
        lines.append(
            f"This is what a film in {report['quality']} quality needs; the one in dist/ is {report['film']}: "
            f"-q {report['film']} compares with that."
        )
    return "\n".join(lines)


def check(root: Path, quality: str | None, workers: int | None) -> int:
    """`render.py check`: prints a line for each problem and returns the exit code."""
    from pipeline.check.check import problems

    project, _, chosen = surveyed(root, quality, of_film=True)
    with building(project, chosen, workers) as build:
        found, passed = problems(build, chosen)
    for line in passed:
        print(f"ok       {line}")
    for line in found:
        print(f"problem  {line}")
    return 1 if found else 0
