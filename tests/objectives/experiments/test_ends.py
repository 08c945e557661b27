"""Every key of some experiments at both ends of its range: it runs, or a sentence says at once why it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.errors import UserError
from pipeline.project import parameters
from pipeline.project.parameters import Parameter
from pipeline.project.sources import Sources
from pipeline.workers import compute
from tests.objectives.experiments.test_contract import SHIPPED, module

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
SMALL: dict[str, dict[str, Any]] = {
    "length_phantom": {"length_phantom.group": 2},
    "noise_clip": {"noise_clip.iterations": 3, "noise_clip.seeds": 3},
    "reward_hacking": {"reward_hacking.steps": 3, "reward_hacking.seeds": 2, "reward_hacking.panels": 2},
    "baseline_variance": {
        "sampling.iterations": 2,
        "sampling.seeds": 1,
        "surface.resolution": 5,
        "baseline_variance.redraws": 50,
        "baseline_variance.batches": 2,
    },
}
LONG = {"length_phantom.group", "noise_clip.iterations", "reward_hacking.steps", "surface.resolution"}
"""Keys whose upper end only takes long."""
TOGETHER = {"noise.coin": "coin plus bonus must be a probability", "noise_clip.bonus": "coin plus bonus must be"}
"""Keys that the run refuses before its work: the other half of what they must agree with is another table."""

SCHEMA = parameters.schema(Sources(ROOT, ROOT / "build/cache/sources.json"))


def keys(name: str) -> list[str]:
    """What an experiment may read."""
    allowed = module(name).KEYS
    return [key for key in SHIPPED if key in allowed or f"{key.partition('.')[0]}.*" in allowed]


def ends(parameter: Parameter) -> Iterator[Any]:
    """Its choices, or the lowest and the highest number that it may be, and very small or large ones if it has none."""
    if parameter.choices:
        yield from parameter.choices
    elif parameter.kind == "bool":
        yield from (False, True)
    else:
        margin = 1 if parameter.kind == "int" else 1e-6
        low = -1e6 if parameter.low is None else parameter.low + margin * parameter.low_open
        high = 1e6 if parameter.high is None else parameter.high - margin * parameter.high_open
        for end in (low, high):
            one = int(end) if parameter.kind == "int" else float(end)
            usual = parameter.default
            yield (one, *usual[1:]) if isinstance(usual, tuple) else one


def result(name: str, values: dict[str, Any]) -> str:
    """What became of a run: the sentence by which it was refused, or nothing."""
    experiment = module(name)
    try:
        compute._check_tables(values, parameters.owners(SCHEMA, {key.partition(".")[0] for key in values}))
        arrays = experiment.run(values)
    except UserError as error:
        return str(error)
    except ValueError as error:
        return f"refused: {error}"
    for key, (_dims, _unit, doc) in experiment.SCHEMA.items():
        assert arrays[key].dtype.kind != "f" or "NaN" in doc or np.isfinite(arrays[key]).all(), key
    for key, number in experiment.NUMBERS.items():
        compute._number(key, number, arrays, name)
    for key, claim in experiment.CLAIMS.items():
        compute._claim(key, claim, arrays, name)
    return ""


@pytest.mark.parametrize(("name", "key"), [(name, key) for name in SMALL for key in keys(name)])
def test_a_key_at_either_end_of_its_range_runs_or_is_refused_by_a_sentence(name: str, key: str) -> None:
    usual = {other: SMALL[name].get(other, SHIPPED[other]) for other in keys(name)}
    for value in list(ends(SCHEMA[key]))[: 1 if key in LONG else None]:
        told = result(name, {**usual, key: value})
        if told.startswith("refused: "):
            assert TOGETHER[key] in told
        elif told:
            assert told.startswith("hyperparameters.toml, [")


@pytest.mark.parametrize("name", SMALL)
def test_what_is_otherwise_set_for_it_is_not_refused(name: str) -> None:
    assert SMALL[name].keys() <= set(keys(name))
    assert result(name, {key: SMALL[name].get(key, SHIPPED[key]) for key in keys(name)}) == ""
