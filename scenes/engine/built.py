"""What a clip may look at, and where the build left it: build/reads/NAME.json, written for every clip that was built.

The file names the clip's traces (paths from the project's folder), the hyperparameters that it prints, its cues and
its duration. The project is the folder in which the program runs, or else the one that holds this file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol

from scenes.engine.timeline import SceneError
from traces.store import Trace, TraceFileError, load

HOME = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Inputs:
    """Everything that a clip may look at."""

    traces: Mapping[str, Trace] = field(default_factory=dict)
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)
    cues: Mapping[str, float] = field(default_factory=dict)
    duration: float = 5.0


class Reader(Protocol):
    """What is asked of a clip: its name, and the traces that it declares."""

    traces: ClassVar[tuple[str, ...]]

    @classmethod
    def name(cls) -> str:
        """The clip's name."""


def built(clip: type[Reader]) -> Inputs:
    """What the clip looks at, as last built; a SceneError names the command that builds it."""
    name = clip.name()
    roots = [root for root in (Path.cwd(), HOME) if (root / "build/reads" / f"{name}.json").is_file()]
    again = f"run `python render.py sheet {name}` first."
    if not roots:
        raise SceneError(f"the traces and cues of {name} have not been built; {again}")
    reads: dict[str, Any] = json.loads((roots[0] / "build/reads" / f"{name}.json").read_text(encoding="utf-8"))
    values = {key: tuple(v) if isinstance(v, list) else v for key, v in reads["hyperparameters"].items()}
    try:
        traces = {trace: load(roots[0] / reads["traces"][trace]) for trace in clip.traces}
    except (KeyError, OSError, TraceFileError):
        raise SceneError(f"not every trace of {name} is built; {again}") from None
    return Inputs(traces, values, reads["cues"], reads["duration"])
