"""The KL penalty to the reference policy: how it enters a rule, and where.

| place    | what it does                                                            | who                            |
|----------|-------------------------------------------------------------------------|--------------------------------|
| "loss"   | beta KL_t of the policy being trained is a term of the loss             | GRPO; TRL; verl `use_kl_loss`  |
| "reward" | beta sum_t KL_t of the policy that wrote is taken from the reward       | RLOO; TRL and verl for RLOO    |
| "return" | beta sum_{s >= t} KL_s is taken from the advantage of token t           | REINFORCE++; OpenRLHF          |

In the last two the KL is a constant: it moves the policy through the advantage, and so with k1 it pulls along
KL(pi || ref), which as a term of the loss it would not (`objectives.estimators.kl`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from objectives import checks
from objectives.estimators import kl
from objectives.estimators.advantages import discounted_returns
from objectives.precision import inside
from objectives.rollouts import Rollouts

PLACES = ("loss", "reward", "return")


@dataclass(frozen=True)
class KLPenalty:
    """beta, the estimator, its place, whether the ratio corrects it, and a cap per token (0 for none)."""

    beta: float
    estimator: str
    place: str
    corrected: bool = False
    cap: float = 0.0

    def __post_init__(self) -> None:
        checks.choice(kl.ESTIMATORS, estimator=self.estimator)
        checks.choice(PLACES, place=self.place)

    @classmethod
    def of(cls, params: Any) -> KLPenalty:
        """The penalty that `params.beta`, `.kl_estimator`, `.kl_place`, `.kl_ratio` and `.kl_cap` describe."""
        return cls(params.beta, params.kl_estimator, params.kl_place, params.kl_ratio, params.kl_cap)

    def tokens(self, rollouts: Rollouts) -> Tensor:
        """beta times the KL of the policy that wrote the answers at each token, [B, T]; 0 in the place "loss"."""
        if self.beta == 0 or self.place == "loss":
            return torch.zeros_like(rollouts.old_logp)
        reference = rollouts.need("ref_logp")
        return kl.estimate(self.estimator, rollouts.old_logp, reference, rollouts.mask, cap=self.cap).mul_(self.beta)

    def rewards(self, rollouts: Rollouts) -> Tensor:
        """What each answer earns in all, [B], in the place "reward" minus beta times the KL of the whole answer."""
        if self.beta == 0 or self.place != "reward":
            return rollouts.answer_rewards
        return rollouts.answer_rewards - self.tokens(rollouts).sum(-1)

    def pay(self, rollouts: Rollouts) -> tuple[Tensor, Tensor | None]:
        """The same by token: what the last one is paid, [B], and what each is paid besides, [B, T], or None.

        In the place "reward" the first is less beta times the KL of the answer, in the place "return" the second less
        beta times the KL of each token.
        """
        at_the_end, each = rollouts.rewards, rollouts.token_rewards
        if self.beta > 0 and self.place == "reward":
            at_the_end = at_the_end - self.tokens(rollouts).sum(-1)
        if self.place == "return":
            each = -self.tokens(rollouts) if each is None else each - self.tokens(rollouts)
        return at_the_end, each

    def subtract_kl_to_go(self, advantages: Tensor, rollouts: Rollouts) -> Tensor:
        """Advantages [B, T] or [B, 1], in the place "return" minus beta times the KL from each token to the end."""
        if self.beta == 0 or self.place != "return":
            return advantages
        return inside(advantages, rollouts.mask) - discounted_returns(self.tokens(rollouts), rollouts.mask, 1.0)

    def in_loss(self, rollouts: Rollouts) -> bool:
        """Whether the loss holds a KL, be it with the weight 0: not in another place, nor without a reference."""
        return self.place == "loss" and (self.beta > 0 or rollouts.ref_logp is not None)

    def per_token(self, rollouts: Rollouts, ratio: Tensor) -> Tensor:
        """What the loss holds per token, before beta, [B, T]; 0 elsewhere, or without a reference at beta = 0."""
        if not self.in_loss(rollouts):
            return torch.zeros_like(rollouts.logp)
        reference = rollouts.need("ref_logp")
        weight = ratio if self.corrected else None
        return kl.estimate(self.estimator, rollouts.logp, reference, rollouts.mask, weight, self.cap)
