"""Who says what to expect? One score at the end, a critic that learns to forecast it, and who earns what.

Three pieces. The sentence "2+2 is 4" is paid once, when it stops; with a discount the targets of its prefixes shrink
towards the front, without one (as language models are trained) they are all the same, and a prefix is told apart only
by the average over the ways it may go on. On one Tally prompt these averages are known exactly: the tree of all
prefixes, with a value on each. A critic with one number a prefix learns them from sampled scores by gradient steps on
its squared error, the project's own `value_loss`. Its forecasts then make one advantage a token (`advantages.gae`).

The critic scores prefixes (states), never actions, and learns alongside; the judge scores finished answers.
Everything but the critic's samples is exact: values, the chance of each answer, and bias and noise of the gradient.
A better critic takes bias away, but not always noise: the quietest baseline weighs answers by the length of their
gradient (`test_three_answers`), and the value does not.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import one_hot

from objectives import sampling
from objectives.estimators.advantages import gae
from objectives.estimators.value_loss import value_loss
from objectives.experiments import Array, Values
from objectives.experiments.prefix_values.claims import CLAIMS, NUMBERS
from objectives.hyperparameters import Checked, hyper, read
from objectives.worlds import tally
from objectives.worlds.tabular import lookup

NAME = "prefix_values"
KEYS = (
    "prefix_values.*",
    "sampling.groups",
    "sampling.group_size",
    "sampling.seeds",
    "sampling.seed",
)
SENTENCE = ("2+2", "is", "4", "")
"""Its tokens; the last one says that the sentence is over, and is paid."""
BITS = 3
GRID = 41
SHEET = 5
__all__ = ["CLAIMS", "KEYS", "NAME", "NUMBERS", "SCHEMA", "Params", "run"]


@dataclass(frozen=True)
class Params(Checked):
    """The sentence's score and discount; the prompt, its policy, and the critic that watches."""

    reward: float = hyper(
        0.8, low=0.0, high=1.0, unit="reward", source="chosen for the picture", doc='what the judge pays for "2+2 is 4"'
    )
    gamma: float = hyper(
        0.9,
        low=0.0,
        high=1.0,
        source="chosen for the picture; language models: 1",
        doc="discount per token of that sentence; Tally is not discounted",
    )
    prompt: str = hyper(
        "111",
        choices=("000", "001", "010", "011", "100", "101", "110", "111"),
        source="chosen for the picture",
        doc="the bits of the question whose answers are the tree",
    )
    skill: float = hyper(
        2.0,
        low=-10.0,
        high=10.0,
        unit="logit",
        source="chosen for the picture: half-trained",
        doc="how far the policy's right token is ahead of the two others",
    )
    critic_rate: float = hyper(
        0.5,
        low=0.0,
        high=1.0,
        low_open=True,
        source="chosen for the picture",
        doc="critic step per unit of gradient of its mean squared error",
    )
    batches: int = hyper(
        200,
        low=2,
        high=2000,
        unit="batches",
        source="chosen for the picture",
        doc="batches that the critic learns from",
    )
    young: int = hyper(
        5, low=1, high=2000, unit="batches", source="chosen for the picture", doc="age at which it is called young"
    )
    lams: list[float] = hyper(  # noqa: RUF009  (a field with a default factory)
        (0.0, 0.5, 0.95, 1.0),
        low=0.0,
        high=1.0,
        source="0.95: PPO (1707.06347) table 3; the others chosen for the picture",
        doc="stops of the lambda slider, ascending from 0 to 1",
    )

    def check(self) -> None:
        """The slider goes from end to end, and young is younger than the end."""
        if self.lams[0] != 0 or self.lams[-1] != 1 or sorted(set(self.lams)) != self.lams or len(self.lams) < 3:
            raise ValueError("lams must ascend from 0 to 1, with a stop between")
        if self.young >= self.batches:
            raise ValueError("young must be below batches")


