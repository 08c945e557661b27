"""A reward model learns people's taste from pairs, and is then climbed: its score rises while the answers get worse.

The reward model is fitted to comparisons of answers that the reference wrote. Then the policy follows the exact
gradient of E[reward model] - beta KL(pi || ref), from the reference, once for every beta; the penalty ends at the Gibbs
policy ref exp(reward model / beta), normalised. Beside each exact climb, runs with sampled answers follow RLOO's
estimate of the same gradient, with the KL in the reward, as RLHF does it.

What happens is a property of this world: flattery beyond what the reference writes is bad, and the reward model is a
straight line. That it alone never reaches the best gold is measured here, not a theorem (Gao et al. 2210.10760 see the
same rise and fall).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from objectives import OBJECTIVES, progress, sampling
from objectives.experiments import Array, Arrays, Claim, Number, Values
from objectives.experiments.packing import pack
from objectives.hyperparameters import Checked, hyper, read
from objectives.training import loop
from objectives.training.gradient_ascent import ascend
from objectives.worlds import flattery

NAME = "reward_hacking"
KEYS = ("flattery.*", "rloo.*", "reward_hacking.*")
WEIGHTS = 121  # points of the drawn pair loss
BETAS = 121  # points of the drawn curve of optima over all weights of the KL
NEAR = 0.01  # a climb whose probabilities are all within this of its Gibbs policy has reached it


@dataclass(frozen=True)
class Params(Checked):
    """The weights of the KL, the climb, and how many people and runs are drawn."""

    betas: list[float] = hyper(  # noqa: RUF009  (a field with a default factory)
        (0.0, 0.3, 0.6, 1.0),
        low=0.0,
        high=100.0,
        unit="reward/nat",
        source="chosen for the picture: none, too weak, and two that hold",
        doc="weights of the KL to the reference, ascending from 0",
    )
    rate: float = hyper(
        2.0, low=0.0, high=100.0, unit="logit", source="chosen for the picture", doc="policy step per unit of gradient"
    )
    steps: int = hyper(300, low=1, high=5000, unit="updates", source="chosen for the picture", doc="length of a climb")
    groups: int = hyper(
        8, low=1, high=1024, unit="groups", source="chosen for the picture", doc="groups of a sampled batch"
    )
    group_size: int = hyper(
        4, low=2, high=1024, unit="answers", source="RLOO (2402.14740): k = 4", doc="answers in a group"
    )
    seeds: int = hyper(
        12, low=1, high=512, unit="runs", source="chosen for the picture", doc="sampled climbs of each KL penalty"
    )
    panels: int = hyper(
        24,
        low=1,
        high=1000,
        unit="panels",
        source="chosen for the picture",
        doc="panels of people who each compare pairs; the reward model is that of the first",
    )
    seed: int = hyper(0, low=0, high=2147483647, source="chosen for the picture", doc="first seed")

    def check(self) -> None:
        """There is no KL penalty, a weak one and a strong one, in this order."""
        if len(self.betas) < 3 or self.betas[0] != 0 or sorted(set(self.betas)) != self.betas:
            raise ValueError(f"betas must be at least three numbers that ascend from 0, not {self.betas}")


SCHEMA = {
    "level": Array("answer", "flattery", "how much each answer flatters"),
    "gold": Array("answer", "reward", "what it is really worth"),
    "judge": Array("answer", "reward", "what the reward model pays for it"),
    "ref_probs": Array("answer", "probability", "reference policy, which wrote the answers that people compared"),
    "wins": Array("answer rival", "pairs", "how often people of the first panel preferred the one to the other"),
    "preference": Array("answer rival", "probability", "chance that people prefer the one to the other"),
    "weight_grid": Array("weight", "reward/flattery", "slopes of a reward model"),
    "pair_loss": Array(
        "weight", "nat", "mean of -log sigmoid(reward of the preferred - reward of the other), first panel"
    ),
    "fitted": Array("panel", "reward/flattery", "slope of the reward model fitted to each panel"),
    "pairs_apart": Array("panel", "pairs", "pairs whose answers differ"),
    "agrees_gold": Array(
        "panel", "share", "of those, how often the reward model prefers the answer with the higher gold"
    ),
    "agrees_people": Array("panel", "share", "how often it prefers the answer that people preferred"),
    "betas": Array("beta", "reward/nat", "weight of the KL in each climb"),
    "probs": Array("beta time answer", "probability", "policy before each update and at the end, exact climb"),
    "climb_judge": Array("beta time", "reward", "exact mean score of the reward model"),
    "climb_gold": Array("beta time", "reward", "exact mean gold"),
    "climb_kl": Array("beta time", "nat", "KL(pi || ref)"),
    "gibbs": Array(
        "beta answer",
        "probability",
        "ref exp(reward model / beta), normalised; for beta = 0 the reward model's favourite",
    ),
    "gibbs_gold": Array("beta", "reward", "its mean gold"),
    "gibbs_kl": Array("beta", "nat", "its KL to the reference, finite: the favourite has ref > 0"),
    "leash": Array("beta_grid", "reward/nat", "betas from too weak to strong, evenly spaced in their logarithm"),
    "leash_gold": Array("beta_grid", "reward", "mean gold of the Gibbs policy under each"),
    "leash_kl": Array("beta_grid", "nat", "its KL to the reference"),
    "sampled_judge": Array("beta seed time", "reward", "exact mean score of the reward model in the sampled climbs"),
    "sampled_gold": Array("beta seed time", "reward", "their exact mean gold"),
    "sampled_kl": Array("beta seed time", "nat", "their KL(pi || ref)"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Fit the reward model, climb it under every KL penalty, exactly and from samples."""
    settings, params = read(flattery.Params, flattery.NAME, h), read(Params, NAME, h)
    people = flattery.Flattery(settings)
    winner, loser = people.compare(_uniforms("pairs", 1, settings.pairs, params.panels, params.seed, 3)[:, 0])
    fitted = people.fit(winner, loser)
    world = flattery.Flattery(settings, reward_model=fitted[0] * people.levels)
    grid = torch.linspace(0, max(2 * float(fitted[0]), 0.1), WEIGHTS, dtype=torch.float64)
    betas = torch.tensor(params.betas, dtype=torch.float64)
    path = climb(world, betas, params.rate, params.steps)
    ends = torch.stack([_optimum(world, beta) for beta in params.betas])
    sampled = torch.stack([_sampled(world, h, params, beta) for beta in progress.whole(params.betas)])
    every = torch.logspace(-1.5, 1.0, BETAS, dtype=torch.float64)
    settled = torch.stack([world.gibbs(float(beta)).log() for beta in every])
    apart = winner != loser
    prefers = fitted.unsqueeze(-1) * (people.levels[winner] - people.levels[loser]) > 0
    better = people.gold[winner] > people.gold[loser]
    pairs = apart.sum(-1)
    wins = torch.zeros(len(people.levels) ** 2, dtype=torch.long)
    wins.index_add_(0, winner[0] * len(people.levels) + loser[0], torch.ones_like(winner[0]))
    return pack(
        SCHEMA,
        {
            "level": people.levels,
            "gold": people.gold,
            "judge": world.rewards,
            "ref_probs": people.probs(people.start),
            "wins": wins.reshape(len(people.levels), -1),
            "preference": torch.sigmoid(settings.slope * (people.gold.unsqueeze(-1) - people.gold)),
            "weight_grid": grid,
            "pair_loss": people.pair_loss(grid, winner[0].expand(WEIGHTS, -1), loser[0].expand(WEIGHTS, -1)),
            "fitted": fitted,
            "pairs_apart": pairs,
            "agrees_gold": ((prefers == better) & apart).sum(-1) / pairs.clamp(min=1).double(),
            "agrees_people": (prefers & apart).sum(-1) / pairs.clamp(min=1).double(),
            "betas": betas,
            "probs": world.probs(path),
            "climb_judge": world.true_values(path).squeeze(-1),
            "climb_gold": world.true_gold(path),
            "climb_kl": world.kl_to_start(path),
            "gibbs": ends.softmax(-1),
            "gibbs_gold": world.true_gold(ends),
            "gibbs_kl": world.kl_to_start(ends),
            "leash": every,
            "leash_gold": world.true_gold(settled),
            "leash_kl": world.kl_to_start(settled),
            "sampled_judge": world.true_values(sampled).squeeze(-1),
            "sampled_gold": world.true_gold(sampled),
            "sampled_kl": world.kl_to_start(sampled),
        },
    )


