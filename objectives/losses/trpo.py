"""TRPO: the best step among those that hardly change what the policy does."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from objectives.estimators.advantages import gae, whiten
from objectives.estimators.aggregate import token_mean
from objectives.estimators.entropy import mean_entropy
from objectives.estimators.ratios import token_ratio
from objectives.estimators.value_loss import value_loss
from objectives.hyperparameters import Checked, hyper
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "trpo"


@dataclass(frozen=True)
class Params(Checked):
    """Settings of TRPO. The last five belong to the step (`objectives.training.trust_region`), not to the loss."""

    gamma: float = hyper(1.0, low=0.0, high=1.0, source="language models: undiscounted", doc="discount per token")
    lam: float = hyper(
        0.97, low=0.0, high=1.0, source="Schulman's modular_rl runs", doc="trace decay of the advantage (GAE)"
    )
    whiten: bool = hyper(
        True,
        source="not in the paper; modular_rl, Spinning Up, SB3-Contrib",
        doc="standardise the advantages over the batch; a batch whose rewards all agree then gives no step",
    )
    ddof: int = hyper(1, low=0, high=1, source="SB3-Contrib: torch.std", doc="1 = sample standard deviation")
    eps: float = hyper(1e-8, low=0.0, high=1.0, source="SB3-Contrib", doc="added to that standard deviation")
    value_weight: float = hyper(
        0.5, low=0.0, high=100.0, source="as the baseline's", doc="weight of the critic's squared error in the loss"
    )
    delta: float = hyper(
        0.01,
        low=0.0,
        high=10.0,
        low_open=True,
        unit="nat",
        source="Schulman's modular_rl runs (max_kl)",
        doc="radius of the trust region: largest KL(old || new) of one step",
    )
    damping: float = hyper(
        0.01,
        low=0.0,
        high=10.0,
        source="chosen for the picture (modular_rl: 0.1); without any, a run diverges once the policy sharpens",
        doc="added to the diagonal of the Fisher matrix",
    )
    cg_iterations: int = hyper(
        10, low=1, high=1000, source="Spinning Up TRPO (cg_iters)", doc="conjugate-gradient iterations"
    )
    backtrack: float = hyper(
        0.8,
        low=0.0,
        high=1.0,
        low_open=True,
        high_open=True,
        source="Spinning Up TRPO (backtrack_coeff)",
        doc="factor by which the line search shortens a step that fails",
    )
    backtracks: int = hyper(
        10, low=0, high=1000, source="Spinning Up TRPO (backtrack_iters)", doc="shortenings before the step is given up"
    )


def loss(rollouts: Rollouts, params: Params) -> Terms:
    """Minus the importance-weighted advantage, plus the critic's error (Schulman et al. 2015, 1502.05477, eq. 14).

        maximise  J = mean_{i,t} rho_it A_it          subject to  mean KL(pi_old || pi) <= delta

    Mean over all tokens; advantages standardised over the batch (`whiten`). Scaling them changes no step, since its
    length is set by the KL: without the standardising a batch of equal answers, whose advantages are a trace of the
    critic's error, would still be followed for a full stride. The constraint is not in the loss: `trust_region.step`
    keeps it, by a natural-gradient step from conjugate gradients on the Fisher-vector product, and a line search.
    Holds constant: rewards, old_logp, old_values. Ignores: group.
    """
    mask = rollouts.mask
    advantages, returns = gae(rollouts.rewards, rollouts.need("old_values"), mask, params.gamma, params.lam)
    if params.whiten:
        advantages = whiten(advantages, mask, params.ddof, params.eps)
    ratio = token_ratio(rollouts.logp, rollouts.old_logp, mask)
    surrogate = ratio * advantages
    gate = torch.zeros_like(surrogate, dtype=torch.bool)
    policy = -token_mean(surrogate, mask)
    value = value_loss(rollouts.values, returns, mask)
    entropy = mean_entropy(rollouts.entropies, surrogate, mask)
    total = policy + params.value_weight * value
    return Terms(total, policy, torch.zeros_like(policy), value, entropy, advantages, ratio, gate)


OBJECTIVE = Objective(NAME, Params, loss, critic=True, step="trust region", paper="1502.05477")
