"""World W5: eight answers, and a coin that pays. There is nothing to learn, so whatever a rule does here is its own.

An answer is one token; its reward is 1 or 0 by the toss of a fair coin that does not look at the answer. J is 1/2 for
every policy and its gradient 0. A rule without a clip drifts at random; a clip range that is not the same on both
sides of the ratio 1 pushes (2509.26114), and `push` says exactly where. With a `bonus` the likeliest answer is paid
that much more often: then there is something to learn.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from objectives.estimators.ratios import clipped
from objectives.hyperparameters import Checked, hyper
from objectives.worlds import Episodes
from objectives.worlds.tabular import TabularSoftmax, draw

NAME = "noise"


@dataclass(frozen=True)
class Params(Checked):
    """The answers, the probabilities they start with, and the coin."""

    answers: int = hyper(8, low=2, high=64, unit="answers", source="chosen for the picture", doc="number of answers")
    tilt: float = hyper(
        0.4,
        low=0.0,
        high=10.0,
        unit="logit",
        source="chosen for the picture: some answers are rarer from the start",
        doc="how far each answer is behind the one before in the start policy",
    )
    coin: float = hyper(
        0.5,
        low=0.0,
        high=1.0,
        unit="probability",
        source="2509.26114: random rewards",
        doc="chance that an answer is paid 1 and not 0, whatever it says",
    )


class Noise:
    """The world: a `World` for training, and its truth. Position 0 of an answer is its token, position 1 the coin."""

    name = NAME
    tokens = 2

    def __init__(self, params: Params, bonus: float = 0.0) -> None:
        if not 0.0 <= params.coin + bonus <= 1.0:
            raise ValueError(f"coin plus bonus must be a probability, not {params.coin + bonus:g}")
        self.coin, self.bonus = params.coin, bonus
        self.policy = TabularSoftmax(states=1, actions=params.answers)
        logits = -params.tilt * torch.arange(params.answers, dtype=torch.float64)
        self.start = logits - logits.mean()

    def play(self, theta: Tensor, uniforms: Tensor) -> Episodes:
        """Draw one answer and one coin per row of uniforms [..., B, 2] from the policy theta [..., answers]."""
        answer = draw(self.policy.log_probs(theta), uniforms[..., 0])
        paid = uniforms[..., 1] < self.coin + self.bonus * (answer == 0)
        blank = torch.zeros_like(answer)
        return Episodes(
            states=torch.zeros_like(blank).unsqueeze(-1).expand(*blank.shape, 2),
            actions=torch.stack([answer, blank], -1),
            mask=torch.tensor([True, False]).expand(*blank.shape, 2),
            rewards=paid.double(),
            correct=paid,
        )

    def probs(self, theta: Tensor) -> Tensor:
        """Chance of every answer, [..., answers]."""
        return self.policy.log_probs(theta).squeeze(-2).exp()

    def true_values(self, theta: Tensor) -> Tensor:
        """Exact expected reward, [..., 1]: the coin's, whatever the policy, unless there is a bonus."""
        return self.coin + self.bonus * self.probs(theta)[..., :1]

    def true_gradient(self, theta: Tensor) -> Tensor:
        """Exact gradient of J in the logits, [..., answers]: 0, unless there is a bonus."""
        probs = self.probs(theta)
        likeliest = torch.eye(probs.shape[-1], dtype=torch.float64)[0]
        return self.bonus * probs[..., :1] * (likeliest - probs)

    def push(self, theta: Tensor, old_theta: Tensor, low: float, high: float) -> Tensor:
        """Exact mean gradient of the clipped surrogate for the advantages +1 and -1 of a fair coin, [..., answers].

        sum_a pi_old(a) rho_a (open to +1 - open to -1) / 2 x grad log pi(a): without a clip both gates are open and
        the push is 0; with one only the answers past it push, those above 1 + high back down, those below 1 - low up.
        """
        theta = theta.detach().requires_grad_(True)
        now, old = (self.policy.log_probs(x).squeeze(-2) for x in (theta, old_theta.detach()))
        ratio = (now - old).exp()
        surrogate = sum(clipped(ratio, sign * torch.ones_like(ratio), low, high)[0] / 2 for sign in (1.0, -1.0))
        (slope,) = torch.autograd.grad((old.exp() * surrogate).sum(), theta)
        return slope
