"""Parquet: what TRL's `log_completions` writes. Read by pyarrow, of the extra [page]."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from companion.run.readers.sheet import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, Sheet
from pipeline.errors import UserError


def read(path: Path) -> Sheet:
    """The columns of a file; a null is NaN, as pandas writes NaN."""
    try:
        import pyarrow
        import pyarrow.parquet as parquet
    except ImportError as error:
        raise UserError(f'{path}: reading parquet needs pyarrow: pip install -e ".[page]".') from error
    try:
        with parquet.ParquetFile(path) as file:
            rows, names = file.metadata.num_rows, file.schema_arrow.names
            groups = range(file.metadata.num_row_groups)
            unpacked = sum(file.metadata.row_group(k).total_byte_size for k in groups)
            if rows > MAX_ROWS or len(names) > MAX_COLUMNS or unpacked > MAX_BYTES:
                raise UserError(
                    f"{path}: {rows} rows of {len(names)} columns ({unpacked / 1e9:.1f} GB) are more than is read."
                )
            table = file.read(columns=[name for name in names if not name.startswith("__index")])
    except (pyarrow.ArrowException, OSError) as error:
        raise UserError(f"{path}: this is no parquet file, or it is cut off.") from error
    if not rows:
        raise UserError(f"{path}: it holds no rows.")
    return Sheet(path, {name: _cells(table.column(name)) for name in table.column_names}, rows)


def _cells(column: Any) -> list[Any]:
    cells: list[Any] = column.to_pylist()
    return cells if not column.null_count else [float("nan") if cell is None else cell for cell in cells]
