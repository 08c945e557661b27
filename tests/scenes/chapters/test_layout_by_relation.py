"""Clips say where things stand by relation, and not in pixels: few numbers in their code."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.scenes.film import ROOT

PLAIN = {0, 1, 2, 3, 0.5}  # numbers that count, halve or double
LARGEST = 20.0  # numbers in a hundred lines
SHORT = 30  # lines: a shorter file is counted with the others of its chapter
CHAPTERS = sorted(path for path in (ROOT / "scenes/chapters").iterdir() if (path / "__init__.py").is_file())
FILES = [path for chapter in CHAPTERS for path in sorted(chapter.glob("*.py"))]


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def numbers(*paths: Path) -> float:
    """How many numbers, but for the plain ones, there are in a hundred lines of code."""
    found = [
        node.value
        for path in paths
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and type(node.value) in (int, float)
    ]
    return 100 * sum(value not in PLAIN for value in found) / max(1, sum(map(lines, paths)))


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, id=path.stem) for path in FILES if lines(path) >= SHORT],
)
def test_a_file_places_things_by_relation(path: Path) -> None:
    assert numbers(path) <= LARGEST, "too many numbers: say where things stand with scenes/engine/layout.py"


@pytest.mark.parametrize("chapter", [pytest.param(path, id=path.name) for path in CHAPTERS])
def test_a_chapter_places_things_by_relation(chapter: Path) -> None:
    assert numbers(*sorted(chapter.glob("*.py"))) <= LARGEST


def test_numbers_are_counted_in_code_only(tmp_path: Path) -> None:
    path = tmp_path / "clip.py"
    path.write_text('"""At 17 pixels."""\nx = 0.5 * 3 + 17  # 18\nshown = True\ny = -4.0\n', encoding="utf-8")
    assert numbers(path) == 50.0
