"""Small random batches, with padding and uneven groups, for every test of a loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch

from objectives import OBJECTIVES, SIX, Rollouts

Batch = Callable[..., Rollouts]
torch.set_num_threads(1)


@pytest.fixture(params=SIX)
def rule(request: pytest.FixtureRequest) -> Any:
    """Each of the six objectives in turn."""
    return OBJECTIVES[request.param]


@pytest.fixture(params=list(OBJECTIVES))
def any_rule(request: pytest.FixtureRequest) -> Any:
    """Each of the twelve objectives in turn."""
    return OBJECTIVES[request.param]


@pytest.fixture
def batch() -> Batch:
    """A factory of random rollouts: 7 answers of up to 4 tokens in groups of 3, 3 and 1 unless told otherwise."""

    def make(seed: int = 0, answers: int = 7, tokens: int = 4, equal_lengths: bool = False, **changes: Any) -> Rollouts:
        generator = torch.Generator().manual_seed(seed)

        def normal(*shape: int) -> torch.Tensor:
            return torch.randn(shape, generator=generator, dtype=torch.float64)

        lengths = torch.randint(1, tokens + 1, (answers,), generator=generator)
        if equal_lengths:
            lengths = torch.full((answers,), tokens)
        old_logp = -normal(answers, tokens).abs() - 0.1
        rollouts = Rollouts(
            logp=old_logp + 0.3 * normal(answers, tokens),
            old_logp=old_logp,
            ref_logp=old_logp + 0.3 * normal(answers, tokens),
            mask=torch.arange(tokens) < lengths.unsqueeze(-1),
            rewards=normal(answers),
            group=torch.arange(answers) // 3,
            correct=(torch.arange(answers) % 2).bool(),
            values=normal(answers, tokens),
            old_values=normal(answers, tokens),
            entropies=normal(answers, tokens).abs(),
        )
        return replace(rollouts, **changes)

    return make
