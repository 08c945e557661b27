"""Everything that is told of some files: runs, a batch, findings and notes. What the command and the page show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from companion.run.batch import Batch, batch_of, is_batch
from companion.run.batch_findings import batch_findings
from companion.run.findings import Finding, findings
from companion.run.pushes import Pushed, pushed
from companion.run.readers import files
from companion.run.readers.sheet import Sheet
from companion.run.runs import Run, runs_of
from pipeline.errors import UserError


@dataclass(frozen=True)
class Told:
    """What some files tell."""

    runs: list[Run]
    batch: Batch | None
    seen: Pushed | None
    findings: list[Finding]
    notes: list[str]


def told(paths: Sequence[Path], steps: tuple[float, float] | None = None) -> Told:
    """Reads files and folders; with `steps` only what was logged between the two.

    Raises:
        UserError: one sentence on the first file that cannot be read.
    """
    logs: list[Sheet] = []
    answers: list[Sheet] = []
    for path in files.meant(paths):
        sheet = files.read(path)
        (answers if is_batch(sheet) else logs).append(sheet)
    runs = runs_of(logs)
    if steps is not None:
        runs = [run for run in (run.within(*steps) for run in runs) if run.curves]
        if logs and not runs:
            raise UserError(f"--steps {steps[0]:g}:{steps[1]:g}: nothing was logged between these two steps.")
    batch = batch_of(answers) if answers else None
    seen = pushed(batch) if batch is not None else None
    found = findings(runs) + (batch_findings(batch, seen) if batch is not None and seen is not None else [])
    notes = [f"{run.name}: {note}" for run in runs for note in run.notes]
    notes += [] if seen is None else list(seen.notes)
    return Told(runs, batch, seen, found, notes)
