"""Policy evaluation and policy improvement in a small world whose rules are known: dynamic programming, exact.

Such a world is a table of moves: from each state each action leads to one state and pays one reward. A policy is a
table of probabilities. What a state is worth under a policy is what its actions earn on average, now and from there on:

    Q(s, a) = r(s, a) + gamma V(s')        V(s) = sum_a pi(a | s) Q(s, a)

(Bellman 1957; Sutton and Barto 2018, chapter 4.) Evaluation finds V, improvement puts all probability on the best
actions, and since each improvement that changes anything makes V larger, the two in turn stop at a best policy after a
few rounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from objectives import checks

ROUNDS = 100
"""Rounds after which `improve` gives up; a world of a few dozen states needs less than ten."""


@dataclass(frozen=True)
class Moves:
    """The rules of a world of S states and A actions, the same at every visit.

    | field   | shape  | meaning                                                                    |
    |---------|--------|----------------------------------------------------------------------------|
    | target  | [S, A] | state that the action leads to, an index                                   |
    | reward  | [S, A] | what it pays                                                               |
    | allowed | [S, A] | True where the action exists; a state without any is an end and is worth 0 |
    | gamma   |        | discount per step                                                          |
    """

    target: Tensor
    reward: Tensor
    allowed: Tensor
    gamma: float

    def __post_init__(self) -> None:
        checks.floating(reward=self.reward)
        if not self.target.shape == self.reward.shape == self.allowed.shape or self.target.ndim != 2:
            shapes = [list(x.shape) for x in (self.target, self.reward, self.allowed)]
            raise ValueError(f"target, reward and allowed must have one shape [S, A], not {shapes}")

    @property
    def states(self) -> int:
        """Number of states, ends included."""
        return self.target.shape[0]

    @property
    def open(self) -> Tensor:
        """Which states are no ends, [S]."""
        return self.allowed.any(-1)

    def even(self) -> Tensor:
        """Probabilities of a policy that knows nothing: equal for all actions that exist, [S, A]; 0 in an end."""
        return _shares(self.allowed)


class Round(NamedTuple):
    """One round of evaluation and improvement.

    | field  | shape  | meaning                                                          |
    |--------|--------|------------------------------------------------------------------|
    | probs  | [S, A] | the policy that is evaluated                                     |
    | values | [S]    | its exact V                                                      |
    | best   | [S, A] | the policy that improvement makes of it, evaluated the next time |
    | turned | [S]    | True where the two differ                                        |
    """

    probs: Tensor
    values: Tensor
    best: Tensor
    turned: Tensor


def action_values(moves: Moves, values: Tensor) -> Tensor:
    """Q(s, a) = r(s, a) + gamma V(s'), [..., S, A], of values [..., S]; 0 for actions that do not exist."""
    after = values[..., moves.target] * moves.open[moves.target]
    return torch.where(moves.allowed, moves.reward + moves.gamma * after, torch.zeros_like(moves.reward))


def sweep(moves: Moves, probs: Tensor, values: Tensor) -> Tensor:
    """Ask every state once: V(s) becomes sum_a pi(a | s) Q(s, a) with the old V on the right, [..., S]."""
    return (probs * action_values(moves, values)).sum(-1)


def sweeps(moves: Moves, probs: Tensor, values: Tensor, count: int) -> Tensor:
    """The values before and after each of `count` sweeps, [count + 1, S]."""
    seen = [values]
    for _ in range(count):
        seen.append(sweep(moves, probs, seen[-1]))
    return torch.stack(seen)


def evaluate(moves: Moves, probs: Tensor) -> Tensor:
    """Exact V of a policy [..., S, A] by one linear system, (1 - gamma P) V = mean reward; [..., S]. Differentiable.

    With gamma = 1 every episode of the policy must come to an end, or V does not exist.
    """
    onto = torch.nn.functional.one_hot(moves.target, moves.states).to(probs.dtype)
    onto = onto * moves.open[moves.target].unsqueeze(-1)
    chance = torch.where(moves.allowed, probs, torch.zeros_like(probs))
    step = torch.einsum("...sa,sat->...st", chance, onto)
    eye = torch.eye(moves.states, dtype=probs.dtype)
    values: Tensor = torch.linalg.solve(eye - moves.gamma * step, (chance * moves.reward).sum(-1))
    return values


def greedy(moves: Moves, values: Tensor) -> Tensor:
    """The policy [S, A] that puts its probability on the best actions by values [S], equally if several are best."""
    q = torch.where(moves.allowed, action_values(moves, values), torch.full_like(moves.reward, -torch.inf))
    top = q.amax(-1, keepdim=True)
    finite = torch.where(moves.allowed, q, torch.zeros_like(q))
    slack = 1e-9 * (1 + finite.abs().amax())  # the rounding of a linear system is no preference
    return _shares(moves.allowed & (q >= top - slack))


def improve(moves: Moves, probs: Tensor, rounds: int = ROUNDS) -> list[Round]:
    """Evaluate, improve, and again, until no state's policy changes: the last round is the one that changed nothing."""
    out: list[Round] = []
    for _ in range(rounds):
        values = evaluate(moves, probs)
        best = greedy(moves, values)
        turned = (best - probs).abs().amax(-1) > 0
        out.append(Round(probs, values, best, turned))
        if not bool(turned.any()):
            break
        probs = best
    return out


def _shares(chosen: Tensor) -> Tensor:
    """Equal probabilities for the chosen actions of each state; 0 where none is."""
    count = chosen.double().sum(-1, keepdim=True)
    return chosen.double() / count.clamp(min=1)
