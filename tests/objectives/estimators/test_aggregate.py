"""One number per answer is the same number on each of its tokens, and a product left out changes nothing."""

from __future__ import annotations

import pytest
import torch

from objectives import checks
from objectives.estimators import aggregate
from objectives.precision import both, number, tokens

MASK = torch.tensor([[1, 1, 1], [1, 0, 0], [0, 0, 0], [1, 1, 0]], dtype=torch.bool)
GROUP = torch.tensor([3, 3, 7, 7])
ANSWERS = torch.tensor([[2.0], [4.0], [9.0], [-1.0]], dtype=torch.float64)
BY_HAND = {
    ("token", "drop"): 8 / 6,  # 2 + 2 + 2 + 4 - 1 - 1 over six tokens
    ("total", "drop"): 8.0,
    ("group", "drop"): (10 / 4 - 1) / 2,
    ("sequence", "drop"): (2 + 4 - 1) / 3,
    ("sequence", "count"): (2 + 4 - 1) / 4,
    ("sum", "drop"): 8 / 3,
    ("sum", "count"): 8 / 4,
    ("constant", "drop"): 8 / 3 / 3,
}


@pytest.mark.parametrize(("kind", "empty"), BY_HAND)
def test_a_number_per_answer_counts_once_for_each_of_its_tokens(kind: str, empty: str) -> None:
    wanted = BY_HAND[kind, empty]
    each = ANSWERS.expand(4, 3)
    assert float(aggregate.aggregate(each, MASK, kind, GROUP, 0.0, empty)) == pytest.approx(wanted, rel=1e-15)
    x = ANSWERS.clone().requires_grad_(True)
    with checks.settled():
        short = aggregate.aggregate(x, MASK, kind, GROUP, 0.0, empty)
        masked = aggregate.aggregate(each * MASK, MASK, kind, GROUP, 0.0, empty, masked=True)
    assert float(short.detach()) == pytest.approx(wanted, rel=1e-15)
    assert float(masked) == pytest.approx(wanted, rel=1e-15)
    short.backward()
    long = each.clone().requires_grad_(True)
    aggregate.aggregate(long, MASK, kind, GROUP, 0.0, empty).backward()
    assert x.grad is not None
    assert long.grad is not None
    assert torch.allclose(x.grad, long.grad.sum(-1, keepdim=True), rtol=1e-15)


def test_outside_a_loss_a_number_per_answer_is_refused() -> None:
    for kind in aggregate.KINDS:
        with pytest.raises(ValueError, match="same \\[B, T\\]"):
            aggregate.aggregate(ANSWERS, MASK, kind, GROUP)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_mask_in_numbers_is_0_and_1_and_counts_tokens(dtype: torch.dtype) -> None:
    for mask in (MASK, MASK.long(), MASK.to(dtype)):
        assert torch.equal(number(mask, dtype), MASK.to(dtype))
        assert tokens(mask, dtype).tolist() == [3.0, 1.0, 0.0, 2.0]
    column = torch.tensor([[True], [True], [True], [False]])
    assert torch.equal(both(column, MASK), column & MASK)


@pytest.mark.parametrize("seed", range(20))
def test_answers_of_one_token_in_equal_groups_are_averaged_in_one_order(seed: int) -> None:
    dice = torch.Generator().manual_seed(seed)
    x = torch.randn((4, 24, 1), generator=dice, dtype=torch.float64).requires_grad_(True)
    group = torch.arange(24) // 6
    kept = torch.ones((4, 24, 1), dtype=torch.bool)
    kept[1, 6:12] = False  # a group that the filter leaves out
    found = {}
    for kind in ("token", "group", "sequence"):
        value = aggregate.aggregate(x, kept, kind, group)
        found[kind] = value, torch.autograd.grad(value.sum(), x)[0]
    for kind in ("token", "sequence"):
        assert all(torch.equal(a, b) for a, b in zip(found["group"], found[kind], strict=True)), kind


def test_groups_of_unequal_size_still_weigh_the_same() -> None:
    x, group = torch.tensor([[1.0], [2.0], [6.0], [9.0]]), torch.tensor([0, 1, 1, 1])
    mask = torch.tensor([[1], [1], [1], [0]])
    assert float(aggregate.group_mean(x, mask, group)) == (1 + (2 + 6) / 2) / 2
    assert float(aggregate.group_mean(x, torch.tensor([[1], [0], [0], [0]]), group)) == 1.0
    assert float(aggregate.group_mean(x, torch.tensor([[1], [0], [0], [0]]), group, "count")) == 0.5
    runs = torch.stack([mask, torch.tensor([[1], [0], [1], [0]])])
    assert aggregate.group_mean(x, runs, group).tolist() == [2.5, 3.5]
