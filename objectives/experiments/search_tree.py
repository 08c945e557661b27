"""Why not search? How a tree of answers grows, and where a search goes with good and with poor forecasts.

First the counts: b tokens to choose from and T of them make b^T answers. Then a search as in AlphaGo (PUCT) through the
answers to one Tally prompt. It is led by a policy's probabilities and by forecasts of the value of every prefix, and
the answers that it tries get their true scores. Once the forecasts are the exact values of a half-trained policy, then
with noise on each prefix. DeepSeek-R1 (2501.12948 section 4.2) reports that for language the tree is too wide and a
value model that is good enough hard to train; that a search cannot help is not said there, nor here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from objectives import sampling
from objectives.experiments import Array, Arrays, Claim, Number, Values
from objectives.experiments.packing import pack
from objectives.hyperparameters import Checked, hyper, read
from objectives.worlds import tally

NAME = "search_tree"
KEYS = ("tally.*", "search_tree.*")
EDGES = 3  # E, O, ANSWER


@dataclass(frozen=True)
class Params(Checked):
    """The counts, the prompt, and the search."""

    branches: list[float] = hyper(  # noqa: RUF009  (a field with a default factory)
        (3, 30, 128000),
        low=2.0,
        high=1e7,
        unit="tokens",
        source="Tally; legal moves in chess, about; DeepSeek-V3 (2412.19437) section 4.1: 128K tokens",
        doc="tokens to choose from at every step",
    )
    length: int = hyper(
        20, low=1, high=1000, unit="tokens", source="chosen for the picture", doc="longest answer counted"
    )
    budget: float = hyper(
        1e9, low=1.0, high=1e30, unit="prefixes", source="chosen for the picture", doc="prefixes that can be looked at"
    )
    prompt: str = hyper(
        "1011",
        choices=("1", "11", "101", "1011", "0110", "1111"),
        source="chosen for the picture",
        doc="the bits whose answers are searched; as many as tally.bits allows",
    )
    skill: float = hyper(
        1.0,
        low=0.0,
        high=60.0,
        unit="logit",
        source="chosen for the picture: half-trained",
        doc="how far the policy's right token is ahead of each other one",
    )
    noise: list[float] = hyper(  # noqa: RUF009  (a field with a default factory)
        (0.0, 0.2, 0.5, 1.0),
        low=0.0,
        high=100.0,
        unit="reward",
        source="chosen for the picture",
        doc="standard deviations of the error on each forecast, ascending from 0",
    )
    visits: int = hyper(100, low=1, high=5000, unit="visits", source="chosen for the picture", doc="visits of a search")
    curiosity: float = hyper(
        1.25,
        low=0.0,
        high=100.0,
        source="AlphaZero (1712.01815): c_init = 1.25",
        doc="weight of the probabilities in PUCT",
    )
    seeds: int = hyper(24, low=1, high=512, unit="searches", source="chosen for the picture", doc="draws of the errors")
    seed: int = hyper(0, low=0, high=2147483647, source="chosen for the picture", doc="first seed")

    def check(self) -> None:
        """The errors ascend from none."""
        if len(self.noise) < 2 or self.noise[0] != 0 or sorted(set(self.noise)) != self.noise:
            raise ValueError(f"noise must be at least two numbers that ascend from 0, not {self.noise}")


SCHEMA = {
    "branches": Array("branch", "tokens", "tokens to choose from"),
    "answer_length": Array("step", "tokens", "lengths of answers, from 1"),
    "answers": Array("branch step", "log10", "how many answers of that length there are, power of ten"),
    "depth": Array("branch", "tokens", "longest answers that can all be looked at within the budget"),
    "noise": Array("noise", "reward", "standard deviation of the error on each forecast"),
    "prefix": Array("node", "", "marks of each prefix, level by level; the root is empty"),
    "on_path": Array("node", "", "whether the prefix is the start of the running tally"),
    "value": Array("node", "reward", "exact value of the prefix under the policy: the good forecast"),
    "visited": Array("noise seed node", "visits", "how often the search went on from each prefix"),
    "tried": Array("noise seed", "answers", "answers that the search tried"),
    "tried_right": Array("noise seed", "answers", "how many of these were right"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Count, and search with every error."""
    task, params = read(tally.Params, tally.NAME, h), read(Params, NAME, h)
    prompt = params.prompt[: task.bits]
    world = tally.Tally(task, only=[prompt])
    depth = min(len(prompt) + 1, task.cap - 1)
    prefixes = [""]
    for node in range(2**depth - 1):
        prefixes += [prefixes[node] + "E", prefixes[node] + "O"]
    level = torch.tensor([len(prefix) for prefix in prefixes])
    last = torch.tensor([tally.MARKS.index(prefix[-1:]) for prefix in prefixes])
    theta = world.tallying(params.skill)
    value = world.node_values(theta)[0, level, last]
    prior = world.policy.log_probs(theta).exp()[len(tally.BITS) * last + world.next_bit[0, level]]
    draws = sampling.Draws(groups=1, group_size=2, iterations=1, seeds=params.seeds, seed=params.seed)
    errors = torch.special.ndtri(sampling.uniforms(NAME, draws, len(prefixes))[:, 0, 0].clamp(1e-12, 1 - 1e-12))
    sizes = torch.tensor(params.noise, dtype=torch.float64)
    forecast = (value + sizes[:, None, None] * errors).flatten(0, 1)
    counts = search(prior, forecast, world.scores[0, last], params.visits, params.curiosity)
    shape = (len(sizes), params.seeds)
    tried = counts[..., tally.ANSWER]
    bits = [prompt[:n].count("1") % 2 for n in range(1, len(prompt) + 1)]
    running = "".join("EO"[odd] for odd in bits)
    lengths, branches = np.arange(1, params.length + 1), np.array(params.branches)
    return pack(
        SCHEMA,
        {
            "branches": branches,
            "answer_length": lengths,
            "answers": lengths * np.log10(branches)[:, None],
            "depth": np.floor(np.log(params.budget) / np.log(branches) + 1e-9),
            "noise": sizes,
            "prefix": prefixes,
            "on_path": np.array([running.startswith(prefix) for prefix in prefixes]),
            "value": value,
            "visited": counts.sum(-1).reshape(*shape, -1),
            "tried": tried.sum(-1).reshape(shape),
            "tried_right": (tried * world.scores[0, last]).sum(-1).reshape(shape),
        },
    )


