"""The family: hand numbers on the batch of four, loops over answers and tokens, and what each changes."""

from __future__ import annotations

import math
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

import objectives
from objectives import OBJECTIVES, Rollouts
from objectives.losses.vapo import adaptive_lam
from objectives.rollouts import Terms

FAMILY = ("rloo", "dr_grpo", "gspo", "cispo", "reinforce_pp", "vapo")


def terms(name: str, rollouts: Rollouts, **settings: Any) -> Terms:
    rule = OBJECTIVES[name]
    return rule.loss(rollouts, rule.Params(**settings))


@pytest.fixture
def two() -> Rollouts:
    """One question, two answers: a right one of one token, a wrong one of two; old chances 0.5 a token."""
    return Rollouts(
        logp=torch.tensor([[0.6, 1.0], [0.4, 0.8]], dtype=torch.float64).log(),
        old_logp=torch.full((2, 2), 0.5, dtype=torch.float64).log(),
        ref_logp=torch.full((2, 2), 0.25, dtype=torch.float64).log(),
        mask=torch.tensor([[1, 0], [1, 1]]),
        rewards=torch.tensor([1.0, 0.0], dtype=torch.float64),
        group=torch.tensor([3, 3]),
        correct=torch.tensor([1, 0]),
        values=torch.tensor([[0.5, 9.0], [0.5, 0.25]], dtype=torch.float64),
        old_values=torch.tensor([[0.5, 9.0], [0.5, 0.25]], dtype=torch.float64),
    )


def test_rloo_subtracts_what_the_other_earned(two: Rollouts) -> None:
    found = terms("rloo", two, beta=0.0)
    assert found.advantages.tolist() == [[1, 0], [-1, -1]]
    assert found.total.item() == pytest.approx(-(math.log(0.6) - math.log(0.4) - math.log(0.8)) / 2)


def test_rloo_takes_the_kl_of_the_answer_from_its_reward(two: Rollouts) -> None:
    # one token costs ln 2, two cost 2 ln 2: the gap in reward grows by ln 2 times beta
    found = terms("rloo", two, beta=0.1)
    assert found.advantages[0, 0].item() == pytest.approx(1 + 0.1 * math.log(2))
    assert found.kl.item() == 0


def test_rloo_with_the_ratio_of_the_whole_answer(two: Rollouts) -> None:
    found = terms("rloo", two, beta=0.0, surrogate="ratio", ratio_level="product", aggregation="sequence")
    # ratios 1.2 and 0.8 * 1.6 = 1.28; the wrong one is not clipped from above
    assert found.ratio.tolist() == [pytest.approx([1.2, 1]), pytest.approx([1.28, 1.28])]
    assert found.total.item() == pytest.approx(-(1.2 - 1.28) / 2)


def test_dr_grpo_divides_by_a_constant(two: Rollouts) -> None:
    found = terms("dr_grpo", two)
    assert found.advantages.tolist() == [[0.5, 0], [-0.5, -0.5]]
    # ratio 0.8 stands at the bound, 1.6 of a bad token is called back
    assert found.total.item() == pytest.approx(-(0.5 * 1.2 - 0.5 * 0.8 - 0.5 * 1.6) / 2 / 2)
    assert terms("dr_grpo", two, length=8.0).total.item() == pytest.approx(found.total.item() / 4)


def test_gspo_has_one_ratio_per_answer(two: Rollouts) -> None:
    found = terms("gspo", two, clip_low=0.2, clip_high=0.1)
    s = math.sqrt(1.28)
    assert found.ratio.tolist() == [pytest.approx([1.2, 1]), pytest.approx([s, s])]
    assert found.gate.tolist() == [[True, False], [False, False]]
    assert found.total.item() == pytest.approx(-(1.1 - s) / 2)


def test_cispo_weighs_by_a_clipped_ratio_and_silences_nobody(two: Rollouts) -> None:
    logp = two.logp.clone().requires_grad_(True)
    found = terms("cispo", replace(two, logp=logp), clip_high=0.1)
    assert found.total.item() == pytest.approx(-(1.1 * math.log(0.6) - 0.8 * math.log(0.4) - 1.1 * math.log(0.8)) / 3)
    found.total.backward()
    assert logp.grad is not None
    assert logp.grad.tolist() == [pytest.approx([-1.1 / 3, 0]), pytest.approx([0.8 / 3, 1.1 / 3])]
    assert not found.gate.any()


def test_reinforce_pp_pays_the_kl_token_by_token_and_standardises_over_the_batch(two: Rollouts) -> None:
    plain = terms("reinforce_pp", two, whiten=False, beta=0.1)
    pain = 0.1 * math.log(2)
    assert plain.advantages.tolist() == [pytest.approx([1 - pain, 0]), pytest.approx([-2 * pain, -pain])]
    returns = [1 - pain, -2 * pain, -pain]
    mean = sum(returns) / 3
    std = math.sqrt(sum((x - mean) ** 2 for x in returns) / 3)
    found = terms("reinforce_pp", two, beta=0.1).advantages[two.mask].tolist()
    assert found == pytest.approx([(x - mean) / std for x in returns])
    graded = terms("reinforce_pp", two, whiten=False, beta=0.0, baseline="group")
    assert graded.advantages.tolist() == [[0.5, 0], [-0.5, -0.5]]


