"""What was looked at and found good is kept, under a key of all that it depends on: an edit looks again at what it
changed, and at nothing else. What is wrong is looked at again each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.build.build import Build
from pipeline.files import read_json, remember_json
from pipeline.media import timing

FOLDER = "checked"


@dataclass(frozen=True)
class Look:
    """Something to look at: `function` answers what it is called in the list, and what is wrong with it."""

    label: str
    parts: Sequence[object]
    """All that the answer depends on, besides the modules that find it."""
    modules: Sequence[str]
    function: Callable[[], tuple[str, list[str]]]
    weight: float = 1.0
    """Expected seconds, or anything in proportion."""

    def kept(self, build: Build) -> Path:
        """Where it is remembered that it is good, and what it is called then."""
        key = timing.digest(self.label, self.parts, timing.sources(*self.modules))
        return build.project.build / FOLDER / f"{key}.json"


def look(build: Build, looks: Sequence[Look]) -> Iterator[tuple[str, list[str]]]:
    """The answers in order; says how far it is with what was not known to be good."""
    known = {entry.label: read_json(entry.kept(build), {"told": str}) for entry in looks}
    build.progress.plan({entry.label: entry.weight for entry in looks if not known[entry.label]})
    for entry in looks:
        if good := known[entry.label]:
            yield good["told"], []
            continue
        build.progress.begin(entry.label, f"Look at {entry.label}")
        told, faults = entry.function()
        build.progress.finish(entry.label, not faults)
        if not faults:
            remember_json(entry.kept(build), {"told": told})
        yield told, faults
