"""The six losses on one batch small enough for paper and pencil: two groups of two answers, one token each.

Rewards 1, 0 and 1, 1. Ratios 1.5, 0.5, 1.5, 1 from old probabilities of 0.4 (reference 0.4 too). Critic: V = 0.5.
"""

from __future__ import annotations

import math

import pytest
import torch

from objectives import OBJECTIVES, SIX, Rollouts
from objectives.registry import Objective, Registry
from objectives.rollouts import Terms
from tests.objectives.slow_rules import OURS

PROBS = (0.6, 0.2, 0.6, 0.4)


@pytest.fixture
def four() -> Rollouts:
    column = lambda *x: torch.tensor(x, dtype=torch.float64).unsqueeze(-1)  # noqa: E731
    return Rollouts(
        logp=column(*PROBS).log(),
        old_logp=column(0.4, 0.4, 0.4, 0.4).log(),
        ref_logp=column(0.4, 0.4, 0.4, 0.4).log(),
        mask=torch.ones(4, 1, dtype=torch.bool),
        rewards=torch.tensor([1.0, 0.0, 1.0, 1.0], dtype=torch.float64),
        group=torch.tensor([0, 0, 1, 1]),
        correct=torch.tensor([1, 0, 1, 1]),
        values=column(0.25, 0.25, 0.25, 0.25),
        old_values=column(0.5, 0.5, 0.5, 0.5),
        entropies=column(0.1, 0.2, 0.3, 0.4),
    )


def terms(name: str, rollouts: Rollouts, **settings: object) -> Terms:
    rule = OBJECTIVES[name]
    return rule.loss(rollouts, rule.Params(**settings))


def test_reinforce_is_minus_the_mean_of_reward_times_log_probability(four: Rollouts) -> None:
    expected = -(math.log(0.6) + 0 + math.log(0.6) + math.log(0.4)) / 4
    assert terms("reinforce", four).total.item() == pytest.approx(expected)


def test_a_constant_baseline_is_subtracted_from_every_reward(four: Rollouts) -> None:
    expected = -(0.5 * math.log(0.6) - 0.5 * math.log(0.2) + 0.5 * math.log(0.6) + 0.5 * math.log(0.4)) / 4
    assert terms("reinforce", four, baseline=0.5).total.item() == pytest.approx(expected)


def test_baseline_weighs_by_reward_minus_value_and_adds_the_critics_error(four: Rollouts) -> None:
    policy = -0.5 * (math.log(0.6) - math.log(0.2) + math.log(0.6) + math.log(0.4)) / 4
    value = (3 * 0.75**2 + 0.25**2) / 4
    found = terms("baseline", four)
    assert found.policy.item() == pytest.approx(policy)
    assert found.value.item() == pytest.approx(value)
    assert found.total.item() == pytest.approx(policy + 0.5 * value)


def test_trpo_is_minus_the_mean_of_ratio_times_advantage(four: Rollouts) -> None:
    assert terms("trpo", four, whiten=False).policy.item() == pytest.approx(-0.5 * (1.5 - 0.5 + 1.5 + 1) / 4)
    # standardised, 0.5, -0.5, 0.5, 0.5 become 0.5, -1.5, 0.5, 0.5
    assert terms("trpo", four).policy.item() == pytest.approx(-(1.5 * 0.5 - 0.5 * 1.5 + 1.5 * 0.5 + 0.5) / 4)


def test_ppo_clips_on_the_side_of_each_sign(four: Rollouts) -> None:
    found = terms("ppo", four, whiten=False)
    assert found.policy.item() == pytest.approx(-0.5 * (1.2 - 0.8 + 1.2 + 1) / 4)
    assert found.gate.squeeze(-1).tolist() == [True, True, True, False]


def test_ppo_standardises_over_the_batch(four: Rollouts) -> None:
    found = terms("ppo", four)
    # 0.5, -0.5, 0.5, 0.5: mean 0.25, sample standard deviation 0.5
    assert found.advantages.squeeze(-1).tolist() == pytest.approx([0.5, -1.5, 0.5, 0.5])
    assert found.policy.item() == pytest.approx(-(1.2 * 0.5 - 0.8 * 1.5 + 1.2 * 0.5 + 0.5) / 4)


def test_ppo_subtracts_the_entropy_bonus(four: Rollouts) -> None:
    without, with_bonus = terms("ppo", four), terms("ppo", four, entropy_weight=0.1)
    assert with_bonus.entropy.item() == pytest.approx(0.25)
    assert with_bonus.total.item() == pytest.approx(without.total.item() - 0.1 * 0.25)


