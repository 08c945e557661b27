"""`Params.of` gives every line of docs/conventions.md; the smaller libraries are held against loops."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
import torch

from benchmarks.peers.documented import Line, lines
from benchmarks.peers.modes import MODES, SECTION
from objectives import OBJECTIVES, Rollouts
from objectives.losses.libraries import LIBRARIES
from tests.objectives.slowly import Batch, batch, clipped, flat, gae, held, k3, mean, paid, pairwise, std, to_go

NAMES = {
    "verl": {"estimator": "adv_estimator"},
    "OpenRLHF": {
        "kl": "kl.estimator",
        "use_loss": "kl.use_loss",
        "coef": "kl.init_coef",
        "clip": "eps_clip_low_high",
        "loss_type": "policy_loss_type",
    },
}
"""Where the words of `benchmarks.peers.modes` are not the library's own."""
WORDS = {
    (SECTION.get(library, library), mode): words for library, modes in MODES.items() for mode, words in modes.items()
}


def options(library: str, mode: str) -> dict[str, Any]:
    """A line's options by the names of the library's configuration."""
    found: dict[str, Any] = {}
    for word, value in WORDS[library, mode].items():
        if word == "in_reward":
            found |= {"use_kl_in_reward": True, "kl_penalty": value}
        elif word == "algorithm":
            found |= value
        elif word == "critic":
            found |= {f"critic_{key}": x for key, x in value.items()}
        elif word not in ("trainer", "kind"):
            found[NAMES.get(library, {}).get(word, word)] = value
    return found


@pytest.mark.parametrize("line", [pytest.param(line, id="-".join(key)) for key, line in lines().items()])
def test_every_line_of_the_page_is_what_its_options_give(line: Line) -> None:
    kind = OBJECTIVES[line.objective].Params
    assert kind.of(line.library, **options(line.library, line.mode)) == kind(**line.settings)


def test_options_combine() -> None:
    found = OBJECTIVES["grpo"].Params.of("trl", loss_type="grpo", epsilon_high=0.28, delta=2.0, beta=0.1)
    assert (found.aggregation, found.clip_low, found.clip_high) == ("sequence", 0.2, 0.28)
    assert (found.dual_clip, found.beta, found.kl_ratio) == (2.0, 0.1, True)
    step = OBJECTIVES["trpo"].Params.of("sb3", target_kl=0.02, line_search_max_iter=4)
    assert (step.delta, step.backtracks, step.kl_direction) == (0.02, 3, "new_old")


@pytest.mark.parametrize(
    ("rule", "library", "asked", "message"),
    [
        ("grpo", "tlr", {}, "library must be one of trl, verl, openrlhf"),
        ("trpo", "trl", {}, "trl has no trpo; its options are known for grpo, dr_grpo"),
        ("grpo", "trl", {"loss_typ": "dapo"}, "grpo of trl has no field 'loss_typ'; did you mean 'loss_type'"),
        ("grpo", "trl", {"loss_type": "sapo"}, "loss_type must be one of 'dapo', 'bnpo'"),
        ("grpo", "trl", {"loss_type": "cispo"}, "loss_type must be one of 'dapo', 'bnpo', 'grpo'"),
        ("cispo", "trl", {"loss_type": "grpo"}, "loss_type must be one of 'cispo', not 'grpo'"),
        ("grpo", "verl", {"adv_estimator": "rloo"}, "adv_estimator must be one of 'grpo', 'grpo_vectorized', 'gpg'"),
        ("gspo", "verl", {"loss_mode": "vanilla"}, "loss_mode must be one of 'gspo', not 'vanilla'"),
        ("grpo", "openrlhf", {"estimator": "gae"}, "estimator must be one of 'group_norm', 'dr_grpo'"),
        ("dr_grpo", "verl", {"loss_mode": "gpg", "loss_typ": 1}, "has no field 'loss_typ'"),
        ("gspo", "trl", {"beta": 0.1}, "gspo has no setting beta, which trl would have at 0.1"),
        ("dapo", "verl", {"loss_mode": "gpg"}, "dapo has no setting surrogate, which verl would have at 'log'"),
    ],
)
def test_what_a_library_or_a_rule_does_not_have_is_refused(
    rule: str, library: str, asked: dict[str, Any], message: str
) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        OBJECTIVES[rule].Params.of(library, **asked)


def test_every_library_is_on_the_page() -> None:
    pages = {name.lower().replace("-", "_").replace(" ", "_") for name in (line.library for line in lines().values())}
    assert pages == set(LIBRARIES)


# --- with loops


def numbers(library: str, mode: str, r: Rollouts) -> float:
    """Our loss with the settings of a line."""
    line = lines()[library, mode]
    return float(OBJECTIVES[line.objective].loss(r, OBJECTIVES[line.objective].Params(**line.settings)).total.detach())


def standardised(xs: list[list[float]], ddof: int) -> list[list[float]]:
    middle, deviation = mean(flat(xs)), std(flat(xs), ddof)
    return pairwise(lambda x: (x - middle) / deviation, xs)


