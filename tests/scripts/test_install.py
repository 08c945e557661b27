"""`pip install -e .` makes the packages importable from anywhere: what pyproject.toml declares is what there is."""

import tomllib
from pathlib import Path
from typing import Any

from setuptools import find_packages

ROOT = Path(__file__).parents[2]


def setup() -> dict[str, Any]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["tool"]["setuptools"]


def declared() -> list[str]:
    return setup()["packages"]["find"]["include"]


def test_every_folder_with_code_is_a_declared_package() -> None:
    packages = set(find_packages(str(ROOT), include=declared()))
    there = {
        path.parent.relative_to(ROOT).as_posix().replace("/", ".")
        for top in ("objectives", "traces", "scenes", "pipeline", "companion")
        for path in (ROOT / top).rglob("*.py")
    }
    assert packages == there


def test_every_script_and_style_sheet_is_declared_with_its_package() -> None:
    installed = {
        path
        for package, patterns in setup()["package-data"].items()
        for pattern in patterns
        for path in ROOT.joinpath(*package.split(".")).glob(pattern)
    }
    there = {path for top in declared() for end in ("js", "css") for path in (ROOT / top.strip("*")).rglob(f"*.{end}")}
    assert there
    assert there - installed == set()
