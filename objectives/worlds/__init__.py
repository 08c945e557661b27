"""Tiny tasks whose truth is known exactly, and what a world must offer to be trained on."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from torch import Tensor

from objectives.policies import TabularSoftmax


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


class World(Protocol):
    """What `training.train` asks of a task."""

    @property
    def name(self) -> str:
        """Its table of hyperparameters, and the name of its dice."""
        ...

    @property
    def tokens(self) -> int:
        """T, the longest answer."""
        ...

    @property
    def policy(self) -> TabularSoftmax:
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
