"""The batch that every objective reads, and the terms that every objective returns."""

from __future__ import annotations

from dataclasses import InitVar, dataclass, fields
from typing import Any, NamedTuple, Self

import torch
from torch import Tensor

from objectives import checks
from objectives.precision import inside, wide_type

REQUIRED = ("logp", "old_logp", "mask", "rewards", "group")
TRAINED = ("logp", "values", "entropies")
"""What carries a gradient; everything else is a constant."""


@dataclass(frozen=True, kw_only=True)
class Rollouts:
    """A batch of B sampled answers of up to T tokens each.

    Shapes are the trailing ones. Any dimensions before them (seeds, grid points) are independent runs that broadcast
    against each other and never mix: every term of a loss then carries those dimensions. Everything but `logp`,
    `values` and `entropies` is a constant and comes in detached: a loss never detaches anything itself. All of it is
    read in one float type, that of `logp`, or float32 if that is narrower: so are the terms of a loss.

    | field         | shape  | meaning                                                                 |
    |---------------|--------|-------------------------------------------------------------------------|
    | logp          | [B, T] | log pi(token), the policy being trained; carries the gradient (nats)    |
    | old_logp      | [B, T] | log pi_old(token), the policy that wrote the answers (nats)             |
    | ref_logp      | [B, T] | log pi_ref(token), the reference of the KL penalty (nats); optional     |
    | mask          | [B, T] | 1 for a token of the answer, 0 for padding; padding may hold anything   |
    | rewards       | [B]    | one reward per answer                                                   |
    | group         | [B]    | integer label: answers with one label answer one prompt in one round    |
    | correct       | [B]    | 1 if the answer is right, 0 if not; only a filter on accuracy reads it  |
    | values        | [B, T] | V(prefix) of the critic being trained; carries the gradient; optional   |
    | old_values    | [B, T] | V(prefix) when the answers were written; advantages are made of it      |
    | entropies     | [B, T] | entropy of the policy at that prefix (nats); carries the gradient       |
    | token_rewards | [B, T] | paid at each token on top of `rewards`; optional                        |
    | returns       | [B, T] | the critic's targets, in place of those that a rule computes; optional  |
    | advantages    | [B, T] | the weight of each token, or [B] of each answer, in place of the rule's |

    Advantages of one's own are taken as they are: neither graded, nor standardised.

    `check=False` leaves out what looks at every number, for a loop in which they are known to be good: all of them
    finite, padding included, and 0 or 1 where they must be. Types and shapes are always looked at.
    """

    logp: Tensor
    old_logp: Tensor
    mask: Tensor
    rewards: Tensor
    group: Tensor
    ref_logp: Tensor | None = None
    correct: Tensor | None = None
    values: Tensor | None = None
    old_values: Tensor | None = None
    entropies: Tensor | None = None
    token_rewards: Tensor | None = None
    returns: Tensor | None = None
    advantages: Tensor | None = None
    check: InitVar[bool] = True

    def __new__(cls, *args: Any, **values: Any) -> Self:
        """Name the nearest field where one is unknown, before the fields are filled."""
        checks.known(cls.__qualname__, [*(field.name for field in fields(cls)), "check"], values)
        return super().__new__(cls)

    def __post_init__(self, check: bool) -> None:
        per_token = {"logp": self.logp, "old_logp": self.old_logp}
        optional = {
            "ref_logp": self.ref_logp,
            "values": self.values,
            "old_values": self.old_values,
            "entropies": self.entropies,
            "token_rewards": self.token_rewards,
            "returns": self.returns,
        }
        per_token |= {name: tensor for name, tensor in optional.items() if tensor is not None}
        checks.dense(**{name: value for name, value in vars(self).items() if value is not None or name in REQUIRED})
        checks.constant(**{name: value for name, value in vars(self).items() if name not in TRAINED})
        checks.together(**{name: value for name, value in vars(self).items() if value is not None})
        checks.floating(**per_token, rewards=self.rewards)
        checks.rank(2, logp=self.logp)
        answers, tokens = self.logp.shape[-2:]
        if answers * tokens == 0:
            raise ValueError(
                f"logp must hold at least one answer of one token, but its shape is {list(self.logp.shape)}"
            )
        if self.advantages is not None:
            checks.floating(advantages=self.advantages)
            per_token["advantages"] = _of_each_token(self.advantages, answers, tokens)
        checks.trailing((answers, tokens), "logp", **per_token, mask=self.mask)
        checks.trailing((answers,), "logp, without its tokens,", rewards=self.rewards, group=self.group)
        runs = {name: tensor.shape[:-2] for name, tensor in (per_token | {"mask": self.mask}).items()}
        if self.correct is not None:
            checks.trailing((answers,), "logp, without its tokens,", correct=self.correct)
            runs["correct"] = self.correct.shape[:-1]
        checks.runs(**runs, rewards=self.rewards.shape[:-1], group=self.group.shape[:-1])
        checks.labels(group=self.group)
        flags = {"mask": self.mask} | ({} if self.correct is None else {"correct": self.correct})
        if check:
            checks.zero_one(**flags)
        object.__setattr__(self, "mask", self.mask.bool())
        for name, tensor in {**per_token, "rewards": self.rewards}.items():
            object.__setattr__(self, name, tensor.to(wide_type(self.logp.dtype)))
        if check:
            checks.finite(rewards=self.rewards)
            for name in per_token:
                object.__setattr__(self, name, self._finite(name))

    def _finite(self, name: str) -> Tensor:
        """A field [B, T] whose padding is finite, too: as it is, or else with 0 there. Raises ValueError naming it."""
        tensor: Tensor = getattr(self, name)
        if checks.sums_up(tensor):
            return tensor
        checks.finite(self.mask, **{name: tensor})
        return torch.where(self.mask, tensor, tensor.new_zeros(()))

    @property
    def answer_rewards(self) -> Tensor:
        """What each answer earns in all, [B]: its reward, and what its tokens are paid."""
        if self.token_rewards is None:
            return self.rewards
        return self.rewards + inside(self.token_rewards, self.mask).sum(-1)

    def need(self, name: str, why: str = "") -> Tensor:
        """Return an optional field, or raise ValueError that names it, and why it is needed."""
        tensor = getattr(self, name)
        if not isinstance(tensor, Tensor):
            raise ValueError(f"this objective needs rollouts.{name}{why and f' ({why})'}, and it is missing")
        return tensor


