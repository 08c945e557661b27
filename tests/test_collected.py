"""No test is passed over: pytest by itself goes past folders that are called build, dist or venv."""

import fnmatch
from pathlib import Path

import pytest

TESTS = Path(__file__).parent


def test_pytest_goes_into_every_folder_with_tests(request: pytest.FixtureRequest) -> None:
    folders = {path.parent.relative_to(TESTS) for path in TESTS.rglob("test_*.py")}
    assert Path("pipeline/build") in folders
    passed = request.config.getini("norecursedirs")
    assert [
        str(folder)
        for folder in folders
        if any(fnmatch.fnmatch(part, each) for part in folder.parts for each in passed)
    ] == []


def test_every_file_of_tests_has_a_name_that_pytest_looks_for() -> None:
    """A file that defines tests is called test_*.py."""
    strays = [
        str(path.relative_to(TESTS))
        for path in TESTS.rglob("*.py")
        if not path.name.startswith("test_") and "\ndef test_" in path.read_text(encoding="utf-8")
    ]
    assert strays == []
