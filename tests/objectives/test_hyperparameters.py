"""Hyperparameters refuse what they cannot be, by name, and hyperparameters.toml says what each one means."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import objectives
from objectives.hyperparameters import Checked, defaults, hyper, interval, read

FILE = Path(__file__).parents[2] / "hyperparameters.toml"
MODULES = [importlib.import_module(info.name) for info in pkgutil.walk_packages(objectives.__path__, "objectives.")]
TABLES: dict[str, type[Checked]] = {
    module.NAME: module.Params
    for module in MODULES
    if getattr(getattr(module, "Params", None), "__module__", "") == module.__name__
}


@dataclasses.dataclass(frozen=True)
class Sample(Checked):
    share: float = hyper(0.5, low=0.0, high=1.0, low_open=True, source="a test", doc="a share")
    count: int = hyper(3, low=1, source="a test", doc="a count")
    flag: bool = hyper(True, source="a test", doc="a switch")
    kind: str = hyper("a", choices=("a", "b"), source="a test", doc="a choice")
    parts: list[float] = hyper((0.1, 0.2), low=0.0, high=1.0, source="a test", doc="parts")  # noqa: RUF009

    def check(self) -> None:
        if self.kind == "b" and not self.flag:
            raise ValueError("kind b needs flag")


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ({"share": "0.5"}, TypeError, "share must be float, not '0.5'"),
        ({"share": True}, TypeError, "share must be float, not True"),
        ({"count": 1.0}, TypeError, "count must be int, not 1.0"),
        ({"flag": 1}, TypeError, "flag must be bool, not 1"),
        ({"kind": 3}, TypeError, "kind must be str, not 3"),
        ({"parts": [0.1, "x"]}, TypeError, "parts must be list"),
        ({"share": 0.0}, ValueError, "share must be above 0.0 and at most 1.0, not 0.0"),
        ({"share": 1.5}, ValueError, "share must be above 0.0 and at most 1.0, not 1.5"),
        ({"share": float("nan")}, ValueError, "share must be above"),
        ({"count": 0}, ValueError, "count must be at least 1, not 0"),
        ({"kind": "c"}, ValueError, "kind must be one of a, b, not 'c'"),
        ({"parts": [0.1, 2.0]}, ValueError, "parts must be at least 0.0 and at most 1.0, not 2.0"),
        ({"kind": "b", "flag": False}, ValueError, "kind b needs flag"),
    ],
)
def test_a_wrong_value_is_refused_by_name(values: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=re.escape(message)):
        Sample(**values)


def test_whole_numbers_pass_for_floats_and_tuples_for_lists() -> None:
    sample = Sample(share=1, parts=(0, 1))  # type: ignore[arg-type]
    assert isinstance(sample.share, float)
    assert sample.parts == [0.0, 1.0]


def test_a_table_is_read_by_its_full_names() -> None:
    h = {**defaults(Sample, "sample"), "sample.count": 7}
    assert read(Sample, "sample", h).count == 7
    assert read(Sample, "sample", h, count=9).count == 9
    with pytest.raises(KeyError, match=r"other\.share"):
        read(Sample, "other", h)


def test_ranges_in_words() -> None:
    blank = {"low": None, "high": None, "low_open": False, "high_open": False}
    assert interval({**blank, "low": 0, "high": 1, "high_open": True}) == "at least 0 and below 1"
    assert interval(blank) == "a finite number"


@pytest.mark.parametrize("name", TABLES)
def test_every_field_says_what_it_means_and_where_it_comes_from(name: str) -> None:
    for field in dataclasses.fields(TABLES[name]):
        assert field.metadata["doc"], field.name
        assert field.metadata["source"], field.name
        assert str(field.type) in ("float", "int", "bool", "str", "list[float]")


def test_the_file_holds_every_hyperparameter_with_a_comment_and_nothing_else() -> None:
    text = FILE.read_text(encoding="utf-8")
    data = tomllib.loads(text)
    expected = {name: {field.name for field in dataclasses.fields(params)} for name, params in TABLES.items()}
    assert {name: set(table) for name, table in data.items()} == expected
    for name, table in data.items():
        TABLES[name](**table)
    lines = [line for line in text.splitlines() if "=" in line and not line.startswith("#")]
    assert len(lines) == sum(map(len, expected.values()))
    assert all(re.search(r"\S  +# \S.+\. \S", line) for line in lines)
