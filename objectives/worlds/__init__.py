"""Tiny tasks whose truth is known exactly, and what a world must offer to be trained on."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from torch import Tensor

from objectives.worlds.tabular import Reading


class Episodes(NamedTuple):
    """Sampled answers, before any policy is asked how likely they are. Runs come before the shapes given.

    | field   | shape  | meaning                                       |
    |---------|--------|-----------------------------------------------|
    | states  | [B, T] | state in which each token was written         |
    | actions | [B, T] | the token                                     |
    | mask    | [B, T] | 1 for a token, 0 for padding                  |
    | rewards | [B]    | one reward per answer                         |
    | correct | [B]    | 1 if the answer is right                      |
    """

    states: Tensor
    actions: Tensor
    mask: Tensor
    rewards: Tensor
    correct: Tensor

    def only(self, answers: Tensor) -> Episodes:
        """The answers [n] of every run, in this order."""
        tokens = (part.index_select(-2, answers) for part in self[:3])
        return Episodes(*tokens, *(part.index_select(-1, answers) for part in self[3:]))


class Policy(Protocol):
    """A family of policies, theta [..., D] -> what it says of answers."""

    def look(self, theta: Tensor, critic: Tensor | None, episodes: Episodes) -> Reading:
        """Log-probability, entropy and forecast along the answers."""
        ...

    def divergence_from(
        self, old_theta: Tensor, episodes: Episodes, direction: str = "old_new"
    ) -> Callable[[Tensor], Tensor]:
        """theta -> KL(old || new) before each token, [..., B, T], or KL(new || old) if the direction is "new_old"."""
        ...

    @property
    def critic_part(self) -> Tensor | None:
        """Which entries of theta only the forecast reads, [D] bool; None if the forecast is a table of its own."""
        ...


class World(Protocol):
    """What `training.train` asks of a task."""

    @property
    def name(self) -> str:
        """Its table of hyperparameters, and the name that seeds its random numbers."""
        ...

    @property
    def tokens(self) -> int:
        """T, the longest answer."""
        ...

    @property
    def policy(self) -> Policy:
        """The family of policies that its parameters pick from."""
        ...

    @property
    def start(self) -> Tensor:
        """Parameters of the start policy, which is also the reference, [D]."""
        ...

    def play(self, theta: Tensor, uniforms: Tensor) -> Episodes:
        """Let the policy answer: theta [..., D], uniforms [..., B, T]."""
        ...

    def true_values(self, theta: Tensor) -> Tensor:
        """Exact V of every state under the policy, [..., states]."""
        ...
