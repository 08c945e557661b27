"""Facts that the lecture shows (length, KL, entropy), pieces by hand, errors, and how a rule is added."""

from __future__ import annotations

import itertools
import math
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from objectives import OBJECTIVES, Rollouts
from objectives.estimators import advantages, aggregate, kl, ratios
from objectives.estimators.value_loss import value_loss
from objectives.registry import Objective, Registry


def doubles(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


# --- the phantom of length (T11)

CAP = 60


def length_pull(name: str, stop: float, group_size: int = 1) -> float:
    """Expected slope, in the logit of "one more filler", of a branch whose answers all get A = -1, by enumeration.

    Answers differ only in length n: filler with chance `stop`, then the end. Each rule divides by its own length.
    """
    lengths = torch.arange(1, CAP + 1, dtype=torch.float64)
    chance = stop ** (lengths - 1) * (1 - stop)
    score = (lengths - 1) * (1 - stop) - stop  # d log pi(n) / d logit, summed over its tokens
    if name == "sequence":
        return float(-(chance * score / lengths).sum())
    if name == "constant":
        return float(-(chance * score).sum() / CAP)
    # DAPO: sum over the group of scores / sum of lengths, two answers at a time
    total = 0.0
    for i, j in itertools.product(range(CAP), repeat=2):
        total -= float(chance[i] * chance[j] * (score[i] + score[j]) / (lengths[i] + lengths[j]))
    return total


@pytest.mark.parametrize(("stop", "pull"), [(0.5, 0.193), (0.7, 0.216), (0.9, 0.156)])
def test_a_mean_within_the_answer_pays_wrong_answers_for_length(stop: float, pull: float) -> None:
    assert length_pull("sequence", stop) == pytest.approx(pull, abs=2e-3)
    assert length_pull("constant", stop) == pytest.approx(0, abs=2e-2)
    assert 0 < length_pull("group", stop) < 0.75 * pull


def whole_group_pull(stop: float, size: int) -> float:
    """The same slope where a group of `size` is divided by all its tokens L: size E[1 / L] - (1 - stop), exactly.

    The scores of a group sum to (1 - stop) L - size, and L is the sum of `size` geometric lengths.
    """
    tokens = torch.arange(size, 4000, dtype=torch.float64)
    ways = torch.lgamma(tokens) - math.lgamma(size) - torch.lgamma(tokens - size + 1)
    chance = (ways + size * math.log(1 - stop) + (tokens - size) * math.log(stop)).exp()
    assert chance.sum().item() == pytest.approx(1)
    return size * float((chance / tokens).sum()) - (1 - stop)


@pytest.mark.parametrize(("stop", "share"), [(0.5, 0.081), (0.7, 0.062), (0.9, 0.038)])
def test_dapo_keeps_a_sixteenth_of_the_phantom_in_groups_of_sixteen(stop: float, share: float) -> None:
    """T11's "6 to 8 %", at f = .5 and .7.

    Its literals, .0050 of .0844 (.0592), are .37 and .39 of ours at f = .7 (.0134 of .2160, .0622): of a wrong branch
    that is taken with some such chance, in a set-up that is not told.
    """
    assert whole_group_pull(stop, 1) == pytest.approx(length_pull("sequence", stop), abs=2e-3)
    assert whole_group_pull(stop, 2) == pytest.approx(length_pull("group", stop), abs=2e-3)
    assert whole_group_pull(stop, 16) / whole_group_pull(stop, 1) == pytest.approx(share, abs=6e-4)


@pytest.mark.parametrize("kind", ["sequence", "constant"])
def test_the_losses_show_that_phantom(kind: str) -> None:
    """The same slope through `aggregate`, on every answer of up to 30 tokens with its chance as weight."""
    longest, stop = 30, 0.5
    logit = torch.tensor(0.0, dtype=torch.float64, requires_grad=True)
    more, end = torch.nn.functional.logsigmoid(logit), torch.nn.functional.logsigmoid(-logit)
    rows = [torch.stack([*[more] * n, end, *[end] * (longest - 1 - n)]) for n in range(longest)]
    mask = torch.arange(longest) <= torch.arange(longest).unsqueeze(-1)
    logp = torch.stack(rows)
    ratio = ratios.token_ratio(logp, logp.detach(), mask)
    per_answer = [
        aggregate.aggregate(-ratio[n : n + 1], mask[n : n + 1], kind, torch.zeros(1).long()) for n in range(longest)
    ]
    chance = stop ** torch.arange(1, longest + 1, dtype=torch.float64)
    (slope,) = torch.autograd.grad((chance * torch.stack(per_answer)).sum(), logit)
    assert slope.item() == pytest.approx(length_pull(kind, stop) if kind == "sequence" else 0.0, abs=1e-5)


# --- estimators of the KL (T12)


def test_k1_is_noisy_k3_is_not_and_k2_is_biased() -> None:
    """At KL .0064 the standard deviation of k1 is .11, of k3 .005: two close policies over three answers."""
    pi = doubles(0.5, 0.3, 0.2)
    ref = (pi.log() + doubles(0.1, -0.1, -0.1)).softmax(-1)
    at = (pi.log().view(1, 3), ref.log().view(1, 3), torch.ones(1, 3))
    exact = kl.categorical(pi.log(), ref.log()).item()

    def moments(values: torch.Tensor) -> tuple[float, float]:
        mean = float(pi @ values.squeeze(0))
        return mean, math.sqrt(float(pi @ (values.squeeze(0) - mean) ** 2))

    noise = {kind: moments(kl.estimate(kind, *at)) for kind in ("k1", "k2", "k3")}
    assert noise["k1"][0] == pytest.approx(exact)
    assert noise["k3"][0] == pytest.approx(exact)
    assert noise["k2"][0] != pytest.approx(exact, rel=1e-3)
    assert noise["k1"][1] > 15 * noise["k3"][1]


def test_the_noise_of_the_estimators_at_a_kl_of_0064() -> None:
    """T12: k1's deviation .1125 and k2's mean .00635 at KL .0064; here k3's deviation is .0040.

    Its .0045 belongs to a pair of policies that is not told: it hangs on the fourth moment of the log-ratio, and runs
    from .0005 to .03 among three answers.
    """
    pi = doubles(0.25, 0.25, 0.5)
    low, high = 0.0, 3.0
    for _ in range(60):
        size = (low + high) / 2
        ref = (pi.log() + size * doubles(1.0, 0.6, 0.0)).log_softmax(-1)
        low, high = (size, high) if kl.categorical(pi.log(), ref).item() < 0.0064 else (low, size)
    found = {}
    for kind in ("k1", "k2", "k3"):
        values = kl.estimate(kind, pi.log().view(1, 3), ref.view(1, 3), torch.ones(1, 3)).squeeze(0)
        mean = pi @ values
        found[kind] = (mean.item(), (pi @ (values - mean) ** 2).sqrt().item())
    assert found["k1"] == pytest.approx((0.0064, 0.1125), abs=2e-4)
    assert found["k2"][0] == pytest.approx(0.00635, abs=2e-5)
    assert found["k3"] == pytest.approx((0.0064, 0.0040), abs=5e-5)


def test_the_importance_ratio_makes_the_gradient_of_k3_that_of_the_kl_off_policy_too() -> None:
    old, z = doubles(0.2, 0.5, 0.3), doubles(0.3, -0.2, 0.1).requires_grad_(True)
    ref, ones = doubles(0.4, 0.35, 0.25).log(), torch.ones(1, 3)
    log_pi = z.log_softmax(-1)
    ratio = ratios.token_ratio(log_pi.view(1, 3), old.log().view(1, 3), ones)
    weighed = (old * kl.estimate("k3", log_pi.view(1, 3), ref.view(1, 3), ones, ratio)).sum()
    exact = kl.categorical(log_pi, ref)
    assert weighed.item() == pytest.approx(exact.item())
    slopes = [torch.autograd.grad(value, z, retain_graph=True)[0] for value in (weighed, exact)]
    assert torch.allclose(*slopes, atol=1e-14)


def test_a_cap_holds_the_value_and_stops_the_gradient() -> None:
    logp = torch.tensor([[-5.0, -0.1]], dtype=torch.float64, requires_grad=True)
    found = kl.estimate("k3", logp, torch.zeros(1, 2, dtype=torch.float64), torch.ones(1, 2), cap=10.0)
    assert found.tolist() == [pytest.approx([10, math.exp(0.1) - 1.1])]
    found.sum().backward()
    assert logp.grad is not None
    assert logp.grad[0, 0] == 0
    assert logp.grad[0, 1] != 0


# --- entropy (T14)


@pytest.mark.parametrize("natural", [True, False])
def test_entropy_falls_by_the_covariance_of_log_probability_and_push(natural: bool) -> None:
    z, rewards, eta = doubles(0.3, -0.4, 0.1, 0.0), doubles(1, 0.2, 0, 0.5), 1e-6
    pi = z.softmax(-1)
    gain = rewards - pi @ rewards
    push = gain if natural else pi * gain

    def entropy(logits: torch.Tensor) -> torch.Tensor:
        return -(logits.softmax(-1) * logits.log_softmax(-1)).sum()

    change = (entropy(z + eta * push) - entropy(z)) / eta
    covariance = pi @ (pi.log() * push) - (pi @ pi.log()) * (pi @ push)
    assert change.item() == pytest.approx(-covariance.item(), rel=1e-4)
    rare = doubles(-3.0, 2.0)
    assert entropy(rare + 0.1 * doubles(1.0, 0.0)) > entropy(rare)


# --- GRPO's hidden objective (T8)


def test_dividing_by_the_spread_climbs_the_arcsine_of_the_root() -> None:
    p = torch.tensor(0.2, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(2 * p.sqrt().asin(), p)
    assert slope.item() == pytest.approx(1 / math.sqrt(0.2 * 0.8))
    size = 4000
    rewards = (torch.arange(size) < 0.2 * size).double()
    graded = advantages.group_relative(rewards, torch.zeros(size).long(), "std", ddof=0, eps=0.0)
    weight = (graded * (rewards / 0.2 - (1 - rewards) / 0.8)).mean()  # d log chance of each answer / dp
    assert weight.item() == pytest.approx(slope.item(), rel=1e-9)


# --- pieces by hand


def test_returns_pass_over_padding_and_rewards_fall_on_the_last_token() -> None:
    mask = torch.tensor([[1, 0, 1, 1], [0, 0, 0, 0]])
    pay = advantages.at_the_end(doubles(4.0, 9.0), mask)
    assert pay.tolist() == [[0, 0, 0, 4], [0, 0, 0, 0]]
    assert advantages.discounted_returns(pay, mask, 0.5).tolist() == [[1, 0, 2, 4], [0, 0, 0, 0]]


def test_the_ramp_for_overlong_answers() -> None:
    lengths = torch.tensor([10, 16, 18, 20, 99])
    assert advantages.overlong(lengths, 20, 4).tolist() == [0, 0, -0.5, -1, -1]
    assert advantages.overlong(lengths, 16, 0).tolist() == [0, 0, -1, -1, -1]
    with pytest.raises(ValueError, match="cache must be at most longest = 16, not 20"):
        advantages.overlong(lengths, 16, 20)


def test_the_filter_reads_right_and_wrong_before_length_is_punished() -> None:
    mask = torch.arange(6) < torch.tensor([[6], [2], [6], [2]])
    zeros = torch.zeros(4, 6, dtype=torch.float64)
    right = torch.tensor([1, 1, 1, 0])
    batch = Rollouts(
        logp=zeros,
        old_logp=zeros,
        mask=mask,
        rewards=2.0 * right - 1.0,
        correct=right,
        group=torch.tensor([0, 0, 1, 1]),
    )
    ramp = {"overlong_max": 6.0, "overlong_cache": 2.0}
    for what in ("reward", "correct"):
        found = OBJECTIVES["dapo"].loss(batch, OBJECTIVES["dapo"].Params(filter=what, **ramp))
        assert not found.advantages[:2].any()
        # 1 - 1 against -1: right but too long still beats wrong
        assert found.advantages[2:, 0].tolist() == pytest.approx([1, -1])


@pytest.mark.parametrize(("kind", "expected"), [("plain", 0.36), ("clipped", 0.81), ("max", 0.81)])
def test_the_value_loss_when_v_moved_towards_its_goal_beyond_the_clip(kind: str, expected: float) -> None:
    one = torch.ones(1, 1, dtype=torch.float64)
    found = value_loss(0.4 * one, one, one, kind, old_values=0 * one, clip=0.1)
    assert found.item() == pytest.approx(expected)


def test_a_dual_clip_silences_a_bad_token_that_ran_away() -> None:
    ratio, a = doubles(2.0, 4.0, 4.0).view(1, 3), doubles(-1.0, -1.0, 1.0).view(1, 3)
    surrogate, gate = ratios.clipped(ratio, a, 0.2, 0.2, 3.0)
    assert surrogate.tolist() == [pytest.approx([-2, -3, 1.2])]
    assert gate.tolist() == [[False, True, True]]


def test_an_overflowing_ratio_stays_a_number() -> None:
    for dtype in (torch.float32, torch.float64):
        logp = torch.tensor([[0.0, -900.0]], dtype=dtype, requires_grad=True)
        ratio = ratios.token_ratio(logp, torch.tensor([[-900.0, 0.0]], dtype=dtype), torch.ones(1, 2))
        (ratio * torch.zeros(1, 2, dtype=dtype)).sum().backward()
        assert torch.isfinite(ratio).all()
        assert logp.grad is not None
        assert torch.isfinite(logp.grad).all()


def test_an_impossible_token_outside_the_mask_harms_nobody(any_rule: Any, batch: Any) -> None:
    base = batch()
    start = torch.randn((7, 4, 3), generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    logits = torch.where(base.mask.unsqueeze(-1), start, doubles(0, 0, -math.inf)).requires_grad_(True)
    chosen = torch.where(base.mask, 0, 2).unsqueeze(-1)
    logp = logits.log_softmax(-1).gather(-1, chosen).squeeze(-1)
    assert torch.isinf(logp[~base.mask]).all()
    fields = {**vars(base), "logp": logp, "old_logp": logp.detach(), "ref_logp": logp.detach() - 0.1}
    total = any_rule.loss(Rollouts(**fields), any_rule.Params()).total
    assert torch.isfinite(total)
    total.backward()
    assert torch.isfinite(logits.grad[base.mask]).all()


# --- errors


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda x, m: advantages.gae(x[0], x, m, 1.5, 0.9), ValueError, "gamma must be between 0 and 1, not 1.5"),
        (lambda x, m: advantages.whiten(x, m, 0, -1.0), ValueError, "eps must be at least 0.0, not -1.0"),
        (lambda x, m: advantages.whiten(x, m, 0, 0.0, "sum"), ValueError, "place must be one of std, variance, floor"),
        (lambda x, m: advantages.group_relative(x[0], m[0].long()[:0]), ValueError, "group must label at least one"),
        (lambda x, m: advantages.group_relative(x[0], x[0]), TypeError, "group must be an integer tensor"),
        (lambda x, m: aggregate.aggregate(x, m, "mean", m[0].long()), ValueError, "kind must be one of token, group"),
        (lambda x, m: aggregate.token_mean(x, 2 * m), ValueError, "mask must hold only 0 and 1"),
        (lambda x, m: ratios.token_ratio(x, x, 2 * m), ValueError, "mask must hold only 0 and 1"),
        (lambda x, m: ratios.clipped(x, x, 0.2, 0.2, 0.5), ValueError, "dual must be above 1, or 0 for none, not 0.5"),
        (lambda x, m: ratios.importance(x, x, m, "word"), ValueError, "level must be one of token, sequence, product"),
        (
            lambda x, m: kl.estimate("k4", x, x, m),
            ValueError,
            "kind must be one of k1, k2, k3, abs, k1_k2, k3_k2, not 'k4'",
        ),
        (lambda x, m: value_loss(x, x, m, "max"), ValueError, "a max value loss needs old_values and a clip above 0"),
        (
            lambda x, m: Rollouts(logp=x[:0], old_logp=x[:0], mask=m[:0], rewards=x[0, :0], group=m[0, :0].long()),
            ValueError,
            "logp must hold at least one answer of one token",
        ),
    ],
)
def test_what_is_wrong_is_named(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call(torch.zeros(3, 3, dtype=torch.float64), torch.ones(3, 3))


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        (
            "grpo",
            {"kl_ratio": True, "kl_place": "reward"},
            'kl_ratio corrects a KL in the loss, but kl_place is "reward"',
        ),
        ("ppo", {"dual_clip": 0.5}, "dual_clip must be above 1, or 0 for none, not 0.5"),
        ("vapo", {"dual_clip": 1.0}, "dual_clip must be above 1, or 0 for none, not 1.0"),
        ("dapo", {"overlong_max": 10.0}, "overlong_cache must be at most overlong_max, not 4096"),
        ("gspo", {"clip_low": -0.1}, "clip_low must be at least 0.0 and at most 1.0, not -0.1"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(name: str, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        OBJECTIVES[name].Params(**changes)


# --- the registry


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "said"), [("mine", "'gspo', 'mine'"), ("gspo", "an objective named 'gspo' is already")]
)
def test_a_rule_is_found_by_itself_unless_its_name_is_taken(tmp_path: Path, name: str, said: str) -> None:
    package = tmp_path / "objectives"
    shutil.copytree(
        Path(__file__).parents[3] / "objectives", package, ignore=shutil.ignore_patterns("__pycache__", "experiments")
    )
    (package / "losses" / "mine.py").write_text(
        "from objectives.losses.gspo import Params, loss\nfrom objectives.registry import Objective\n"
        f'OBJECTIVE = Objective("{name}", Params, loss, paper="9999.99999")\n',
        encoding="utf-8",
    )
    code = "from objectives import OBJECTIVES; print(list(OBJECTIVES))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert said in done.stdout + done.stderr


def test_two_objectives_of_one_name_are_refused() -> None:
    duplicate = Objective("gspo", OBJECTIVES["ppo"].Params, OBJECTIVES["ppo"].loss)
    with pytest.raises(ValueError, match="an objective named 'gspo' is already registered"):
        Registry(*OBJECTIVES.values(), duplicate)
