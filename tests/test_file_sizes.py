"""A file holds one idea: none is long, and most are short."""

import statistics
from pathlib import Path

ROOT = Path(__file__).parents[1]
LENGTHS = {
    str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
    for package in ("companion", "objectives", "pipeline", "scenes", "traces")
    for path in (ROOT / package).rglob("*.py")
}


def test_no_file_has_more_than_300_lines() -> None:
    assert {name: length for name, length in LENGTHS.items() if length > 300} == {}


def test_half_of_the_files_have_fewer_than_120_lines() -> None:
    assert statistics.median(LENGTHS.values()) < 120
