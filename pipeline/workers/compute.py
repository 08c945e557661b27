"""Runs experiments and stores their traces. Called inside a worker: the only module that imports objectives/."""

from __future__ import annotations

import importlib
import math
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.errors import BuildError, UserError, did_you_mean
from pipeline.workers.pool import Answer, attempt
from pipeline.workers.progress import reporter


class Reads(Mapping[str, Any]):
    """The declared hyperparameters of an experiment; remembers which were read and refuses all others."""

    def __init__(self, values: Mapping[str, Any], where: str) -> None:
        self._values = values
        self._where = where
        self.read: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        if key not in self._values:
            hint = did_you_mean(key, self._values)
            raise BuildError(f'{self._where} reads "{key}", which its KEYS do not declare{hint}')
        self.read.add(key)
        return self._values[key]

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def run(job: dict[str, Any]) -> Answer:
    """Computes one trace.

    The job is JSON: `root`, `path` of the experiment's module, `hyperparameters` declared by it, `tables` (table ->
    module that owns it), `out`, `log`, and `progress`, the file that says how far it is.
    """
    return attempt(Path(job["root"]), Path(job["log"]), lambda: _run(job))


def tables(job: dict[str, Any]) -> Answer:
    """Whether these hyperparameters can be: the job has `root`, `log`, `hyperparameters` and `tables` as for `run`."""
    return attempt(Path(job["root"]), Path(job["log"]), lambda: _check_tables(_fixed(job), job["tables"]))


def _run(job: Mapping[str, Any]) -> Answer:
    from traces.schema import SchemaError
    from traces.store import save

    start = time.monotonic()
    path = job["path"]
    experiment: Any = importlib.import_module(path.removesuffix(".py").replace("/", "."))
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
    values = _fixed(job)
    _check_tables(values, job["tables"])
    reads = Reads(values, path)
    with _telling(job):
        arrays = experiment.run(reads)
    numbers = {name: _number(name, entry, arrays, path) for name, entry in getattr(experiment, "NUMBERS", {}).items()}
    claims = {name: _claim(name, entry, arrays, path) for name, entry in getattr(experiment, "CLAIMS", {}).items()}
    meta = {
        "name": experiment.NAME,
        "schema": {name: list(entry) for name, entry in experiment.SCHEMA.items()},
        "numbers": numbers,
        "number_docs": {name: entry[0] for name, entry in getattr(experiment, "NUMBERS", {}).items()},
        "claims": claims,
        "claim_sentences": {name: entry[0] for name, entry in getattr(experiment, "CLAIMS", {}).items()},
        "hyperparameters": {name: job["hyperparameters"][name] for name in sorted(reads.read)},
        "printed": _printed(experiment, reads, path),
    }
    try:
        made = save(Path(job["out"]), arrays, meta)
    except SchemaError as error:
        raise BuildError(f"{path}: {error}.".replace("..", ".")) from error
    about = {name: value for name, value in meta.items() if name not in ("name", "schema", "printed")}
    return {
        "trace": {**about, "digest": made},
        "idle": dict(getattr(experiment, "IDLE", {})),
        "unread": sorted(set(job["hyperparameters"]) - reads.read),
        "seconds": round(time.monotonic() - start, 3),
    }


def _printed(experiment: Any, reads: Reads, path: str) -> list[str]:
    """The hyperparameters that pictures may look at: the experiment names them, and must have read them."""
    names = sorted(getattr(experiment, "PRINTED", ()))
    unread = [name for name in names if name not in reads.read]
    if unread:
        raise BuildError(f'{path} names "{unread[0]}" in PRINTED, but does not read it')
    return names


@contextmanager
def _telling(job: Mapping[str, Any]) -> Iterator[None]:
    """Writes how far the experiment is into the file `progress` of the job, a few times a second."""
    module: Any = sys.modules.get("objectives.progress")  # if the experiment does not tell, nobody need listen
    if module is None or "progress" not in job:
        yield
        return
    report = reporter(Path(job["progress"]))
    with module.listening(lambda share: report(share, 1)):
        yield


def _check_tables(values: Mapping[str, Any], tables: Mapping[str, str]) -> Answer:
    """Builds the parameters of every table as a whole: some of them must agree with each other."""
    for table, path in tables.items():
        module: Any = importlib.import_module(path.removesuffix(".py").replace("/", "."))
        given = {name.partition(".")[2]: value for name, value in values.items() if name.startswith(f"{table}.")}
        try:
            module.Params(**given)
        except (TypeError, ValueError) as error:
            raise UserError(f"hyperparameters.toml, [{table}]: {error}.".replace("..", ".")) from error
    return {}


def _fixed(job: Mapping[str, Any]) -> dict[str, Any]:
    """A job's hyperparameters; its lists cannot be changed."""
    return {name: tuple(x) if isinstance(x, list) else x for name, x in job["hyperparameters"].items()}


def _number(name: str, entry: tuple[str, Callable[[Any], float]], arrays: Any, path: str) -> float:
    try:
        value = float(entry[1](arrays))
    except Exception as error:
        raise BuildError(f'{path}: the number "{name}" failed ({type(error).__name__}: {error}).') from error
    if not math.isfinite(value):
        raise BuildError(f'{path}: the number "{name}" is {value}; only finite numbers can be spoken or printed.')
    return value


def _claim(name: str, entry: tuple[str, Callable[[Any], bool]], arrays: Any, path: str) -> bool:
    try:
        return bool(entry[1](arrays))
    except Exception as error:
        raise BuildError(f'{path}: the claim "{name}" failed ({type(error).__name__}: {error}).') from error
