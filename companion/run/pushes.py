"""What each of the twelve rules would do with a batch: the push on every token, through the rules' own losses.

The push on a token is minus the derivative of the rule's loss with respect to the log-probability of that token: where
it is positive, a step makes the token more likely. The push on an answer is the sum over its tokens. Pushes of two
rules are compared by their shares, not by their size, which a learning rate would change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from companion.run.batch import Batch, IntArray
from companion.run.runs import FloatArray
from objectives import OBJECTIVES, Rollouts
from pipeline.errors import UserError

MOST_TOKENS = 250_000
"""Tokens, padding included, of the answers that are looked at together."""


@dataclass(frozen=True)
class Push:
    """What one rule does with a batch of B answers, T the longest."""

    tokens: FloatArray  # [B, T], 0 in padding
    answers: FloatArray  # [B]
    silenced: npt.NDArray[np.bool_]  # [B, T], the clip has stopped the gradient of the token
    advantages: FloatArray  # [B, T]

    @property
    def effective(self) -> float:
        """The effective number of answers: (sum of |push|)^2 / sum of push^2, 0 without any push."""
        size = np.abs(self.answers)
        return float(size.sum() ** 2 / (size**2).sum()) if size.any() else 0.0


@dataclass(frozen=True)
class Pushed:
    """A batch under all rules. `counts` says which answers sit in a group with contrast."""

    batch: Batch
    mask: npt.NDArray[np.bool_]
    counts: npt.NDArray[np.bool_]
    ratio: FloatArray
    rules: Mapping[str, Push]
    notes: tuple[str, ...]


def pushed(batch: Batch) -> Pushed:
    """The pushes of all rules on a batch, of as many whole groups as are looked at together."""
    part, notes = _part(batch)
    notes += list(batch.notes)
    mask = np.arange(max(1, int(part.lengths.max()))) < part.lengths[:, None]
    rollouts = _rollouts(part, mask, notes)
    rules = {name: _push(name, rollouts) for name in OBJECTIVES}
    counts = _contrast(part)
    old, new = (rollouts[name].detach().numpy() for name in ("old_logp", "logp"))
    return Pushed(part, mask, counts, np.exp(np.where(mask, new - old, 0.0)), rules, tuple(dict.fromkeys(notes)))


def _part(batch: Batch) -> tuple[Batch, list[str]]:
    """The answers of the last step, or as many whole groups of it as fit."""
    notes = []
    rows = np.flatnonzero(batch.step == batch.step.max())
    if len(rows) < len(batch):
        notes.append(f"The rules see the {len(rows)} answers of the last step, {batch.step.max()}.")
    most = MOST_TOKENS // max(1, int(batch.lengths[rows].max()))
    if len(rows) > most:
        _, rank, sizes = np.unique(batch.group[rows], return_inverse=True, return_counts=True)
        first = np.searchsorted(np.cumsum(sizes), most, side="right")
        whole = rows[rank < first]
        if not len(whole):
            raise UserError(f"{batch.name}: its first group has more than the {MOST_TOKENS} tokens that are looked at.")
        notes.append(f"The rules see the first {first} groups, {len(whole)} of {len(rows)} answers.")
        rows = whole
    return batch.take(rows), notes


def _contrast(batch: Batch) -> npt.NDArray[np.bool_]:
    """Which answers sit in a group whose rewards differ."""
    _, rank = np.unique(batch.group, return_inverse=True)
    low, high = np.full(rank.max() + 1, np.inf), np.full(rank.max() + 1, -np.inf)
    np.minimum.at(low, rank, batch.rewards)
    np.maximum.at(high, rank, batch.rewards)
    differ: npt.NDArray[np.bool_] = (high > low)[rank]
    return differ


def _rollouts(batch: Batch, mask: npt.NDArray[np.bool_], notes: list[str]) -> dict[str, torch.Tensor]:
    """The tensors of the batch, with a stated stand-in for what the file does not hold."""
    given = {name: _padded(lists, mask) for name, lists in batch.tokens.items()}
    logp, old = given.get("logp"), given.get("old_logp")
    if logp is None or old is None:
        present = logp if logp is not None else old
        zero = torch.zeros(mask.shape, dtype=torch.float64)
        logp = old = zero if present is None else present
        notes.append(
            "The file has not both logp and old_logp: every ratio is taken as 1, as in a batch's first update."
        )
    tensors = {
        "logp": logp.clone().requires_grad_(True),
        "old_logp": old,
        "mask": torch.from_numpy(mask),
        "rewards": torch.from_numpy(batch.rewards),
        "group": torch.from_numpy(batch.group),
    }
    if "ref_logp" in given:
        tensors["ref_logp"] = given["ref_logp"]
    else:
        notes.append("The file has no ref_logp: no rule pays a KL to the reference here (beta = 0).")
    if "values" in given:
        tensors["old_values"] = given["values"]
    else:
        mean = float(batch.rewards.mean())
        tensors["old_values"] = torch.full(mask.shape, mean, dtype=torch.float64)
        notes.append(
            f"The file has no values: the critic of REINFORCE with a baseline, TRPO, PPO and VAPO is taken to expect "
            f"the mean reward of the batch, {mean:.3g}, everywhere."
        )
    if batch.correct is not None:
        tensors["correct"] = torch.from_numpy(batch.correct)
    else:
        notes.append(
            "The file does not say which answers are right: DAPO filters by reward, and VAPO imitates no answer."
        )
    return tensors


def _padded(lists: list[FloatArray], mask: npt.NDArray[np.bool_]) -> torch.Tensor:
    out = np.zeros(mask.shape)
    out[mask] = np.concatenate(lists)
    return torch.from_numpy(out)


def _push(name: str, tensors: dict[str, torch.Tensor]) -> Push:
    rule = OBJECTIVES[name]
    logp = tensors["logp"].detach().clone().requires_grad_(True)
    terms = rule.loss(_batch({**tensors, "logp": logp}), settings_of(name, tensors))
    (gradient,) = torch.autograd.grad(terms.total, logp, allow_unused=True)
    tokens = np.zeros(logp.shape) if gradient is None else -gradient.numpy() + 0.0
    return Push(tokens, tokens.sum(-1), terms.gate.numpy().copy(), terms.advantages.numpy().copy())


def _batch(tensors: Mapping[str, Any]) -> Rollouts:
    return Rollouts(**tensors)


def settings_of(name: str, tensors: Mapping[str, Any]) -> Any:
    """The paper's settings of a rule, less what a batch cannot feed."""
    given = OBJECTIVES[name].Params()
    fields = vars(given) if hasattr(given, "__dict__") else {}
    changed: dict[str, Any] = {}
    if "beta" in fields and "ref_logp" not in tensors:
        changed["beta"] = 0.0
    if "correct" not in tensors:
        changed |= {key: value for key, value in (("filter", "reward"), ("nll_weight", 0.0)) if key in fields}
    return OBJECTIVES[name].Params(**changed)


def groups_that_count(batch: Pushed) -> tuple[int, int]:
    """(groups with contrast, all groups)."""
    labels: IntArray = batch.batch.group
    return len(np.unique(labels[batch.counts])), len(np.unique(labels))
