"""From the columns of a file to runs: a curve is the steps at which it was logged, and what was logged there.

A NaN stays, and is a gap in the curve; so is an infinite number, which is named besides. What was not logged at a step
is no point at all. Evaluation and summary rows stand apart.
"""

from __future__ import annotations

import contextlib
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from companion.run import columns
from companion.run.columns import CURVES, LIBRARIES, LOSS
from companion.run.readers.sheet import ABSENT, Sheet
from pipeline.errors import UserError, as_float

FloatArray = npt.NDArray[np.float64]
OF_WANDB = re.compile(r"(?P<run>.+) - (?P<name>.+?)(?P<end>__MIN|__MAX|_step__MIN|_step__MAX)?")


@dataclass(frozen=True)
class Series:
    """What was logged of one quantity."""

    steps: FloatArray
    values: FloatArray

    def within(self, first: float, last: float) -> Series:
        """The part of it between two steps, both included."""
        kept = (self.steps >= first) & (self.steps <= last)
        return Series(self.steps[kept], self.values[kept])

    @property
    def finite(self) -> FloatArray:
        """The values that are numbers."""
        return self.values[np.isfinite(self.values)]


@dataclass(frozen=True)
class Run:
    """One training run."""

    name: str
    library: str
    curves: Mapping[str, Series]
    loss: Series | None = None
    evaluation: Mapping[str, Series] = field(default_factory=dict)
    summary: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def within(self, first: float, last: float) -> Run:
        """The run between two steps, both included."""
        curves = {name: series.within(first, last) for name, series in self.curves.items()}
        return replace(self, curves={name: series for name, series in curves.items() if len(series.steps)})


def runs_of(sheets: Iterable[Sheet]) -> list[Run]:
    """The runs of these files. Event files of one folder are one run; each run of an export of wandb is one."""
    logged: dict[str, dict[str, Series]] = {}
    notes: dict[str, list[str]] = defaultdict(list)
    for sheet in sheets:
        for name, series in _series(sheet, notes).items():
            into = logged.setdefault(name, {})
            for column, new in series.items():
                into[column] = _joined(into[column], new) if column in into else new
    return [_run(name, series, notes[name]) for name, series in logged.items()]


def _series(sheet: Sheet, notes: dict[str, list[str]]) -> dict[str, dict[str, Series]]:
    """Run -> column -> what was logged in it."""
    step = next((name for name in columns.STEPS if name in sheet.columns), None)
    own = name_of(sheet.path)
    if step is None:
        steps = np.arange(sheet.rows, dtype=np.float64)
        notes[own].append(f"{sheet.path.name} has no column for the step; rows are counted.")
    else:
        steps = numbers(sheet.columns[step])[0]
    out: dict[str, dict[str, Series]] = {}
    for name, cells in sheet.columns.items():
        if name in columns.STEPS:
            continue
        found = OF_WANDB.fullmatch(name)
        if name.endswith(("__MIN", "__MAX")) or name.split(" - ")[-1] in columns.STEPS:
            continue
        run, column = (found["run"], found["name"]) if found else (own, name)
        values, logged = numbers(cells)
        logged &= np.isfinite(steps)
        if logged.any():
            out.setdefault(run, {})[column] = _ordered(Series(steps[logged], values[logged]))
    if not out:
        raise UserError(f"{sheet.path}: none of its columns holds numbers; it has {listed(sheet.columns)}.")
    notes[next(iter(out))] += sheet.notes
    return out


def numbers(cells: list[Any]) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """The cells as numbers, and which of them hold one. NaN and infinity are numbers here; words and lists are not."""
    kinds = set(map(type, cells))
    if kinds and kinds <= {int, float, str}:
        with contextlib.suppress(ValueError, OverflowError):
            return np.array(cells, dtype=np.float64), np.ones(len(cells), bool)
    values, logged = np.full(len(cells), math.nan), np.zeros(len(cells), bool)
    for k, cell in enumerate(cells):
        if cell is ABSENT or isinstance(cell, bool | list | dict):
            if isinstance(cell, bool):
                values[k], logged[k] = float(cell), True
            continue
        try:
            values[k] = as_float(cell) if isinstance(cell, int) else float(cell)
            logged[k] = True
        except (TypeError, ValueError):
            continue
    return values, logged


def _ordered(series: Series) -> Series:
    """By steps; of a step that was logged twice, as after a restart, the later row."""
    order = np.argsort(series.steps, kind="stable")
    steps, values = series.steps[order], series.values[order]
    last = np.append(np.diff(steps) > 0, True)
    return Series(steps[last], values[last])


def _joined(first: Series, second: Series) -> Series:
    return _ordered(Series(np.concatenate([first.steps, second.steps]), np.concatenate([first.values, second.values])))


def _run(name: str, logged: dict[str, Series], notes: list[str]) -> Run:
    """Picks the curves out of the columns."""
    bare = {column.removeprefix("train/"): one for column, one in logged.items()} | logged
    library = columns.library_of(set(bare))
    if not library:
        raise UserError(
            f"{name}: no column of a library that is known was found. It has {listed(logged)}; needed is one such as "
            f"{listed(names[0] for names in (LIBRARIES[one]['reward'] for one in LIBRARIES))}."
        )
    curves: dict[str, Series] = {}
    for curve in (*CURVES, LOSS):
        for column, sign in columns.names_of(library, curve):
            if column in bare:
                curves[curve] = Series(bare[column].steps, sign * bare[column].values)
                break
    for curve, series in curves.items():
        if (infinite := np.isinf(series.values)).any():
            at = ", ".join(f"{step:g}" for step in series.steps[infinite][:5])
            title = CURVES[curve].title if curve in CURVES else "Loss"
            notes = [*notes, f"{title} is infinite at step {at}, and has a gap there."]
        if (gaps := np.isnan(series.values)).any():
            at = ", ".join(f"{step:g}" for step in series.steps[gaps][:5])
            title = CURVES[curve].title if curve in CURVES else "Loss"
            notes = [*notes, f"{title} is NaN at step {at}, and has a gap there."]
    return Run(
        name=name,
        library=library,
        loss=curves.pop(LOSS, None),
        curves=curves,
        evaluation={column: series for column, series in logged.items() if columns.is_evaluation(column)},
        summary={
            column: float(series.values[-1])
            for column, series in logged.items()
            if column.removeprefix("train/") in columns.SUMMARY
        },
        notes=tuple(notes),
    )


def name_of(path: Path) -> str:
    """What a run is called: its folder where the file has the same name in every run, else the file."""
    if path.stem in ("trainer_state", "progress", "metrics", "log", "events") or "tfevents" in path.name:
        folder = path.resolve().parent
        return folder.parent.name if folder.name.startswith("checkpoint-") else folder.name
    return path.stem


def listed(names: Iterable[str], most: int = 12) -> str:
    """Names as a sentence holds them."""
    names = [" ".join(name.split())[:60] for name in names]
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more or "none"
