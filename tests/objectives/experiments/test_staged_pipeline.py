"""Imitation by hand, how the stages join, what the filter keeps, and claims under edits."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from objectives.experiments import staged_pipeline
from objectives.worlds import tally

FILE = Path(__file__).parents[3] / "hyperparameters.toml"
SHIPPED = {
    f"{table}.{key}": tuple(value) if isinstance(value, list) else value
    for table, keys in tomllib.loads(FILE.read_text(encoding="utf-8")).items()
    for key, value in keys.items()
}
FEW = {
    "practice.seeds": 2,
    "practice.groups": 2,
    "staged_pipeline.first_batches": 2,
    "staged_pipeline.second_batches": 3,
    "staged_pipeline.drawn": 30,
}


def staged(**changes: Any) -> dict[str, np.ndarray]:
    return staged_pipeline.run({**SHIPPED, **FEW, **changes})


def test_one_step_of_imitation_by_hand() -> None:
    """Two tokens kept, E in state 0 and ANSWER in state 5; the third answer is not kept.

    The gradient of the mean of -log pi is (pi - onehot) / 2 in each of these rows and 0 in all others.
    """
    world = tally.Tally(tally.Params(answer_bias=0.0))
    one = torch.tensor([[[0, 0, 0], [5, 0, 0], [7, 0, 0]]])
    actions = torch.tensor([[[0, 0, 0], [2, 0, 0], [1, 0, 0]]])
    mask = torch.tensor([[[1, 0, 0]] * 3]).bool()
    answers = tally.Episodes(one, actions, mask, torch.zeros(1, 3), torch.zeros(1, 3))
    keep = torch.tensor([[True, True, False]])
    before, after = staged_pipeline.imitate(world, world.start.expand(1, -1), answers, keep, 3.0, 1)[0]
    moved = (after - before).reshape(9, 3)
    assert moved[0].tolist() == pytest.approx([1.0, -0.5, -0.5])
    assert moved[5].tolist() == pytest.approx([-0.5, -0.5, 1.0])
    assert moved.abs().sum().item() == pytest.approx(4.0)


def test_stages_join_where_they_should() -> None:
    a = staged()
    starts = a["ends"][:-1]
    assert a["ends"].tolist() == [0, 21, 24, 45, 49]
    for name in ("accuracy", "readable", "length"):
        values = a[name]
        assert np.allclose(values[:, starts[1]], values[:, starts[1] - 1])  # practice begins where imitation ended
        assert np.allclose(values[:, starts[2]], values[:, 0])  # the kept are imitated by the base
        assert np.allclose(values[:, starts[3]], values[:, starts[3] - 1])
        assert a[f"zero_{name}"].shape == (2, 6)
        assert a[f"zero_{name}"][:, 0] == pytest.approx(values[:, 0])


def test_the_base_is_as_the_world_says() -> None:
    """The second dialect begins with the share that is set, and what reads worst is what it says."""
    a = staged(**{"dialects.share": 0.3})
    assert a["readable"][:, 0] == pytest.approx([0.7, 0.7])
    assert a["zero_answers"].shape == (staged_pipeline.SHOWN,)


def test_those_who_never_err_write_full_tallies_in_one_dialect() -> None:
    a = staged(**{"staged_pipeline.skill": 60.0})
    assert all(text.endswith("A") and 2 <= len(text) <= 5 for text in a["examples"])
    assert not set("".join(a["examples"])) & set("eo")


def test_the_filter_keeps_what_is_right_and_in_one_dialect() -> None:
    """Without a step the policy is the base: right on half of the prompts, and it keeps fewer than it gets right."""
    still = {"staged_pipeline.rate": 0.0, "practice.learning_rate": 0.0, "staged_pipeline.drawn": 2000}
    a = staged(**still)
    assert a["right"] == pytest.approx([0.5, 0.5], abs=0.05)
    assert (a["kept"] < a["right"] - 0.02).all()
    assert (a["kept"] > 0.3).all()


def test_numbers_are_read_where_stages_end() -> None:
    a = staged()
    numbers = {name: function(a) for name, (_, function) in staged_pipeline.NUMBERS.items()}
    assert numbers["accuracy_base"] == pytest.approx(a["accuracy"][:, 0].mean())
    assert numbers["accuracy_imitated"] == pytest.approx(a["accuracy"][:, 20].mean())
    assert numbers["readable_practised"] == pytest.approx(a["readable"][:, 23].mean())
    assert numbers["accuracy_end"] == pytest.approx(a["accuracy"][:, -1].mean())
    assert numbers["accuracy_zero"] == pytest.approx(a["zero_accuracy"][:, -1].mean())
    assert numbers["batches"] == 5


def test_bad_examples_and_no_step_flip_claims() -> None:
    a = staged(**{"staged_pipeline.skill": 0.0, "staged_pipeline.rate": 0.0, "practice.learning_rate": 0.0})
    assert {name for name, (_, function) in staged_pipeline.CLAIMS.items() if not function(a)} == set(
        staged_pipeline.CLAIMS
    )
