"""How much of the returns a critic foresees, by hand."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from objectives.estimators.explained_variance import explained_variance

RETURNS = torch.tensor([[1.0, 1.0, 9.0], [0.0, 0.0, 0.0]], dtype=torch.float64)
MASK = torch.tensor([[True, True, False], [True, True, True]])
"""Five tokens: 1, 1, 0, 0, 0, of variance 2/5 - 4/25 = 6/25."""


def test_by_hand() -> None:
    """Errors .5, .5, 0, 0, 0 have variance 1/10 - 1/25 = 3/50, a quarter of 6/25."""
    values = torch.tensor([[0.5, 0.5, torch.nan], [0.0, 0.0, 0.0]], dtype=torch.float64)
    assert explained_variance(RETURNS, values, MASK).item() == pytest.approx(1 - 0.25)


def test_its_ends() -> None:
    assert explained_variance(RETURNS, RETURNS + 3, MASK).item() == pytest.approx(1)  # a constant error costs nothing
    assert explained_variance(RETURNS, torch.full_like(RETURNS, 0.7), MASK).item() == pytest.approx(0)
    assert explained_variance(RETURNS, -RETURNS, MASK).item() == pytest.approx(-3)
    assert explained_variance(torch.ones_like(RETURNS), RETURNS, MASK).item() == 0


def test_runs_are_independent() -> None:
    both = torch.stack([RETURNS, 2 * RETURNS])
    values = torch.stack([RETURNS, RETURNS])
    assert explained_variance(both, values, MASK).tolist() == pytest.approx([1, 0.75])


@given(st.floats(-50, 50), st.floats(0.1, 10), st.integers(0, 1000))
def test_shift_and_scale_of_both_change_nothing(shift: float, scale: float, seed: int) -> None:
    values = torch.randn((2, 3), generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    plain = explained_variance(RETURNS, values, MASK)
    moved = explained_variance(scale * RETURNS + shift, scale * values - shift, MASK)
    assert moved.item() == pytest.approx(plain.item(), rel=1e-6, abs=1e-9)
