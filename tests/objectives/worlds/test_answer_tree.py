"""Answers token by token: the tree by hand, values by enumeration and by backing up, and the slope by autograd."""

from __future__ import annotations

import pytest
import torch

from objectives.worlds.answer_tree import SENTENCE, TOKENS, AnswerTree, Params

TREE = AnswerTree(Params(), 0.6)


def node(text: str) -> int:
    return [" ".join(prefix) for prefix in TREE.prefixes].index(text)


def test_the_answers_are_eight_and_their_chances_and_rewards_are_those_by_hand() -> None:
    found = {
        " ".join(answer[:-1]): (chance, reward)
        for answer, chance, reward in zip(
            TREE.answers, TREE.chances(TREE.theta).tolist(), TREE.rewards.tolist(), strict=True
        )
    }
    by_hand = {
        "4": (0.25, 0.6),
        "22": (0.25, 0.0),
        "2+2 is 4": (0.5 * 0.5 * 0.5 * 0.75, 0.8),
        "2+2 is 4 or 22": (0.5 * 0.5 * 0.5 * 0.25, 0.0),
        "2+2 is 22": (0.5 * 0.5 * 0.5, 0.0),
        "2+2 = 4": (0.5 * 0.5 * 0.9 * 0.75, 0.8),
        "2+2 = 4 or 22": (0.5 * 0.5 * 0.9 * 0.25, 0.0),
        "2+2 = 22": (0.5 * 0.5 * 0.1, 0.0),
    }
    assert found.keys() == by_hand.keys()
    for answer, pair in by_hand.items():
        assert found[answer] == pytest.approx(pair, rel=1e-14), answer
    assert sum(chance for chance, _ in found.values()) == pytest.approx(1, rel=1e-14)


def test_the_values_of_the_sentences_prefixes_by_hand() -> None:
    """.75 of .8 is .6; half of it .3; .9 of .6 is .54; their mean .42; and .25 of .6 plus half of .42 is .36."""
    values = TREE.true_values(TREE.theta)
    by_hand = {"2+2 is 4": 0.6, "2+2 is": 0.3, "2+2 =": 0.54, "2+2": 0.42, "": 0.36, "22": 0.0, "2+2 is 4 or 22": 0.0}
    for text, value in by_hand.items():
        assert values[node(text)].item() == pytest.approx(value, rel=1e-13, abs=1e-15), text


def test_enumeration_agrees_with_backing_up_from_the_ends() -> None:
    tree = AnswerTree(Params(first=[0.1, 0.2, 0.7], link=0.3, right_after_is=0.8, stop=0.4, reward_sentence=1.5), 2.0)
    table = tree.policy.log_probs(tree.theta).exp()
    paid = dict(zip(tree.ends.tolist(), tree.rewards.tolist(), strict=True))
    backed = [0.0] * len(tree.prefixes)
    for s in reversed(range(len(tree.prefixes))):  # children come after their parents
        backed[s] = table[s, TOKENS.index("end")].item() * paid.get(s, 0.0)
        for child, parent in enumerate(tree.parents):
            if child and parent == s:
                backed[s] += table[s, TOKENS.index(tree.prefixes[child][-1])].item() * backed[child]
    assert tree.true_values(tree.theta).tolist() == pytest.approx(backed, rel=1e-12)
    assert tree.expected(tree.theta).item() == pytest.approx(backed[0], rel=1e-12)


def test_the_taken_apart_sentence_is_an_answer_of_four_tokens() -> None:
    row = TREE.answers.index(SENTENCE)
    assert TREE.mask[row].tolist() == [True] * 4 + [False]
    assert [TREE.prefixes[s] for s in TREE.states[row, :4].tolist()] == [SENTENCE[:t] for t in range(4)]
    assert tuple(TOKENS[a] for a in TREE.actions[row, :4].tolist()) == SENTENCE


def test_the_slope_of_the_expected_reward_by_hand() -> None:
    """dJ / d logit of is = reach pi (1 - pi) (V is - V =) = .5 .25 (.30 - .54), and -inf logits get none."""
    theta = TREE.theta.clone().requires_grad_(True)
    (slope,) = torch.autograd.grad(TREE.expected(theta), theta)
    table = slope.reshape(len(TREE.prefixes), len(TOKENS))
    assert table[node("2+2"), TOKENS.index("is")].item() == pytest.approx(-0.03, rel=1e-12)
    assert table[node("2+2 is"), TOKENS.index("4")].item() == pytest.approx(0.25 * 0.25 * 0.6, rel=1e-12)
    assert torch.equal(table[torch.isinf(TREE.theta.reshape(table.shape))].abs().max(), torch.tensor(0.0).double())
    finite = torch.isfinite(TREE.theta)

    def expected(free: torch.Tensor) -> torch.Tensor:
        return TREE.expected(torch.full_like(TREE.theta, -torch.inf).masked_scatter(finite, free))

    assert torch.autograd.gradcheck(expected, (TREE.theta[finite].clone().requires_grad_(True),))


@pytest.mark.parametrize("first", [[0.5, 0.5], [0.2, 0.2, 0.2]])
def test_first_tokens_that_are_no_distribution_are_refused(first: list[float]) -> None:
    with pytest.raises(ValueError, match="first must"):
        Params(first=first)
