"""JSON and JSON lines: trainer_state.json, verl's metrics and rollouts, Stable-Baselines3's progress.json."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from companion.run.readers.sheet import Sheet, of_rows
from pipeline.errors import UserError


def read(path: Path) -> Sheet:
    """The rows of a file: those of `log_history`, of a list, or one of each line."""
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        return _lines(path)
    try:
        whole = json.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: this is no text in UTF-8.") from error
    except json.JSONDecodeError as error:
        if error.msg.startswith("Extra data"):
            return _lines(path)
        raise UserError(f"{path}:{error.lineno}: this is no JSON ({error.msg}).") from error
    except (RecursionError, ValueError) as error:
        raise UserError(f"{path}: this JSON is nested too deeply, or holds a number that is too long.") from error
    if isinstance(whole, dict) and isinstance(whole.get("log_history"), list):
        whole = whole["log_history"]
    if isinstance(whole, dict):
        found = ", ".join(list(whole)[:12]) or "nothing"
        raise UserError(f'{path}: a list of rows, or "log_history", is needed; it holds {found}.')
    if not isinstance(whole, list) or not all(isinstance(row, dict) for row in whole):
        raise UserError(f"{path}: a list of rows is needed, each an object with names and values.")
    return of_rows(path, map(flat, whole))


def _lines(path: Path) -> Sheet:
    cut: list[int] = []
    sheet = of_rows(path, _rows(path, cut))
    if cut:
        sheet.notes.append(f"line {cut[0]} of {path.name} is cut off and left out: it may still be written.")
    return sheet


def _rows(path: Path, cut: list[int]) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding="utf-8-sig") as lines:
        try:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                try:
                    row = json.loads(line)
                except (ValueError, RecursionError) as error:
                    if not line.endswith("\n") and number > 1:
                        cut.append(number)
                        return
                    raise UserError(f"{path}:{number}: this line is no JSON.") from error
                if not isinstance(row, dict):
                    raise UserError(f"{path}:{number}: a line must be an object with names and values.")
                yield flat(row)
        except UnicodeDecodeError as error:
            raise UserError(f"{path}: this is no text in UTF-8.") from error


def flat(row: dict[str, Any]) -> dict[str, Any]:
    """verl's file logger puts what it logs one level deeper, in `data`."""
    data = row.get("data")
    if isinstance(data, dict):
        row = {**{name: value for name, value in row.items() if name != "data"}, **data}
    if None in row.values():
        return {name: float("nan") if value is None else value for name, value in row.items()}
    return row
