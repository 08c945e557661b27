"""CSV: Stable-Baselines3's progress.csv, an export of wandb, or any table with names in its first line."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from companion.run.readers.sheet import ABSENT, Sheet, of_rows
from pipeline.errors import UserError

csv.field_size_limit(1 << 24)


def read(path: Path) -> Sheet:
    """The columns of a file; an empty cell is absent, and a list in brackets is a list."""
    try:
        return of_rows(path, _rows(path))
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: this is no text in UTF-8.") from error
    except csv.Error as error:
        raise UserError(f"{path}: this is no CSV ({error}).") from error


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        head = lines.readline()
        lines.seek(0)
        delimiter = max(",;\t", key=head.count)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        names = next(reader, [])
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise UserError(f'{path}: the column "{twice}" is there twice.')
        for cells in reader:
            if not cells:
                continue
            if len(cells) > len(names):
                raise UserError(
                    f"{path}:{reader.line_num}: {len(cells)} cells, but the first line names {len(names)} columns."
                )
            yield {name: _cell(cell) for name, cell in zip(names, cells, strict=False)}


def _cell(text: str) -> Any:
    if not text:
        return ABSENT
    if text[0] == "[" and text[-1] == "]":
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text
