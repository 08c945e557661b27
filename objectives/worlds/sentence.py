"""A model mid-sentence: the smallest language model there is, asked "What is two plus two?".

It looks at one word, its last, and has probabilities for the next; a number ends the sentence. A state of the world is
all that has been said so far, an action is a word, and the reward comes at the end from the checker of the three
answers: 1 if the number is right. So the sentences are a tree, and the tree has the same shape of rules as the house of
the cat.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from objectives.hyperparameters import Checked, hyper
from objectives.worlds import planning
from objectives.worlds.tabular import TabularSoftmax
from objectives.worlds.three_answers import mark

NAME = "sentence"
PROMPT = "What is two plus two?"
WORDS = ("It", "is", "makes", "4", "22")
NUMBERS = ("4", "22")
FOLLOWS = {"": ("4", "It", "22"), "It": ("is", "makes"), "is": NUMBERS, "makes": NUMBERS}
"""Which words the model knows after its last word; none after a number."""


@dataclass(frozen=True)
class Params(Checked):
    """The chances of the model before it learns anything."""

    first: list[float] = hyper(  # noqa: RUF009  (a field with a default factory)
        (0.30, 0.45, 0.25),
        low=0.0,
        high=1.0,
        low_open=True,
        high_open=True,
        unit="probability",
        source="chosen for the picture",
        doc="chance that the answer begins with 4, It, 22",
    )
    verb: float = hyper(
        0.6,
        low=0.0,
        high=1.0,
        low_open=True,
        high_open=True,
        unit="probability",
        source="chosen for the picture",
        doc="chance of is after It; the rest goes to makes",
    )
    right_after_is: float = hyper(
        0.55,
        low=0.0,
        high=1.0,
        low_open=True,
        high_open=True,
        unit="probability",
        source="chosen for the picture",
        doc="chance of 4 after is; the rest goes to 22",
    )
    right_after_makes: float = hyper(
        0.35,
        low=0.0,
        high=1.0,
        low_open=True,
        high_open=True,
        unit="probability",
        source="chosen for the picture",
        doc="chance of 4 after makes; the rest goes to 22",
    )

    def check(self) -> None:
        """The probabilities of the first word are three and sum to 1."""
        if len(self.first) != len(FOLLOWS[""]):
            raise ValueError(f"first must hold {len(FOLLOWS[''])} probabilities, not {len(self.first)}")
        if abs(sum(self.first) - 1) > 1e-9:
            raise ValueError(f"first must sum to 1, but it sums to {sum(self.first):.10g}")


class Sentence:
    """The world: every prefix is a state, from the empty one on, parents before children."""

    name = NAME
    policy = TabularSoftmax(states=len(FOLLOWS), actions=len(WORDS))

    def __init__(self, params: Params) -> None:
        self.prefixes, self.parents = self._grow()
        self.texts = tuple(" ".join(prefix) for prefix in self.prefixes)
        self.depths = tuple(len(prefix) for prefix in self.prefixes)
        target = torch.zeros((len(self.prefixes), len(WORDS)), dtype=torch.long)
        allowed = torch.zeros_like(target, dtype=torch.bool)
        reward = torch.zeros(target.shape, dtype=torch.float64)
        for node, (prefix, parent) in enumerate(zip(self.prefixes, self.parents, strict=True)):
            if prefix:
                word = WORDS.index(prefix[-1])
                target[parent, word], allowed[parent, word] = node, True
                reward[parent, word] = float(prefix[-1] in NUMBERS and mark(self.texts[node]).correct)
        self.moves = planning.Moves(target, reward, allowed, gamma=1.0)
        self.last = torch.tensor([[*FOLLOWS].index(self._last(p)) for p in self.prefixes])
        self.start = self._start(params)

    @staticmethod
    def _grow() -> tuple[list[tuple[str, ...]], list[int]]:
        """All prefixes with their parents; the empty one is its own."""
        prefixes: list[tuple[str, ...]] = [()]
        parents = [0]
        for node, prefix in enumerate(prefixes):  # grows while it is read
            for word in FOLLOWS.get(prefix[-1] if prefix else "", ()):
                prefixes.append((*prefix, word))
                parents.append(node)
        return prefixes, parents

    @staticmethod
    def _last(prefix: tuple[str, ...]) -> str:
        """The word that the model looks at: "" at the start, and after a number, where it says no more."""
        return prefix[-1] if prefix and prefix[-1] in FOLLOWS else ""

    def _start(self, params: Params) -> Tensor:
        """Logits of the start policy, [4 * 5], of words that never follow -inf."""
        chances = {
            "": params.first,
            "It": [params.verb, 1 - params.verb],
            "is": [params.right_after_is, 1 - params.right_after_is],
            "makes": [params.right_after_makes, 1 - params.right_after_makes],
        }
        table = torch.zeros((len(FOLLOWS), len(WORDS)), dtype=torch.float64)
        for state, (last, words) in enumerate(FOLLOWS.items()):
            for word, p in zip(words, chances[last], strict=True):
                table[state, WORDS.index(word)] = p
        return table.log().flatten()

    def probs(self, theta: Tensor) -> Tensor:
        """Probability of each word after each prefix, [..., prefixes, 5]; 0 where the sentence is over."""
        return self.policy.log_probs(theta).exp()[..., self.last, :] * self.moves.allowed

    def true_values(self, theta: Tensor) -> Tensor:
        """Exact chance of a right number after each prefix, [..., prefixes]; 0 where the sentence is over."""
        return planning.evaluate(self.moves, self.probs(theta))
