"""The policy gradient of every answer, token by token, for any critic and lambda."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from objectives.estimators.advantages import gae
from objectives.worlds.answer_tree import TOKENS, AnswerTree
from objectives.worlds.tabular import lookup


def scores(tree: AnswerTree) -> Tensor:
    """grad log pi of every token of every answer, [A, T, S*7]: 1 at the token minus the policy, in its prefix's row."""
    places = one_hot(tree.states, len(tree.prefixes)) * tree.mask.unsqueeze(-1)
    table = tree.policy.log_probs(tree.theta).exp()
    pull = one_hot(tree.actions, len(TOKENS)) - table[tree.states]
    return (places.unsqueeze(-1) * pull.unsqueeze(-2)).flatten(-2)


def gradients(tree: AnswerTree, critic: Tensor, lam: float, rows: Tensor) -> Tensor:
    """sum_t A_t grad log pi of every answer with forecasts `critic` [..., S] and `rows` = `scores`, [..., A, S*7]."""
    advantage, _ = gae(tree.rewards, lookup(critic, tree.states), tree.mask, 1.0, lam)
    return torch.einsum("...at,atd->...ad", advantage, rows)
