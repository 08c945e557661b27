"""The experiment with the recurrent network: its arrays, its planes, its claims."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from objectives import OBJECTIVES, SIX
from objectives.experiments import recurrent
from objectives.hyperparameters import defaults
from objectives.worlds import gru, tally

pytestmark = pytest.mark.slow

H = {
    **defaults(recurrent.Params, recurrent.NAME),
    **defaults(gru.Params, gru.NAME),
    **defaults(tally.Params, tally.NAME),
    **{key: value for name in SIX for key, value in defaults(OBJECTIVES[name].Params, name).items()},
}
SMALL = {"gru.hidden": 6, "recurrent.iterations": 8, "recurrent.resolution": 5, "recurrent.groups": 4}


class Recorder(dict[str, Any]):
    """A mapping that remembers what was read."""

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__(values)
        self.seen: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.seen.add(key)
        return super().__getitem__(key)


@pytest.fixture(scope="module")
def small() -> tuple[dict[str, np.ndarray], set[str]]:
    h = Recorder({**H, **SMALL})
    return recurrent.run(h), h.seen


def test_it_reads_what_it_declares(small: Any) -> None:
    declared = {key for key in H for rule in recurrent.KEYS if key == rule or key.startswith(rule.removesuffix("*"))}
    assert small[1] == declared & set(H)


def test_arrays_keep_the_schema(small: Any) -> None:
    sizes: dict[str, int] = {}
    assert set(small[0]) == set(recurrent.SCHEMA)
    for name, array in small[0].items():
        dims = recurrent.SCHEMA[name].dims.split()
        assert array.ndim == len(dims), name
        for dim, size in zip(dims, array.shape, strict=True):
            assert sizes.setdefault(dim, size) == (int(dim) if dim.isdigit() else size), name
        assert array.dtype.kind == "U" or np.isfinite(array).all(), name


def test_all_start_at_the_same_place_and_each_moves(small: Any) -> None:
    found = small[0]
    assert np.ptp(found["j"][:, :, 0]) == 0
    assert (found["step_norm"].sum(-1) > 0).all()
    assert ((found["explained"] > 0) & (found["explained"] <= 1)).all()


def test_the_path_lies_on_its_window_and_the_map_agrees_with_it(small: Any) -> None:
    found = small[0]
    for m in range(len(SIX)):
        for axis, grid in enumerate(("grid_u", "grid_v")):
            assert found[grid][m, 0] < found["path"][m, :, axis].min()
            assert found[grid][m, -1] > found["path"][m, :, axis].max()
    centre = found["random_j"][2, 2]
    assert found["random_axis"][2] == 0
    assert centre == pytest.approx(found["j"][0, 0, 0])


def test_the_same_dice_give_the_same_bytes(small: Any) -> None:
    again = recurrent.run({**H, **SMALL})
    assert all(again[name].tobytes() == array.tobytes() for name, array in small[0].items())


def test_its_claims_come_out() -> None:
    found = recurrent.run({**H, "recurrent.resolution": 3})
    assert {name: claim(found) for name, (_, claim) in recurrent.CLAIMS.items()} == dict.fromkeys(
        recurrent.CLAIMS, True
    )
    numbers = {name: number(found) for name, (_, number) in recurrent.NUMBERS.items()}
    assert numbers["j_start"] == pytest.approx(0.496, abs=0.001)
    assert numbers["parameters"] == 1124
    for name in ("trpo", "ppo", "grpo", "dapo"):
        assert numbers[f"{name}_j_end"] > 0.6, name
    assert numbers["reinforce_j_end"] < 0.6
