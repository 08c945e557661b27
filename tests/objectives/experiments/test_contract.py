"""What an experiment owes its readers: declared keys, a kept schema, finite numbers, claims that hold, equal bytes."""

from __future__ import annotations

import importlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from tests.objectives.experiments.conftest import Shipped

pytestmark = pytest.mark.slow

FILE = Path(__file__).parents[3] / "hyperparameters.toml"
SHIPPED = {
    f"{table}.{key}": tuple(value) if isinstance(value, list) else value
    for table, keys in tomllib.loads(FILE.read_text(encoding="utf-8")).items()
    for key, value in keys.items()
}

# Each with an edit that makes it small enough to be run again and again.
SMALL: dict[str, dict[str, Any]] = {
    "reward_hacking": {"reward_hacking.steps": 3, "reward_hacking.seeds": 2, "reward_hacking.panels": 2},
    "kl_estimators": {"kl_estimators.redraws": 5},
    "rule_checker": {"rule_checker.bits": 1},
    "two_dialects": {"practice.iterations": 3, "practice.seeds": 2, "practice.groups": 2},
    "process_reward": {"process_reward.look": 3, "practice.seeds": 2, "practice.groups": 2},
    "noise_clip": {"noise_clip.iterations": 3, "noise_clip.seeds": 3},
    "dynamic_sampling": {"practice.iterations": 3, "practice.seeds": 2, "practice.groups": 2},
    "length_phantom": {"length_phantom.group": 2},
    "family_weights": {"family_weights.points": 11},
    "distillation": {"distillation.steps": 2, "distillation.seeds": 2},
    "staged_pipeline": {
        "practice.seeds": 2,
        "practice.groups": 2,
        "staged_pipeline.first_batches": 2,
        "staged_pipeline.second_batches": 2,
        "staged_pipeline.drawn": 20,
    },
    "search_tree": {"search_tree.visits": 5, "search_tree.seeds": 2},
    "equal_strides": {"sampling.iterations": 3, "sampling.seeds": 2},
    "six_in_a_network": {
        "six_in_a_network.iterations": 3,
        "six_in_a_network.groups": 4,
        "six_in_a_network.resolution": 4,
        "transformer.layers": 1,
    },
    "whitened_baseline": {"sampling.iterations": 3, "sampling.seeds": 2},
    "token_values": {"token_values.answers": 3, "token_values.young": 2, "token_values.critics": 2},
    "length_growth": {"practice.iterations": 3, "practice.seeds": 2, "practice.groups": 2},
}


class Recorder(Mapping[str, Any]):
    """Hyperparameters that remember which were read."""

    def __init__(self, **changes: Any) -> None:
        self.values, self.read = {**SHIPPED, **changes}, set[str]()

    def __getitem__(self, key: str) -> Any:
        self.read.add(key)
        return self.values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def __len__(self) -> int:
        return len(self.values)


def module(name: str) -> ModuleType:
    found = importlib.import_module(f"objectives.experiments.{name}")
    return importlib.import_module(f"{found.__name__}.run") if hasattr(found, "__path__") else found


@dataclass(frozen=True)
class Run:
    """A small run, and the hyperparameters that it read."""

    name: str
    arrays: dict[str, np.ndarray]
    read: frozenset[str]


@pytest.fixture(scope="module", params=SMALL)
def small(request: pytest.FixtureRequest) -> Run:
    """Each experiment, made small and run once for all tests here; pytest puts the tests of one experiment together."""
    h = Recorder(**SMALL[request.param])
    return Run(request.param, module(request.param).run(h), frozenset(h.read))


def check_numbers_and_claims(name: str, arrays: dict[str, np.ndarray]) -> None:
    assert module(name).NUMBERS
    for key, (doc, function) in module(name).NUMBERS.items():
        value = function(arrays)
        assert type(value) is float, key
        assert np.isfinite(value), (key, doc)
    for key, (sentence, function) in module(name).CLAIMS.items():
        assert sentence.endswith("."), key
        assert type(function(arrays)) is bool, key


def test_it_reads_every_declared_hyperparameter_and_no_other(small: Run) -> None:
    keys = module(small.name).KEYS
    assert small.read == {key for key in SHIPPED if key in keys or f"{key.partition('.')[0]}.*" in keys}


@pytest.mark.parametrize("name", SMALL)
def test_its_arrays_keep_the_schema(name: str, shipped: Shipped) -> None:
    arrays, schema = shipped(name), module(name).SCHEMA
    assert name == module(name).NAME
    assert arrays.keys() == schema.keys()
    lengths: dict[str, int] = {}
    for key, (dims, _unit, doc) in schema.items():
        assert doc
        assert arrays[key].ndim == len(dims.split()), key
        assert arrays[key].flags.c_contiguous, key
        for dim, length in zip(dims.split(), arrays[key].shape, strict=True):
            assert lengths.setdefault(dim, int(dim) if dim.isdigit() else length) == length, (key, dim)
        if arrays[key].dtype.kind == "f" and "NaN" not in doc:
            assert np.isfinite(arrays[key]).all(), key


@pytest.mark.parametrize("name", SMALL)
def test_its_numbers_are_finite_and_its_claims_are_yes_or_no(name: str, shipped: Shipped) -> None:
    check_numbers_and_claims(name, shipped(name))


def test_the_numbers_and_claims_of_a_small_run_are_of_the_same_kind(small: Run) -> None:
    check_numbers_and_claims(small.name, small.arrays)


@pytest.mark.parametrize("name", SMALL)
def test_its_claims_hold_as_shipped(name: str, shipped: Shipped) -> None:
    claims = module(name).CLAIMS
    assert claims
    assert [key for key, (_, function) in claims.items() if not function(shipped(name))] == []


def test_the_same_hyperparameters_give_the_same_bytes(small: Run) -> None:
    again = module(small.name).run({**SHIPPED, **SMALL[small.name]})
    assert all(again[key].tobytes() == small.arrays[key].tobytes() for key in small.arrays)
