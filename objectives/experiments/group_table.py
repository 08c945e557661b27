"""Fire the critic: GRPO's table of one group, what dividing by the spread does, and which models are kept.

The table follows one group of answers while the policy moves along a line, in the direction of the objective's own
slope. Three policies take part: the reference (before any training), the old one (it wrote the answers) and the new
one. The ratio is to the old, the KL to the reference. In this world an answer is one token; in a text GRPO's ratio,
clip and KL are per token, and all tokens of an answer share one advantage.

With rewards of 0 and 1 everything is exact by enumeration of k right answers of G. The expected on-policy gradient is
a weight times grad p; for large groups it is that of 2 arcsin sqrt p (Davis and Recht 2025, 2510.13651).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from objectives import grpo, sampling, training
from objectives.advantages import group_relative, group_statistics
from objectives.experiments import Array, Arrays, Claim, Number, Values
from objectives.leash import Leash
from objectives.params import Checked, hyper, read
from objectives.policies import draw
from objectives.ratios import clipped
from objectives.rollouts import Terms
from objectives.worlds import Episodes, three_answers

NAME = "group_table"
KEYS = ("three_answers.*", "grpo.*", "group_table.*")
DRAWN = 256  # groups drawn, of which the first with all three answers is shown
GRID = 397  # chances of a right answer, from 0.01 to 0.99
SIZES = (2, 4, 8, 16, 64)  # groups whose weights are compared
KINDS = ("std", "none")
CASES = ("PPO", "GRPO", "rules", "no leash")
MODELS = ("policy", "critic", "reward model", "reference")
KEPT = ((1, 1, 1, 1), (1, 0, 1, 1), (1, 0, 0, 1), (1, 0, 0, 0))
TRAINED = (1, 1, 0, 0)
A, B, C = range(3)


@dataclass(frozen=True)
class Params(Checked):
    """The group shown, the line along which the policy moves, and two questions of different difficulty."""

    group_size: int = hyper(
        8, low=2, high=10, unit="answers", source="chosen for the picture (DeepSeekMath 64, R1 16)", doc="answers shown"
    )
    old: list[float] = hyper(  # noqa: RUF009  (a field with a default factory)
        (0.15, 0.55, 0.30),
        low=0.0,
        high=1.0,
        low_open=True,
        high_open=True,
        unit="probability",
        source="chosen for the picture: some way from the reference",
        doc="chance of A, B, C under the policy that writes the group",
    )
    reach: float = hyper(
        1.6,
        low=0.0,
        high=20.0,
        low_open=True,
        unit="logit",
        source="chosen for the picture: past the fence",
        doc="how far the policy moves along the slope",
    )
    stops: int = hyper(97, low=2, high=2001, unit="points", source="chosen for the picture", doc="places on the way")
    seed: int = hyper(0, low=0, high=2147483647, source="chosen for the picture", doc="number of the dice")
    hard: float = hyper(
        0.2,
        low=0.01,
        high=0.99,
        unit="probability",
        source="chosen for the picture",
        doc="chance of a right answer to the question whose weight is told",
    )
    rare: float = hyper(
        0.05,
        low=0.01,
        high=0.99,
        unit="probability",
        source="chosen for the picture",
        doc="the same for a question that most groups get all wrong",
    )
    trained_bytes: float = hyper(
        16.0,
        low=0.0,
        high=100.0,
        unit="bytes",
        source="ZeRO (1910.02054) section 3.1: Adam in mixed precision",
        doc="memory per parameter of a model that learns",
    )
    frozen_bytes: float = hyper(
        2.0,
        low=0.0,
        high=100.0,
        unit="bytes",
        source="16-bit weights: two bytes each",
        doc="memory per parameter of a model that is only asked",
    )

    def check(self) -> None:
        """The old policy is three probabilities that sum to 1."""
        if len(self.old) != len(three_answers.LABELS):
            raise ValueError(f"old must hold {len(three_answers.LABELS)} probabilities, not {len(self.old)}")
        if abs(sum(self.old) - 1) > 1e-9:
            raise ValueError(f"old must sum to 1, but it sums to {sum(self.old):.10g}")


SCHEMA = {
    "answers": Array("answer", "", "labels of the answers"),
    "texts": Array("answer", "", "what each answer says"),
    "rewards": Array("answer", "reward", "reward of each answer"),
    "ref_probs": Array("answer", "probability", "the reference: before any training"),
    "old_probs": Array("answer", "probability", "the old policy, which wrote the group"),
    "group_answer": Array("sample", "", "index of each answer of the group"),
    "group_reward": Array("sample", "reward", "its reward"),
    "group_mean": Array("", "reward", "mean of the group"),
    "group_std": Array("", "reward", "its standard deviation, with GRPO's ddof"),
    "centred": Array("sample", "reward", "reward minus the group's mean"),
    "advantage": Array("sample", "", "GRPO's advantage"),
    "clip": Array("2", "", "the bounds of the ratio"),
    "beta": Array("", "", "weight of the KL"),
    "step": Array("stop", "logit", "how far the new policy has moved along the objective's slope"),
    "new_probs": Array("stop answer", "probability", "the new policy there"),
    "ratio": Array("stop sample", "", "new / old, of each answer of the group"),
    "clipped_ratio": Array("stop sample", "", "that ratio, held between the bounds"),
    "plain_term": Array("stop sample", "", "ratio x advantage"),
    "clipped_term": Array("stop sample", "", "clipped ratio x advantage"),
    "least": Array("stop sample", "", "the smaller of the two"),
    "gate": Array("stop sample", "", "1 where its gradient is 0"),
    "kl": Array("stop sample", "nat", "k3 to the reference: ref/new - log(ref/new) - 1"),
    "surrogate": Array("stop", "", "mean of the smaller terms"),
    "mean_kl": Array("stop", "nat", "mean of the KL terms"),
    "leash": Array("stop", "", "beta times that"),
    "objective": Array("stop", "", "surrogate minus leash: minus GRPO's loss"),
    "kinds": Array("kind", "", "std: advantages over the group's spread; none: not divided"),
    "right": Array("outcome", "answers", "k right answers of a group, 0 to its size"),
    "up": Array("kind outcome", "", "advantage of a right answer then; 0 if there is none"),
    "down": Array("kind outcome", "", "advantage of a wrong answer then; 0 if there is none"),
    "chance": Array("chance", "probability", "chance p of a right answer"),
    "sizes": Array("size", "answers", "group sizes G"),
    "weight": Array("size chance", "", "weight of grad p in GRPO's expected gradient, divided by the spread"),
    "limit": Array("chance", "", "the same for endless groups: 1 / sqrt(p (1 - p))"),
    "climb": Array("size chance", "", "the height whose slope is that weight, 0 at p = 0.5"),
    "limit_climb": Array("chance", "", "the same for endless groups: 2 arcsin sqrt p - pi / 2"),
    "mixed": Array("size chance", "probability", "chance that a group is neither all right nor all wrong"),
    "hard": Array("", "probability", "the question whose weights follow"),
    "hard_weight": Array("size", "", "weight there"),
    "hard_limit": Array("", "", "for endless groups"),
    "group_weight": Array("", "", "for groups of the size shown"),
    "rare": Array("", "probability", "a question that most groups get all wrong"),
    "rare_mixed": Array("size", "probability", "chance that a group is mixed there"),
    "cases": Array("case", "", "PPO, GRPO, GRPO with rules for rewards, and that without a leash"),
    "models": Array("model", "", "the models that may be kept"),
    "kept": Array("case model", "", "1 if the case keeps that model"),
    "bytes": Array("case model", "bytes", "memory per parameter, if all models are equally large"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """The table of one group along a line, advantages and weights by enumeration, and the models kept."""
    params, rule = read(Params, NAME, h), read(grpo.Params, grpo.NAME, h)
    world = three_answers.ThreeAnswers(read(three_answers.Params, three_answers.NAME, h))
    arrays = {
        **_table(world, params, rule),
        **_outcomes(params.group_size, rule),
        **_weights(params, rule),
        **_models(params),
    }
    plain = {name: value.numpy() if isinstance(value, Tensor) else value for name, value in arrays.items()}
    return {name: np.array(plain[name], order="C") for name in SCHEMA}


def _group(world: three_answers.ThreeAnswers, params: Params) -> Episodes:
    """The first group of the dice in which every answer occurs, or the first of all if none has them all."""
    dice = sampling.Params(groups=DRAWN, group_size=params.group_size, iterations=1, seeds=1, seed=params.seed)
    uniforms = sampling.uniforms(world.name, dice, world.tokens)[0, 0].view(DRAWN, params.group_size, world.tokens)
    old = torch.tensor(params.old, dtype=torch.float64).log()
    answers = draw(old.log_softmax(-1).unsqueeze(-2), uniforms).squeeze(-1)
    full = torch.stack([(answers == k).any(-1) for k in range(len(params.old))]).all(0)
    first = int(full.double().argmax())
    return world.play(old, uniforms[first])


def _table(world: three_answers.ThreeAnswers, params: Params, rule: grpo.Params) -> dict[str, Values | Tensor]:
    """Every column of the table, for the policies from the old one along the objective's slope."""
    episodes = _group(world, params)
    group = torch.zeros(params.group_size, dtype=torch.long)
    old = torch.tensor(params.old, dtype=torch.float64).log()

    def terms_at(theta: Tensor) -> tuple[Terms, Tensor]:
        batch = training.rollouts(world, episodes, group, theta, old)
        terms = grpo.loss(batch, rule)
        return terms, Leash.of(rule).term(batch, terms.ratio)

    theta = old.clone().requires_grad_(True)
    (slope,) = torch.autograd.grad(-terms_at(theta)[0].total, theta)
    ahead = slope / slope.norm() if float(slope.norm()) > 0 else slope
    step = torch.linspace(0.0, params.reach, params.stops, dtype=torch.float64)
    line = old + step.unsqueeze(-1) * ahead
    terms, leash = terms_at(line)
    ratio, advantage = terms.ratio.squeeze(-1), terms.advantages.squeeze(-1)
    least, _ = clipped(ratio, advantage, rule.clip_low, rule.clip_high, rule.dual_clip)
    inside = ratio.clamp(1 - rule.clip_low, 1 + rule.clip_high)
    mean, std, _ = group_statistics(episodes.rewards, group, rule.ddof)
    beta = rule.beta if rule.kl_place == "loss" else 0.0
    return {
        "answers": np.array(three_answers.LABELS),
        "texts": np.array(three_answers.ANSWERS),
        "rewards": world.rewards,
        "ref_probs": world.start_probs,
        "old_probs": np.array(params.old),
        "group_answer": episodes.actions.squeeze(-1),
        "group_reward": episodes.rewards,
        "group_mean": mean[0],
        "group_std": std[0],
        "centred": episodes.rewards - mean,
        "advantage": advantage,
        "clip": np.array([1 - rule.clip_low, 1 + rule.clip_high]),
        "beta": np.array(beta),
        "step": step,
        "new_probs": world.probs(line),
        "ratio": ratio,
        "clipped_ratio": inside,
        "plain_term": ratio * advantage,
        "clipped_term": inside * advantage,
        "least": least,
        "gate": terms.gate.squeeze(-1).double(),
        "kl": leash.squeeze(-1),
        "surrogate": -terms.policy,
        "mean_kl": terms.kl,
        "leash": beta * terms.kl,
        "objective": -terms.policy - beta * terms.kl,
    }