def _of_each_token(advantages: Tensor, answers: int, tokens: int) -> Tensor:
    """Advantages [B, T] as they are, or [B] and [B, 1] once for each token."""
    if advantages.shape[-2:] == (answers, tokens):
        return advantages
    column = advantages if advantages.shape[-2:] == (answers, 1) else advantages.unsqueeze(-1)
    if column.shape[-2:] != (answers, 1):
        shapes = f"[{answers}] or [{answers}, {tokens}] as logp does, but its shape is {list(advantages.shape)}"
        raise ValueError(f"advantages must end in {shapes}")
    return column.expand(*column.shape[:-1], tokens)


class Terms(NamedTuple):
    """What an objective says of a batch. A scalar per run for the first five, [B, T] for the last three.

    | field      | meaning                                                                                          |
    |------------|--------------------------------------------------------------------------------------------------|
    | total      | the loss, minimised: policy + weights x (kl, value, -entropy)                                    |
    | policy     | minus the surrogate                                                                              |
    | kl         | the estimate of the KL to the reference that the loss holds, before its weight; 0 if none        |
    | value      | the critic's squared error, before its weight; 0 without `values`                                |
    | entropy    | the mean entropy, before its weight; 0 without `entropies`                                       |
    | advantages | the weight that the rule gives each token                                                        |
    | ratio      | pi / pi_old of each token, 1 in padding                                                          |
    | gate       | True where the clip has silenced the gradient of the token                                       |
    """

    total: Tensor
    policy: Tensor
    kl: Tensor
    value: Tensor
    entropy: Tensor
    advantages: Tensor
    ratio: Tensor
    gate: Tensor
