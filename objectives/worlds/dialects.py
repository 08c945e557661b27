"""Tally in two tongues: every mark can be written in either of two dialects, and for being right both are as good.

As in Tally a policy writes marks or ANSWER and sees its last mark and the next bit. But there are four marks, E, O of
the first dialect and e, o of the second, so that it is 15 states x 5 actions. At first the second dialect has a
given share in every state. The reward for language consistency (DeepSeek-R1, 2501.12948, section 2.3.2) is the share of
an answer's marks that are in the first dialect; an answer without a mark is in one language and gets all of it, or the
reward would pay for writing.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import torch
from torch import Tensor

from objectives.hyperparameters import Checked, hyper
from objectives.worlds import Episodes, tally
from objectives.worlds.tabular import TabularSoftmax, draw

NAME = "dialects"
MARKS = ("", "E", "O", "e", "o")
ACTIONS = ("E", "O", "e", "o", "A")
ANSWER = 4
FOREIGN = torch.tensor([0.0, 0.0, 1.0, 1.0, 0.0], dtype=torch.float64)
"""1 for the actions of the second dialect."""
NEVER = 60.0
"""Logits by which a token is behind that is not written."""
STATES = tuple(itertools.product(MARKS, tally.BITS))


@dataclass(frozen=True)
class Params(Checked):
    """How the two dialects start, and what one language is worth."""

    share: float = hyper(
        0.4,
        low=0.0,
        high=1.0,
        low_open=True,
        high_open=True,
        unit="share",
        source="chosen for the picture: the second dialect is the smaller one",
        doc="share of the second dialect among the marks of the start policy",
    )
    consistency: float = hyper(
        0.2,
        low=0.0,
        high=100.0,
        unit="reward",
        source="chosen for the picture; DeepSeek-R1 (2501.12948) section 2.3.2 has the idea",
        doc="paid times the share of marks in the first dialect, if it is paid at all",
    )


class Dialects:
    """The world: a `World` for training, and its truth by sums over (prompt, tokens written, last mark).

    `consistency` is the weight of the language reward, 0 for none. Otherwise as `tally.Tally`.
    """

    name = NAME
    policy = TabularSoftmax(states=len(STATES), actions=len(ACTIONS))

    def __init__(self, task: tally.Params, params: Params, group_size: int = 1, consistency: float = 0.0) -> None:
        self.plain = tally.Tally(task, group_size)
        self.cap, self.consistency = task.cap, consistency
        self.scores = self.plain.scores[:, [0, 1, 2, 1, 2]]
        first, second = math.log(1 - params.share), math.log(params.share)
        # The two forms of a mark share the weight that Tally's mark has.
        row = torch.tensor([first, first, second, second, task.answer_bias], dtype=torch.float64)
        self.start = (row - row.mean()).repeat(len(STATES))

    @property
    def tokens(self) -> int:
        """Positions of an answer: the prompt's, then at most `cap` tokens."""
        return self.plain.tokens

    def play(self, theta: Tensor, uniforms: Tensor) -> Episodes:
        """Let the policy theta [..., 75] answer with the uniform numbers [..., B, 1 + cap]."""
        prompt = self.plain.drawn_prompts(uniforms)
        log_probs = self.policy.log_probs(theta)
        runs = torch.broadcast_shapes(log_probs.shape[:-2], prompt.shape[:-1])  # type: ignore[no-untyped-call]
        prompt = prompt.expand(*runs, prompt.shape[-1])
        log_probs = log_probs.expand(*runs, *log_probs.shape[-2:])
        mark = torch.zeros_like(prompt)
        going = torch.ones_like(prompt, dtype=torch.bool)
        score = torch.zeros(prompt.shape, dtype=torch.float64)
        states, actions, mask = [mark], [mark], [~going]
        for t in range(self.cap):
            state = len(tally.BITS) * mark + self.plain.next_bit[prompt, t]
            rows = log_probs.gather(-2, state.unsqueeze(-1).expand(*state.shape, len(ACTIONS)))
            action = draw(rows, uniforms[..., 1 + t])
            states.append(torch.where(going, state, torch.zeros_like(state)))
            actions.append(torch.where(going, action, torch.zeros_like(action)))
            mask.append(going)
            answered = going & (action == ANSWER)
            score = torch.where(answered, self.scores[prompt, mark], score)
            going = going & ~answered
            mark = torch.where(going, action + 1, mark)
        written = Episodes(torch.stack(states, -1), torch.stack(actions, -1), torch.stack(mask, -1), score, score > 0)
        return written._replace(rewards=score + self.consistency * self.pure(written))

    def pure(self, episodes: Episodes) -> Tensor:
        """Share of each answer's marks that are in the first dialect, [..., B]; 1 without a mark."""
        marks = episodes.mask & (episodes.actions != ANSWER)
        foreign = (marks * FOREIGN[episodes.actions]).sum(-1)
        return 1 - foreign / marks.sum(-1).clamp(min=1)

    def tallying(self, lead: float) -> Tensor:
        """Parameters [75] of a policy that writes in the first dialect only, its right token `lead` logits ahead."""
        row = torch.zeros(len(STATES), len(ACTIONS), dtype=torch.float64) - NEVER * FOREIGN
        for state, (mark, bit) in enumerate(STATES):
            odd = (mark in "Oo" and mark != "") != (bit == "1")
            row[state, ANSWER if bit == "" else ACTIONS.index("O" if odd else "E")] = lead
        return (row - row.mean(-1, keepdim=True)).flatten()

    # -- truth

    def node_visits(self, theta: Tensor) -> Tensor:
        """Chance that an answer passes through each node, [..., P, cap, 5]: prompt, tokens written, last mark."""
        probs = self._node_probs(theta)
        none = torch.zeros((*probs.shape[:-4], len(self.plain.prompts), ANSWER), dtype=theta.dtype)
        first = self.plain.prompt_probs.unsqueeze(-1).expand(*none.shape[:-1], 1)
        visit = torch.cat([first, none], -1)
        out = [visit]
        for t in range(self.cap - 1):
            onward = (visit.unsqueeze(-1) * probs[..., t, :, :ANSWER]).sum(-2)
            visit = torch.cat([torch.zeros_like(first), onward], -1)
            out.append(visit)
        return torch.stack(out, -2)

    def expected_length(self, theta: Tensor) -> Tensor:
        """Exact mean number of tokens of an answer, [...]."""
        return self.node_visits(theta).sum((-3, -2, -1))

    def true_accuracy(self, theta: Tensor) -> Tensor:
        """Exact chance of being right, [...]."""
        answered = self.node_visits(theta) * self._node_probs(theta)[..., ANSWER]
        return (answered * self.scores.unsqueeze(-2)).sum((-3, -2, -1))

    def foreign_share(self, theta: Tensor) -> Tensor:
        """Marks of the second dialect among all marks, exact, [...]; 0 if none is ever written."""
        written = self.node_visits(theta).unsqueeze(-1) * self._node_probs(theta)
        foreign = (written * FOREIGN).sum((-4, -3, -2, -1))
        marks = written[..., :ANSWER].sum((-4, -3, -2, -1))
        return foreign / marks.clamp(min=torch.finfo(marks.dtype).tiny)

    def true_values(self, theta: Tensor) -> Tensor:
        """A critic is not used in this world: 0 for every state, [..., 15]."""
        return torch.zeros((*theta.shape[:-1], len(STATES)), dtype=theta.dtype)

    def _node_probs(self, theta: Tensor) -> Tensor:
        states = len(tally.BITS) * torch.arange(len(MARKS)) + self.plain.next_bit.unsqueeze(-1)
        return self.policy.log_probs(theta).exp()[..., states, :]
