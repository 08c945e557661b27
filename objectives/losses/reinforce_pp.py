"""REINFORCE++: no critic, no groups; standardised over the whole batch, and the KL is subtracted token by token."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from objectives.estimators.advantages import at_the_end, discounted_returns, group_relative
from objectives.estimators.kl_penalty import KLPenalty
from objectives.hyperparameters import hyper
from objectives.losses.families import Averaged, Clip, EntropyBonus, KLTerm
from objectives.losses.settings import setting
from objectives.losses.terms import assemble, clipped_surrogate, whitened
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "reinforce_pp"


@dataclass(frozen=True)
class Params(EntropyBonus, KLTerm, Averaged, Clip):
    """Settings of REINFORCE++."""

    baseline: str = hyper(
        "none",
        choices=("none", "group"),
        source="REINFORCE++ (2501.03262): none; its variant REINFORCE++-baseline: group",
        doc="subtract the mean of the group first",
    )
    singleton_group: str = setting()
    gamma: float = setting(1.0, "OpenRLHF; verl")
    whiten: bool = setting(True, "REINFORCE++ (2501.03262) eq. 7")
    ddof: int = setting(0, "OpenRLHF; verl 1")
    eps: float = setting(1e-8, "OpenRLHF; not in the paper")
    eps_place: str = setting("floor", "OpenRLHF; verl: variance")
    clip_low: float = setting(0.2, "PPO's; OpenRLHF")
    clip_high: float = setting(0.2, "PPO's; OpenRLHF")
    surrogate: str = setting()
    aggregation: str = setting("token", "OpenRLHF token_level_loss; verl token-mean")
    beta: float = setting(0.01, "OpenRLHF init_kl_coef; the paper does not fix it")
    kl_estimator: str = setting("k1", "REINFORCE++ (2501.03262) eq. 6; the -baseline variant: k2")
    kl_place: str = setting("return", "REINFORCE++ (2501.03262) eq. 6; the -baseline variant: loss")
    entropy_weight: float = setting(0.0, "not in the paper; OpenRLHF entropy_loss_coef")
    updates: int = setting(4, "REINFORCE++ (2501.03262): PPO's; chosen for the picture")


def loss(rollouts: Rollouts, params: Params) -> Terms:
    """Minus the clipped surrogate of returns standardised over the whole batch (REINFORCE++, 2501.03262 v9, eq. 5-8).

        J = mean_{i,t} min(rho A_it, clip(rho, 1 - e, 1 + e) A_it)
        A_it = (R_it - mean of the batch) / std of the batch          R_it = r_i - beta sum_{s >= t} k1_is

    A group's own mean and std, from few answers, bias GRPO; those of a large batch hardly do. All answers of one right
    question are pushed up, though, and all of one hard question down, unless `baseline="group"`.
    Holds constant: rewards, old_logp, ref_logp (not needed at beta = 0). Ignores: values, and group with no baseline.
    """
    mask, penalty = rollouts.mask, KLPenalty.of(params)
    returns = discounted_returns(earned(rollouts, penalty, params), mask, params.gamma)
    surrogate = clipped_surrogate(rollouts, params, whitened(returns, mask, params))
    return assemble(rollouts, params, **surrogate, penalty=penalty)


def earned(rollouts: Rollouts, penalty: KLPenalty, params: Params) -> Tensor:
    """What each token earns, [B, T]: at the last one the reward, less the group's mean if asked for; and its KL."""
    rewards, each = penalty.pay(rollouts)
    if params.baseline == "group":
        total = penalty.rewards(rollouts)
        above = group_relative(total, rollouts.group, "none", singleton_group=params.singleton_group)
        rewards = above if rollouts.token_rewards is None else above - (total - rewards)
    pay = at_the_end(rewards, rollouts.mask)
    return pay if each is None else pay + each


OBJECTIVE = Objective(NAME, Params, loss, paper="2501.03262")
