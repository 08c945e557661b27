"""The recurrent policy on Tally: it hears the prompt, its truth is exact, and every rule can train it."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest
import torch

from objectives import sampling
from objectives.training import loop
from objectives.worlds import tally
from objectives.worlds.gru import Params, RecurrentTally
from objectives.worlds.tally import ANSWER, is_right

SMALL = tally.Params(bits=2, cap=3)


@pytest.fixture(scope="module")
def world() -> RecurrentTally:
    return RecurrentTally(Params(hidden=5, weight_scale=2.0), SMALL, group_size=1)


@pytest.fixture(scope="module")
def theta(world: RecurrentTally) -> torch.Tensor:
    noise = torch.randn(world.policy.size, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    return world.start + 0.5 * noise


def one(world: RecurrentTally, theta: torch.Tensor, word: str, marks: tuple[int, ...]) -> tuple[Any, Any]:
    prompt = torch.tensor([[world.tally.prompts.index(word)]])
    log_probs, values = world.policy.unroll(theta[None], prompt, torch.tensor([[[*marks, ANSWER]]]))
    return log_probs[0, 0], values[0, 0]


def test_one_step_is_torchs_own_gru_cell(world: RecurrentTally, theta: torch.Tensor) -> None:
    parts = world.policy.network.unflatten(theta)
    cell = torch.nn.GRUCell(5, 5, dtype=torch.float64)
    with torch.no_grad():
        cell.weight_ih.copy_(parts["read"])
        cell.weight_hh.copy_(parts["recall"])
        cell.bias_ih.copy_(parts["bias"])
        cell.bias_hh.zero_()
        symbols = torch.eye(5, dtype=torch.float64)[[0, 3]]
        memory = torch.full((2, 5), 0.3, dtype=torch.float64)
        twice = torch.stack([symbols, symbols.flip(0)], 1)
        found, logits, value = world.policy.network(theta[None], twice[None], memory[None])
        first = cell(symbols, memory)
        assert torch.allclose(found[0], cell(symbols.flip(0), first), atol=1e-14)
        assert torch.allclose(logits[0, :, 0], first @ parts["actor_weight"].T + parts["actor_bias"], atol=1e-14)
        assert torch.allclose(
            value[0, :, 0], (first @ parts["critic_weight"].T + parts["critic_bias"])[:, 0], atol=1e-14
        )


def test_it_hears_the_whole_prompt_and_all_its_marks(world: RecurrentTally, theta: torch.Tensor) -> None:
    heard = {
        (word, marks): one(world, theta, word, marks)[0][-1]
        for word in ("0", "1", "01", "10")
        for marks in ((0, 0), (0, 1), (1, 0))
    }
    for left, right in itertools.combinations(heard.values(), 2):
        assert (left - right).abs().max() > 1e-6


def test_expected_reward_by_going_through_every_answer(world: RecurrentTally, theta: torch.Tensor) -> None:
    total = 0.0
    for word, weight in zip(world.tally.prompts, world.tally.prompt_probs.tolist(), strict=True):
        for length in range(SMALL.cap):
            for marks in itertools.product((0, 1), repeat=length):
                log_probs, _ = one(world, theta, word, marks)
                chance = math.exp(sum(float(log_probs[t, a]) for t, a in enumerate((*marks, ANSWER))))
                total += weight * chance * is_right(word, "".join("EO"[m] for m in marks) + "A")
    assert world.true_j(theta).item() == pytest.approx(total, rel=1e-12)
    assert world.true_j(torch.stack([theta, world.start]))[0].item() == pytest.approx(total, rel=1e-12)


def test_samples_agree_with_the_exact_truth(world: RecurrentTally, theta: torch.Tensor) -> None:
    size = 50_000
    uniforms = torch.rand((size, world.tokens), generator=torch.Generator().manual_seed(4), dtype=torch.float64)
    episodes = world.play(theta, uniforms)
    exact = world.true_j(theta).item()
    assert episodes.rewards.mean().item() == pytest.approx(exact, abs=4 * math.sqrt(exact * (1 - exact) / size))


def test_what_is_read_is_what_was_played(world: RecurrentTally, theta: torch.Tensor) -> None:
    uniforms = torch.rand((2, 6, world.tokens), generator=torch.Generator().manual_seed(5), dtype=torch.float64)
    both = torch.stack([theta, world.start])
    episodes = world.play(both, uniforms)
    look = world.policy.look(both, None, episodes)
    assert look.logp.shape == episodes.mask.shape
    for run in range(2):
        for answer in range(6):
            word = world.tally.prompts[int(episodes.states[run, answer, 0])]
            written = tuple(episodes.actions[run, answer][episodes.mask[run, answer]].tolist())
            log_probs, values = one(world, both[run], word, written[:-1])
            for t, action in enumerate(written):
                assert look.logp[run, answer, t + 1].item() == pytest.approx(float(log_probs[t, action]), abs=1e-12)
                assert look.values is not None
                assert look.values[run, answer, t + 1].item() == pytest.approx(float(values[t]), abs=1e-12)
    assert not episodes.mask[..., 0].any()
    assert not world.policy.divergence_from(both, episodes)(both).any()


def test_every_rule_trains_it_from_the_same_numbers(any_rule: Any) -> None:
    draws = sampling.Params(groups=8, group_size=8, iterations=4, seeds=2)
    world = RecurrentTally(Params(hidden=6), SMALL, group_size=8)
    uniforms = sampling.uniforms(tally.NAME, draws, world.tokens)
    settings = loop.Params(learning_rate=0.5)
    # Cut off early, conjugate gradients are exact to their residual only, and rounding differs with the number of runs.
    own = {"trpo": {"cg_iterations": 100}, "dapo": {"refill": False}}
    params = any_rule.Params(**own.get(any_rule.name, {}))
    group = sampling.group_labels(draws)
    records = list(loop.train(any_rule, params, world, settings, uniforms, group))
    first = world.play(world.start.expand(2, -1), uniforms[:, 0])
    assert torch.equal(records[0].episodes.actions, first.actions)
    assert torch.isfinite(records[-1].after).all()
    moved = (records[-1].after - world.start).abs().amax(0)
    assert moved[~world.policy.critic_part].max() > 0
    assert bool(moved[world.policy.critic_part].any()) is any_rule.critic
    alone = list(loop.train(any_rule, params, world, settings, uniforms[1:], group))
    # conjugate gradients make much of the last bit, which differs with the size of a batch
    near = 1e-3 if any_rule.step == "trust region" else 1e-9
    assert torch.allclose(alone[-1].after[0], records[-1].after[1], rtol=1e-5, atol=near)
