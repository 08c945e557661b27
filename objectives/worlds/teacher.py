"""World W6: a big model whose next-token probabilities are known in 20 contexts, and a small one that reads its notes.

The teacher's logits are drawn once, from a normal distribution. A note is a context, drawn evenly, and what the teacher
says there: one token (hard) or its probabilities of all tokens (soft). The student is a table of logits that
starts even, and learns by gradient steps on the cross-entropy, each context in proportion to its notes. How far it is
from the teacher, KL(teacher || student) over all contexts, is exact. (Hinton et al. 2015, 1503.02531.)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from objectives import sampling
from objectives.estimators import kl
from objectives.hyperparameters import Checked, hyper
from objectives.worlds.tabular import TabularSoftmax, draw

NAME = "teacher"


@dataclass(frozen=True)
class Params(Checked):
    """The teacher, and how the student learns."""

    contexts: int = hyper(20, low=1, high=1000, unit="contexts", source="chosen for the picture", doc="prompts, in all")
    tokens: int = hyper(
        10, low=2, high=1000, unit="tokens", source="chosen for the picture", doc="tokens to choose from"
    )
    sharpness: float = hyper(
        1.4,
        low=0.0,
        high=100.0,
        unit="logit",
        source="chosen for the picture: sure of little, silent on nothing",
        doc="standard deviation of the teacher's logits",
    )
    seed: int = hyper(0, low=0, high=2147483647, source="chosen for the picture", doc="seed of the teacher")


class Teacher:
    """The teacher's probabilities, the notes it gives, and how near a student is."""

    name = NAME
    numbers_per_note = 2
    """Uniform numbers of one note: its context, and the token."""

    def __init__(self, params: Params) -> None:
        self.policy = TabularSoftmax(states=params.contexts, actions=params.tokens)
        draws = sampling.Draws(groups=1, group_size=2, iterations=params.contexts, seeds=1, seed=params.seed)
        uniforms = sampling.uniforms(f"{NAME} logits", draws, params.tokens)[0, :, 0]
        normal = torch.special.ndtri(uniforms.clamp(1e-12, 1 - 1e-12))
        self.log_probs = (params.sharpness * normal).log_softmax(-1)

    @property
    def start(self) -> Tensor:
        """Parameters of the student before it reads, [contexts x tokens]: equal probabilities everywhere."""
        return torch.zeros(self.policy.size, dtype=torch.float64)

    def notes(self, uniforms: Tensor) -> Tensor:
        """Notes from uniform numbers [..., n, 2]: counts of each token in each context, [..., contexts, tokens]."""
        context = (uniforms[..., 0] * self.policy.states).long()
        token = draw(self.log_probs[context], uniforms[..., 1])
        blank = torch.zeros((*context.shape[:-1], self.policy.size), dtype=torch.float64)
        index = context * self.policy.actions + token
        counts = blank.scatter_add(-1, index, torch.ones_like(index, dtype=torch.float64))
        return counts.reshape(*counts.shape[:-1], self.policy.states, self.policy.actions)

    def targets(self, counts: Tensor, soft: bool) -> Tensor:
        """What the student is shown, weights that sum to 1: the tokens noted, or the teacher's probabilities."""
        visits = counts.sum(-1, keepdim=True)
        shown = visits * self.log_probs.exp() if soft else counts
        return shown / visits.sum((-2, -1), keepdim=True)

    def cross_entropy(self, theta: Tensor, targets: Tensor) -> Tensor:
        """-sum over contexts and tokens of target x log pi, [...], nat; the loss of supervised learning."""
        return -(targets * self.policy.log_probs(theta)).sum((-2, -1))

    def study(self, targets: Tensor, rate: float, steps: int) -> Iterator[Tensor]:
        """Gradient steps of a student on the cross-entropy; yields its parameters [...] before each and at the end."""
        theta = self.start.expand(*targets.shape[:-2], -1)
        yield theta
        for _ in range(steps):
            theta = theta.detach().requires_grad_(True)
            (slope,) = torch.autograd.grad(self.cross_entropy(theta, targets).sum(), theta)
            theta = (theta - rate * slope).detach()
            yield theta

    # -- truth

    def distance(self, theta: Tensor) -> Tensor:
        """KL(teacher || student), mean over contexts, exact, [...], nat."""
        log_probs = self.policy.log_probs(theta)
        return kl.categorical(self.log_probs.expand_as(log_probs), log_probs).mean(-1)

    def unread(self, notes: int) -> float:
        """Mean share of contexts without a note, (1 - 1 / contexts)^notes."""
        return float((1 - 1 / self.policy.states) ** notes)