def test_vapo_teaches_the_critic_returns_and_the_policy_differences(two: Rollouts) -> None:
    found = terms("vapo", two, whiten=False)
    # answers this short get lam = 0: differences of one step
    assert found.advantages.tolist() == [[0.5, 0], [-0.25, -0.25]]
    assert found.value.item() == pytest.approx((0.5**2 + 0.5**2 + 0.25**2) / 3)
    policy = -(0.5 * 1.2 - 0.25 * 0.8 - 0.25 * 1.6) / 3
    assert found.policy.item() == pytest.approx(policy)
    assert found.total.item() == pytest.approx(policy + 0.5 * found.value.item() - 0.1 * math.log(0.6))


def test_the_trace_of_vapo_grows_with_the_answer() -> None:
    lengths = torch.tensor([1.0, 20.0, 40.0, 2000.0], dtype=torch.float64)
    assert adaptive_lam(lengths, 0.05).tolist() == pytest.approx([0, 0, 0.5, 0.99])


def test_nothing_right_is_nothing_to_imitate(two: Rollouts) -> None:
    wrong = replace(two, correct=torch.tensor([0, 0]))
    assert terms("vapo", wrong).total.item() == pytest.approx(terms("vapo", wrong, nll_weight=0.0).total.item())


# --- identities of content: T1, T6


@pytest.mark.parametrize("name", ["dr_grpo", "gspo", "cispo", "reinforce_pp", "vapo", "rloo"])
def test_at_the_old_policy_every_gradient_is_advantage_times_grad_log_probability(name: str, batch: Any) -> None:
    rollouts = batch(equal_lengths=True, answers=6)
    logp = rollouts.old_logp.clone().requires_grad_(True)
    found = terms(name, replace(rollouts, logp=logp))
    found.policy.backward()
    share = {"rloo": 6}.get(name, 24)
    assert torch.allclose(logp.grad, -found.advantages / share, rtol=1e-12, atol=1e-16)


def test_rloo_is_dr_grpo_times_g_over_g_minus_one(batch: Any) -> None:
    rollouts = batch(answers=6)
    one, other = terms("rloo", rollouts, beta=0.0), terms("dr_grpo", rollouts)
    assert torch.allclose(one.advantages, 1.5 * other.advantages, rtol=1e-12)


def test_gspo_is_grpo_where_answers_are_one_token(batch: Any) -> None:
    rollouts = batch(tokens=1)
    bounds = {"clip_low": 0.1, "clip_high": 0.3}
    assert float(terms("gspo", rollouts, **bounds).total) == pytest.approx(
        float(terms("grpo", rollouts, beta=0.0, **bounds).total), rel=1e-12
    )


def test_gspo_with_stop_gradients_per_token_has_the_same_value_and_gradient(batch: Any) -> None:
    """verl's form: sg(s_i) pi / sg(pi) on each token, averaged within the answer."""
    rollouts = batch(2)
    gradients = []
    for kind in ("ours", "verl"):
        logp = rollouts.logp.clone().requires_grad_(True)
        found = terms("gspo", replace(rollouts, logp=logp), clip_low=0.1, clip_high=0.1)
        total = found.policy
        if kind == "verl":
            lengths = rollouts.mask.sum(-1, keepdim=True)
            gap = (torch.where(rollouts.mask, logp - rollouts.old_logp, 0.0).sum(-1, keepdim=True) / lengths).detach()
            s = (gap + logp - logp.detach()).exp()
            a = found.advantages
            tokens = torch.where(rollouts.mask, torch.minimum(s * a, s.clamp(0.9, 1.1) * a), 0.0)
            total = -(tokens.sum(-1) / lengths.squeeze(-1)).mean()
        (gradient,) = torch.autograd.grad(total, logp)
        gradients.append((total.item(), gradient))
    assert gradients[0][0] == pytest.approx(gradients[1][0], rel=1e-12)
    assert torch.allclose(gradients[0][1], gradients[1][1], rtol=1e-10, atol=1e-15)


@pytest.mark.parametrize("name", [name for name in FAMILY if not OBJECTIVES[name].critic])
def test_a_batch_whose_rewards_agree_moves_nobody_who_compares(name: str, batch: Any) -> None:
    same = torch.full((7,), 0.1 + 0.2, dtype=torch.float64)
    same[::2] = 0.3
    logp = batch().logp.clone().requires_grad_(True)
    dull = batch(rewards=same, logp=logp, old_values=torch.zeros(7, 4, dtype=torch.float64))
    found = terms(name, dull, **({"beta": 0.0} if name in ("rloo", "reinforce_pp") else {}))
    assert not found.advantages.any()
    assert found.policy.item() == 0


@pytest.mark.slow
def test_a_copy_beside_a_member_is_no_member(tmp_path: Path) -> None:
    shutil.copytree(Path(objectives.__file__).parent, tmp_path / "objectives")
    losses = tmp_path / "objectives/losses"
    shutil.copy(losses / "gspo.py", losses / "gspo copy.py")
    code = "from objectives import OBJECTIVES, SIX; print(*(name for name in OBJECTIVES if name not in SIX))"
    result = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert set(result.stdout.split()) == set(FAMILY)