SCHEMA = {
    "sentence": Array("token", "", "tokens of the sentence; the last one, empty, ends it and is paid"),
    "sentence_reward": Array("", "reward", "what the judge pays for it"),
    "prefix_target": Array("token", "reward", "discounted return of the prefix before each token: the critic's target"),
    "prefix_target_flat": Array("token", "reward", "the same without a discount"),
    "bits": Array("bit", "", "the prompt of the tree"),
    "node": Array("node", "", "every prefix of an answer to it: its marks, as letters"),
    "node_parent": Array("node", "", "index of the prefix with one mark less; -1 for the empty one"),
    "node_policy": Array("node action", "probability", "chance of E, O and ANSWER after that prefix"),
    "node_score": Array("node", "reward", "what ANSWER earns after it"),
    "node_reach": Array("node", "probability", "chance that an answer begins with it"),
    "value": Array("node", "reward", "exact expected reward after it"),
    "critic": Array("seed time node", "reward", "the critic's forecast before each batch and at the end"),
    "critic_error": Array("seed time", "reward", "its root mean square error, prefixes weighed by their visits"),
    "single_error": Array("", "reward", "the same if one sampled score were taken for a forecast, exact"),
    "batch_node": Array("sample position", "", "first batch, first seed: prefix before each token; -1 after the end"),
    "batch_answered": Array("sample", "", "True if it ends with ANSWER, False if it was cut off"),
    "batch_reward": Array("sample", "reward", "what the judge paid for each of its answers"),
    "batches": Array("", "batches", "how many the critic learns from"),
    "age": Array("age", "batches", "a young critic and the trained one"),
    "lams": Array("lam", "", "stops of the slider"),
    "lam_grid": Array("grid", "", "fine grid of lambda from 0 to 1"),
    "rollout": Array("rollout_token", "", "tokens of one sampled answer: the one with the deepest fall of value"),
    "rollout_node": Array("rollout_token", "", "prefix before each"),
    "rollout_chance": Array("", "probability", "how likely that answer is"),
    "rollout_reward": Array("", "reward", "what the judge paid"),
    "rollout_forecast": Array("rollout_token", "reward", "the trained critic's forecast before each token, first seed"),
    "rollout_advantage": Array("lam rollout_token", "reward", "its advantages at each stop of the slider"),
    "rollout_slide": Array("grid rollout_token", "reward", "the same on the fine grid"),
    "bias": Array("age grid", "share", "length of (mean gradient - exact gradient) over that of the exact one, exact"),
    "noise": Array("age grid", "share", "standard deviation of one batch's gradient over that length, exact"),
    "sheet": Array("answer position", "", "the commonest answers of the first batch, those of one token last"),
    "sheet_forecast": Array("answer position", "reward", "the trained critic before each of their tokens; NaN after"),
    "sheet_advantage": Array("answer position", "reward", "their advantages at the last stop but one; NaN after"),
    "sheet_reward": Array("answer", "reward", "what the judge paid for each"),
}


def run(h: Mapping[str, Any]) -> dict[str, Values]:
    """Discount one sentence, let a critic learn one tree, and hand its forecasts to the advantages."""
    params = read(Params, NAME, h)
    dice = sampling.Params(
        groups=h["sampling.groups"],
        group_size=h["sampling.group_size"],
        iterations=params.batches,
        seeds=h["sampling.seeds"],
        seed=h["sampling.seed"],
    )
    tree = _Tree(params)
    played = tree.play(sampling.uniforms(tally.NAME, dice, tree.world.tokens))
    critic = _learn(tree, played, params)
    first = _Answers(*(part[0, 0] for part in played))
    ages = [params.young, params.batches]
    grid = torch.linspace(0, 1, GRID, dtype=torch.float64)
    arrays = {
        **_sentence(params),
        **tree.arrays(),
        "critic": critic.numpy(),
        "critic_error": tree.error(critic).numpy(),
        "single_error": tree.single_error().numpy(),
        "batch_node": torch.where(first.mask, first.nodes, -1).numpy(),
        "batch_answered": ((first.actions == tally.ANSWER) & first.mask).any(-1).numpy(),
        "batch_reward": first.rewards.numpy(),
        "batches": np.array(params.batches),
        **_one_answer(tree, first, critic[0, -1], params.lams, grid.tolist()),
        **_sheet(tree, first, critic[0, -1], params.lams[-2]),
        "age": np.array(ages),
        "lams": np.array(params.lams),
        "lam_grid": grid.numpy(),
        **_slopes(tree, [critic[0, age] for age in ages], grid.tolist(), len(first.rewards)),
    }
    return {name: np.array(arrays[name], order="C") for name in SCHEMA}


class _Answers(NamedTuple):
    """Answers to the one prompt: prefix before each token, token, mask [..., B, T], and reward [..., B]."""

    nodes: Tensor
    actions: Tensor
    mask: Tensor
    rewards: Tensor

    @classmethod
    def of(cls, actions: Tensor, mask: Tensor, rewards: Tensor) -> _Answers:
        """Number the prefixes: 2^t - 1 of them are shorter than t marks, then E and O are binary digits."""
        nodes = []
        code = torch.zeros_like(actions[..., 0])
        for t in range(actions.shape[-1]):
            nodes.append(torch.where(mask[..., t], 2**t - 1 + code, torch.zeros_like(code)))
            code = 2 * code + (actions[..., t] == tally.O)
        return cls(torch.stack(nodes, -1), actions, mask, rewards)

    def letters(self, row: int) -> list[str]:
        """One answer's tokens, padded with ""."""
        pairs = zip(self.actions[row].tolist(), self.mask[row].tolist(), strict=True)
        return [tally.ACTIONS[action] if inside else "" for action, inside in pairs]


