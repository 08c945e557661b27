"""The phantom push by hand and by enumeration through the project's own aggregation, token weights, the ramp."""

from __future__ import annotations

import itertools
import math
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from objectives.estimators.aggregate import aggregate
from objectives.experiments import length_phantom
from objectives.experiments.length_phantom import AVERAGES, KINDS, outcomes, phantom, token_weights

FILE = Path(__file__).parents[3] / "hyperparameters.toml"
SHIPPED = {
    f"{table}.{key}": tuple(value) if isinstance(value, list) else value
    for table, keys in tomllib.loads(FILE.read_text(encoding="utf-8")).items()
    for key, value in keys.items()
}
HALF = torch.tensor([0.5], dtype=torch.float64)


def test_without_a_cap_the_push_of_the_mean_of_means_is_known() -> None:
    """E[1/n] = -(1 - f) / f log(1 - f), so the push is E[1/n] - (1 - f): T11's +.193, +.216 and +.156."""
    filler = torch.tensor([0.5, 0.7, 0.9], dtype=torch.float64)
    push = phantom(filler, 200, 1)[0]
    expected = [-(1 - f) / f * math.log(1 - f) - (1 - f) for f in (0.5, 0.7, 0.9)]
    assert push.tolist() == pytest.approx(expected, abs=1e-9)
    assert push.tolist() == pytest.approx([0.193, 0.216, 0.156], abs=5e-4)


def test_outcomes_by_hand() -> None:
    assert outcomes(HALF, 2).tolist() == [[0.5, 0.25, 0.25]]
    assert outcomes(torch.tensor([0.9]).double(), 40).sum().item() == pytest.approx(1.0)


def test_a_cap_of_two_by_hand() -> None:
    """f = 1/2: lengths 1 (stop), 2 (stop), 2 (cut off) with scores -1/2, 0, 1; their means -1/2, 0, 1/2."""
    push = phantom(HALF, 2, 1)
    assert push.flatten().tolist() == pytest.approx([0.125, 0.125, 0.0], abs=1e-15)


def test_every_batch_of_two_answers_through_the_aggregation_itself() -> None:
    """All pairs of outcomes with the cap 3, each the mean of the project's aggregate of -log pi; then the gradient."""
    cap, sizes = 3, [1, 2, 3, 3]
    logit = torch.tensor(0.4, dtype=torch.float64, requires_grad=True)
    go, stop = torch.nn.functional.logsigmoid(logit), torch.nn.functional.logsigmoid(-logit)
    with torch.no_grad():
        chance = outcomes(torch.sigmoid(logit).unsqueeze(0), cap)[0]
    for k, kind in enumerate(KINDS):
        total = torch.zeros((), dtype=torch.float64)
        for pair in itertools.product(range(4), repeat=2):
            rows = [torch.stack([go] * (cap if o == cap else o) + [stop] * (cap - o)) for o in pair]
            mask = torch.stack([torch.arange(cap) < sizes[o] for o in pair])
            value = aggregate(-torch.stack(rows), mask, kind, torch.zeros(2, dtype=torch.long), float(cap))
            total = total + chance[pair[0]] * chance[pair[1]] * value
        (slope,) = torch.autograd.grad(total, logit, retain_graph=True)
        push = phantom(torch.sigmoid(logit.detach()).unsqueeze(0), cap, 2)[k]
        assert slope.item() == pytest.approx(push.item(), abs=1e-14), kind


def test_token_weights_by_hand() -> None:
    """Answers of 1 and 3 tokens, cap 4: 1/2 and 1/6; 1/4 each; 1/8 each."""
    weights = token_weights(torch.tensor([1, 3]), 4)
    assert weights[0].tolist() == [[0.5, 0, 0, 0], pytest.approx([1 / 6, 1 / 6, 1 / 6, 0])]
    assert weights[1].tolist() == [[0.25, 0, 0, 0], [0.25, 0.25, 0.25, 0]]
    assert weights[2].tolist() == [[0.125, 0, 0, 0], [0.125, 0.125, 0.125, 0]]


def test_four_averages_of_two_questions_by_hand() -> None:
    """Answers of 1 and 3 tokens, then two of 2, cap 5: 1/4 an answer, 1/8 a token, 1/2 a question, 1/20."""
    weights = token_weights(torch.tensor([1, 3, 2, 2]), 5, AVERAGES, torch.tensor([0, 0, 1, 1]))
    assert AVERAGES == ("sequence", "token", "group", "constant")
    assert weights[0, :, 0].tolist() == pytest.approx([1 / 4, 1 / 12, 1 / 8, 1 / 8])
    assert weights[1, :, 0].tolist() == pytest.approx([1 / 8] * 4)
    assert weights[2, :, 0].tolist() == pytest.approx([1 / 8] * 4)
    assert weights[3, :, 0].tolist() == pytest.approx([1 / 20] * 4)
    assert (weights > 0).sum(-1).tolist() == [[1, 3, 2, 2]] * 4
    uneven = token_weights(torch.tensor([1, 3, 4, 4]), 5, ["group"], torch.tensor([0, 0, 1, 1]))
    assert uneven[0, :, 0].tolist() == pytest.approx([1 / 8, 1 / 8, 1 / 16, 1 / 16])


def test_a_group_of_one_makes_the_token_mean_the_mean_of_means() -> None:
    filler = torch.tensor([0.3, 0.8], dtype=torch.float64)
    push = phantom(filler, 20, 1)
    assert torch.allclose(push[0], push[1])
    assert (phantom(filler, 20, 8)[1] < push[1] / 3).all()


def test_the_ramp_and_edits() -> None:
    def run(**changes: Any) -> dict[str, np.ndarray]:
        return length_phantom.run({**SHIPPED, "length_phantom.group": 2, "length_phantom.cap": 12, **changes})

    a = run()
    assert a["ramp"].min() == -1.0
    assert a["ramp"][a["ramp_length"] <= 16384].max() == 0.0
    assert np.interp(18432, a["ramp_length"], a["ramp"]) == pytest.approx(-0.5, abs=0.01)
    assert a["sound_length"].tolist() == [0, 16384, 20480, 20480, pytest.approx(24576)]
    assert a["sound_cut"].tolist() == [1, 1, 1, -1, -1]
    assert a["sound_ramp"].tolist() == [1, 1, 0, -2, -2]
    false = {name for name, (_, f) in length_phantom.CLAIMS.items() if not f(run(**{"length_phantom.long": 4}))}
    assert false == {"token_mean_keeps_a_rest", "long_failures_are_punished_lightly", "averages_differ_as_told"}
    abrupt = run(**{"dapo.overlong_cache": 0.0})
    assert not length_phantom.CLAIMS["the_ramp_falls_before_the_cut"][1](abrupt)
    assert abrupt["sound_ramp"].tolist() == [1, 1, 1, -2, -2]
    with pytest.raises(ValueError, match="at most cap"):
        run(**{"length_phantom.long": 13})
