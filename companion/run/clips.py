"""Clips of what is told, in the film's look: traces of it, drawn by the film's workers. Silent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from companion.run.batch_figure import NAMES, first_groups
from companion.run.columns import CURVES
from companion.run.curves_figure import reach_of, shown, thinned, vertical
from companion.run.findings import Finding
from companion.run.pushes import Pushed, groups_that_count
from companion.run.runs import FloatArray, Run
from companion.run.svg import label, ticks
from companion.run.told import Told
from pipeline.errors import BuildError
from pipeline.project import qualities, tool_versions
from pipeline.workers import draw, progress, scheduler
from pipeline.workers.pool import Workers
from traces.store import save

QUALITY = replace(qualities.QUALITIES["full"], fps=30)
MOST_PANELS, MOST_RUNS = 6, 6
SCENES = {
    "curves": ("scenes.your_run.training_curves", "TrainingCurves", {"draw": 1.5, "read": 10.0}, 14.0),
    "batch": ("scenes.your_run.batch_pushes", "BatchPushes", {"rules": 3.0, "effective": 17.0}, 22.0),
}
"""Clip -> module, class, cues and seconds."""


def write(root: Path, told: Told, folder: Path) -> list[Path]:
    """Draws the clips into a folder; their paths.

    Raises:
        BuildError: one of them could not be drawn.
    """
    with TemporaryDirectory(prefix="run-") as work:
        jobs = [_job(root, Path(work), folder, name, *made) for name, made in traces_of(told).items()]
        workers = min(len(jobs), scheduler.default_workers(QUALITY))
        with progress.for_terminal() as terminal, Workers(workers) as pool:
            for job, answer in scheduler.run(pool, jobs, workers, terminal):
                if not answer["ok"]:
                    raise BuildError(f"{job.label}: {answer['sentence']}")
    return [Path(job.payload["out"]) for job in jobs]


def traces_of(told: Told) -> dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Clip -> its arrays, their schema, and the words that it prints."""
    out = {}
    if told.runs:
        out["curves"] = _of_runs(told.runs[:MOST_RUNS], told.findings)
    if told.seen is not None:
        out["batch"] = _of_batch(told.seen)
    return out


def _job(
    root: Path,
    work: Path,
    folder: Path,
    name: str,
    arrays: dict[str, Any],
    schema: dict[str, Any],
    words: Mapping[str, Any],
) -> scheduler.Job:
    module, kind, cues, duration = SCENES[name]
    trace = "your_run" if name == "curves" else "your_batch"
    path = work / f"{trace}.npz"
    save(path, arrays, {"name": trace, "schema": schema})
    payload = {
        "root": str(root),
        "log": str(work / f"{name}.log"),
        "modules": [],
        "module": module,
        "class": kind,
        "traces": {trace: str(path)},
        "hyperparameters": dict(words),
        "cues": cues,
        "duration": duration,
        "quality": qualities.settings(QUALITY),
        "versions": tool_versions.installed(tool_versions.DRAWING),
        "out": str(folder / f"{name}.mp4"),
        "progress": str(work / f"{name}.json"),
    }
    return scheduler.Job(f"clip {name}", f"Clip {name}", draw.clip, payload, duration)


def _of_runs(runs: list[Run], findings: list[Finding]) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    names = shown(runs)[:MOST_PANELS]
    drawn = {
        (p, r): thinned(run.curves[n]) for p, n in enumerate(names) for r, run in enumerate(runs) if n in run.curves
    }
    longest = max(2, *(len(one.steps) for one in drawn.values()))
    steps = np.zeros((len(names), len(runs), longest))
    values = np.full(steps.shape, np.nan)
    for (panel, run), one in drawn.items():
        count = len(one.steps)
        steps[panel, run] = one.steps[-1]
        steps[panel, run, :count] = one.steps
        values[panel, run, :count] = np.where(np.isfinite(one.values), one.values, np.nan)
    reach = reach_of(runs)
    ranges = [vertical(name, runs) for name in names]
    arrays = {"steps": steps, "values": values, "reach": np.array(reach), "range": np.array(ranges)}
    schema = {
        "steps": ("panel run point", "step", "the steps at which a curve was logged"),
        "values": ("panel run point", "", "what was logged there; NaN is a gap"),
        "reach": ("2", "step", "the first and the last step"),
        "range": ("panel 2", "", "the lowest and the highest number of a panel"),
    }
    words = {
        "runs": [run.name[:24] for run in runs],
        "panels": [CURVES[name].title + (f" ({unit})" if (unit := CURVES[name].unit) else "") for name in names],
        "ticks": [_ticks(*limits) for limits in ranges],
        "steps": _ticks(*reach),
        "finding": next((one.sentence for one in findings if len(one.sentence) < 120), ""),
    }
    return arrays, schema, words


def _ticks(low: float, high: float) -> list[tuple[float, str]]:
    return [(value, label(value)) for value in ticks(low, high, 3)]


def _of_batch(seen: Pushed) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    rows = first_groups(seen)
    count, groups = groups_that_count(seen)
    rules = list(seen.rules)
    pushes: FloatArray = np.stack([seen.rules[name].answers[rows] for name in rules])
    arrays = {
        "rewards": seen.batch.rewards[rows],
        "group": seen.batch.group[rows].astype(np.float64),
        "counts": seen.counts[rows].astype(np.float64),
        "pushes": pushes,
        "effective": np.array([seen.rules[name].effective for name in rules]),
    }
    schema = {
        "rewards": ("answer", "", "what each answer earned"),
        "group": ("answer", "", "the label of its group"),
        "counts": ("answer", "", "1 where its group has contrast"),
        "pushes": ("rule answer", "", "the push of each rule on each answer"),
        "effective": ("rule", "", "the effective number of answers"),
    }
    some = "" if len(rows) == len(seen.batch) else f" The first {len(rows)} are shown."
    told = f"{len(seen.batch)} answers, {groups} groups; grey: {groups - count} groups without contrast.{some}"
    return arrays, schema, {"rules": rules, "names": [NAMES.get(name, name) for name in rules], "told": told}
