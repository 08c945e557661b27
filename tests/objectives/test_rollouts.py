"""A batch of the wrong shape, type or content is refused by the name of what is wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch


def test_it_takes_any_mask_of_zeros_and_ones(batch: Any) -> None:
    rollouts = batch()
    for dtype in (torch.bool, torch.int64, torch.float32):
        assert torch.equal(replace(rollouts, mask=rollouts.mask.to(dtype)).mask, rollouts.mask)


@pytest.mark.parametrize(
    ("field", "value", "error", "message"),
    [
        ("logp", torch.zeros(4), ValueError, "logp must have at least 2 dimensions"),
        ("logp", torch.zeros(7, 4, dtype=torch.long), TypeError, "logp must be a floating tensor, not torch.int64"),
        ("logp", [[0.0]], TypeError, "logp must be a tensor, not list"),
        ("logp", torch.full((7, 4), torch.nan), ValueError, "logp must be finite"),
        (
            "old_logp",
            torch.zeros(7, 3),
            ValueError,
            r"old_logp must end in \[7, 4\] as logp does, but its shape is \[7, 3\]",
        ),
        ("old_logp", torch.full((7, 4), -torch.inf), ValueError, "old_logp must be finite"),
        ("mask", torch.full((7, 4), 0.5), ValueError, "mask must hold only 0 and 1"),
        ("mask", torch.ones(4, 7), ValueError, "mask must end in"),
        ("rewards", torch.zeros(6), ValueError, r"rewards must end in \[7\]"),
        ("rewards", torch.full((7,), torch.inf), ValueError, "rewards must be finite, but 7 of its values are not"),
        ("group", torch.zeros(7), TypeError, "group must be an integer tensor"),
        ("group", torch.zeros(8, dtype=torch.long), ValueError, "group must end in"),
        ("values", torch.zeros(7, 5), ValueError, "values must end in"),
        ("correct", torch.full((7,), 2), ValueError, "correct must hold only 0 and 1"),
    ],
)
def test_what_is_wrong_is_named(batch: Any, field: str, value: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        replace(batch(), **{field: value})


def test_runs_that_do_not_broadcast_are_named_with_their_shapes(batch: Any) -> None:
    one = batch()
    with pytest.raises(ValueError, match=r"logp \[2\], old_logp \[3\]"):
        replace(one, logp=one.logp.expand(2, 7, 4), old_logp=one.old_logp.expand(3, 7, 4))
