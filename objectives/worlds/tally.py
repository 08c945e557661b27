"""World W3: is the number of 1s odd? Every token is a mark, and only a running tally finds out.

The prompt is a string of bits. The policy sees two things, the last mark that it wrote (none, E or O) and the next bit
(0, 1 or none left), and writes E, O or ANSWER. A mark moves it on to the next bit; ANSWER commits to the last mark: E
says even, O says odd, and an answer without a mark says even, for an empty tally is even. So whoever answers at once
is right on exactly half of the prompts, and whoever keeps the tally on all of them: nobody pays for length, but
correctness needs it.

A policy is 9 states x 3 actions = 27 logits. Since a mark always takes one bit, (prompt, tokens written, last mark) is
all that the future depends on: J, the value of every prefix and the gradient come from sums over these few nodes.

A transcript is written as letters, "OEOA" for the marks O, E, O and then ANSWER.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from objectives.hyperparameters import Checked, hyper
from objectives.worlds import Episodes
from objectives.worlds.tabular import TabularSoftmax, draw

NAME = "tally"
MARKS = ("", "E", "O")
BITS = ("0", "1", "")
ACTIONS = ("E", "O", "A")
E, O, ANSWER = range(3)  # noqa: E741
END = 2
"""The `bit` of a prompt that is read to its end."""
STATES = tuple(itertools.product(MARKS, BITS))
"""(last mark, next bit) of each state of the policy, in the order of its index."""


@dataclass(frozen=True)
class Params(Checked):
    """The prompts, the longest answer, and how hasty the start policy is."""

    bits: int = hyper(
        4, low=1, high=8, unit="bits", source="chosen for the picture", doc="longest prompt; lengths are equally likely"
    )
    cap: int = hyper(
        8, low=2, high=64, unit="tokens", source="chosen for the picture", doc="longest answer; cut off, it earns 0"
    )
    answer_bias: float = hyper(
        1.5,
        low=-20.0,
        high=20.0,
        unit="logit",
        source="chosen for the picture: at first most answers are rash",
        doc="how far ANSWER is ahead of each mark before training; also in the reference policy",
    )

    def check(self) -> None:
        """A tally of the longest prompt fits into an answer."""
        if self.cap <= self.bits:
            raise ValueError(f"cap must be above bits, or no tally of {self.bits} bits can be finished")


def is_right(prompt: str, transcript: str) -> bool:
    """Check a transcript by rule: it ends with ANSWER, and the last mark before that is the parity of the 1s."""
    if not transcript.endswith("A"):
        return False
    says_odd = transcript[:-1].endswith("O")
    return says_odd == bool(prompt.count("1") % 2)


def prompts(bits: int) -> tuple[str, ...]:
    """All prompts of up to `bits` bits, short ones first."""
    return tuple("".join(word) for n in range(1, bits + 1) for word in itertools.product("01", repeat=n))


class Tally:
    """The world: a `World` for training, and its truth by sums over all nodes.

    Position 0 of an answer holds the prompt: it is no token of the policy's (mask 0), and its die draws the prompt.
    Answers come in blocks of `group_size` that share one prompt, that of the block's first die, as
    `sampling.group_labels` counts them. With `only`, these prompts are drawn, each as likely as the others. A right
    answer is paid `right`, a wrong one and one that is cut off `wrong`; J and all values are of this pay.
    """

    name = NAME
    policy = TabularSoftmax(states=len(STATES), actions=len(ACTIONS))

    def __init__(
        self, params: Params, group_size: int = 1, only: Sequence[str] = (), right: float = 1.0, wrong: float = 0.0
    ) -> None:
        if any(not word or set(word) - {"0", "1"} or len(word) > params.bits for word in only):
            raise ValueError(f"a prompt must be 1 to {params.bits} bits, not {list(only)}")
        self.prompts = tuple(only) or prompts(params.bits)
        self.group_size, self.cap = group_size, params.cap
        lengths = torch.tensor([len(word) for word in self.prompts])
        weights = torch.ones(len(self.prompts)) if only else 0.5**lengths
        self.prompt_probs = weights.double() / weights.double().sum()
        # The next bit of each prompt after t tokens, [P, cap].
        rows = [[BITS.index(word[t : t + 1]) for t in range(params.cap)] for word in self.prompts]
        self.next_bit = torch.tensor(rows)
        # Whether ANSWER is right with each last mark, and what it earns, [P, 3].
        self.passes = torch.tensor([[is_right(word, mark + "A") for mark in MARKS] for word in self.prompts])
        self.right, self.wrong = right, wrong
        self.scores = wrong + (right - wrong) * self.passes.double()
        row = torch.tensor([0.0, 0.0, params.answer_bias], dtype=torch.float64)
        self.start = (row - row.mean()).repeat(len(STATES))

    @property
    def tokens(self) -> int:
        """Positions of an answer: the prompt's, then at most `cap` tokens."""
        return 1 + self.cap

    # -- play

    def play(self, theta: Tensor, uniforms: Tensor) -> Episodes:
        """Let the policy theta [..., 27] answer with the uniform numbers [..., B, 1 + cap]."""
        prompt = self.drawn_prompts(uniforms)
        log_probs = self.policy.log_probs(theta)
        runs = torch.broadcast_shapes(log_probs.shape[:-2], prompt.shape[:-1])  # type: ignore[no-untyped-call]
        prompt = prompt.expand(*runs, prompt.shape[-1])
        log_probs = log_probs.expand(*runs, *log_probs.shape[-2:])
        mark = torch.zeros_like(prompt)
        going = torch.ones_like(prompt, dtype=torch.bool)
        score = torch.full(prompt.shape, self.wrong, dtype=torch.float64)
        correct = torch.zeros_like(going)
        states, actions, mask = [mark], [mark], [~going]
        for t in range(self.cap):
            state = len(BITS) * mark + self.next_bit[prompt, t]
            rows = log_probs.gather(-2, state.unsqueeze(-1).expand(*state.shape, len(ACTIONS)))
            action = draw(rows, uniforms[..., 1 + t])
            states.append(torch.where(going, state, torch.zeros_like(state)))
            actions.append(torch.where(going, action, torch.zeros_like(action)))
            mask.append(going)
            answered = going & (action == ANSWER)
            score = torch.where(answered, self.scores[prompt, mark], score)
            correct = correct | (answered & self.passes[prompt, mark])
            going = going & ~answered
            mark = torch.where(going, action + 1, mark)
        return Episodes(
            states=torch.stack(states, -1),
            actions=torch.stack(actions, -1),
            mask=torch.stack(mask, -1),
            rewards=score,
            correct=correct,
        )

    def drawn_prompts(self, uniforms: Tensor) -> Tensor:
        """Index of the prompt that the uniform numbers [..., B, 1 + cap] give each answer, [..., B]."""
        answers = torch.arange(uniforms.shape[-2])
        first = answers - answers % self.group_size
        first_uniforms = uniforms[..., first, 0]
        return draw(self.prompt_probs.log().expand(*first_uniforms.shape, -1), first_uniforms)

    def transcript(self, actions: Tensor, mask: Tensor) -> str:
        """One answer [T] as letters."""
        return "".join(ACTIONS[a] for a, inside in zip(actions.tolist(), mask.tolist(), strict=True) if inside)

    def tallying(self, lead: float) -> Tensor:
        """Parameters [27] of a policy whose right token is `lead` logits ahead of the two others in every state."""
        row = torch.zeros(len(STATES), len(ACTIONS), dtype=torch.float64)
        for state, (mark, bit) in enumerate(STATES):
            odd = (mark == "O") != (bit == "1")
            row[state, ANSWER if bit == "" else O if odd else E] = lead
        return (row - row.mean(-1, keepdim=True)).flatten()

    # -- truth

    def node_values(self, theta: Tensor) -> Tensor:
        """Exact expected reward from every node on, [..., P, cap + 1, 3]: prompt, tokens written, last mark.

            V(p, t, m) = pi(ANSWER) score(p, m) + pi(E) V(p, t + 1, E) + pi(O) V(p, t + 1, O)      V(p, cap, m) = wrong

        Differentiable in theta.
        """
        probs = self._node_probs(theta)
        value = torch.full((*probs.shape[:-4], len(self.prompts), len(MARKS)), self.wrong, dtype=theta.dtype)
        out = [value]
        for t in range(self.cap - 1, -1, -1):
            p = probs[..., t, :, :]
            written = (p[..., :ANSWER] * value[..., 1:].unsqueeze(-2)).sum(-1)
            value = p[..., ANSWER] * self.scores + written
            out.append(value)
        return torch.stack(out[::-1], -2)

    def node_visits(self, theta: Tensor) -> Tensor:
        """Chance that an answer passes through each node, [..., P, cap + 1, 3]; those at `cap` are cut off there."""
        probs = self._node_probs(theta)
        visit = torch.zeros((*probs.shape[:-4], len(self.prompts), len(MARKS)), dtype=theta.dtype)
        visit = visit + torch.stack([self.prompt_probs, 0 * self.prompt_probs, 0 * self.prompt_probs], -1)
        out = [visit]
        for t in range(self.cap):
            onward = (visit.unsqueeze(-1) * probs[..., t, :, :ANSWER]).sum(-2)
            visit = torch.cat([torch.zeros_like(onward[..., :1]), onward], -1)
            out.append(visit)
        return torch.stack(out, -2)

    def true_j(self, theta: Tensor) -> Tensor:
        """Exact expected reward, [...]."""
        return self.node_values(theta)[..., 0, 0] @ self.prompt_probs

    def accuracy(self, theta: Tensor) -> Tensor:
        """Exact chance of a right answer, [...]."""
        return (self.true_j(theta) - self.wrong) / (self.right - self.wrong)

    def true_values(self, theta: Tensor) -> Tensor:
        """Exact V of every state of the policy, [..., 9]: the mean of its nodes' values, weighed by their visits.

        It is the best that a critic can do which sees no more than the policy; 0 for a state that never comes up.
        """
        visits = self.node_visits(theta)[..., :-1, :]
        total = self._by_state(visits)
        worth = self._by_state(visits * self.node_values(theta)[..., :-1, :])
        return torch.where(total > 0, worth / torch.where(total > 0, total, torch.ones_like(total)), worth)

    def true_gradient(self, theta: Tensor) -> Tensor:
        """Exact gradient of J in the logits, [..., 27], by the policy-gradient theorem.

        dJ / dz_sa = sum over the nodes that look like s of visits x pi(a | s) (Q(node, a) - V(node))
        """
        probs, values = self._node_probs(theta), self.node_values(theta)
        visits = self.node_visits(theta)[..., :-1, :]
        after = values[..., 1:, :].unsqueeze(-2).expand(probs.shape)
        scores = self.scores.unsqueeze(-2).unsqueeze(-1).expand((*probs.shape[:-1], 1))
        returns = torch.cat([after[..., 1:], scores], -1)
        gain = visits.unsqueeze(-1) * probs * (returns - values[..., :-1, :].unsqueeze(-1))
        by_action = [self._by_state(gain[..., action]) for action in range(len(ACTIONS))]
        return torch.stack(by_action, -1).flatten(-2)

    def expected_length(self, theta: Tensor) -> Tensor:
        """Exact mean number of tokens of an answer, [...]."""
        return self.node_visits(theta)[..., :-1, :].sum((-3, -2, -1))

    def _node_states(self) -> Tensor:
        """State of the policy at every node, [P, cap, 3]."""
        return len(BITS) * torch.arange(len(MARKS)) + self.next_bit.unsqueeze(-1)

    def _node_probs(self, theta: Tensor) -> Tensor:
        """What the policy does at every node, [..., P, cap, 3, actions]."""
        return self.policy.log_probs(theta).exp()[..., self._node_states(), :]

    def _by_state(self, x: Tensor) -> Tensor:
        """Sum x [..., P, cap, 3] over the nodes that look alike to the policy, [..., 9]."""
        index = self._node_states().flatten().expand(*x.shape[:-3], -1)
        blank = torch.zeros((*x.shape[:-3], len(STATES)), dtype=x.dtype)
        return blank.scatter_add(-1, index, x.flatten(-3))
