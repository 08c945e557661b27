"""What `render.py run` does: reads training logs and batches, and writes and prints what they tell."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import UserError

DEFAULT = Path("dist") / "run"


def run(root: Path, paths: Sequence[Path], output: Path | None, steps: str, clip: bool) -> None:
    """`render.py run`: prints the findings on standard output, and on standard error what was taken for granted."""
    from companion.run import report
    from companion.run.told import told

    between = _steps(steps)
    folder = (output or root / DEFAULT).resolve()
    if folder.exists() and not folder.is_dir():
        raise UserError(f"-o {folder}: this is a file; a folder is needed.")
    found = told(paths, between)
    files = report.write(found, folder)
    if clip:
        from companion.run.clips import write

        files += write(root, found, folder)
    for one in found.findings:
        print(f"{one.where}: {one.sentence}")
        print(f"    {one.number:.4g}: {one.rule} {one.threshold:g}. Chapter: {one.chapter_title}.")
        print(f"    What acts on it: {one.setting}.")
    if not found.findings:
        print("None of the thresholds is crossed.")
    for note in found.notes:
        print(f"note: {note}", file=sys.stderr)
    for path in files:
        print(path.relative_to(root) if path.is_relative_to(root) else path)


def _steps(text: str) -> tuple[float, float] | None:
    """`100:500` as two numbers; either may be left out."""
    if not text:
        return None
    first, colon, last = text.partition(":")
    try:
        between = float(first or "-inf"), float(last or "inf")
    except ValueError:
        between = 1.0, 0.0
    if not colon or not between[0] <= between[1]:
        raise UserError(f"--steps {text}: write FIRST:LAST, such as 100:500, 100: or :500.")
    return between
