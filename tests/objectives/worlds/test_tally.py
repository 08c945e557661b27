"""World W3: the checker, play from dice, and the exact truth against brute force."""

from __future__ import annotations

import itertools
import math

import pytest
import torch

from objectives import OBJECTIVES, sampling
from objectives.training import loop
from objectives.worlds import tally
from objectives.worlds.tally import ACTIONS, ANSWER, STATES, Params, Tally, is_right

SMALL = Params(bits=3, cap=5)


@pytest.fixture
def world() -> Tally:
    return Tally(Params())


@pytest.fixture
def theta() -> torch.Tensor:
    """Two policies that favour nothing in particular."""
    return torch.randn((2, 27), generator=torch.Generator().manual_seed(3), dtype=torch.float64)


def brute_force(world: Tally, theta: torch.Tensor) -> tuple[float, float, dict[tuple[str, str], float]]:
    """J, mean length and reward (chance of passing, expected reward after) of every state, by walking all answers."""
    table = theta.view(9, 3).softmax(-1).tolist()
    total = length = 0.0
    passed: dict[int, float] = {}
    worth: dict[int, float] = {}
    for word, weight in zip(world.prompts, world.prompt_probs.tolist(), strict=True):
        for size in range(1, world.cap + 1):
            for letters in itertools.product("EO", repeat=size - 1):
                for last in "EOA":
                    if last != "A" and size < world.cap:
                        continue
                    transcript = "".join(letters) + last
                    chance, states = weight, []
                    for t, letter in enumerate(transcript):
                        seen = (transcript[t - 1] if t else "", word[t : t + 1])
                        states.append(STATES.index(seen))
                        chance *= table[states[-1]][ACTIONS.index(letter)]
                    reward = float(is_right(word, transcript))
                    total, length = total + chance * reward, length + chance * size
                    for state in states:
                        passed[state] = passed.get(state, 0.0) + chance
                        worth[state] = worth.get(state, 0.0) + chance * reward
    return total, length, {STATES[s]: worth[s] / passed[s] for s in passed}


def test_some_of_the_answers_are_taken_as_they_were_drawn(world: Tally, theta: torch.Tensor) -> None:
    dice = sampling.uniforms("tally", sampling.Params(groups=1, group_size=4, iterations=1, seeds=2), world.tokens)
    episodes = world.play(theta, dice[:, 0])
    some = episodes.only(torch.tensor([3, 1]))
    for whole, part in zip(episodes, some, strict=True):
        assert torch.equal(part, whole[:, [3, 1]])


def test_another_pay_is_paid_for_and_expected(theta: torch.Tensor) -> None:
    """1 and -1: what is drawn stays, an answer that is cut off is paid as a wrong one, and J is 2 accuracy - 1."""
    plain, signed = Tally(SMALL), Tally(SMALL, right=1.0, wrong=-1.0)
    dice = sampling.uniforms("tally", sampling.Params(groups=50, group_size=4, iterations=1, seeds=2), plain.tokens)
    one, two = plain.play(theta, dice[:, 0]), signed.play(theta, dice[:, 0])
    assert torch.equal(two.actions, one.actions)
    assert torch.equal(two.correct, one.correct)
    assert torch.equal(two.rewards, 2 * one.rewards - 1)
    cut = one.mask[..., 1:].all(-1) & (one.actions[..., -1] != ANSWER)
    assert cut.any()
    assert (two.rewards[cut] == -1).all()
    assert torch.allclose(signed.true_j(theta), 2 * plain.true_j(theta) - 1)
    assert torch.allclose(signed.accuracy(theta), plain.true_j(theta))
    assert torch.equal(plain.accuracy(theta), plain.true_j(theta))
    assert torch.allclose(signed.true_gradient(theta), 2 * plain.true_gradient(theta))


# --- the checker


@pytest.mark.parametrize(
    ("prompt", "transcript", "right"),
    [
        ("111", "OEOA", True),
        ("111", "OEEA", False),
        ("101", "OOEA", True),
        ("0", "EA", True),
        ("1", "OA", True),
        ("1", "EA", False),
        ("111", "A", False),  # an empty tally is even
        ("11", "A", True),
        ("111", "OA", True),  # right by luck: the checker reads the answer, not the steps
        ("111", "EOOEOA", True),  # marks after the last bit are allowed
        ("111", "OEO", False),  # cut off before the answer
        ("11", "", False),
    ],
)
def test_the_checker_reads_the_transcript(prompt: str, transcript: str, right: bool) -> None:
    assert is_right(prompt, transcript) is right