def search(prior: Tensor, forecast: Tensor, scores: Tensor, visits: int, curiosity: float) -> Tensor:
    """PUCT through a tree of marks, all runs together: how often each edge was taken, [run, node, edge].

    At every prefix the edge with the largest mean + curiosity x prior x sqrt(visits of the prefix) / (1 + visits of the
    edge) is taken; an edge not yet taken counts with the forecast of its prefix. ANSWER ends the visit with its true
    score, a prefix seen for the first time with its forecast. At the last level only ANSWER is left.

    Args:
        prior: [node, edge], the policy's probabilities; node k leads to 2 k + 1 and 2 k + 2 by its first two edges.
        forecast: [run, node].
        scores: [node], what ANSWER earns there.
        visits, curiosity: see above.
    """
    runs, nodes = forecast.shape
    inner = nodes // 2
    every = torch.arange(runs)
    count = torch.zeros((runs, nodes, EDGES), dtype=forecast.dtype)
    total = torch.zeros_like(count)
    closed = torch.zeros((nodes, EDGES), dtype=torch.bool)
    closed[inner:, : tally.ANSWER] = True
    for _ in range(visits):
        node, going = torch.zeros(runs, dtype=torch.long), torch.ones(runs, dtype=torch.bool)
        worth, path = torch.zeros(runs, dtype=forecast.dtype), []
        while bool(going.any()):
            n = count[every, node]
            mean = torch.where(n > 0, total[every, node] / n.clamp(min=1), forecast[every, node].unsqueeze(-1))
            bonus = curiosity * prior[node] * (n.sum(-1, keepdim=True) + 1).sqrt() / (1 + n)
            edge = (mean + bonus).masked_fill(closed[node], -torch.inf).argmax(-1)
            path.append((node, edge, going))
            answers = edge == tally.ANSWER
            child = torch.where(answers, node, (2 * node + 1 + edge).clamp(max=nodes - 1))
            fresh = n.gather(-1, edge.unsqueeze(-1)).squeeze(-1) == 0
            ends = going & (answers | fresh)
            worth = torch.where(ends, torch.where(answers, scores[node], forecast[every, child]), worth)
            going, node = going & ~ends, child
        for node, edge, taken in path:
            count[every, node, edge] += taken.to(count.dtype)
            total[every, node, edge] += worth * taken
    return count


# --- what may be said


def _right(noise: int) -> Callable[[Arrays], float]:
    """Right answers among those tried, all searches together."""
    return lambda a: float(a["tried_right"][noise].sum() / max(a["tried"][noise].sum(), 1.0))


def _on_path(noise: int) -> Callable[[Arrays], float]:
    """Share of the steps below the root that lead along the running tally."""
    return lambda a: float(
        a["visited"][noise][:, 1:][:, a["on_path"][1:]].sum() / max(a["visited"][noise][:, 1:].sum(), 1.0)
    )


NUMBERS: dict[str, Number] = {
    "branch_model": ("tokens that a real model chooses from", lambda a: float(a["branches"][-1])),
    "length": ("length of the longest answers counted", lambda a: float(a["answer_length"][-1])),
    "answers_tally": ("power of ten of that many answers of the first kind", lambda a: float(a["answers"][0, -1])),
    "answers_model": ("power of ten of that many answers of a real model", lambda a: float(a["answers"][-1, -1])),
    "depth_tally": ("longest answers of the first kind within the budget", lambda a: float(a["depth"][0])),
    "depth_model": ("longest answers of a real model within the budget", lambda a: float(a["depth"][-1])),
    "right_exact": ("share of tried answers that are right, exact forecasts", _right(0)),
    "right_noisy": ("the same, largest error", _right(-1)),
    "path_exact": ("share of steps along the running tally, exact forecasts", _on_path(0)),
    "path_noisy": ("the same, largest error", _on_path(-1)),
    "noise": ("the largest error (standard deviation)", lambda a: float(a["noise"][-1])),
}

CLAIMS: dict[str, Claim] = {
    "model_tree_is_out_of_reach": (
        "The budget covers all answers of a real model up to three tokens at most.",
        lambda a: bool(a["depth"][-1] <= 3),
    ),
    "good_forecasts_lead_along_the_tally": (
        "With exact forecasts a larger share of the steps is on the running tally than with the largest error.",
        lambda a: _on_path(0)(a) > _on_path(-1)(a),
    ),
    "errors_cost_right_answers": (
        "With the largest error fewer right answers are tried per visit than with exact forecasts.",
        lambda a: bool(a["tried_right"][-1].mean() < a["tried_right"][0].mean()),
    ),
}
