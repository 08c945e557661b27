"""`pip install -e .` makes the packages importable from anywhere: what pyproject.toml declares is what there is."""

import tomllib
from pathlib import Path

from setuptools import find_packages

ROOT = Path(__file__).parents[2]


def declared() -> list[str]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["tool"]["setuptools"]["packages"]["find"]["include"]


def test_every_folder_with_code_is_a_declared_package() -> None:
    packages = set(find_packages(str(ROOT), include=declared()))
    there = {
        path.parent.relative_to(ROOT).as_posix().replace("/", ".")
        for top in ("objectives", "traces", "scenes", "pipeline", "companion")
        for path in (ROOT / top).rglob("*.py")
    }
    assert packages == there
