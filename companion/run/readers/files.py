"""Which files are meant by a path, and which reader takes them. Files are data: nothing in them is ever run."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from companion.run.readers import csv_files, json_files, parquet_files, tensorboard_events
from companion.run.readers.sheet import Sheet, bounded
from pipeline.errors import UserError

READERS = {
    ".json": json_files.read,
    ".jsonl": json_files.read,
    ".ndjson": json_files.read,
    ".csv": csv_files.read,
    ".tsv": csv_files.read,
    ".parquet": parquet_files.read,
}
NEVER = (".pkl", ".pickle", ".pt", ".pth", ".bin", ".ckpt", ".npy", ".npz", ".joblib")
MAX_FILES = 1_000
KNOWN = "trainer_state.json, .csv, .jsonl, .json, .parquet and TensorBoard's events"


def is_events(path: Path) -> bool:
    """Whether a file is one of TensorBoard's, by its name."""
    return "tfevents" in path.name


def read(path: Path) -> Sheet:
    """The columns of one file, or a UserError of one sentence."""
    suffix = path.suffix.lower()
    if not is_events(path) and suffix not in READERS:
        why = " could run code when it is opened, and is" if suffix in NEVER else " is"
        raise UserError(f"{path}: a file of this kind{why} not read; known are {KNOWN}.")
    try:
        bounded(path)
        return tensorboard_events.read(path) if is_events(path) else READERS[suffix](path)
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}.") from error
    except MemoryError as error:
        raise UserError(f"{path}: there is not enough memory to read it.") from error


def meant(paths: Iterable[Path]) -> list[Path]:
    """The files that these paths name. Of a folder, what can be read in it: of its checkpoints the newest state, and
    of several loggers of Stable-Baselines3 that wrote the same rows, one.
    """
    out: list[Path] = []
    for path in paths:
        if not path.exists():
            raise UserError(f"{path}: there is no such file or folder.")
        found = sorted(_inside(path)) if path.is_dir() else [path]
        if not found:
            raise UserError(f"{path}: no file in this folder can be read; known are {KNOWN}.")
        out += [one for one in found if one not in out]
    if len(out) > MAX_FILES:
        raise UserError(f"{len(out)} files are more than the {MAX_FILES} that are read at once.")
    return out


def _inside(folder: Path) -> list[Path]:
    files = [path for path in folder.rglob("*") if path.is_file() and (is_events(path) or path.suffix in READERS)]
    states = sorted((p for p in files if p.name == "trainer_state.json"), key=_checkpoint)
    named = [path for path in files if is_events(path) or _tells_of_training(path)]
    logged = {name: {p.parent for p in named if p.name == name} for name in ("progress.csv", "progress.json")}
    twice = {p for p in named if p.name != "progress.csv" and p.parent in logged["progress.csv"]}
    twice |= {p for p in named if is_events(p) and p.parent in logged["progress.json"]}
    again = {p for p in twice if is_events(p) or p.name == "progress.json"}
    return [*[p for p in named if p.name != "trainer_state.json" and p not in again], *states[-1:]]


def _checkpoint(path: Path) -> tuple[int, str]:
    """The number of the checkpoint that a state lies in; one beside the checkpoints is the last."""
    number = re.fullmatch(r"checkpoint-(\d+)", path.parent.name)
    return (int(number[1]) if number else 1 << 62, str(path))


def _tells_of_training(path: Path) -> bool:
    """Whether a file in a folder is taken without being named: not the configuration of a model or a tokenizer."""
    return path.suffix != ".json" or path.name in ("trainer_state.json", "progress.json")
