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