class _Tree:
    """All prefixes of an answer to one prompt, under one policy: what is known of them exactly."""

    def __init__(self, params: Params) -> None:
        size = tally.Params(bits=BITS, cap=BITS + 1)
        self.prompt, self.cap = params.prompt, size.cap
        self.world = tally.Tally(size, only=(params.prompt,))
        self.theta = self.world.tallying(params.skill)
        self.names = ["".join(marks) for t in range(self.cap) for marks in itertools.product("EO", repeat=t)]
        seen = [(name[-1:], self.prompt[len(name) : len(name) + 1]) for name in self.names]
        self.states = torch.tensor([tally.STATES.index(pair) for pair in seen])
        self.policy = self.world.policy.log_probs(self.theta).exp()[self.states]
        self.values = self.world.node_values(self.theta)[0][self._places()]
        self.scores = torch.tensor([float(tally.judge(self.prompt, name + "A")) for name in self.names]).double()
        self.parents = torch.tensor([self.names.index(name[:-1]) if name else -1 for name in self.names])
        reach = torch.ones(len(self.names), dtype=torch.float64)
        for node in range(1, len(self.names)):
            action = tally.ACTIONS.index(self.names[node][-1])
            reach[node] = reach[self.parents[node]] * self.policy[self.parents[node], action]
        self.reach = reach

    def _places(self) -> tuple[Tensor, Tensor]:
        """Tokens written and last mark of every prefix: its node of the world."""
        marks = [tally.MARKS.index(name[-1:]) for name in self.names]
        return torch.tensor([len(name) for name in self.names]), torch.tensor(marks)

    def arrays(self) -> dict[str, Values]:
        return {
            "bits": np.array([int(bit) for bit in self.prompt]),
            "node": np.array(self.names),
            "node_parent": self.parents.numpy(),
            "node_policy": self.policy.numpy(),
            "node_score": self.scores.numpy(),
            "node_reach": self.reach.numpy(),
            "value": self.values.numpy(),
        }

    def play(self, uniforms: Tensor) -> _Answers:
        """Answer with the dice [..., B, 1 + cap]; the prompt's own die has nothing to choose."""
        episodes = self.world.play(self.theta, uniforms)
        return _Answers.of(episodes.actions[..., 1:], episodes.mask[..., 1:], episodes.rewards)

    def every(self) -> tuple[_Answers, Tensor]:
        """Every possible answer, and its chance, [N]."""
        words = [name + "A" for name in self.names]
        words += [name + mark for name in self.names if len(name) == self.cap - 1 for mark in "EO"]
        padded = [[tally.ACTIONS.index(letter) for letter in word.ljust(self.cap, "E")] for word in words]
        mask = torch.arange(self.cap) < torch.tensor([[len(word)] for word in words])
        rewards = torch.tensor([float(tally.judge(self.prompt, word)) for word in words]).double()
        answers = _Answers.of(torch.tensor(padded), mask, rewards)
        return answers, self.chance(answers)

    def chance(self, answers: _Answers) -> Tensor:
        """How likely each answer is, [B]."""
        tokens = self.policy[answers.nodes, answers.actions]
        return torch.where(answers.mask, tokens, torch.ones_like(tokens)).prod(-1)

    def error(self, forecast: Tensor) -> Tensor:
        """Root mean square error of forecasts [..., node], prefixes weighed by their visits."""
        weight = self.reach / self.reach.sum()
        return (((forecast - self.values) ** 2) @ weight).sqrt()

    def single_error(self) -> Tensor:
        """The same for one sampled score, which is 1 with chance V and else 0: the mean of V (1 - V)."""
        weight = self.reach / self.reach.sum()
        return ((self.values * (1 - self.values)) @ weight).sqrt()


def _sentence(params: Params) -> dict[str, Values]:
    """The discounted return of every prefix of the sentence, with and without the discount."""
    reward = torch.tensor([params.reward], dtype=torch.float64)
    nothing = torch.zeros(1, len(SENTENCE), dtype=torch.float64)
    mask = torch.ones(1, len(SENTENCE), dtype=torch.bool)
    targets = [gae(reward, nothing, mask, gamma, 1.0)[1][0].numpy() for gamma in (params.gamma, 1.0)]
    return {
        "sentence": np.array(SENTENCE),
        "sentence_reward": np.array(params.reward),
        "prefix_target": targets[0],
        "prefix_target_flat": targets[1],
    }


