"""Policies as functions of a flat vector of parameters, so that seeds and grid points are only more rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from torch import Tensor

from objectives import checks
from objectives.estimators import kl


class Reading(NamedTuple):
    """What a policy says of sampled answers, [..., B, T] each: log pi of the tokens, entropy before them, V or None."""

    logp: Tensor
    entropies: Tensor
    values: Tensor | None


class Answers(Protocol):
    """The part of `worlds.Episodes` that a policy reads: [..., B, T]."""

    @property
    def states(self) -> Tensor:
        """State in which each token was written."""
        ...

    @property
    def actions(self) -> Tensor:
        """The tokens."""
        ...


@dataclass(frozen=True)
class TabularSoftmax:
    """One row of logits per state: pi(a | s) = exp z_sa / sum_b exp z_sb.

    Parameters theta are [..., states * actions], logits row by row; dimensions before are independent runs. A step
    along the policy gradient never changes a row's mean, so logits that start centred stay centred.
    """

    states: int
    actions: int

    @property
    def size(self) -> int:
        """Number of parameters."""
        return self.states * self.actions

    def log_probs(self, theta: Tensor) -> Tensor:
        """log pi(a | s) for every state and action, [..., states, actions], nats."""
        checks.floating(theta=theta)
        checks.trailing((self.size,), theta=theta)
        return theta.reshape(*theta.shape[:-1], self.states, self.actions).log_softmax(-1)

    def logp(self, theta: Tensor, states: Tensor, actions: Tensor) -> Tensor:
        """log pi of the tokens `actions` [..., B, T] written in `states` [..., B, T]."""
        table = self.log_probs(theta).flatten(-2)
        index = states * self.actions + actions
        runs = checks.broadcast(table.shape[:-1], index.shape[:-2])
        index = index.expand(*runs, *index.shape[-2:])
        return table.expand(*runs, self.size).gather(-1, index.flatten(-2)).reshape(index.shape)

    def look(self, theta: Tensor, critic: Tensor | None, episodes: Answers) -> Reading:
        """What theta [..., D] and the forecasts critic [..., states] say of the answers."""
        return Reading(
            logp=self.logp(theta, episodes.states, episodes.actions),
            entropies=lookup(self.entropies(theta), episodes.states),
            values=None if critic is None else lookup(critic, episodes.states),
        )

    def divergence_from(
        self, old_theta: Tensor, episodes: Answers, direction: str = "old_new"
    ) -> Callable[[Tensor], Tensor]:
        """theta -> KL(old || new) in the state of each token, [..., B, T], nats, or KL(new || old)."""
        old = self.log_probs(old_theta)
        return lambda theta: lookup(kl.directed(old, self.log_probs(theta), direction), episodes.states)

    @property
    def critic_part(self) -> None:
        """None: the critic is a table of its own, no part of theta."""
        return None

    def entropies(self, theta: Tensor) -> Tensor:
        """Entropy in every state, [..., states], nats."""
        log_probs = self.log_probs(theta)
        return -(log_probs.exp() * log_probs).sum(-1)


def draw(log_probs: Tensor, uniforms: Tensor) -> Tensor:
    """Sample by the inverse of the distribution function: equal uniforms give equal draws (common random numbers).

    Args:
        log_probs: [..., actions], nats.
        uniforms: [...], in [0, 1).

    Returns:
        [...], the first action whose cumulative probability exceeds the uniform.
    """
    edges = log_probs.exp().cumsum(-1)[..., :-1]
    return (uniforms.unsqueeze(-1) >= edges).sum(-1)


def lookup(table: Tensor, states: Tensor) -> Tensor:
    """Read `table` [..., states] at `states` [..., B, T]: the tabular critic V(s)."""
    runs = checks.broadcast(table.shape[:-1], states.shape[:-2])
    index = states.expand(*runs, *states.shape[-2:])
    return table.expand(*runs, table.shape[-1]).gather(-1, index.flatten(-2)).reshape(index.shape)
