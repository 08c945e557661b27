"""World W4: nine answers that flatter more and more, people who like it up to a point, and a reward model of them.

Answer k flatters by l_k = step x k. What it is really worth, its gold reward, rises at first and then falls,

    gold(l) = l - bend l^2

and the reference policy, exp(-modesty l) normalised, seldom goes where it falls. People compare pairs of answers that
the reference wrote, with the noise of Bradley and Terry (1952): P(i is preferred to j) = sigmoid(slope (gold_i -
gold_j)). The reward model is a straight line in l, fitted to those pairs: right where people looked, wrong beyond.

An answer is one token and the prompt one state, so J, its gradient and every KL are sums over nine answers.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from objectives.estimators import kl
from objectives.hyperparameters import Checked, hyper
from objectives.worlds import Episodes
from objectives.worlds.tabular import TabularSoftmax, draw

NAME = "flattery"
NEWTON = 50
"""Newton steps of the fit; it is convex in one number and done after a few."""


@dataclass(frozen=True)
class Params(Checked):
    """The answers, what they are worth, who writes them, and how people compare them."""

    answers: int = hyper(9, low=2, high=64, unit="answers", source="chosen for the picture", doc="number of answers")
    step: float = hyper(
        0.5,
        low=0.0,
        high=10.0,
        low_open=True,
        unit="flattery",
        source="chosen for the picture",
        doc="how much more each answer flatters than the one before; the first does not",
    )
    bend: float = hyper(
        0.35,
        low=0.0,
        high=10.0,
        source="chosen for the picture: the best answer flatters a little",
        doc="weight of the square in gold = l - bend l^2",
    )
    modesty: float = hyper(
        1.6,
        low=-20.0,
        high=20.0,
        source="chosen for the picture: strong flattery is rare before training",
        doc="the reference writes an answer with chance exp(-modesty l), normalised",
    )
    pairs: int = hyper(
        500, low=1, high=100000, unit="pairs", source="chosen for the picture", doc="comparisons of the reward model"
    )
    slope: float = hyper(
        2.5,
        low=0.0,
        high=100.0,
        source="chosen for the picture: people disagree on three pairs in ten",
        doc="how surely people prefer the better answer: sigmoid(slope x difference of gold)",
    )
    ridge: float = hyper(
        1e-3,
        low=0.0,
        high=100.0,
        low_open=True,
        source="chosen for the picture: keeps the fit finite if all pairs agree",
        doc="weight of w^2 / 2 in the fit of the reward model, per pair",
    )


class Flattery:
    """The world: a `World` that pays by gold, or by a `reward_model` [answers] if given, and its exact truth."""

    name = NAME
    tokens = 1

    def __init__(self, params: Params, reward_model: Tensor | None = None) -> None:
        self.params = params
        self.levels = params.step * torch.arange(params.answers, dtype=torch.float64)
        self.gold = self.levels - params.bend * self.levels**2
        self.rewards = self.gold if reward_model is None else reward_model
        if self.rewards.shape != self.levels.shape:
            raise ValueError(
                f"reward_model must score {params.answers} answers, but its shape is {list(self.rewards.shape)}"
            )
        self.policy = TabularSoftmax(states=1, actions=params.answers)
        logits = -params.modesty * self.levels
        self.start = logits - logits.mean()

    # -- play

    def play(self, theta: Tensor, uniforms: Tensor) -> Episodes:
        """Draw one answer per uniform [..., B, 1] from the policy theta [..., answers]."""
        actions = draw(self.policy.log_probs(theta).unsqueeze(-2), uniforms)
        answer = actions.squeeze(-1)
        return Episodes(
            states=torch.zeros_like(actions),
            actions=actions,
            mask=torch.ones_like(actions, dtype=torch.bool),
            rewards=self.rewards[answer],
            correct=self.gold[answer] > 0,
        )

    def compare(self, uniforms: Tensor) -> tuple[Tensor, Tensor]:
        """Let people compare pairs that the reference wrote: uniforms [..., pairs, 3] -> winner, loser [..., pairs].

        Two of them draw the answers, the third draws who is preferred. Of two equal answers one is preferred by chance.
        """
        first, second = draw(self.start.log_softmax(-1), uniforms[..., :2]).unbind(-1)
        chance = torch.sigmoid(self.params.slope * (self.gold[first] - self.gold[second]))
        wins = uniforms[..., 2] < chance
        return torch.where(wins, first, second), torch.where(wins, second, first)

    # -- the reward model

    def pair_loss(self, weight: Tensor, winner: Tensor, loser: Tensor) -> Tensor:
        """-log sigmoid(r_w - r_l), mean over pairs, plus ridge / 2 w^2; with r = weight x flattery, [...].

        The loss of InstructGPT (2203.02155 eq. 1). weight [...] has the runs of the pairs [..., pairs].
        """
        gap = weight.unsqueeze(-1) * (self.levels[winner] - self.levels[loser])
        return -torch.nn.functional.logsigmoid(gap).mean(-1) + self.params.ridge / 2 * weight**2

    def fit(self, winner: Tensor, loser: Tensor) -> Tensor:
        """The weight that minimises `pair_loss`, [...]; by Newton's method, which is safe in one convex dimension."""
        apart = self.levels[winner] - self.levels[loser]
        weight = torch.zeros(apart.shape[:-1], dtype=torch.float64)
        for _ in range(NEWTON):
            chance = torch.sigmoid(-weight.unsqueeze(-1) * apart)
            slope = -(chance * apart).mean(-1) + self.params.ridge * weight
            bend = (chance * (1 - chance) * apart**2).mean(-1) + self.params.ridge
            weight = weight - (slope / bend).clamp(-1, 1)
        return weight

    # -- truth

    def probs(self, theta: Tensor) -> Tensor:
        """Chance of every answer, [..., answers]."""
        return self.policy.log_probs(theta).squeeze(-2).exp()

    def true_values(self, theta: Tensor) -> Tensor:
        """Exact expected reward by what it pays, [..., 1]; the only state is the prompt."""
        return (self.probs(theta) * self.rewards).sum(-1, keepdim=True)

    def true_gold(self, theta: Tensor) -> Tensor:
        """Exact expected gold reward, [...]."""
        return (self.probs(theta) * self.gold).sum(-1)

    def true_gradient(self, theta: Tensor) -> Tensor:
        """Exact gradient of that J in the logits, pi_a (r_a - J), [..., answers]."""
        return self.probs(theta) * (self.rewards - self.true_values(theta))

    def kl_to_start(self, theta: Tensor) -> Tensor:
        """KL(pi || ref), exact, [...], nat."""
        log_probs = self.policy.log_probs(theta).squeeze(-2)
        return kl.categorical(log_probs, self.start.log_softmax(-1).expand_as(log_probs))

    def gibbs(self, beta: float) -> Tensor:
        """The optimum with a KL penalty, argmax J - beta KL(pi || ref) = ref x exp(r / beta), normalised, [answers]."""
        if not beta > 0:
            raise ValueError(f"beta must be above 0, or there is no KL penalty, not {beta!r}")
        return (self.start + self.rewards / beta).softmax(-1)