def climb(world: flattery.Flattery, betas: Tensor, rate: float, steps: int) -> Tensor:
    """Follow the exact gradient of E[reward model] - beta KL(pi || ref) from the reference: [beta, time, answers]."""

    def worth(theta: Tensor) -> Tensor:
        return world.true_values(theta).squeeze(-1) - betas * world.kl_to_start(theta)

    return ascend(worth, world.start.expand(len(betas), -1), rate, steps).transpose(0, 1)


def _optimum(world: flattery.Flattery, beta: float) -> Tensor:
    """Logits [answers] of the best policy under the KL penalty; without one, of the reward model's favourite."""
    if beta > 0:
        return world.gibbs(beta).log()
    favourite = torch.nn.functional.one_hot(world.rewards.argmax(), len(world.rewards)).bool()
    return torch.where(favourite, 0.0, -1e3).double()


def _sampled(world: flattery.Flattery, h: Mapping[str, Any], params: Params, beta: float) -> Tensor:
    """Climb by RLOO with the KL in the reward, one update a batch: positions [seed, time, answers]."""
    rule = OBJECTIVES["rloo"]
    uniforms = _uniforms(
        "climb", params.groups, params.group_size, params.seeds, params.seed, world.tokens, params.steps
    )
    group = torch.arange(params.groups).repeat_interleave(params.group_size)
    settings = read(rule.Params, rule.name, h, beta=beta)
    learning = loop.Params(learning_rate=params.rate)
    records = loop.train(rule, settings, world, learning, uniforms, group, updates=1)
    return torch.stack([world.start.expand(params.seeds, -1), *(record.after for record in records)], 1)


