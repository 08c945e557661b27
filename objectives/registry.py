"""The list of objectives: refuses a name used twice, and names the nearest one on a miss."""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor

from objectives import checks
from objectives.hyperparameters import Checked
from objectives.rollouts import Rollouts, Terms

Step = Literal["gradient", "trust region"]


@dataclass(frozen=True)
class Objective:
    """One training rule. `objective.loss(rollouts, objective.Params())` is all that a trainer of its own needs.

    `formula` is the loss as its file states it, a pure function of the two, which `loss` calls. `critic` says that it
    learns a value alongside, `step` how its loss is turned into a move of the parameters, `paper` is the arXiv number,
    if it has one. `kept` says which answers of a drawn batch the rule keeps, (rewards [B], correct [B], group [B],
    params) -> [B] bool; one that has `params.refill` set is given a batch that is full of them.
    """

    name: str
    Params: type[Checked]
    formula: Callable[[Rollouts, Any], Terms]
    critic: bool = False
    step: Step = "gradient"
    paper: str = ""
    kept: Callable[[Tensor, Tensor | None, Tensor, Any], Tensor] | None = None

    def loss(self, rollouts: Rollouts, params: Any) -> Terms:
        """The terms of the loss of one batch: `formula`, for settings that are this rule's.

        Raises:
            TypeError: a batch that is no `Rollouts`, settings of another rule, or a dictionary of them.
        """
        if not isinstance(rollouts, Rollouts):
            raise TypeError(f"rollouts must be Rollouts(...), not {type(rollouts).__name__}")
        if not isinstance(params, self.Params):
            made = "**params" if isinstance(params, Mapping) else "..."
            found = f"{type(params).__module__}.{type(params).__qualname__}".removeprefix("builtins.")
            raise TypeError(f'params must be OBJECTIVES["{self.name}"].Params({made}), not {found}')
        _warn_if_only_others_learn(rollouts)
        with checks.settled():
            return self.formula(rollouts, params)


def _warn_if_only_others_learn(rollouts: Rollouts) -> None:
    """A batch without any gradient is looked at; one with a gradient everywhere but in the policy is a mistake."""
    others = {"values": rollouts.values, "entropies": rollouts.entropies}
    learning = [name for name, x in others.items() if x is not None and x.requires_grad]
    if learning and torch.is_grad_enabled() and not rollouts.logp.requires_grad:
        warnings.warn(
            f"logp carries no gradient, but {' and '.join(learning)} does: the policy will not move. "
            "Was logp detached, or computed under torch.no_grad()?",
            stacklevel=3,
        )


class Registry(Mapping[str, Objective]):
    """Objectives by name, in the order in which they were added."""

    def __init__(self, *objectives: Objective) -> None:
        self._entries: dict[str, Objective] = {}
        for objective in objectives:
            self.add(objective)

    def add(self, objective: Objective) -> None:
        """Add one; raises ValueError if its name is taken."""
        if objective.name in self._entries:
            raise ValueError(f"an objective named {objective.name!r} is already registered")
        self._entries[objective.name] = objective

    def __getitem__(self, name: str) -> Objective:
        if name in self._entries:
            return self._entries[name]
        near = difflib.get_close_matches(str(name), self._entries, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise KeyError(f"no objective is named {name!r}{hint} There are: {', '.join(self._entries)}")

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)
