"""World W2: one question, three answers, everything exact.

The prompt is "What is 2+2?". The policy picks one of three whole answers, so an answer is one token and a policy is
three numbers. Rewards come from a rule-based check of the text, as in DeepSeek-R1: is the final number right, and is
the thinking between its tags?
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from objectives.hyperparameters import Checked, hyper
from objectives.worlds import Episodes
from objectives.worlds.tabular import TabularSoftmax, draw

NAME = "three_answers"
PROMPT = "What is 2+2?"
LABELS = ("A", "B", "C")
ANSWERS = ("<think>two and two more</think> 2+2 is 4", "4", "22")
SOLUTION = 4


@dataclass(frozen=True)
class Params(Checked):
    """The start policy and the two parts of the reward."""

    start: list[float] = hyper(  # noqa: RUF009  (a field with a default factory)
        (0.03, 0.62, 0.35),
        low=0.0,
        high=1.0,
        low_open=True,
        high_open=True,
        unit="probability",
        source="chosen for the picture: the best is rare",
        doc="chance of the answers A, B, C before training; also the reference policy",
    )
    reward_correct: float = hyper(
        0.6, low=-100.0, high=100.0, unit="reward", source="chosen for the picture", doc="paid if the number is right"
    )
    reward_format: float = hyper(
        0.4, low=-100.0, high=100.0, unit="reward", source="chosen for the picture", doc="paid for thinking in its tags"
    )

    def check(self) -> None:
        """The start probabilities are three and sum to 1."""
        if len(self.start) != len(LABELS):
            raise ValueError(f"start must hold {len(LABELS)} probabilities, not {len(self.start)}")
        if abs(sum(self.start) - 1) > 1e-9:
            raise ValueError(f"start must sum to 1, but it sums to {sum(self.start):.10g}")


class Marks(NamedTuple):
    """What the checker found in one answer."""

    correct: bool
    format: bool


def mark(text: str) -> Marks:
    """Check one answer by rule: the last number outside the tags, and one pair of tags with something in it."""
    body = re.sub(r"<think>.*?</think>", "", text)
    numbers = re.findall(r"-?\d+", body)
    return Marks(bool(numbers) and int(numbers[-1]) == SOLUTION, bool(re.match(r"<think>\s*\S.*?</think>", text)))


class ThreeAnswers:
    """The world: a `World` for training, and its truth by enumeration."""

    name = NAME
    tokens = 1
    policy = TabularSoftmax(states=1, actions=len(LABELS))

    def __init__(self, params: Params) -> None:
        marks = [mark(text) for text in ANSWERS]
        self.correct = torch.tensor([m.correct for m in marks])
        formatted = torch.tensor([m.format for m in marks])
        self.rewards = params.reward_correct * self.correct.double() + params.reward_format * formatted.double()
        self.start_probs = torch.tensor(params.start, dtype=torch.float64)
        logits = self.start_probs.log()
        self.start = logits - logits.mean()

    def play(self, theta: Tensor, uniforms: Tensor) -> Episodes:
        """Draw one answer per uniform [..., B, 1] from the policy theta [..., 3]."""
        actions = draw(self.policy.log_probs(theta).unsqueeze(-2), uniforms)
        answer = actions.squeeze(-1)
        return Episodes(
            states=torch.zeros_like(actions),
            actions=actions,
            mask=torch.ones_like(actions, dtype=torch.bool),
            rewards=self.rewards[answer],
            correct=self.correct[answer],
        )

    def probs(self, theta: Tensor) -> Tensor:
        """Chance of A, B, C, [..., 3]."""
        return self.policy.log_probs(theta).squeeze(-2).exp()

    def true_values(self, theta: Tensor) -> Tensor:
        """Exact expected reward J = sum_a pi_a r_a, [..., 1]; the only state is the prompt."""
        return (self.probs(theta) * self.rewards).sum(-1, keepdim=True)

    def true_gradient(self, theta: Tensor) -> Tensor:
        """Exact gradient of J in the logits, pi_a (r_a - J), [..., 3]."""
        return self.probs(theta) * (self.rewards - self.true_values(theta))

    def gradient_variance(self, theta: Tensor, forecast: Tensor) -> Tensor:
        """Exact variance (trace) of one answer's gradient (r - forecast) grad log pi at theta [3]; a scalar."""
        probs = self.probs(theta)
        scores = torch.eye(len(LABELS), dtype=probs.dtype) - probs
        gradients = (self.rewards - forecast).unsqueeze(-1) * scores
        mean = probs @ gradients
        return probs @ (gradients**2).sum(-1) - mean @ mean

    def gibbs(self, beta: float) -> Tensor:
        """The optimum with a KL penalty, argmax J - beta KL(pi || start): start x exp(r / beta), normalised, [3]."""
        return (self.start_probs.log() + self.rewards / beta).softmax(-1)