def _uniforms(use: str, groups: int, size: int, seeds: int, seed: int, tokens: int, iterations: int = 1) -> Tensor:
    shape = sampling.Draws(groups=groups, group_size=size, iterations=iterations, seeds=seeds, seed=seed)
    return sampling.uniforms(f"{flattery.NAME} {use}", shape, tokens)


# --- what may be said


def _at(name: str, beta: int, time: int = -1) -> Callable[[Arrays], float]:
    return lambda a: float(a[name][beta, time])


def _peak(a: Arrays) -> int:
    """The update at which gold is highest without a KL penalty."""
    return int(a["climb_gold"][0].argmax())


NUMBERS: dict[str, Number] = {
    "preferred": ("chance that people prefer the second answer to the first", lambda a: float(a["preference"][1, 0])),
    "weight": ("slope of the reward model (reward per flattery)", lambda a: float(a["fitted"][0])),
    "pairs_apart": ("pairs of the first panel whose answers differ", lambda a: float(a["pairs_apart"][0])),
    "agrees_gold": (
        "share of them in which reward model and gold prefer the same",
        lambda a: float(a["agrees_gold"][0]),
    ),
    "agrees_people": ("share in which reward model and people prefer the same", lambda a: float(a["agrees_people"][0])),
    "agrees_gold_mean": ("the first share, mean over panels", lambda a: float(a["agrees_gold"].mean())),
    "agrees_people_mean": ("the second share, mean over panels", lambda a: float(a["agrees_people"].mean())),
    "gold_start": ("mean gold of the reference", _at("climb_gold", 0, 0)),
    "gold_best": ("gold of the best answer", lambda a: float(a["gold"].max())),
    "gold_peak": ("highest mean gold on the climb without a KL penalty", lambda a: float(a["climb_gold"][0].max())),
    "kl_peak": ("KL to the reference there (nat)", lambda a: float(a["climb_kl"][0, _peak(a)])),
    "gold_favourite": ("gold of the reward model's favourite answer", lambda a: float(a["gibbs_gold"][0])),
    "gold_end_free": ("mean gold at the end of it", _at("climb_gold", 0)),
    "kl_end_free": ("KL there (nat)", _at("climb_kl", 0)),
    "judge_start": ("mean score of the reference", _at("climb_judge", 0, 0)),
    "judge_peak": ("mean score where gold is highest", lambda a: float(a["climb_judge"][0, _peak(a)])),
    "judge_end_free": ("mean score at the end without a KL penalty", _at("climb_judge", 0)),
    "beta_long": ("the smallest beta above 0", lambda a: float(a["betas"][1])),
    "gold_end_long": ("mean gold at the end under it", _at("climb_gold", 1)),
    "kl_end_long": ("KL there (nat)", _at("climb_kl", 1)),
    "beta_middle": ("the largest beta but one", lambda a: float(a["betas"][-2])),
    "gold_end_middle": ("mean gold at the end under it", _at("climb_gold", -2)),
    "kl_end_middle": ("KL there (nat)", _at("climb_kl", -2)),
    "beta_short": ("the largest beta", lambda a: float(a["betas"][-1])),
    "gold_end_short": ("mean gold at the end under it", _at("climb_gold", -1)),
    "kl_end_short": ("KL there (nat)", _at("climb_kl", -1)),
    "leash_gold_best": ("most gold that any KL penalty settles on", lambda a: float(a["leash_gold"].max())),
    "sampled_end_free": (
        "mean gold of sampled climbs, no KL penalty",
        lambda a: float(a["sampled_gold"][0, :, -1].mean()),
    ),
    "sampled_end_short": ("the same, largest beta", lambda a: float(a["sampled_gold"][-1, :, -1].mean())),
}

