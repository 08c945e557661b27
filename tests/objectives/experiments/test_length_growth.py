"""Practice on Tally: the start by hand, a first step, and what becomes of the claims under edits."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from objectives import sampling
from objectives.experiments import length_growth
from objectives.training import grpo_runs
from objectives.worlds.tally import Params, Tally, is_right

FILE = Path(__file__).parents[3] / "hyperparameters.toml"
SHIPPED = {
    f"{table}.{key}": tuple(value) if isinstance(value, list) else value
    for table, keys in tomllib.loads(FILE.read_text(encoding="utf-8")).items()
    for key, value in keys.items()
}
FEW = {"practice.iterations": 6, "practice.seeds": 2, "practice.groups": 4}


def grow(**changes: Any) -> dict[str, np.ndarray]:
    return length_growth.run({**SHIPPED, **changes})


def failing(a: dict[str, np.ndarray]) -> set[str]:
    return {name for name, (_, function) in length_growth.CLAIMS.items() if not function(a)}


def test_the_start_by_hand() -> None:
    """ANSWER is 1.5 logits ahead in every state, so it comes with chance s = e^1.5 / (e^1.5 + 2) at each token."""
    a = grow(**FEW)
    stop = math.exp(1.5) / (math.exp(1.5) + 2)
    mark = (1 - stop) / 2
    assert float(a["at_once"]) == pytest.approx(stop)
    assert a["length"][:, 0] == pytest.approx(np.full(2, (1 - (1 - stop) ** 8) / stop))
    assert a["length_by_bits"][:, 0] == pytest.approx(np.full((2, 4), (1 - (1 - stop) ** 8) / stop))
    assert a["entropy"][:, 0] == pytest.approx(np.full(2, -stop * math.log(stop) - 2 * mark * math.log(mark)))
    # Every mark is even or odd by a coin, so all but the answers that are cut off are right by a coin.
    assert a["j"][:, 0] == pytest.approx(np.full(2, (1 - (1 - stop) ** 8) / 2))
    assert a["needed"].tolist() == [2, 3, 4, 5]


def test_the_transcripts_shown_are_checked_as_they_read() -> None:
    a = grow(**FEW)
    for texts, marks in zip(a["transcripts"], a["right"], strict=True):
        assert [is_right("1011", text) for text in texts] == marks.tolist()
    assert a["moments"].tolist() == [0, 2, 4, 6]


def test_the_likeliest_answer_by_hand() -> None:
    """At first ANSWER, with chance s; a sure tallier keeps the tally of 1011; who never answers is cut off."""
    world = Tally(Params(), only=["1011"])
    stop = math.exp(1.5) / (math.exp(1.5) + 2)
    assert length_growth.likeliest(world, world.start) == ("A", pytest.approx(stop))
    assert length_growth.likeliest(world, world.tallying(60.0)) == ("OOEOA", pytest.approx(1.0))
    even = torch.tensor([[60.0, 0.0, 0.0]] * 9, dtype=torch.float64).flatten()
    assert length_growth.likeliest(world, even) == ("EEEEEEEE", pytest.approx(1.0))


def test_the_log_is_what_the_random_numbers_say() -> None:
    settings = grpo_runs.Params(groups=4, iterations=1, seeds=2)
    world = Tally(Params(), settings.group_size)
    log = grpo_runs.train_grpo(world, settings, SHIPPED)
    episodes = world.play(world.start.expand(2, -1), sampling.uniforms("tally", settings.draws, world.tokens)[:, 0])
    assert torch.allclose(log.reward[:, 0], episodes.rewards.mean(-1))
    assert torch.allclose(log.length[:, 0], episodes.mask.double().sum(-1).mean(-1))
    groups = episodes.rewards.reshape(2, 4, 16)
    assert torch.allclose(log.mixed[:, 0], (groups.amax(-1) > groups.amin(-1)).double().mean(-1))
    assert log.theta.shape == (2, 2, 27)
    assert torch.equal(log.theta[:, 0], world.start.expand(2, -1))


def test_without_a_step_nothing_grows() -> None:
    a = grow(**FEW, **{"practice.learning_rate": 0.0})
    assert np.ptp(a["length"], axis=1).max() == 0.0
    assert {"answers_grow", "correctness_bought_it", "groups_come_to_agree", "entropy_runs_out"} <= failing(a)


def test_if_rash_answers_were_no_longer_common_the_start_would_not_be_half_right() -> None:
    assert "rash_answers_are_half_right" in failing(grow(**FEW, **{"tally.answer_bias": -3.0}))
    # Two marks and ANSWER: log 2 = 0.69 logits ahead, it comes as often as both marks together.
    assert "most_answer_at_once" in failing(grow(**FEW, **{"tally.answer_bias": 0.69}))
    assert "most_answer_at_once" not in failing(grow(**FEW, **{"tally.answer_bias": 0.7}))


def test_one_bit_needs_less() -> None:
    """With prompts of one bit a full tally is two tokens; `shown` transcripts are cut to it."""
    a = grow(**FEW, **{"tally.bits": 1})
    assert a["needed"].tolist() == [2]
    assert all(np.isfinite(function(a)) for _, function in length_growth.NUMBERS.values())
