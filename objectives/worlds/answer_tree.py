"""Eight answers to "What is 2+2?", written token by token: small enough that every prefix is known exactly.

A token is a word. An answer gives a number, or a whole sentence, and after a right sentence it may spoil itself:

    4 | 22 | 2+2 is 4 | 2+2 is 4 or 22 | 2+2 is 22 | 2+2 = 4 | 2+2 = 4 or 22 | 2+2 = 22,        each closed by "end"

The checker of the three answers reads the last number; a right one is paid, a right one in a whole sentence more, and a
wrong one nothing. The value of a prefix is the average reward of the answers that begin with it, weighed by their
probability: V(s) = sum_o pi(o) r(o) / sum_o pi(o) over all o through s.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from objectives.hyperparameters import Checked, hyper
from objectives.worlds.tabular import TabularSoftmax
from objectives.worlds.three_answers import mark

NAME = "answer_tree"
TOKENS = ("4", "22", "2+2", "is", "=", "or 22", "end")
END = TOKENS.index("end")
SENTENCE = ("2+2", "is", "4", "end")
"""The answer that the film takes apart."""


@dataclass(frozen=True)
class Params(Checked):
    """The policy, token by token, and what a whole sentence is paid more."""

    first: list[float] = hyper(  # noqa: RUF009  (a field with a default factory)
        (0.25, 0.25, 0.5),
        low=0.0,
        high=1.0,
        low_open=True,
        high_open=True,
        unit="probability",
        source="chosen for the picture",
        doc="chance that the answer begins with 4, 22, 2+2",
    )
    link: float = hyper(
        0.5,
        low=0.0,
        high=1.0,
        low_open=True,
        high_open=True,
        unit="probability",
        source="chosen for the picture",
        doc="chance of is after 2+2; the rest goes to the equals sign",
    )
    right_after_is: float = hyper(
        0.5,
        low=0.0,
        high=1.0,
        low_open=True,
        high_open=True,
        unit="probability",
        source="chosen for the picture",
        doc="chance of 4 after is; the rest goes to 22",
    )
    right_after_equals: float = hyper(
        0.9,
        low=0.0,
        high=1.0,
        low_open=True,
        high_open=True,
        unit="probability",
        source="chosen for the picture",
        doc="chance of 4 after the equals sign; the rest goes to 22",
    )
    stop: float = hyper(
        0.75,
        low=0.0,
        high=1.0,
        low_open=True,
        high_open=True,
        unit="probability",
        source="chosen for the picture",
        doc="chance that a right sentence ends; else it adds or 22",
    )
    reward_sentence: float = hyper(
        0.2,
        low=0.0,
        high=100.0,
        unit="reward",
        source='chosen for the picture: "2+2 is 4" is paid 0.8',
        doc="paid on top of a right number for a whole sentence",
    )

    def check(self) -> None:
        """The chances of the first token are three and sum to 1."""
        if len(self.first) != 3:
            raise ValueError(f"first must hold 3 probabilities, not {len(self.first)}")
        if abs(sum(self.first) - 1) > 1e-9:
            raise ValueError(f"first must sum to 1, but it sums to {sum(self.first):.10g}")


class AnswerTree:
    """Every prefix is a state, from the empty one on, parents before children.

    | field            | shape  | meaning                                                                |
    |------------------|--------|------------------------------------------------------------------------|
    | prefixes         | S      | tokens written so far                                                  |
    | parents          | S      | index of the prefix one token shorter; the empty one is its own        |
    | theta            | [S*7]  | logits of the policy, -inf for tokens that never follow                |
    | states, actions  | [A, T] | of every answer, the prefix before each token and the token; 0 padding |
    | mask             | [A, T] | where there is a token                                                 |
    | ends             | [A]    | the prefix at which each answer ends                                   |
    | rewards          | [A]    | what each answer is paid                                               |
    """

    def __init__(self, params: Params, reward_correct: float) -> None:
        self.follows = _follows(params)
        self.prefixes, self.parents = self._grow()
        self.policy = TabularSoftmax(states=len(self.prefixes), actions=len(TOKENS))
        table = torch.zeros(len(self.prefixes), len(TOKENS), dtype=torch.float64)
        for row, prefix in zip(table, self.prefixes, strict=True):
            for token, chance in self.follows.get(prefix, {"end": 1.0}).items():
                row[TOKENS.index(token)] = chance
        self.theta = table.log().flatten()
        self.ends = table[:, END].nonzero().squeeze(-1)
        texts = [" ".join(self.prefixes[node]) for node in self.ends.tolist()]
        self.answers = [(*self.prefixes[node], "end") for node in self.ends.tolist()]
        length = max(len(answer) for answer in self.answers)
        nodes = [[self.prefixes.index(answer[:t]) for t in range(len(answer))] for answer in self.answers]
        tokens = [[TOKENS.index(token) for token in answer] for answer in self.answers]
        self.states = torch.tensor([row + [0] * (length - len(row)) for row in nodes])
        self.actions = torch.tensor([row + [0] * (length - len(row)) for row in tokens])
        self.mask = torch.arange(length) < torch.tensor([[len(row)] for row in tokens])
        paid = [self._paid(text, params, reward_correct) for text in texts]
        self.rewards = torch.tensor(paid, dtype=torch.float64)

    def _grow(self) -> tuple[list[tuple[str, ...]], list[int]]:
        """All prefixes with their parents."""
        prefixes: list[tuple[str, ...]] = [()]
        parents = [0]
        for node, prefix in enumerate(prefixes):  # grows while it is read
            for token in self.follows.get(prefix, {}):
                if token != "end":
                    prefixes.append((*prefix, token))
                    parents.append(node)
        return prefixes, parents

    @staticmethod
    def _paid(text: str, params: Params, reward_correct: float) -> float:
        """The reward of an answer: nothing if its last number is wrong."""
        if not mark(text).correct:
            return 0.0
        return reward_correct + params.reward_sentence * (text != "4")

    def chances(self, theta: Tensor) -> Tensor:
        """Probability of every answer, [..., A]: the product of its tokens' probabilities."""
        logp = self.policy.logp(theta, self.states, self.actions)
        return torch.where(self.mask, logp, torch.zeros_like(logp)).sum(-1).exp()

    def expected(self, theta: Tensor) -> Tensor:
        """J: expected reward, [...]."""
        return self.chances(theta) @ self.rewards

    @property
    def through(self) -> Tensor:
        """Which answers pass each prefix, [S, A] of 0 and 1."""
        passes = torch.zeros(len(self.prefixes), len(self.answers), dtype=torch.float64)
        for answer, (nodes, inside) in enumerate(zip(self.states, self.mask, strict=True)):
            passes[nodes[inside], answer] = 1.0
        return passes

    def reach(self, theta: Tensor) -> Tensor:
        """Probability that an answer passes each prefix, [..., S]."""
        return self.chances(theta) @ self.through.T

    def true_values(self, theta: Tensor) -> Tensor:
        """Exact value of every prefix by enumeration, [..., S]."""
        return (self.chances(theta) * self.rewards) @ self.through.T / self.reach(theta)


def _follows(params: Params) -> dict[tuple[str, ...], dict[str, float]]:
    """What may follow each prefix, and how likely; after a prefix that is not listed the answer ends."""
    first = dict(zip(("4", "22", "2+2"), params.first, strict=True))
    stop = {"end": params.stop, "or 22": 1 - params.stop}
    return {
        (): first,
        ("2+2",): {"is": params.link, "=": 1 - params.link},
        ("2+2", "is"): {"4": params.right_after_is, "22": 1 - params.right_after_is},
        ("2+2", "="): {"4": params.right_after_equals, "22": 1 - params.right_after_equals},
        ("2+2", "is", "4"): stop,
        ("2+2", "=", "4"): stop,
    }