@pytest.mark.parametrize("seed", range(3))
def test_the_ppo_of_trl_0_24(seed: int) -> None:
    r = batch("TRL 0.24", "PPOTrainer of TRL 0.24 (kl_coef=0.05)", seed)
    b = Batch(r)
    pay = paid(b, pairwise(lambda o, f: 0.05 * (o - f), b.old, b.ref))
    advantages, returns = gae(b, pay, 1.0, 0.95)
    middle, variance = mean(flat(advantages)), std(flat(advantages)) ** 2
    weights = pairwise(lambda a: (a - middle) / math.sqrt(variance + 1e-8), advantages)
    policy = mean(flat(pairwise(lambda gap, a: clipped(math.exp(gap), a, 0.2, 0.2), b.gaps(), weights)))
    moved = pairwise(lambda v, o: held(v, o - 0.2, o + 0.2), b.v, b.v_old)
    error = pairwise(lambda v, m, goal: max((v - goal) ** 2, (m - goal) ** 2), b.v, moved, returns)
    expected = policy + 0.1 * 0.5 * mean(flat(error))
    assert numbers("TRL", "PPOTrainer of TRL 0.24 (kl_coef=0.05)", r) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_the_trpo_of_sb3_contrib(seed: int) -> None:
    r = batch("sb3-contrib", "sb3-contrib TRPO", seed)
    b = Batch(r)
    advantages, returns = gae(b, paid(b, pairwise(lambda o: 0.0, b.old)), 0.99, 0.95)
    weights = standardised(advantages, 1)
    policy = -mean(flat(pairwise(lambda gap, a: a * math.exp(gap), b.gaps(), weights)))
    expected = policy + mean(flat(pairwise(lambda v, goal: (v - goal) ** 2, b.v, returns)))
    assert numbers("Stable-Baselines3", "sb3-contrib TRPO", r) == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("mode", ["vpg", "ppo", "trpo"])
def test_spinning_up(mode: str, seed: int) -> None:
    r = batch("Stable-Baselines3", "PPO", seed)
    b = Batch(r)
    pay = paid(b, pairwise(lambda o: 0.0, b.old))
    advantages, goals = gae(b, pay, 0.99, 0.97)[0], to_go(pay, 0.99)
    weights = standardised(advantages, 0)
    by = {
        "vpg": lambda gap, a, new: -a * new,
        "ppo": lambda gap, a, new: clipped(math.exp(gap), a, 0.2, 0.2),
        "trpo": lambda gap, a, new: -a * math.exp(gap),
    }[mode]
    policy = mean(flat(pairwise(by, b.gaps(), weights, b.new)))
    expected = policy + mean(flat(pairwise(lambda v, goal: (v - goal) ** 2, b.v, goals)))
    returns = torch.zeros_like(r.logp).detach()
    returns[r.mask] = torch.tensor(flat(goals), dtype=torch.float64)
    assert numbers("Spinning Up", mode, replace(r, returns=returns)) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("mode", MODES["oat"])
def test_oat(mode: str, seed: int) -> None:
    r = batch("oat", mode, seed)
    b, line = Batch(r), lines()["oat", mode]
    beta, log = line.settings.get("beta", 0.0), line.settings.get("surrogate") == "log"
    graded = []
    for i, x in enumerate(b.rewards):
        mates = b.mates(i, b.rewards)
        graded.append((x - mean(mates)) / (std(mates) + 1e-8 if line.objective == "grpo" else 1.0))

    def token(gap: float, a: float, new: float, ref: float) -> float:
        policy = -a * new if log else clipped(math.exp(gap), a, 0.2, 0.2)
        return policy + beta * k3(new, ref)

    table = pairwise(token, b.gaps(), b.spread(graded), b.new, b.ref)
    by_answer = [mean(row) if line.objective == "grpo" else sum(row) / 1024 for row in table]
    assert numbers("oat", mode, r) == pytest.approx(mean(by_answer), rel=1e-9)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("mode", [mode for mode in MODES["verl"] if mode.startswith("loss_mode=gpg")])
def test_gpg_of_verl(mode: str, seed: int) -> None:
    r = batch("verl", "adv_estimator=grpo", seed)
    rewards = r.rewards.clone()
    rewards[:3] = 0.0
    r, own = replace(r, rewards=rewards), "adv_estimator=gpg" in mode
    b = Batch(r)
    alpha = len(b.rewards) / sum(x != 0 for x in b.rewards) if own else 1.0
    graded = []
    for i, x in enumerate(b.rewards):
        mates = b.mates(i, b.rewards)
        alone = len(mates) == 1
        by = 1.0 if own else (1.0 if alone else std(mates)) + 1e-6
        graded.append(alpha * (x - (0.0 if alone else mean(mates))) / by)
    expected = mean(flat(pairwise(lambda a, new: -a * new, b.spread(graded), b.new)))
    scaled = replace(r, rewards=alpha * r.rewards)
    assert numbers("verl", mode, scaled) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_k1_plus_of_verl_has_the_value_of_k1(seed: int) -> None:
    r = batch("verl", "adv_estimator=grpo", seed)
    b = Batch(r)
    expected = 0.1 * mean(flat(pairwise(lambda new, ref: held(new - ref, -20, 20), b.new, b.ref)))
    without = numbers("verl", "adv_estimator=grpo", r)
    found = numbers("verl", "use_kl_loss, kl_loss_type=k1+, kl_loss_coef=0.1", r)
    assert found - without == pytest.approx(expected, rel=1e-9)
