"""What every reader returns: named columns of equal length, in which a cell may be absent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import UserError

MAX_BYTES = 1 << 30
MAX_ROWS = 2_000_000
MAX_COLUMNS = 5_000


class Absent:
    """A cell without anything in it: not logged. A logged NaN, or a null, is NaN."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()


@dataclass
class Sheet:
    """Columns of one file."""

    path: Path
    columns: dict[str, list[Any]]
    rows: int
    notes: list[str] = field(default_factory=list)


def bounded(path: Path) -> None:
    """A UserError where a file is larger than is read."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise UserError(f"{path}: {size / 1e9:.1f} GB are more than the {MAX_BYTES / 1e9:.1f} GB that are read.")
    if size == 0:
        raise UserError(f"{path}: the file is empty.")


def of_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> Sheet:
    """Columns of rows that need not have the same names."""
    columns: dict[str, list[Any]] = {}
    count = 0
    for row in rows:
        if count == MAX_ROWS:
            raise UserError(f"{path}: it has more than the {MAX_ROWS} rows that are read.")
        if count and row.keys() == columns.keys():
            for name, value in row.items():
                columns[name].append(value)
            count += 1
            continue
        for name, value in row.items():
            column = columns.get(name)
            if column is None:
                if len(columns) == MAX_COLUMNS:
                    raise UserError(f"{path}: it has more than the {MAX_COLUMNS} columns that are read.")
                column = columns[name] = [ABSENT] * count
            column.append(value)
        count += 1
        if len(row) < len(columns):
            for column in columns.values():
                if len(column) < count:
                    column.append(ABSENT)
    if not count:
        raise UserError(f"{path}: it holds no rows.")
    return Sheet(path, columns, count)
