"""VAPO: PPO with a decoupled, length-adaptive GAE and imitation of correct answers."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from objectives.estimators.aggregate import token_mean
from objectives.hyperparameters import hyper
from objectives.losses.families import Averaged, Clip, EntropyBonus, ValueLoss
from objectives.losses.settings import setting
from objectives.losses.terms import assemble, by_critic, clipped_surrogate
from objectives.precision import tokens
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "vapo"


@dataclass(frozen=True)
class Params(EntropyBonus, ValueLoss, Averaged, Clip):
    """Settings of VAPO."""

    gamma: float = setting()
    lam_critic: float = hyper(
        1.0,
        low=0.0,
        high=1.0,
        source="VAPO (2504.05118) section 4.1: decoupled GAE",
        doc="trace decay of the critic's targets; 1 is the return",
    )
    adaptive: bool = hyper(
        True,
        source="VAPO (2504.05118) section 4.2: length-adaptive GAE",
        doc="let the policy's trace decay grow with the answer",
    )
    alpha: float = hyper(
        0.05,
        low=0.0,
        high=1000.0,
        low_open=True,
        source="VAPO (2504.05118) section 5.1",
        doc="lam = 1 - 1 / (alpha length), at least 0, if adaptive",
    )
    lam: float = setting(0.95, "VAPO (2504.05118) section 3: the PPO it starts from")
    clip_low: float = setting(0.2, "VAPO (2504.05118) section 5.1")
    clip_high: float = setting(0.28, "VAPO (2504.05118) section 5.1: clip-higher")
    whiten: bool = setting(True, "not in the paper; verl always")
    ddof: int = setting(1, "verl")
    eps: float = setting(1e-8, "verl")
    eps_place: str = setting("variance", "verl")
    aggregation: str = setting("group", "VAPO (2504.05118) eq. 9 as written: token-level; verl: token")
    value_loss: str = setting("plain", "PPO's; verl: max")
    value_weight: float = setting(0.5, "verl: 0.5 (V - R)^2, by an optimiser of its own")
    nll_weight: float = hyper(
        0.1,
        low=0.0,
        high=100.0,
        source="VAPO (2504.05118) section 5.1: mu",
        doc="weight of imitating the correct answers",
    )
    updates: int = setting(4, "VAPO (2504.05118): chosen for the picture")


def loss(rollouts: Rollouts, params: Params) -> Terms:
    """PPO's loss with decoupled, length-adaptive GAE, plus imitation of what was right (VAPO, 2504.05118, section 4).

        J = E_q [ 1 / sum|o_i| sum_{i,t} min(rho A, clip(rho, 1 - e_low, 1 + e_high) A) ] + mu mean_{t, correct} log pi
        A from GAE with lam_i = 1 - 1 / (alpha |o_i|)          critic: min (V - R)^2, R from GAE with lam = 1

    total = policy + value_weight value - entropy_weight entropy + nll_weight (mean of -log pi over the tokens of
    correct answers); `policy` is the surrogate alone. Below 1 / alpha tokens (20) the rule for lam would be negative:
    it is held at 0. Value pre-training (`training.critic_fitted`) and groups of answers belong to the loop.
    Holds constant: rewards, old_logp, old_values. Ignores: ref_logp.
    """
    mask, lengths = rollouts.mask, tokens(rollouts.mask, rollouts.logp.dtype)
    lam = adaptive_lam(lengths, params.alpha) if params.adaptive else params.lam
    advantages, returns = by_critic(rollouts, params, lam=lam, lam_critic=params.lam_critic)
    terms = assemble(rollouts, params, **clipped_surrogate(rollouts, params, advantages), returns=returns)
    if params.nll_weight == 0:
        return terms
    return terms._replace(total=terms.total - params.nll_weight * token_mean(rollouts.logp, mask & right(rollouts)))


def adaptive_lam(lengths: Tensor, alpha: float) -> Tensor:
    """lam = 1 - 1 / (alpha length), held at 0 from below, [B]: the trace reaches over a fixed share of the answer."""
    return (1 - 1 / (alpha * lengths.clamp(min=1))).clamp(min=0)


def right(rollouts: Rollouts) -> Tensor:
    """Which answers are correct, [B, 1] bool."""
    return rollouts.need("correct").bool().unsqueeze(-1)


OBJECTIVE = Objective(NAME, Params, loss, critic=True, paper="2504.05118")