def _learn(tree: _Tree, played: _Answers, params: Params) -> Tensor:
    """One gradient step a batch on the mean of (V - return)^2, from V = 0; [seeds, batches + 1, nodes]."""
    critic = torch.zeros(len(played.rewards), len(tree.names), dtype=torch.float64)
    ages = [critic]
    for batch in range(params.batches):
        nodes, _, mask, rewards = (part[:, batch] for part in played)
        returns = gae(rewards, torch.zeros(mask.shape, dtype=rewards.dtype), mask, 1.0, 1.0)[1]
        critic = critic.detach().requires_grad_(True)
        loss = value_loss(lookup(critic, nodes), returns, mask)
        (slope,) = torch.autograd.grad(loss.sum(), critic)
        critic = (critic - params.critic_rate * slope).detach()
        ages.append(critic)
    return torch.stack(ages, 1)


def _advantages(answers: _Answers, critic: Tensor, lam: float) -> Tensor:
    return gae(answers.rewards, lookup(critic, answers.nodes), answers.mask, 1.0, lam)[0]


def _one_answer(
    tree: _Tree, batch: _Answers, critic: Tensor, lams: list[float], grid: list[float]
) -> dict[str, Values]:
    """The sampled answer in which the exact value falls deepest from one prefix to the next, token by token."""
    values = torch.where(batch.mask, tree.values[batch.nodes], torch.nan)
    falls = torch.nan_to_num(values[:, 1:] - values[:, :-1], nan=torch.inf).amin(-1)
    row = int(falls.argmin())
    kept = int(batch.mask[row].sum())
    chosen = _Answers(*(part[row : row + 1] for part in batch))
    nodes = chosen.nodes[0, :kept]
    return {
        "rollout": np.array(chosen.letters(0)[:kept]),
        "rollout_node": nodes.numpy(),
        "rollout_chance": tree.chance(chosen)[0].numpy(),
        "rollout_reward": chosen.rewards[0].numpy(),
        "rollout_forecast": critic[nodes].numpy(),
        "rollout_advantage": torch.cat([_advantages(chosen, critic, lam) for lam in lams])[:, :kept].numpy(),
        "rollout_slide": torch.cat([_advantages(chosen, critic, lam) for lam in grid])[:, :kept].numpy(),
    }


def _sheet(tree: _Tree, batch: _Answers, critic: Tensor, lam: float) -> dict[str, Values]:
    """The commonest answers of a batch, those of one token last."""
    words = ["".join(batch.letters(row)) for row in range(len(batch.rewards))]
    count = Counter(words)  # remembers the order of first appearance
    order = sorted(count, key=lambda word: (len(word) < 2, -count[word]))
    rows = [words.index(word) for word in order[:SHEET]]
    sheet = _Answers(*(part[rows] for part in batch))
    nothing = torch.tensor(torch.nan, dtype=torch.float64)
    return {
        "sheet": np.array([sheet.letters(row) for row in range(len(rows))]),
        "sheet_forecast": torch.where(sheet.mask, lookup(critic, sheet.nodes), nothing).numpy(),
        "sheet_advantage": torch.where(sheet.mask, _advantages(sheet, critic, lam), nothing).numpy(),
        "sheet_reward": sheet.rewards.numpy(),
    }


def _slopes(tree: _Tree, critics: list[Tensor], lams: list[float], answers: int) -> dict[str, Values]:
    """How far the policy gradient built on each critic is off on average, and how it scatters from batch to batch."""
    every, chance = tree.every()
    exact = tree.world.true_gradient(tree.theta)
    length = exact.norm()
    length = torch.where(length > 0, length, torch.ones_like(length))
    policy = tree.world.policy
    states = tree.states[every.nodes]
    taken = one_hot(policy.actions * states + every.actions, policy.size)
    seen = one_hot(states, policy.states).unsqueeze(-1) * policy.log_probs(tree.theta).exp()
    scores = taken - seen.flatten(-2)  # gradient of log pi of each token, [N, T, 27]
    out: dict[str, list[list[float]]] = {"bias": [], "noise": []}
    for critic in critics:
        advantages = torch.stack([_advantages(every, critic, lam) for lam in lams])
        gradients = (advantages.unsqueeze(-1) * scores).sum(-2)
        mean = chance @ gradients
        variance = (gradients**2).sum(-1) @ chance - (mean**2).sum(-1)
        out["bias"].append(((mean - exact).norm(dim=-1) / length).tolist())
        out["noise"].append(((variance.clamp(min=0) / answers).sqrt() / length).tolist())
    return {name: np.array(rows) for name, rows in out.items()}
