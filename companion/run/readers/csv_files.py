"""CSV: Stable-Baselines3's progress.csv, an export of wandb, or any table with names in its first line."""

from __future__ import annotations

import csv
import json
from itertools import islice
from pathlib import Path
from typing import Any

from companion.run.readers.sheet import ABSENT, MAX_COLUMNS, MAX_ROWS, Sheet
from pipeline.errors import UserError

csv.field_size_limit(1 << 24)


def read(path: Path) -> Sheet:
    """The columns of a file; an empty cell is absent, and a list in brackets is a list."""
    try:
        return _read(path)
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: this is no text in UTF-8.") from error
    except csv.Error as error:
        raise UserError(f"{path}: this is no CSV ({error}).") from error


def _read(path: Path) -> Sheet:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        head = lines.readline()
        lines.seek(0)
        reader = csv.reader(lines, delimiter=max(",;\t", key=head.count), strict=True)
        names = next(reader, [])
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise UserError(f'{path}: the column "{twice}" is there twice.')
        if len(names) > MAX_COLUMNS:
            raise UserError(f"{path}: it has more than the {MAX_COLUMNS} columns that are read.")
        rows = [_whole(path, reader.line_num, cells, len(names)) for cells in islice(reader, MAX_ROWS + 1) if cells]
    if len(rows) > MAX_ROWS:
        raise UserError(f"{path}: it has more than the {MAX_ROWS} rows that are read.")
    if not rows:
        raise UserError(f"{path}: it holds no rows.")
    columns = {name: _column(list(cells)) for name, cells in zip(names, zip(*rows, strict=True), strict=True)}
    return Sheet(path, columns, len(rows))


def _whole(path: Path, line: int, cells: list[str], count: int) -> list[str]:
    """A row with a cell for each name; what the end of a line leaves out is empty."""
    if len(cells) > count:
        raise UserError(f"{path}:{line}: {len(cells)} cells, but the first line names {count} columns.")
    return cells if len(cells) == count else cells + [""] * (count - len(cells))


def _column(cells: list[Any]) -> list[Any]:
    """Cells with nothing in them as absent, and lists as lists."""
    if "" in cells or any(cell[:1] == "[" for cell in cells):
        return [_cell(cell) for cell in cells]
    return cells


def _cell(text: str) -> Any:
    if not text:
        return ABSENT
    if text[0] == "[" and text[-1] == "]":
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text
