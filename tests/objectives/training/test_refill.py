"""Dynamic sampling as DAPO's paper has it: drawn again until the batch is full, by hand, and on Tally."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from objectives import OBJECTIVES, sampling
from objectives.estimators import group_filter
from objectives.losses import dapo
from objectives.training import loop, refill
from objectives.worlds import Episodes, tally

PAIRS = torch.tensor([0, 0, 1, 1])


def answers(*right: int) -> Episodes:
    """Four answers of one token, in two groups of two; each is paid 1 if right, and is a token of its own number."""
    correct = torch.tensor([right])
    tokens = torch.arange(4).view(1, 4, 1)
    return Episodes(tokens * 0, tokens, torch.ones_like(tokens).bool(), correct.double(), correct.bool())


def drawing(*rounds: Episodes) -> refill.Draw:
    return lambda index: rounds[index]


def mixed(episodes: Episodes) -> Tensor:
    return group_filter.kept(episodes.rewards, episodes.correct, PAIRS, dapo.Params())


def test_a_batch_of_two_groups_filled_in_three_rounds_by_hand() -> None:
    """Round 1 keeps its second group, round 2 none, round 3 both, of which one is wanted. 12 answers are drawn."""
    rounds = answers(1, 1, 1, 0), answers(0, 0, 1, 1), answers(0, 1, 1, 0)
    batch, drawn = refill.full_batch(drawing(*rounds), mixed, PAIRS, cap=5)
    assert batch.rewards.tolist() == [[1, 0, 0, 1]]
    assert batch.actions.squeeze(-1).tolist() == [[2, 3, 0, 1]]
    assert batch.correct.tolist() == [[True, False, False, True]]
    assert drawn.tolist() == [12]


def test_the_loss_of_the_full_batch_by_hand() -> None:
    """Four answers of 1, 3, 2 and 2 tokens, advantages +1 and -1 by turns: J = (1 - 3 + 2 - 2) / 8 at ratio 1."""
    lengths = torch.tensor([1, 3, 2, 2])
    mask = torch.arange(3) < lengths.unsqueeze(-1)
    logp = torch.full((4, 3), -1.0, dtype=torch.float64, requires_grad=True)
    correct = torch.tensor([True, False, True, False])
    batch = loop.Rollouts(
        logp=logp,
        old_logp=logp.detach(),
        mask=mask,
        rewards=correct.double() * 2 - 1,
        correct=correct,
        group=PAIRS,
    )
    terms = dapo.loss(batch, dapo.Params())
    assert terms.total.item() == pytest.approx(-(1 - 3 + 2 - 2) / 8)
    terms.total.backward()
    assert logp.grad is not None
    assert logp.grad[mask].tolist() == pytest.approx([-1 / 8] + [1 / 8] * 3 + [-1 / 8] * 2 + [1 / 8] * 2)


def test_a_batch_that_is_full_at_once_is_left_alone() -> None:
    first = answers(1, 0, 0, 1)
    batch, drawn = refill.full_batch(drawing(first), mixed, PAIRS, cap=1)
    assert all(torch.equal(one, two) for one, two in zip(batch, first, strict=True))
    assert drawn.tolist() == [4]


def test_runs_are_filled_each_on_its_own() -> None:
    one, two = answers(1, 0, 0, 1), answers(1, 1, 0, 1)
    both = Episodes(*(torch.cat(parts) for parts in zip(one, two, strict=True)))
    batch, drawn = refill.full_batch(drawing(both, both), mixed, PAIRS, cap=2)
    assert batch.rewards.tolist() == [[1, 0, 0, 1], [0, 1, 0, 1]]
    assert drawn.tolist() == [4, 8]


def test_a_batch_that_cannot_be_filled_is_an_error_that_says_so() -> None:
    agreeing = answers(1, 1, 0, 1)
    words = (
        "dynamic sampling drew 1 batch of 2 groups for run 0 and could keep 1: let it draw more often "
        "(max_draws), keep what there is (refill = false), or give it prompts that are neither too easy nor too hard"
    )
    with pytest.raises(ValueError, match=re.escape(words)):
        refill.full_batch(drawing(agreeing), mixed, PAIRS, cap=1)


def test_a_run_that_rests_draws_nothing_and_asks_for_nothing() -> None:
    agreeing = answers(1, 1, 1, 1)
    _, drawn = refill.full_batch(drawing(agreeing), mixed, PAIRS, cap=1, resting=torch.tensor([True]))
    assert drawn.tolist() == [0]


def test_groups_must_be_blocks_of_one_size() -> None:
    with pytest.raises(ValueError, match="blocks"):
        refill.full_batch(drawing(answers(1, 0, 0, 1)), mixed, torch.tensor([0, 1, 0, 1]), cap=1)


# --- on Tally

GAME = tally.Tally(tally.Params(bits=2, cap=4), 4)
DRAWS = sampling.Params(groups=6, group_size=4, iterations=4, seeds=2)
UNIFORMS, GROUP = sampling.uniforms(GAME.name, DRAWS, GAME.tokens), sampling.group_labels(DRAWS)


def train(**changes: object) -> list[loop.Record]:
    rule = OBJECTIVES["dapo"]
    params = replace(dapo.Params(max_draws=50), **changes)  # type: ignore[arg-type]
    return list(loop.train(rule, params, GAME, loop.Params(), UNIFORMS, GROUP))


def test_every_group_of_a_refilled_batch_has_right_and_wrong_answers_to_one_prompt() -> None:
    for record in train():
        right = record.episodes.correct.view(2, 6, 4).sum(-1)
        assert ((right > 0) & (right < 4)).all()
        assert (record.drawn >= 24).all()
        assert (record.drawn % 24 == 0).all()
    assert any((record.drawn > 24).any() for record in train())


def test_without_refill_what_is_drawn_is_what_the_random_numbers_say() -> None:
    for record, batch in zip(train(refill=False), UNIFORMS.unbind(1), strict=True):
        played = GAME.play(record.before, batch)
        assert all(torch.equal(one, two) for one, two in zip(record.episodes, played, strict=True))
        assert record.drawn.tolist() == [24, 24]


def test_the_first_round_takes_the_numbers_of_the_batch_and_later_ones_have_their_own() -> None:
    batch = UNIFORMS[:, 0]
    assert sampling.more(batch, 0) is batch
    second, third = sampling.more(batch, 1), sampling.more(batch, 2)
    assert second.shape == batch.shape
    assert ((second >= 0) & (second < 1)).all()
    assert not torch.equal(second, third)
    assert not torch.equal(second[0], second[1])
    assert torch.equal(second, sampling.more(batch, 1))
    assert torch.equal(
        second[1:], sampling.more(batch[1:], 1)
    )  # a run's random numbers do not depend on the other runs


def test_a_refilled_step_is_the_kept_groups_step_as_long_as_more_groups_make_it() -> None:
    """Filter without refill: the mean over the kept groups of the first round, a part of the refilled batch."""
    filled, short = train()[0], train(refill=False)[0]
    kept = group_filter.kept(short.episodes.rewards, short.episodes.correct, GROUP, dapo.Params()).view(2, 6, 4)[..., 0]
    for run in range(2):
        n = int(kept[run].sum())
        ours = filled.episodes.actions[run].view(6, 4, -1)[:n]
        theirs = short.episodes.actions[run].view(6, 4, -1)[kept[run]]
        assert torch.equal(ours, theirs)


def test_a_run_at_rest_stays_where_it_is() -> None:
    rule = OBJECTIVES["dapo"]
    run = loop.train(
        rule,
        dapo.Params(max_draws=50),
        GAME,
        loop.Params(),
        UNIFORMS,
        GROUP,
        rests=lambda theta: torch.tensor([True, False]).expand(len(theta)),
    )
    for record in run:
        assert torch.equal(record.after[0], record.before[0])
        assert not torch.equal(record.after[1], record.before[1])
        assert record.drawn[0] == 0


def test_dapo_on_tally_is_what_a_loop_over_its_answers_says() -> None:
    """Right or wrong, +1 or -1: groups drawn until all are mixed, a ramp for length, one mean over all their tokens."""
    world = tally.Tally(tally.Params(bits=2, cap=4), 4, right=1.0, wrong=-1.0)
    dice = sampling.Params(groups=3, group_size=4, iterations=1, seeds=1)
    group, uniforms = sampling.group_labels(dice), sampling.uniforms(world.name, dice, world.tokens)
    rule = dapo.Params(overlong_max=4.0, overlong_cache=3.0, clip_low=0.1, clip_high=0.2, max_draws=50)
    theta = world.start.expand(1, -1)
    episodes, drawn = loop.draw(dapo.OBJECTIVE, rule, world, theta, uniforms[:, 0], group, torch.zeros(1).bool())
    assert int(drawn) % 12 == 0
    assert int(drawn) > 12  # the first draw was not all of mixed groups
    for name, others in (("full", episodes), ("as drawn", world.play(theta, uniforms[:, 0]))):
        moved = (theta + 0.3 * torch.randn(theta.shape, generator=torch.Generator().manual_seed(1)).double()).clone()
        batch = loop.rollouts(world, others, group, moved, theta)
        correct, mask = others.correct[0].tolist(), others.mask[0].tolist()
        total, tokens = 0.0, 0
        for g in range(3):
            mates = range(4 * g, 4 * g + 4)
            if name == "full":
                assert 0 < sum(correct[i] for i in mates) < 4
            if not 0 < sum(correct[i] for i in mates) < 4:
                continue
            pay = [(1 if correct[i] else -1) - min(max((sum(mask[i]) - 1) / 3, 0), 1) for i in mates]
            middle = sum(pay) / 4
            spread = math.sqrt(sum((x - middle) ** 2 for x in pay) / 4)
            for i, x in zip(mates, pay, strict=True):
                a = (x - middle) / (spread + rule.eps)
                for t, counts in enumerate(mask[i]):
                    if counts:
                        rho = math.exp(float(batch.logp[0, i, t] - batch.old_logp[0, i, t]))
                        total, tokens = total + min(rho * a, min(max(rho, 0.9), 1.2) * a), tokens + 1
        assert float(dapo.loss(batch, rule).total) == pytest.approx(-total / tokens, rel=1e-12)