CLAIMS: dict[str, Claim] = {
    "judge_is_right_where_people_looked": (
        "The reward model prefers the better answer in over nine pairs of ten, though people did so in under eight.",
        lambda a: bool(a["agrees_gold"][0] > 0.9 and a["agrees_people"][0] < 0.8),
    ),
    "judge_always_climbs": (
        "Without a KL penalty no update lowers the reward model's score.",
        lambda a: bool((a["climb_judge"][0, 1:] >= a["climb_judge"][0, :-1] - 1e-12).all()),
    ),
    "favourite_is_worse": (
        "The reward model's favourite has less gold than the climb without a penalty ends with, or the short leash.",
        lambda a: bool(a["betas"][0] == 0 and a["gibbs_gold"][0] < min(a["climb_gold"][0, -1], a["gibbs_gold"][-1])),
    ),
    "gold_rises_then_falls": (
        "Without a KL penalty gold more than doubles, and then loses over a third of its best.",
        lambda a: 2 * _at("climb_gold", 0, 0)(a) < float(a["climb_gold"][0].max()) > 1.5 * _at("climb_gold", 0)(a),
    ),
    "long_leash_is_hacked": (
        "Under the smallest beta above 0 gold ends below that of the reference.",
        lambda a: _at("climb_gold", 1)(a) < _at("climb_gold", 1, 0)(a),
    ),
    "short_leashes_stay_near": (
        "Under the two largest betas the KL stays below 1 nat and gold ends above that of the reference.",
        lambda a: bool((a["climb_kl"][-2:] < 1).all() and (a["climb_gold"][-2:, -1] > a["climb_gold"][-2:, 0]).all()),
    ),
    "a_leash_costs_gold": (
        "No KL penalty of any weight settles on more than two thirds of the gold that the free climb had at its best.",
        lambda a: bool(max(a["leash_gold"].max(), a["gibbs_gold"][1:].max()) < 2 / 3 * a["climb_gold"][0].max()),
    ),
    "leashes_end_at_the_star": (
        "Under every KL penalty the exact climb ends within a hundredth of the Gibbs policy, answer by answer.",
        lambda a: bool(abs(a["probs"][1:, -1] - a["gibbs"][1:]).max() < NEAR),
    ),
    "samples_tell_the_same": (
        "In the mean over sampled climbs, too, gold without a KL penalty peaks above where it ends.",
        lambda a: bool(a["sampled_gold"][0].mean(0).max() > 1.2 * a["sampled_gold"][0, :, -1].mean()),
    ),
}
