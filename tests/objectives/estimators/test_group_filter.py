"""Which groups count, by hand: three answers of each of four questions."""

from __future__ import annotations

import pytest
import torch

from objectives.estimators.group_filter import counting

GROUP = torch.tensor([0, 0, 0, 1, 1, 1, 2, 2, 2, 3])
CORRECT = torch.tensor([1, 1, 0, 1, 1, 1, 0, 0, 0, 1]).bool()
REWARDS = torch.tensor([1.0, 1.0, 0.0, 1.0, 0.6, 1.0, 0.0, 0.0, 0.0, 1.0], dtype=torch.float64)
"""Mixed; all correct, but of unequal reward; all wrong; alone."""


@pytest.mark.parametrize(
    ("by", "singleton_group", "counted"),
    [
        ("correct", "zero", {0}),
        ("reward", "zero", {0, 1}),
        ("off", "zero", {0, 1, 2, 3}),
        ("correct", "reward", {0, 3}),
        ("reward", "reward", {0, 1, 3}),
    ],
)
def test_groups_that_count(by: str, singleton_group: str, counted: set[int]) -> None:
    found = counting(REWARDS, CORRECT, GROUP, by, singleton_group)
    assert found.dtype == torch.bool
    assert found.tolist() == [group in counted for group in GROUP.tolist()]


def test_each_run_of_a_batch_is_filtered_by_itself() -> None:
    correct = torch.stack([CORRECT, ~CORRECT])
    found = counting(REWARDS.expand(2, -1), correct, GROUP)
    assert found.tolist() == [[group == 0 for group in GROUP.tolist()]] * 2


def test_complex_numbers_are_refused_by_name() -> None:
    with pytest.raises(TypeError, match=r"^correct must hold real numbers"):
        counting(REWARDS, CORRECT.to(torch.complex128), GROUP)
