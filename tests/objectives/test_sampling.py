"""How many random numbers are drawn."""

from __future__ import annotations

import pytest
import torch

from objectives import sampling
from objectives.sampling import Draws


def test_more_random_numbers_than_the_memory_is_meant_for_are_refused_before_any_is_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(*_: object, **__: object) -> torch.Tensor:
        raise AssertionError("it draws")

    monkeypatch.setattr(torch, "rand", never)
    told = "12 runs of 400 batches of 8 groups of 1024 answers would draw 39,321,600 random numbers.*at most 33,554,432"
    with pytest.raises(ValueError, match=told):
        sampling.uniforms("world", Draws(groups=8, group_size=1024, iterations=400, seeds=12), tokens=1)


def test_as_many_random_numbers_as_may_be_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "AT_ONCE", 2 * 3 * 4 * 5 * 6)
    draws = Draws(groups=2, group_size=3, iterations=4, seeds=5)
    assert sampling.uniforms("world", draws, tokens=6).shape == (5, 4, 6, 6)
    with pytest.raises(ValueError, match="at most 720"):
        sampling.uniforms("world", draws, tokens=7)