def test_prompts_are_equally_likely_by_length_and_then_by_bits(world: Tally) -> None:
    assert len(world.prompts) == 2 + 4 + 8 + 16
    for n in range(1, 5):
        chances = world.prompt_probs[[len(word) == n for word in world.prompts]]
        assert chances.sum().item() == pytest.approx(0.25)
        assert torch.allclose(chances, chances[:1])


@pytest.mark.parametrize("bits", [1, 2, 4, 7])
def test_answering_at_once_is_right_exactly_half_of_the_time(bits: int) -> None:
    world = Tally(Params(bits=bits))
    assert (world.scores[:, 0] @ world.prompt_probs).item() == pytest.approx(0.5, abs=1e-15)
    hasty = torch.zeros(9, 3, dtype=torch.float64)
    hasty[:, ANSWER] = 1000.0
    assert world.true_j(hasty.flatten()).item() == pytest.approx(0.5, abs=1e-15)
    assert world.expected_length(hasty.flatten()).item() == pytest.approx(1.0)


def test_only_a_running_tally_is_always_right(world: Tally) -> None:
    sure = world.tallying(1000.0)
    assert world.true_j(sure).item() == 1.0
    assert world.expected_length(sure).item() == pytest.approx(1 + 2.5)
    assert world.policy.log_probs(sure).exp().view(9, 3).argmax(-1).tolist() == [0, 1, 2, 0, 1, 2, 1, 0, 2]


def test_the_start_is_rash_and_worth_a_coin(world: Tally) -> None:
    """The numbers of content.md: reward .50, length 1.44, entropy .83."""
    assert world.true_j(world.start).item() == pytest.approx(0.5, abs=1e-4)
    assert world.expected_length(world.start).item() == pytest.approx(1.446, abs=1e-3)
    assert torch.allclose(world.policy.entropies(world.start), torch.tensor(0.832, dtype=torch.float64), atol=1e-3)
    assert world.start.view(9, 3).sum(-1).abs().max() < 1e-12


# --- exact truth


def test_sums_over_nodes_agree_with_walking_every_answer(theta: torch.Tensor) -> None:
    world = Tally(SMALL)
    for row in theta:
        total, length, worth = brute_force(world, row)
        assert world.true_j(row).item() == pytest.approx(total, abs=1e-12)
        assert world.expected_length(row).item() == pytest.approx(length, abs=1e-12)
        values = world.true_values(row)
        assert values[STATES.index(("", ""))] == 0  # a prompt has at least one bit
        for state, value in worth.items():
            assert values[STATES.index(state)].item() == pytest.approx(value, abs=1e-12)


def test_the_exact_gradient_is_that_of_the_exact_value(world: Tally, theta: torch.Tensor) -> None:
    at = theta.clone().requires_grad_(True)
    (slope,) = torch.autograd.grad(world.true_j(at).sum(), at)
    assert torch.allclose(slope, world.true_gradient(theta), atol=1e-14)
    assert torch.autograd.gradcheck(Tally(SMALL).true_j, (at[:1],))


def test_a_state_that_never_comes_up_is_worth_nothing(world: Tally) -> None:
    never = torch.zeros(9, 3, dtype=torch.float64)
    never[:, ANSWER] = 1000.0
    values = world.true_values(never.flatten()).view(3, 3)
    assert torch.isfinite(values).all()
    assert values[1:].abs().sum() == 0


def test_values_of_one_prompt_by_hand() -> None:
    """On the prompt 1 with one mark and ANSWER at most: V of the mark O is pi(ANSWER), of E nothing."""
    world = Tally(Params(bits=1, cap=2), only=("1",))
    values = world.node_values(torch.zeros(27, dtype=torch.float64))
    assert values.shape == (1, 3, 3)
    assert values[0, 1].tolist() == pytest.approx([0, 0, 1 / 3])
    assert values[0, 0, 0].item() == pytest.approx(1 / 9)


# --- play