def graded(size: int, kind: str, rule: grpo.Params) -> tuple[Tensor, Tensor]:
    """Advantages of a right and of a wrong answer for k = 0 .. size right of `size`, [size + 1] each; 0 if none."""
    right = torch.arange(size + 1)
    rewards = (torch.arange(size) < right.unsqueeze(-1)).double()
    one_group = torch.zeros(size, dtype=torch.long)
    out = group_relative(rewards, one_group, kind, rule.ddof, rule.eps)
    nothing = torch.zeros(size + 1, dtype=torch.float64)
    return torch.where(right > 0, out[:, 0], nothing), torch.where(right < size, out[:, -1], nothing)


def weights(size: int, chance: Tensor, rule: grpo.Params, kind: str = "std") -> Tensor:
    """Weight of grad p in the expected gradient of groups of `size` at pi = pi_old, [p] for chances [p], exact.

    E[1/G sum_i A_i grad log pi(o_i)] = E[k A_right / G] grad p / p - E[(G - k) A_wrong / G] grad p / (1 - p)
    """
    up, down = graded(size, kind, rule)
    right = torch.arange(size + 1, dtype=torch.float64)
    odds = _binomial(size, chance)
    return (odds * (right * up) / size).sum(-1) / chance - (odds * (size - right) * down / size).sum(-1) / (1 - chance)


