"""objectives/README.md: its examples run and print what they say, and its signatures are those of the code."""

from __future__ import annotations

import doctest
import importlib
import inspect
import re
from pathlib import Path

import pytest
import torch

from tests.objectives.slow_rules import OURS

PAGE = Path(__file__).parents[2] / "objectives" / "README.md"
TEXT = PAGE.read_text(encoding="utf-8")
SIGNATURES = re.findall(
    r"`((?:\w+\.)?\w+)\(([^`]*?)\)`", TEXT[TEXT.index("## The estimators") : TEXT.index("## Add a rule")]
)


def test_every_example_prints_what_it_says() -> None:
    try:
        failed, tried = doctest.testfile(str(PAGE), module_relative=False, report=True)
    finally:
        torch.set_printoptions(profile="default")
    assert tried > 60
    assert not failed


def test_every_rule_is_named() -> None:
    assert all(f"`{name}`" in TEXT for name in OURS)


@pytest.mark.parametrize(("name", "arguments"), SIGNATURES, ids=[name for name, _ in SIGNATURES])
def test_every_signature_is_that_of_the_code(name: str, arguments: str) -> None:
    module, _, function = name.rpartition(".")
    found = getattr(importlib.import_module(f"objectives.estimators.{module or 'kl_penalty'}"), function)
    parts = []
    for parameter in inspect.signature(found).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in parts:
            parts.append("*")
        default = parameter.default
        said = getattr(default, "__name__", None) or repr(default).replace("'", '"')
        parts.append(parameter.name + ("" if default is parameter.empty else f"={said}"))
    assert re.sub(r"\s+", " ", arguments) == ", ".join(parts)


def test_every_public_estimator_has_its_signature() -> None:
    named = {name.rpartition(".")[2] for name, _ in SIGNATURES}
    for path in sorted((PAGE.parent / "estimators").glob("*.py")):
        module = importlib.import_module(f"objectives.estimators.{path.stem}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            inner = path.stem == "recursion" or (path.stem, name) in INNER
            if function.__module__ == module.__name__ and not name.startswith("_") and not inner:
                assert name in named, f"{path.stem}.{name}"


INNER = {
    ("kl", "k1"),
    ("kl", "k2"),
    ("kl", "k3"),
    ("kl", "absolute"),
    ("groups", "groups"),
    ("ratios", "of_each_token"),
    ("advantages", "graded_in_groups"),
    ("group_filter", "kept"),
}
"""What is only a part of another."""
