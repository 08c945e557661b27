import math

import numpy as np
import pytest
import torch

from companion.run.batch import Batch
from companion.run.pushes import MOST_TOKENS, Push, groups_that_count, pushed
from objectives import OBJECTIVES, Rollouts


def batch(rewards: list[float], lengths: list[int], group: list[int], **tokens: list[list[float]]) -> Batch:
    correct = np.array([float(reward > 0) for reward in rewards])
    return Batch(
        "batch",
        np.array(rewards, float),
        np.array(group),
        np.array(lengths),
        np.zeros(len(rewards), int),
        [""] * len(rewards),
        [""] * len(rewards),
        correct,
        {name: [np.array(one) for one in lists] for name, lists in tokens.items()},
    )


FOUR = batch([1.0, 0.0, 0.5, 0.5], [2, 4, 1, 1], [0, 0, 1, 1])


def test_all_twelve_rules_are_asked() -> None:
    assert set(pushed(FOUR).rules) == set(OBJECTIVES)
    assert len(OBJECTIVES) == 12


def test_grpo_pushes_an_answer_by_its_grade_and_a_token_by_its_share() -> None:
    push = pushed(FOUR).rules["grpo"]
    np.testing.assert_allclose(push.answers, [1 / 4, -1 / 4, 0, 0])
    np.testing.assert_allclose(push.tokens[0], [1 / 8, 1 / 8, 0, 0])
    np.testing.assert_allclose(push.tokens[1], [-1 / 16] * 4)


def test_dapo_gives_each_token_of_a_group_with_contrast_the_same() -> None:
    push = pushed(FOUR).rules["dapo"]
    np.testing.assert_allclose(push.tokens[:2], [[1 / 6, 1 / 6, 0, 0], [-1 / 6] * 4])
    assert not push.tokens[2:].any()


def test_reinforce_pushes_by_the_reward() -> None:
    np.testing.assert_allclose(pushed(FOUR).rules["reinforce"].answers, [2 / 4, 0, 0.5 / 4, 0.5 / 4])


@pytest.mark.parametrize("name", OBJECTIVES)
def test_a_push_is_minus_the_derivative_of_the_loss(name: str) -> None:
    dice = np.random.default_rng(0)
    lengths = [3, 2, 4, 1]
    lists = {key: [(-dice.random(n)).tolist() for n in lengths] for key in ("logp", "old_logp", "ref_logp", "values")}
    given = batch([1.0, 0.0, 1.0, 0.0], lengths, [0, 0, 1, 1], **lists)
    mask = torch.arange(4) < torch.tensor(lengths)[:, None]

    def padded(key: str) -> torch.Tensor:
        out = torch.zeros(4, 4, dtype=torch.float64)
        for row, one in enumerate(lists[key]):
            out[row, : len(one)] = torch.tensor(one, dtype=torch.float64)
        return out

    logp = padded("logp").requires_grad_(True)
    rule = OBJECTIVES[name]
    rollouts = Rollouts(
        logp=logp,
        old_logp=padded("old_logp"),
        ref_logp=padded("ref_logp"),
        old_values=padded("values"),
        mask=mask,
        rewards=torch.tensor(given.rewards),
        group=torch.tensor([0, 0, 1, 1]),
        correct=torch.tensor([1.0, 0.0, 1.0, 0.0]),
    )
    terms = rule.loss(rollouts, rule.Params())
    terms.total.backward()
    assert logp.grad is not None
    push = pushed(given).rules[name]
    np.testing.assert_array_equal(push.tokens, -logp.grad.numpy())
    np.testing.assert_array_equal(push.silenced, terms.gate.numpy())


def test_a_token_past_the_clip_is_silenced_and_not_pushed() -> None:
    far = [[math.log(1.5) - 1, -1.0], [-1.0, -1.0]]
    given = batch([1.0, 0.0], [2, 2], [0, 0], logp=far, old_logp=[[-1.0, -1.0], [-1.0, -1.0]])
    seen = pushed(given)
    assert seen.ratio[0, 0] == pytest.approx(1.5)
    assert seen.rules["ppo"].silenced.tolist() == [[True, False], [False, False]]
    assert seen.rules["ppo"].tokens[0, 0] == 0
    assert not seen.rules["cispo"].silenced.any()
    assert seen.rules["cispo"].tokens[0, 0] > 0


def test_groups_with_contrast_are_counted() -> None:
    assert groups_that_count(pushed(FOUR)) == (1, 2)


@pytest.mark.parametrize(("answers", "number"), [([1, 1, 1, 1], 4), ([1, -1, 0, 0], 2), ([3, 0], 1), ([0, 0], 0)])
def test_the_effective_number_of_answers(answers: list[float], number: float) -> None:
    none = np.zeros((1, 1))
    assert Push(none, np.array(answers, float), none > 0, none).effective == pytest.approx(number)


def test_what_a_file_does_not_hold_is_said() -> None:
    notes = " ".join(pushed(FOUR).notes)
    for word in ("every ratio is taken as 1", "beta = 0", "mean reward of the batch, 0.5"):
        assert word in notes


def test_of_a_large_batch_whole_groups_are_looked_at_and_it_is_said() -> None:
    long = MOST_TOKENS // 5
    seen = pushed(batch([1.0, 0.0] * 3, [long, 1] * 3, [0, 0, 1, 1, 2, 2]))
    assert len(seen.batch) == 4
    assert seen.notes[0] == "The rules see the first 2 groups, 4 of 6 answers."


def test_the_rules_see_the_last_step() -> None:
    given = batch([1.0, 0.0, 1.0, 0.0], [1] * 4, [0, 0, 1, 1])
    given.step[2:] = 7
    seen = pushed(given)
    assert len(seen.batch) == 2
    assert seen.notes[0] == "The rules see the 2 answers of the last step, 7."