def _binomial(size: int, chance: Tensor) -> Tensor:
    """Chance of k right answers of `size`, [p, size + 1]."""
    right = torch.arange(size + 1, dtype=torch.float64)
    ways = math.lgamma(size + 1) - torch.lgamma(right + 1) - torch.lgamma(size - right + 1)
    p = chance.unsqueeze(-1)
    return (ways + right * p.log() + (size - right) * (1 - p).log()).exp()


def _outcomes(size: int, rule: grpo.Params) -> dict[str, Values | Tensor]:
    pairs = [graded(size, kind, rule) for kind in KINDS]
    return {
        "kinds": np.array(KINDS),
        "right": np.arange(size + 1),
        "up": torch.stack([pair[0] for pair in pairs]),
        "down": torch.stack([pair[1] for pair in pairs]),
    }


def _weights(params: Params, rule: grpo.Params) -> dict[str, Values | Tensor]:
    """Weights, heights and mixed groups over the chance of a right answer, and at the two questions told."""
    chance = torch.linspace(0.01, 0.99, GRID, dtype=torch.float64)
    weight = torch.stack([weights(size, chance, rule) for size in SIZES])
    step = chance[1] - chance[0]
    climb = torch.cat([torch.zeros(len(SIZES), 1), ((weight[:, 1:] + weight[:, :-1]) / 2 * step).cumsum(-1)], -1)
    hard, rare = (torch.tensor([p], dtype=torch.float64) for p in (params.hard, params.rare))
    sizes = torch.tensor(SIZES, dtype=torch.float64)

    def mixed(p: Tensor) -> Tensor:
        return 1 - p ** sizes.unsqueeze(-1) - (1 - p) ** sizes.unsqueeze(-1)

    return {
        "chance": chance,
        "sizes": np.array(SIZES),
        "weight": weight,
        "limit": _limit(chance),
        "climb": climb - climb[:, GRID // 2 : GRID // 2 + 1],
        "limit_climb": 2 * torch.asin(chance.sqrt()) - math.pi / 2,
        "mixed": mixed(chance),
        "hard": hard[0],
        "hard_weight": torch.cat([weights(size, hard, rule) for size in SIZES]),
        "hard_limit": _limit(hard)[0],
        "group_weight": weights(params.group_size, hard, rule)[0],
        "rare": rare[0],
        "rare_mixed": mixed(rare).squeeze(-1),
    }


def _limit(chance: Tensor) -> Tensor:
    """d/dp of 2 arcsin sqrt p."""
    return (chance * (1 - chance)).rsqrt()


def _models(params: Params) -> dict[str, Values | Tensor]:
    kept, trained = np.array(KEPT), np.array(TRAINED)
    each = np.where(trained == 1, params.trained_bytes, params.frozen_bytes)
    return {"cases": np.array(CASES), "models": np.array(MODELS), "kept": kept, "bytes": kept * each}


# --- what may be said


def _silent_from(a: Arrays, answer: int) -> int:
    """The first stop from which all samples of an answer stay silent; one past the end if they do not."""
    heard = np.flatnonzero(a["gate"][:, a["group_answer"] == answer].min(-1, initial=1) < 1)
    return int(heard[-1]) + 1 if len(heard) else 0


def _weight_at(size: int) -> Callable[[Arrays], float]:
    return lambda a: float(a["hard_weight"][SIZES.index(size)])


def _share(case: int) -> Callable[[Arrays], float]:
    def of(a: Arrays) -> float:
        whole = float(a["bytes"][0].sum())
        return float(a["bytes"][case].sum()) / whole if whole > 0 else 0.0

    return of


NUMBERS: dict[str, Number] = {
    "group_size": ("answers in the group", lambda a: float(len(a["group_answer"]))),
    "group_mean": ("mean reward of the group", lambda a: float(a["group_mean"])),
    "group_std": ("its standard deviation", lambda a: float(a["group_std"])),
    "count_a": ("answers A in the group", lambda a: float((a["group_answer"] == A).sum())),
    "count_b": ("answers B in the group", lambda a: float((a["group_answer"] == B).sum())),
    "count_c": ("answers C in the group", lambda a: float((a["group_answer"] == C).sum())),
    "start_objective": ("the objective before the policy moves", lambda a: float(a["objective"][0])),
    "start_kl": ("mean KL to the reference before the policy moves (nat)", lambda a: float(a["mean_kl"][0])),
    "common_right": ("right answers of a group with one wrong", lambda a: float(len(a["right"]) - 2)),
    "best_objective": ("the highest objective on the line", lambda a: float(a["objective"].max())),
    "end_objective": ("the objective at its end", lambda a: float(a["objective"][-1])),
    "lone_win": ("advantage of the only right answer", lambda a: float(a["up"][0, 1])),
    "lone_win_loss": ("advantage of the wrong answers beside it", lambda a: float(a["down"][0, 1])),
    "common_win": ("advantage of a right answer where only one is wrong", lambda a: float(a["up"][0, -2])),
    "lone_win_plain": ("advantage of the only right answer, not divided", lambda a: float(a["up"][1, 1])),
    "weight_group": ("weight of the hard question, groups of the size shown", lambda a: float(a["group_weight"])),
    "weight_2": ("weight of the hard question, groups of 2", _weight_at(2)),
    "weight_4": ("the same, groups of 4", _weight_at(4)),
    "weight_8": ("the same, groups of 8", _weight_at(8)),
    "weight_16": ("the same, groups of 16", _weight_at(16)),
    "weight_64": ("the same, groups of 64", _weight_at(64)),
    "weight_limit": ("the same, endless groups", lambda a: float(a["hard_limit"])),
    "hard_one_in": ("the hard question is answered right one time in so many", lambda a: float(1 / a["hard"])),
    "rare_one_in": ("the same for the rare one", lambda a: float(1 / a["rare"])),
    "mixed_8": ("share of groups of 8 that are mixed at the rare question", lambda a: float(a["rare_mixed"][2])),
    "mixed_64": ("the same, groups of 64", lambda a: float(a["rare_mixed"][4])),
    "models_ppo": ("models that PPO keeps", lambda a: float(a["kept"][0].sum())),
    "models_grpo": ("models that GRPO keeps", lambda a: float(a["kept"][1].sum())),
    "models_rules": ("models that GRPO keeps with rules for rewards", lambda a: float(a["kept"][2].sum())),
    "memory_grpo": ("memory of GRPO over that of PPO", _share(1)),
}


CLAIMS: dict[str, Claim] = {
    "divides_by_the_spread": (
        "GRPO's advantage is the distance from the group's mean over its standard deviation.",
        lambda a: bool(np.allclose(a["advantage"] * a["group_std"], a["centred"], atol=1e-6) and a["group_std"] > 0),
    ),
    "pushes_cancel": (
        "The advantages of the group sum to 0, and not all are 0.",
        lambda a: bool(abs(a["advantage"].sum()) < 1e-9 < np.abs(a["advantage"]).max()),
    ),
    "all_kinds_in_the_group": (
        "The group holds all three answers; A is better than its mean, C is worse.",
        lambda a: bool(
            all((a["group_answer"] == k).any() for k in range(3))
            and a["advantage"][a["group_answer"] == A].min() > 0 > a["advantage"][a["group_answer"] == C].max()
        ),
    ),
    "ratios_start_at_one": (
        "Before the policy moves every ratio is 1 and the surrogate 0, while the KL is not.",
        lambda a: bool(
            np.allclose(a["ratio"][0], 1) and abs(float(a["surrogate"][0])) < 1e-9 and float(a["mean_kl"][0]) > 1e-3
        ),
    ),
    "both_ends_fall_silent": (
        "On the line A falls silent past its upper bound, then C past its lower one, and both stay silent.",
        lambda a: 0 < _silent_from(a, A) < _silent_from(a, C) < len(a["step"]),
    ),
    "leash_pulls_back": (
        "The surrogate never falls on the line, the objective does: it is highest before the end, where the KL grows.",
        lambda a: bool(
            (np.diff(a["surrogate"]) > -1e-12).all()
            and 0 < a["objective"].argmax() < len(a["step"]) - 1
            and (np.diff(a["leash"]) > 0).all()
        ),
    ),
    "leash_is_slight": (
        "Nowhere on the line does beta times KL reach half the highest surrogate.",
        lambda a: float(a["leash"].max()) < 0.5 * float(a["surrogate"].max()),
    ),
    "lone_win_shouts": (
        "The only right answer of a group gets over three times the push of a right one among others.",
        lambda a: float(a["up"][0, 1]) > 3 * float(a["up"][0, -2]) > 0,
    ),
    "division_makes_it_louder": (
        "Dividing by the spread more than doubles the push of the only right answer.",
        lambda a: float(a["up"][0, 1]) > 2 * float(a["up"][1, 1]) > 0,
    ),
    "unanimous_is_silent": (
        "A group that is all right or all wrong gets no push at all.",
        lambda a: bool((a["up"][:, [0, -1]] == 0).all() and (a["down"][:, [0, -1]] == 0).all()),
    ),
    "pairs_are_reinforce": (
        "In groups of two the weight is 1 at every chance: REINFORCE.",
        lambda a: bool(np.abs(a["weight"][0] - 1).max() < 1e-6),
    ),
    "larger_groups_favour_the_hard": (
        "The weight of the hard question grows with the group's size.",
        lambda a: bool((np.diff(a["hard_weight"]) > 0).all() and a["hard_limit"] > a["hard_weight"][-1]),
    ),
    "rare_groups_are_unanimous": (
        "At the rare question most groups of 8 are unanimous, and most of 64 are mixed.",
        lambda a: bool(a["rare_mixed"][2] < 0.5 < a["rare_mixed"][4]),
    ),
    "learners_need_most": (
        "Policy and critic, which learn, take more than half of PPO's memory.",
        lambda a: float(a["bytes"][0, :2].sum()) > 0.5 * float(a["bytes"][0].sum()),
    ),
}
