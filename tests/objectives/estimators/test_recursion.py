"""From the last token to the first: against a loop over each answer's own tokens, with gaps and without."""

from __future__ import annotations

import pytest
import torch

from objectives.estimators import recursion
from objectives.estimators.advantages import gae

MASKS = {
    "ends early": torch.arange(9) < torch.tensor([[9], [1], [0], [5]]),
    "begins late": torch.arange(9) >= torch.tensor([[0], [8], [9], [4]]),
    "gaps": torch.tensor([[1, 0, 1, 1, 0, 0, 1, 0, 1], [0, 1, 1, 0, 1, 0, 0, 0, 0], [1] * 9, [0] * 9]).bool(),
}


def random(seed: int, *shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("kind", MASKS)
def test_only_answers_whose_tokens_are_apart_have_gaps(kind: str) -> None:
    assert recursion.has_gaps(MASKS[kind]) is (kind == "gaps")
    assert recursion.has_gaps(MASKS[kind].double()) is (kind == "gaps")


@pytest.mark.parametrize("kind", MASKS)
def test_gae_is_that_of_the_tokens_without_their_padding(kind: str) -> None:
    mask, rewards, values = MASKS[kind], random(0, 4), random(1, 4, 9)
    found, returns = gae(rewards, values, mask, gamma=0.9, lam=0.8)
    for row, on in enumerate(mask):
        own = values[row, on].tolist()
        running, expected = 0.0, []
        for t in reversed(range(len(own))):
            last = t + 1 == len(own)
            delta = (float(rewards[row]) if last else 0.0) + (0.0 if last else 0.9 * own[t + 1]) - own[t]
            running = delta + 0.9 * 0.8 * running
            expected.insert(0, running)
        assert found[row, on].tolist() == pytest.approx(expected, rel=1e-12)
        assert returns[row, on].tolist() == pytest.approx([a + v for a, v in zip(expected, own, strict=True)])
        assert not found[row, ~on].any()


@pytest.mark.parametrize("kind", ["ends early", "begins late"])
def test_answers_without_gaps_take_the_short_way_to_the_same_bits(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mask, rewards, values = MASKS[kind], random(2, 4), random(3, 4, 9)
    short = gae(rewards, values, mask, gamma=0.9, lam=0.8)
    monkeypatch.setattr(recursion, "has_gaps", lambda mask: True)
    long = gae(rewards, values, mask, gamma=0.9, lam=0.8)
    assert all(torch.equal(a, b) for a, b in zip(short, long, strict=True))
