"""The network on Tally: it reads the whole prompt, its truth is exact, and every rule can train it."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest
import torch
from torch import Tensor

from objectives import sampling
from objectives.training import loop
from objectives.worlds import tally
from objectives.worlds.tally import ANSWER, is_right
from objectives.worlds.tally_network import SYMBOLS, NetworkTally
from objectives.worlds.transformer import Params

GAME = tally.Params(bits=2, cap=3)
SMALL = Params(width=4, layers=1, feed=6)


@pytest.fixture(scope="module")
def world() -> NetworkTally:
    return NetworkTally(SMALL, GAME)


@pytest.fixture(scope="module")
def theta(world: NetworkTally) -> Tensor:
    noise = torch.randn(world.policy.size, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    return world.start + 0.7 * noise


def read(world: NetworkTally, theta: Tensor, word: str, marks: str) -> tuple[Tensor, float]:
    """log pi and V after one history, by reading it alone."""
    row = [""] * (2 - len(word)) + [*word, "?", *marks]
    logits, values = world.policy.network(theta[None], torch.tensor([[[SYMBOLS.index(symbol) for symbol in row]]]))
    return logits[0, 0, -1].log_softmax(-1), float(values[0, 0, -1])


def expected(world: NetworkTally, theta: Tensor, word: str, marks: str) -> float:
    """Exact expected reward after a history, by walking every way on."""
    log_probs, _ = read(world, theta, word, marks)
    worth = math.exp(float(log_probs[ANSWER])) * is_right(word, marks + "A")
    if len(marks) < GAME.cap - 1:
        for action, mark in enumerate("EO"):
            worth += math.exp(float(log_probs[action])) * expected(world, theta, word, marks + mark)
    return worth


def test_everything_that_can_be_read_is_there_once(world: NetworkTally) -> None:
    told = ["".join(SYMBOLS[symbol] or "." for symbol in row) for row in world.policy.symbols.tolist()]
    assert told[:4] == [".0?EE", ".0?EO", ".0?OE", ".0?OO"]
    assert len(set(told)) == len(told) == 6 * 4
    assert told[-1] == "11?OO"


def test_every_node_is_what_is_said_after_reading_it_alone(world: NetworkTally, theta: Tensor) -> None:
    log_probs, values = world.policy.every(theta)
    for p, word in enumerate(world.tally.prompts):
        for h, marks in enumerate(itertools.product("EO", repeat=2)):
            for t in range(3):
                alone = read(world, theta, word, "".join(marks[:t]))
                assert torch.allclose(log_probs[4 * p + h, t], alone[0], atol=1e-12)
                assert values[4 * p + h, t].item() == pytest.approx(alone[1], abs=1e-12)


def test_what_is_remembered_is_what_would_be_said_again(world: NetworkTally, theta: Tensor) -> None:
    policy, asked = world.policy, theta.detach().clone()
    policy.known.clear()
    with torch.no_grad():
        said = policy.every(asked)
        assert policy.every(asked.clone())[0] is said[0]
        assert all(torch.equal(x, y) for x, y in zip(said, policy._every(asked), strict=True))
        asked += 0.1  # in place: the same tensor says something else now
        assert all(torch.equal(x, y) for x, y in zip(policy.every(asked), policy._every(asked), strict=True))
        for k in range(6):
            policy.every(asked + k)
    assert len(policy.known) == 4
    learned = asked.requires_grad_(True)
    assert policy.every(learned)[0].requires_grad
    assert not any(x.requires_grad for known, found in policy.known for x in (known, *found))


def test_it_hears_the_whole_prompt_and_all_its_marks(world: NetworkTally, theta: Tensor) -> None:
    heard = [read(world, theta, word, marks)[0] for word in ("0", "1", "01", "10") for marks in ("EE", "EO", "OE")]
    for left, right in itertools.combinations(heard, 2):
        assert (left - right).abs().max() > 1e-6


def test_expected_reward_by_walking_every_answer(world: NetworkTally, theta: Tensor) -> None:
    by_prompt = [expected(world, theta, word, "") for word in world.tally.prompts]
    total = float(world.tally.prompt_probs @ torch.tensor(by_prompt, dtype=torch.float64))
    assert world.true_j(theta).item() == pytest.approx(total, rel=1e-12)
    assert world.true_j(torch.stack([theta, world.start]))[0].item() == pytest.approx(total, rel=1e-12)
    nodes = world.node_values(theta).view(6, 4, 3)
    assert nodes[2, 3, 1].item() == pytest.approx(expected(world, theta, world.tally.prompts[2], "O"), rel=1e-12)
    assert nodes[5, 1, 2].item() == pytest.approx(expected(world, theta, world.tally.prompts[5], "EO"), rel=1e-12)


def test_right_and_wrong_may_be_paid_otherwise(world: NetworkTally, theta: Tensor) -> None:
    paid = NetworkTally(SMALL, GAME)
    paid.tally = tally.Tally(GAME, right=1.0, wrong=-1.0)
    assert paid.true_j(theta).item() == pytest.approx(2 * world.true_j(theta).item() - 1)
    assert paid.accuracy(theta).item() == pytest.approx(world.accuracy(theta).item())


def test_samples_agree_with_the_exact_truth(world: NetworkTally, theta: Tensor) -> None:
    size = 50_000
    uniforms = torch.rand((size, world.tokens), generator=torch.Generator().manual_seed(4), dtype=torch.float64)
    episodes = world.play(theta, uniforms)
    exact = world.true_j(theta).item()
    assert episodes.rewards.mean().item() == pytest.approx(exact, abs=4 * math.sqrt(exact * (1 - exact) / size))
    assert torch.equal(episodes.rewards == 1, episodes.correct)


def test_what_is_read_is_what_was_played(world: NetworkTally, theta: Tensor) -> None:
    uniforms = torch.rand((2, 40, world.tokens), generator=torch.Generator().manual_seed(5), dtype=torch.float64)
    both = torch.stack([theta, world.start])
    episodes = world.play(both, uniforms)
    look = world.policy.look(both, None, episodes)
    prompts = world.tally.drawn_prompts(uniforms)
    assert look.logp.shape == look.values.shape == episodes.mask.shape
    seen = set()
    for run, answer in itertools.product(range(2), range(40)):
        word = world.tally.prompts[int(prompts[run, answer])]
        written = episodes.actions[run, answer][episodes.mask[run, answer]].tolist()
        marks = "".join("EO"[action] for action in written if action != ANSWER)
        seen.add((word, marks))
        assert bool(episodes.correct[run, answer]) is (written[-1] == ANSWER and is_right(word, marks + "A"))
        for t, action in enumerate(written):
            log_probs, value = read(world, both[run], word, marks[:t])
            assert look.logp[run, answer, t + 1].item() == pytest.approx(float(log_probs[action]), abs=1e-12)
            assert look.values[run, answer, t + 1].item() == pytest.approx(value, abs=1e-12)
    assert len(seen) > 15
    assert not episodes.mask[..., 0].any()
    assert not world.policy.divergence_from(both, episodes)(both).any()


def test_the_prompts_and_the_random_numbers_are_tallys_own(world: NetworkTally) -> None:
    """A table that says what the network says at its start, without bits or marks, plays the same answers."""
    table = tally.Tally(GAME)
    blind = NetworkTally(SMALL, GAME)
    weights = blind.policy.network.span("actor_weight")
    start = torch.where(weights, 0.0, blind.start)
    uniforms = torch.rand((64, world.tokens), generator=torch.Generator().manual_seed(6), dtype=torch.float64)
    ours, theirs = blind.play(start, uniforms), table.play(table.start, uniforms)
    assert torch.equal(ours.actions, theirs.actions)
    assert torch.equal(ours.mask, theirs.mask)
    assert torch.equal(ours.rewards, theirs.rewards)
    assert blind.true_j(start).item() == pytest.approx(table.true_j(table.start).item())


def test_every_rule_trains_it_from_the_same_random_numbers(any_rule: Any) -> None:
    draws = sampling.Params(groups=8, group_size=8, iterations=4, seeds=2)
    world = NetworkTally(SMALL, GAME, group_size=8)
    uniforms = sampling.uniforms(tally.NAME, draws, world.tokens)
    settings = loop.Params(learning_rate=0.3)
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
    near = 1e-3 if any_rule.step == "trust region" else 1e-9
    assert torch.allclose(alone[-1].after[0], records[-1].after[1], rtol=1e-5, atol=near)
