"""How far a run is: shares by hand, nested, and nothing where nobody asks."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
import torch

from objectives import OBJECTIVES, progress, sampling
from objectives.experiments import noise_clip, whitened_baseline
from objectives.training import loop
from objectives.worlds import three_answers


def test_shares_by_hand() -> None:
    told: list[float] = []
    with progress.listening(told.append):
        for _ in progress.whole("ab"):
            for _ in progress.parts("xyz"):
                pass
    assert told == pytest.approx([1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6, 1])


def test_parts_of_nothing_tell_nothing() -> None:
    told: list[float] = []
    with progress.listening(told.append):
        assert list(progress.parts("abc")) == ["a", "b", "c"]
        assert list(progress.whole("ab")) == ["a", "b"]
        assert list(progress.parts("abc")) == ["a", "b", "c"]
    assert told == [0.5, 1]


def test_it_never_goes_back() -> None:
    """Two runs in one part: the second tells nothing until it is further than the first was."""
    told: list[float] = []
    with progress.listening(told.append):
        for _ in progress.whole("ab"):
            for _ in range(2):
                list(progress.parts("xy"))
    assert told == sorted(set(told))
    assert told[-1] == 1


def test_a_run_that_is_left_half_way_does_not_stop_the_rest() -> None:
    told: list[float] = []
    with progress.listening(told.append):
        for _ in progress.whole("abcd"):
            next(progress.parts("xyz"))
    assert told == [0.25, 0.5, 0.75, 1]


def test_a_run_that_failed_does_not_make_the_next_one_a_part_of_it() -> None:
    def fail() -> None:
        for _ in progress.whole("abc"):
            for _ in progress.parts("xyz"):
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as failure:
        fail()
    told: list[float] = []
    with progress.listening(told.append):
        assert list(progress.parts("ab")) == ["a", "b"]
    assert told == []
    assert failure.tb is not None  # whoever keeps the failure keeps the run that it stopped


def test_nobody_is_told_outside_the_block() -> None:
    told: list[float] = []
    with progress.listening(told.append):
        pass
    list(progress.whole("ab"))
    assert told == []


def test_training_tells_every_batch_and_does_not_depend_on_it() -> None:
    draws = sampling.Params(groups=2, group_size=2, iterations=4, seeds=1)
    world, rule = three_answers.ThreeAnswers(three_answers.Params()), OBJECTIVES["grpo"]
    rest = world, loop.Params(), sampling.uniforms(world.name, draws, world.tokens), sampling.group_labels(draws)
    alone = list(loop.train(rule, rule.Params(), *rest))
    told: list[float] = []
    with progress.listening(told.append):
        for _ in progress.whole("a"):
            heard = list(loop.train(rule, rule.Params(), *rest))
    assert told == [0.25, 0.5, 0.75, 1]
    assert torch.equal(heard[-1].after, alone[-1].after)


@pytest.mark.parametrize(("module", "parts"), [(noise_clip, 2 * 3), (whitened_baseline, 5 * 3)])
def test_experiments_that_take_seconds_say_how_far_they_are(module: Any, parts: int) -> None:
    file = Path(__file__).parents[2] / "hyperparameters.toml"
    values = {
        f"{table}.{key}": tuple(value) if isinstance(value, list) else value
        for table, keys in tomllib.loads(file.read_text(encoding="utf-8")).items()
        for key, value in keys.items()
    }
    values |= {"noise_clip.iterations": 3, "noise_clip.seeds": 2, "sampling.iterations": 3, "sampling.seeds": 2}
    told: list[float] = []
    with progress.listening(told.append):
        module.run(values)
    assert told == pytest.approx([(k + 1) / parts for k in range(parts)])
