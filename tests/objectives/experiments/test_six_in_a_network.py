"""The six on a tiny transformer: shared beginnings, bounded steps, planes that hold the paths, and what came out."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from objectives import OBJECTIVES, SIX
from objectives.experiments.six_in_a_network import run as network
from objectives.hyperparameters import read
from objectives.losses import dapo
from objectives.worlds import tally, transformer
from objectives.worlds.tally_network import NetworkTally
from tests.objectives.experiments.conftest import Shipped

pytestmark = pytest.mark.slow

FILE = Path(__file__).parents[3] / "hyperparameters.toml"
SHIPPED = {
    f"{table}.{key}": tuple(value) if isinstance(value, list) else value
    for table, keys in tomllib.loads(FILE.read_text(encoding="utf-8")).items()
    for key, value in keys.items()
}
SMALL = {
    "transformer.layers": 1,
    "transformer.width": 8,
    "six_in_a_network.iterations": 4,
    "six_in_a_network.long_iterations": 6,
    "six_in_a_network.groups": 6,
    "six_in_a_network.resolution": 5,
}
INDEX = {name: k for k, name in enumerate(SIX)}
CRITICS = [INDEX[name] for name in ("baseline", "trpo", "ppo")]


@pytest.fixture(scope="module")
def small() -> dict[str, np.ndarray]:
    return network.run({**SHIPPED, **SMALL})


@pytest.fixture(scope="module")
def full(shipped: Shipped) -> dict[str, np.ndarray]:
    return shipped("six_in_a_network")


def test_all_begin_at_one_place_and_see_one_batch_there(small: dict[str, np.ndarray]) -> None:
    assert np.ptp(small["accuracy"][:, :, 0]) == 0
    assert (np.ptp(small["length"][:, :, 0], axis=1) == 0).all()
    assert (np.ptp(small["foreseeable"][:, :, 0], axis=1) == 0).all()
    assert (small["step_norm"].sum(-1) > 0).all()
    assert small["batch_size"] == 6 * 16


def test_the_longer_run_begins_as_the_other(small: dict[str, np.ndarray]) -> None:
    assert small["long_accuracy"].shape == (2, 2, 7)
    assert np.array_equal(small["long_accuracy"][..., :5], small["accuracy"][:, :2])


def test_accuracy_is_the_mean_over_prompts(small: dict[str, np.ndarray]) -> None:
    """Both lengths are equally likely, and so are all prompts of a length."""
    assert small["prompts"].tolist() == ["0", "1", "00", "01", "10", "11"]
    chances = np.array([1 / 4, 1 / 4, 1 / 8, 1 / 8, 1 / 8, 1 / 8])
    assert np.allclose(small["prompt_accuracy"] @ chances, small["accuracy"][..., -1])


def test_the_longer_run_is_no_shorter() -> None:
    with pytest.raises(ValueError, match="at least iterations"):
        network.Params(iterations=10, long_iterations=9)


def test_one_prompt_is_what_the_plain_rules_fail(full: dict[str, np.ndarray]) -> None:
    assert full["prompts"][full["prompt_accuracy"][0, 0].argmin()] == "11"
    assert network.NUMBERS["failed_in"][1](full) == 8
    assert 7 / 8 - 0.03 < full["accuracy"][:, :2, -1].mean() < 7 / 8


def test_no_step_is_longer_than_its_gradients_may_be(small: dict[str, np.ndarray]) -> None:
    """At most updates x learning rate x longest gradient; TRPO's is bounded by its KL, on top of its critic's step."""
    rate, longest = SHIPPED["six_in_a_network.learning_rate"], SHIPPED["six_in_a_network.max_norm"]
    for name in SIX:
        if name != "trpo":
            bound = SHIPPED.get(f"{name}.updates", 1) * rate * longest
            assert small["step_norm"][:, INDEX[name]].max() <= bound + 1e-12, name
    assert small["kl_step"][:, INDEX["trpo"]].max() <= SHIPPED["trpo.delta"]
    tight = network.run({**SHIPPED, **SMALL, "six_in_a_network.max_norm": 1e-3})
    assert tight["step_norm"][:, INDEX["reinforce"]] == pytest.approx(rate * 1e-3)


def test_only_rules_with_a_critic_foresee(small: dict[str, np.ndarray]) -> None:
    """The critic begins as one constant, which foresees nothing; no critic foresees more than a little above exact."""
    known = np.isfinite(small["foreseen"]).all((0, 2))
    assert known.tolist() == [k in CRITICS for k in range(6)]
    assert np.isnan(small["foreseen"][:, ~known]).all()
    assert small["foreseen"][:, CRITICS, 0] == pytest.approx(0, abs=1e-12)
    assert np.isfinite(small["foreseeable"]).all()
    assert (small["foreseeable"] <= 1).all()


def test_each_path_lies_on_its_window(small: dict[str, np.ndarray]) -> None:
    for m in range(6):
        for axis, grid in enumerate(("grid_u", "grid_v")):
            assert small[grid][m, 0] < small["path"][m, :, axis].min()
            assert small[grid][m, -1] > small["path"][m, :, axis].max()
    assert ((small["plane_share"] > 0) & (small["plane_share"] <= 1 + 1e-12)).all()
    steps = np.linalg.norm(np.diff(small["path"], axis=1), axis=-1)
    assert (steps <= small["step_norm"][0] + 1e-12).all()  # a projection shortens
    assert small["random_axis"][2] == 0
    assert small["random_accuracy"][2, 2] == pytest.approx(small["accuracy"][0, 0, 0])


def test_two_runs_have_two_paths_and_one_more_changes_neither(small: dict[str, np.ndarray]) -> None:
    assert not np.array_equal(small["accuracy"][0, :, 1], small["accuracy"][1, :, 1])
    one = network.run({**SHIPPED, **SMALL, "six_in_a_network.seeds": 1})
    plain = [INDEX[name] for name in SIX if name != "trpo"]
    assert one["accuracy"][0, plain] == pytest.approx(small["accuracy"][0, plain], abs=1e-9)


def test_it_says_which_filter_dapo_has(small: dict[str, np.ndarray]) -> None:
    assert str(small["filter"]) == "correct"
    other: dict[str, Any] = {**SHIPPED, **SMALL, "dapo.filter": "off", "dapo.refill": True}
    assert str(network.run(other)["filter"]) == "off"


def test_who_arrives_by_hand() -> None:
    """Two runs of six rules: the first two rules must end below 0.95 in both, and the others above it."""
    claim = network.CLAIMS["four_arrive_two_are_behind"][1]
    ends = np.array([[0.8, 0.9, 0.96, 0.97, 0.98, 0.99], [0.7, 0.8, 0.99, 0.98, 0.97, 0.96]])
    assert claim({"accuracy": ends[:, :, None]})
    for rule, value in ((1, 0.96), (2, 0.94)):
        other = ends.copy()
        other[1, rule] = value
        assert not claim({"accuracy": other[:, :, None]})


def test_what_came_out(full: dict[str, np.ndarray]) -> None:
    numbers = {name: function(full) for name, (_, function) in network.NUMBERS.items()}
    assert numbers["parameters"] == 4500
    assert numbers["accuracy_start"] == pytest.approx(0.5, abs=0.01)
    for name in ("trpo", "ppo", "grpo", "dapo"):
        assert numbers[f"accuracy_end_{name}"] > 0.98, name
        assert numbers[f"batches_{name}"] < 25, name
    for name in ("reinforce", "baseline"):
        assert 0.8 < numbers[f"accuracy_end_{name}"] < 0.9, name
    assert numbers["plane_share_least"] > 0.9


def test_without_the_cap_on_gradients_dapo_does_not_learn_to_count() -> None:
    """Fewer and fewer groups are mixed, each weighs more, and a step goes too far: why the gradient is capped."""
    params = replace(read(network.Params, network.NAME, SHIPPED), max_norm=1000.0)
    world = NetworkTally(transformer.Params(), tally.Params(bits=params.bits, cap=params.cap), params.group_size)
    wild = network.Stage(params, world).train(OBJECTIVES["dapo"], dapo.Params(refill=False), params.iterations)
    assert (wild["accuracy"][-1] < 0.95).all()
