"""Which clips read a hyperparameter: they print it, speak of it, or look at a trace that depends on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.project.project import Clip, Project


def touched(project: Project) -> dict[str, list[str]]:
    """Clips of the film, and its thumbnail, by each hyperparameter that they read, in the order of the film."""
    found: dict[str, list[str]] = {key: [] for key in project.schema}
    for clip in (*project.clips, *((project.thumbnail,) if project.thumbnail else ())):
        for key in _read(project, clip):
            found[key].append(clip.name)
    return found


def of(found: Mapping[str, Sequence[str]], keys: Sequence[str]) -> list[str]:
    """The clips that read at least one of these keys."""
    return list(dict.fromkeys(name for key in keys for name in found[key]))


def sentence(names: Sequence[str]) -> str:
    """`2 clips read it: six_maps, the_race.`"""
    if not names:
        return "No clip reads it."
    return f"{len(names)} clip{'s' if names[1:] else ''} read{'' if names[1:] else 's'} it: {', '.join(names)}."


def _read(project: Project, clip: Clip) -> dict[str, None]:
    traces = (project.experiments[name] for name in (*clip.traces, *clip.spoken_traces))
    through = [key for trace in traces for key in trace.hyperparameters]
    return dict.fromkeys([*clip.hyperparameters, *clip.spoken_hyperparameters, *through])
