"""Steps of equal KL: by hand, in every run on its own, and what cannot be worth the step."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from objectives import OBJECTIVES, sampling
from objectives.estimators import kl
from objectives.training import equal_kl, loop
from objectives.worlds import tally, three_answers


def from_old(old: Tensor) -> equal_kl.Callable[[Tensor], Tensor]:
    return lambda theta: kl.categorical(old.log_softmax(-1).expand(theta.shape), theta.log_softmax(-1))


def test_two_even_answers_by_hand() -> None:
    """KL of (1/2, 1/2) from (p, 1 - p) is -log(2 sqrt(p (1 - p))): at p = 0.8 it is log 1.25."""
    old = torch.zeros(2, dtype=torch.float64)
    new = equal_kl.scale_to_kl(from_old(old), old, torch.tensor([3.0, -3.0]).double(), math.log(1.25), 20.0)
    assert new.softmax(-1)[0].item() == pytest.approx(0.8, abs=1e-12)
    assert new.tolist() == pytest.approx([math.log(2), -math.log(2)], abs=1e-12)


def test_the_direction_stays_and_the_length_of_the_change_plays_no_part() -> None:
    old = torch.tensor([0.3, -0.1, 0.5]).double()
    way = torch.tensor([0.2, -1.0, 0.4]).double()
    short, long = (equal_kl.scale_to_kl(from_old(old), old, old + size * way, 0.01, 20.0) for size in (1e-3, 7.0))
    assert torch.allclose(short, long, atol=1e-12)
    moved = short - old
    assert torch.allclose(moved / moved.norm(), way / way.norm(), atol=1e-12)


@given(st.lists(st.floats(-3, 3), min_size=8, max_size=8), st.floats(1e-4, 0.5))
@settings(max_examples=50, deadline=None)
def test_every_run_takes_its_own_step(numbers: list[float], size: float) -> None:
    old, new = torch.tensor(numbers, dtype=torch.float64).view(2, 2, 2)
    after = equal_kl.scale_to_kl(from_old(old), old, new, size, 1e4)
    found = from_old(old)(after)
    moving = (new - old).sub((new - old).mean(-1, keepdim=True)).norm(dim=-1) > 1e-3
    assert torch.allclose(found[moving], torch.full_like(found[moving], size), rtol=1e-6)


def test_no_change_stays_and_a_sure_policy_stops_at_the_reach() -> None:
    old = torch.tensor([[0.0, 1.0], [30.0, 0.0]]).double()
    new = old + torch.tensor([[0.0, 0.0], [1.0, 0.0]]).double()
    after = equal_kl.scale_to_kl(from_old(old), old, new, 0.01, 5.0)
    assert torch.equal(after[0], old[0])
    assert (after[1] - old[1]).norm().item() == pytest.approx(5.0)


@pytest.mark.parametrize(("size", "reach"), [(0.0, 1.0), (0.1, 0.0), (math.nan, 1.0)])
def test_a_step_and_a_reach_are_above_nothing(size: float, reach: float) -> None:
    old = torch.zeros(2, dtype=torch.float64)
    with pytest.raises(ValueError, match="must be a"):
        equal_kl.scale_to_kl(from_old(old), old, old + 1, size, reach)


def test_the_loop_takes_the_step_on_every_batch_also_where_answers_have_several_tokens() -> None:
    game, rule = tally.Tally(tally.Params(bits=2, cap=4), 8), OBJECTIVES["ppo"]
    draws = sampling.Params(groups=4, group_size=8, iterations=3, seeds=2)
    uniforms, group = sampling.uniforms(game.name, draws, game.tokens), sampling.group_labels(draws)
    for record in loop.train(rule, rule.Params(), game, loop.Params(), uniforms, group, step_kl=0.02):
        gone = loop.token_divergence(game, record.before, record.episodes)(record.after)
        assert gone.tolist() == pytest.approx([0.02] * 2, rel=1e-9)


def test_an_exact_critic_is_the_value_of_the_policy_that_draws() -> None:
    world, rule = three_answers.ThreeAnswers(three_answers.Params()), OBJECTIVES["baseline"]
    draws = sampling.Params(groups=2, group_size=8, iterations=4, seeds=2)
    uniforms, group = sampling.uniforms(world.name, draws, world.tokens), sampling.group_labels(draws)
    for exact in (True, False):
        records = list(loop.train(rule, rule.Params(), world, loop.Params(), uniforms, group, exact_critic=exact))
        off = [float((record.critic - world.true_values(record.before)).abs().max()) for record in records]
        assert (max(off) == 0) is exact
