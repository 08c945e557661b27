"""TRPO: the surrogate's best step inside a trust region of KL(old || new)."""

from __future__ import annotations

from dataclasses import dataclass

from objectives.estimators.ratios import token_ratio
from objectives.hyperparameters import hyper
from objectives.losses.settings import Settings, setting
from objectives.losses.terms import assemble, by_critic
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "trpo"


@dataclass(frozen=True)
class Params(Settings):
    """Settings of TRPO. The last six belong to the step (`objectives.training.trust_region`), not to the loss."""

    gamma: float = setting()
    lam: float = setting(0.97, "Schulman's modular_rl runs")
    whiten: bool = setting(True, "not in the paper; modular_rl, Spinning Up, SB3-Contrib")
    ddof: int = setting(1, "SB3-Contrib: torch.std")
    eps: float = setting(1e-8, "SB3-Contrib")
    value_weight: float = setting(0.5, "as the baseline's")
    delta: float = hyper(
        0.01,
        low=0.0,
        high=10.0,
        low_open=True,
        unit="nat",
        source="Schulman's modular_rl runs (max_kl)",
        doc="radius of the trust region: largest KL(old || new) of one step",
    )
    kl_direction: str = hyper(
        "old_new",
        choices=("old_new", "new_old"),
        source="TRPO (1502.05477) eq. 14: KL(old || new); SB3-Contrib: KL(new || old)",
        doc="which KL the line search keeps below delta: KL(old || new) or KL(new || old)",
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
        10,
        low=0,
        high=1000,
        source="chosen for the picture; Spinning Up and SB3-Contrib try ten lengths in all: 9",
        doc="shortenings before the step is given up: one more length is tried, the full one",
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
    advantages, returns = by_critic(rollouts, params)
    ratio = token_ratio(rollouts.logp, rollouts.old_logp, rollouts.mask)
    surrogate = ratio * advantages
    return assemble(
        rollouts, params, surrogate=surrogate, advantages=advantages, ratio=ratio, masked=True, returns=returns
    )


OBJECTIVE = Objective(NAME, Params, loss, critic=True, step="trust region", paper="1502.05477")