def test_a_played_answer_follows_the_dice() -> None:
    world = Tally(Params(bits=3, cap=4), only=("111",))
    even = torch.zeros(27, dtype=torch.float64)  # below 1/3 E, below 2/3 O, else ANSWER
    dice = torch.tensor(
        [
            [0.5, 0.4, 0.1, 0.5, 0.9],
            [0.5, 0.4, 0.1, 0.1, 0.9],
            [0.5, 0.7, 0.1, 0.1, 0.1],
            [0.5, 0.1, 0.4, 0.4, 0.4],
        ]
    ).double()
    episodes = world.play(even, dice)
    found = [world.transcript(a, m) for a, m in zip(episodes.actions, episodes.mask, strict=True)]
    assert found == ["OEOA", "OEEA", "A", "EOOO"]
    assert episodes.rewards.tolist() == [1.0, 0.0, 0.0, 0.0]
    assert episodes.correct.tolist() == [True, False, False, False]
    assert episodes.mask.tolist()[2] == [False, True, False, False, False]
    assert [STATES[s] for s in episodes.states[0, 1:]] == [("", "1"), ("O", "1"), ("E", "1"), ("O", "")]
    assert not episodes.states[~episodes.mask].any()


def test_rewards_of_played_answers_are_the_checkers(world: Tally, theta: torch.Tensor) -> None:
    dice = torch.rand((2, 300, world.tokens), generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    episodes, prompt = world.play(theta, dice), world.drawn_prompts(dice)
    for run in range(2):
        for k in range(300):
            transcript = world.transcript(episodes.actions[run, k], episodes.mask[run, k])
            word = world.prompts[prompt[run, k]]
            assert episodes.rewards[run, k] == is_right(word, transcript)
            assert len(transcript) == world.cap or transcript.endswith("A")
            seen = [(transcript[t - 1] if t else "", word[t : t + 1]) for t in range(len(transcript))]
            states = [STATES.index(pair) for pair in seen]
            assert episodes.states[run, k, 1 : 1 + len(transcript)].tolist() == states


def test_samples_agree_with_the_exact_truth(world: Tally) -> None:
    theta = world.tallying(1.5)
    dice = torch.rand((40_000, world.tokens), generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    episodes = world.play(theta, dice)
    assert episodes.rewards.mean().item() == pytest.approx(world.true_j(theta).item(), abs=0.01)
    assert episodes.mask.sum(-1).double().mean().item() == pytest.approx(world.expected_length(theta).item(), abs=0.02)
    counts = torch.bincount(world.drawn_prompts(dice), minlength=30) / 40_000
    assert torch.allclose(counts.double(), world.prompt_probs, atol=0.007)


def test_a_group_shares_its_prompt() -> None:
    dice = sampling.Params(groups=20, group_size=4, iterations=1, seeds=2)
    world = Tally(Params(), group_size=4)
    prompt = world.drawn_prompts(sampling.uniforms(tally.NAME, dice, world.tokens)[:, 0])
    groups = prompt.view(2, 20, 4)
    assert (groups == groups[..., :1]).all()
    assert len(groups[..., 0].unique()) > 8


# --- training


def test_all_six_learn_to_tally_from_the_same_dice(rule: object) -> None:
    dice = sampling.Params(groups=16, group_size=8, iterations=12, seeds=2)
    world = Tally(Params(bits=2, cap=4), group_size=8)
    uniforms = sampling.uniforms(tally.NAME, dice, world.tokens)
    group = sampling.group_labels(dice)
    settings = loop.Params(learning_rate=2.0)
    own = {"refill": False} if rule.name == "dapo" else {}  # type: ignore[attr-defined]
    records = list(loop.train(rule, rule.Params(**own), world, settings, uniforms, group))  # type: ignore[attr-defined]
    first = world.play(world.start.expand(2, -1), uniforms[:, 0])
    assert torch.equal(records[0].episodes.actions, first.actions)
    gained = world.true_j(records[-1].after) - world.true_j(world.start)
    assert (gained > 0.01).all()


def test_the_mean_gradient_of_reinforce_is_the_exact_one() -> None:
    """Not one batch's, but that of 120 000 answers, to within their noise."""
    world, size = Tally(SMALL), 120_000
    theta = world.tallying(0.5).clone().requires_grad_(True)
    dice = torch.rand((size, world.tokens), generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    batch = loop.rollouts(world, world.play(theta.detach(), dice), torch.zeros(size).long(), theta, theta)
    rule = OBJECTIVES["reinforce"]
    (slope,) = torch.autograd.grad(-rule.loss(batch, rule.Params()).total, theta)
    exact = world.true_gradient(theta.detach())
    assert (slope - exact).norm() < 4 * math.sqrt(1 / size)


# --- errors


def test_settings_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="cap must be above bits"):
        Params(bits=4, cap=4)
    with pytest.raises(ValueError, match="a prompt must be 1 to 3 bits"):
        Tally(SMALL, only=("1011",))
    with pytest.raises(ValueError, match="a prompt must be 1 to 3 bits"):
        Tally(SMALL, only=("12",))
