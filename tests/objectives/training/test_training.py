"""The loop: the same random numbers for all, seeds that do not know of each other, and the same bits every time."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest
import torch

from objectives import OBJECTIVES, sampling
from objectives.training import loop
from objectives.worlds.three_answers import NAME, Params, ThreeAnswers

DRAWS = sampling.Params(groups=3, group_size=6, iterations=5, seeds=3)
GROUP = sampling.group_labels(DRAWS)
WORLD = ThreeAnswers(Params())


def run(rule: Any, uniforms: torch.Tensor, **changes: Any) -> list[loop.Record]:
    params = rule.Params(**changes)
    return list(loop.train(rule, params, WORLD, loop.Params(), uniforms, GROUP))


def test_every_run_and_iteration_has_its_own_numbers_and_more_of_them_leave_these_alone() -> None:
    uniforms = sampling.uniforms(NAME, DRAWS, tokens=1)
    assert uniforms.shape == (3, 5, 18, 1)
    assert len(torch.unique(uniforms)) == uniforms.numel()
    more = sampling.uniforms(NAME, replace(DRAWS, seeds=5, iterations=9), tokens=1)
    assert torch.equal(more[:3, :5], uniforms)
    later = sampling.uniforms(NAME, replace(DRAWS, seed=1), tokens=1)
    assert torch.equal(later[:2], uniforms[1:])
    assert not torch.equal(sampling.uniforms("another world", DRAWS, tokens=1), uniforms)


def test_groups_are_labelled_in_blocks() -> None:
    assert sampling.group_labels(sampling.Params(groups=2, group_size=3)).tolist() == [0, 0, 0, 1, 1, 1]


def test_seeds_that_advance_together_go_where_they_would_have_gone_alone(rule: Any) -> None:
    uniforms = sampling.uniforms(NAME, DRAWS, tokens=1)
    together = run(rule, uniforms)
    for seed in range(DRAWS.seeds):
        for joint, alone in zip(together, run(rule, uniforms[seed : seed + 1]), strict=True):
            assert torch.allclose(joint.after[seed], alone.after[0], atol=1e-12)
            assert torch.equal(joint.episodes.actions[seed], alone.episodes.actions[0])


def test_the_same_numbers_give_the_same_bits(rule: Any) -> None:
    uniforms = sampling.uniforms(NAME, DRAWS, tokens=1)
    torch.use_deterministic_algorithms(True)
    try:
        one, two = run(rule, uniforms), run(rule, uniforms)
    finally:
        torch.use_deterministic_algorithms(False)
    assert torch.equal(one[-1].after, two[-1].after)


def test_the_first_batch_is_the_same_for_all_twelve() -> None:
    """T20, of the six and of their family, as long as DAPO does not draw again for what it leaves out."""
    uniforms = sampling.uniforms(NAME, DRAWS, tokens=1)
    alone = {"dapo": {"refill": False}}
    first = [
        next(iter(run(rule, uniforms, **alone.get(name, {})))).episodes.actions for name, rule in OBJECTIVES.items()
    ]
    assert all(torch.equal(actions, first[0]) for actions in first)


def test_records_join_up_and_logits_stay_centred(rule: Any) -> None:
    records = run(rule, sampling.uniforms(NAME, DRAWS, tokens=1))
    assert torch.equal(records[0].before, WORLD.start.expand(3, -1))
    for earlier, later in itertools.pairwise(records):
        assert torch.equal(earlier.after, later.before)
    assert torch.allclose(records[-1].after.sum(-1), torch.zeros(3, dtype=torch.float64), atol=1e-9)


def test_one_reinforce_step_by_hand() -> None:
    uniforms = sampling.uniforms(NAME, DRAWS, tokens=1)
    record = run(OBJECTIVES["reinforce"], uniforms)[0]
    answers = record.episodes.actions[0, :, 0]
    probs = WORLD.start_probs
    gradient = (WORLD.rewards[answers].unsqueeze(-1) * (torch.eye(3, dtype=torch.float64)[answers] - probs)).mean(0)
    assert torch.allclose(record.after[0], WORLD.start + 0.5 * gradient, atol=1e-14)


def test_the_critic_moves_towards_the_mean_reward_and_advantages_use_the_forecast_made_before() -> None:
    first, second = run(OBJECTIVES["baseline"], sampling.uniforms(NAME, DRAWS, tokens=1))[:2]
    start = WORLD.true_values(WORLD.start)
    assert torch.equal(first.critic, start.expand(3, 1))
    rewards = first.episodes.rewards
    assert torch.allclose(first.terms.advantages.squeeze(-1), rewards - start)
    # weight 0.5 times the slope 2 (V - mean r) times the rate 0.5
    assert torch.allclose(second.critic, first.critic + 0.5 * (rewards.mean(-1, keepdim=True) - first.critic))


def test_a_critic_that_is_not_fitted_begins_at_zero() -> None:
    rule, uniforms = OBJECTIVES["baseline"], sampling.uniforms(NAME, DRAWS, tokens=1)
    settings = loop.Params(critic_fitted=False)
    record = next(loop.train(rule, rule.Params(), WORLD, settings, uniforms, GROUP))
    assert not record.critic.any()


@pytest.mark.parametrize("name", ["ppo", "grpo", "dapo"])
def test_a_batch_is_used_as_often_as_the_rule_says(name: str) -> None:
    uniforms = sampling.uniforms(NAME, DRAWS, tokens=1)[:, :1]
    once, twice = run(OBJECTIVES[name], uniforms, updates=1)[0], run(OBJECTIVES[name], uniforms, updates=2)[0]
    assert torch.equal(once.terms.ratio, torch.ones_like(once.terms.ratio))
    assert not torch.equal(twice.terms.ratio, torch.ones_like(twice.terms.ratio))
    assert (twice.after - twice.before).norm() > 1.2 * (once.after - once.before).norm()


def test_no_step_of_trpo_leaves_its_trust_region() -> None:
    uniforms = sampling.uniforms(NAME, DRAWS, tokens=1)
    for record in run(OBJECTIVES["trpo"], uniforms, delta=0.003):
        old, new = record.before.log_softmax(-1), record.after.log_softmax(-1)
        assert ((old.exp() * (old - new)).sum(-1) <= 0.003).all()
        assert (record.after != record.before).any(-1).all()


@pytest.mark.parametrize("name", ["trpo", "ppo", "grpo", "dapo"])
def test_a_policy_that_only_gives_one_answer_takes_no_step_and_breaks_nothing(name: str) -> None:
    sure = ThreeAnswers(Params(start=[1 - 2e-12, 1e-12, 1e-12]))
    uniforms = sampling.uniforms(NAME, DRAWS, tokens=1)
    rule = OBJECTIVES[name]
    params = rule.Params(**{"grpo": {"beta": 0.0}, "dapo": {"refill": False}}.get(name, {}))
    settings = loop.Params(critic_fitted=False) if name == "ppo" else loop.Params()
    for record in loop.train(rule, params, sure, settings, uniforms, GROUP):
        assert torch.allclose(record.after, record.before, atol=1e-9)


# --- a cap on gradients


def test_gradients_are_shortened_by_hand() -> None:
    slopes = torch.tensor([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0]], dtype=torch.float64)
    assert loop.shortened(slopes, 1.0).tolist() == [pytest.approx([0.6, 0.8]), pytest.approx([0.3, 0.4]), [0, 0]]
    assert torch.equal(loop.shortened(slopes, 5.0), slopes)


def test_a_cap_that_no_gradient_reaches_changes_nothing() -> None:
    rest = WORLD, loop.Params(), sampling.uniforms(NAME, DRAWS, tokens=1), GROUP
    rule = OBJECTIVES["ppo"]
    free, capped, tight = (
        list(loop.train(rule, rule.Params(), *rest, max_norm=longest))[-1].after for longest in (None, 1e6, 1e-3)
    )
    assert torch.equal(free, capped)
    steps = DRAWS.iterations * rule.Params().updates
    assert ((tight - WORLD.start).norm(dim=-1) <= steps * loop.Params().learning_rate * 1e-3 + 1e-12).all()


def test_a_batch_seen_anew_refuses_what_a_broken_policy_says() -> None:
    world = ThreeAnswers(Params())
    uniforms = torch.full((8, 1), 0.5, dtype=torch.float64)
    drawn = loop.rollouts(world, world.play(world.start, uniforms), torch.zeros(8).long(), world.start, world.start)
    assert drawn.logp is drawn.old_logp
    fresh = world.policy.look(world.start + torch.tensor([1.0, 0.0, 0.0]), None, world.play(world.start, uniforms))
    found = loop.seen(drawn, fresh)
    assert torch.equal(found.logp, fresh.logp)
    assert torch.equal(found.old_logp, drawn.old_logp)
    with pytest.raises(ValueError, match="logp must be finite"):
        loop.seen(drawn, fresh._replace(logp=fresh.logp * torch.inf))