def test_grpo_grades_each_group_and_adds_the_kl_penalty(four: Rollouts) -> None:
    found = terms("grpo", four)
    k3 = [0.4 / p - math.log(0.4 / p) - 1 for p in PROBS]
    assert found.advantages.squeeze(-1).tolist() == pytest.approx([1, -1, 0, 0])
    assert found.policy.item() == pytest.approx(-(1.2 - 0.8) / 4)
    assert found.kl.item() == pytest.approx(sum(k3) / 4)
    assert found.total.item() == pytest.approx(-0.1 + 0.04 * sum(k3) / 4)
    assert found.gate.squeeze(-1).tolist() == [True, True, False, False]


def test_dapo_lifts_the_ceiling_and_leaves_the_unanimous_group_out(four: Rollouts) -> None:
    assert terms("dapo", four, filter="reward").total.item() == pytest.approx(-(1.28 - 0.8) / 2)
    assert terms("dapo", four, filter="off").total.item() == pytest.approx(-(1.28 - 0.8) / 4)


def test_dapo_filters_on_right_and_wrong_unless_asked_otherwise(four: Rollouts) -> None:
    graded = Rollouts(**{**vars(four), "rewards": torch.tensor([1.0, 0.6, 1.0, 0.6], dtype=torch.float64)})
    right = Rollouts(**{**vars(graded), "correct": torch.tensor([1, 1, 1, 0])})
    # by reward both groups are mixed; by right and wrong only the second
    assert terms("dapo", right, filter="reward").total.item() == pytest.approx(-((1.28 - 0.8) + (1.28 - 1)) / 4)
    assert terms("dapo", right).total.item() == pytest.approx(-(1.28 - 1) / 2)


def test_no_group_left_gives_zero_and_no_gradient(four: Rollouts) -> None:
    logp = four.logp.clone().requires_grad_(True)
    dull = Rollouts(**{**vars(four), "logp": logp, "correct": torch.ones(4)})
    total = terms("dapo", dull).total
    total.backward()
    assert total.item() == 0
    assert logp.grad is not None
    assert logp.grad.tolist() == [[0.0]] * 4


def test_grpo_averages_tokens_within_an_answer_first() -> None:
    rollouts = Rollouts(
        logp=torch.zeros(2, 2, dtype=torch.float64),
        old_logp=torch.zeros(2, 2, dtype=torch.float64),
        mask=torch.tensor([[1, 0], [1, 1]]),
        rewards=torch.tensor([1.0, 0.0], dtype=torch.float64),
        group=torch.tensor([7, 7]),
    )
    # advantages +1 for one token and -1 for two: equal answers cancel, equal tokens do not
    assert terms("grpo", rollouts, beta=0.0).total.item() == pytest.approx(0)
    assert terms("dapo", rollouts, filter="reward").total.item() == pytest.approx(-(1 - 2) / 3)


def test_a_missing_field_is_named(four: Rollouts) -> None:
    bare = Rollouts(**{**vars(four), "old_values": None, "ref_logp": None, "correct": None})
    for name, field, settings in (
        ("ppo", "old_values", {}),
        ("grpo", "ref_logp", {}),
        ("dapo", "correct", {}),
    ):
        with pytest.raises(ValueError, match=f"rollouts.{field}"):
            terms(name, bare, **settings)


def test_the_registry_lists_the_six_then_their_family_and_refuses_a_name_twice() -> None:
    assert list(OBJECTIVES)[:6] == list(SIX) == ["reinforce", "baseline", "trpo", "ppo", "grpo", "dapo"]
    assert [name for name in OBJECTIVES if name in OURS] == list(OURS)
    assert all(rule.name == name for name, rule in OBJECTIVES.items())
    with pytest.raises(ValueError, match="'grpo' is already registered"):
        Registry(*OBJECTIVES.values()).add(OBJECTIVES["grpo"])
    with pytest.raises(KeyError, match="did you mean 'grpo'"):
        OBJECTIVES["grpoo"]


def test_a_new_objective_can_be_added() -> None:
    mine = Objective("mine", OBJECTIVES["ppo"].Params, OBJECTIVES["ppo"].loss)
    registry = Registry(*OBJECTIVES.values())
    registry.add(mine)
    assert registry["mine"] is mine
    assert len(registry) == len(OBJECTIVES) + 1
