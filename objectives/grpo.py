"""GRPO: the siblings are the baseline, and a leash ties the policy to where it came from."""

from __future__ import annotations

from dataclasses import dataclass

from objectives.advantages import group_relative, spread
from objectives.aggregate import sequence_mean
from objectives.critic import mean_entropy
from objectives.kl import k3
from objectives.params import Checked, hyper
from objectives.ratios import clipped, token_ratio
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "grpo"


@dataclass(frozen=True)
class Params(Checked):
    """Settings of GRPO."""

    scale: str = hyper(
        "std",
        choices=("std", "none"),
        source="DeepSeekMath (2402.03300) section 4.1.2",
        doc="divide by the group's std?",
    )
    ddof: int = hyper(
        0, low=0, high=1, source="population std; the paper does not say, verl and TRL take 1", doc="1 = sample std"
    )
    eps: float = hyper(
        1e-8, low=0.0, high=1.0, source="not in the paper; verl 1e-6, TRL 1e-4", doc="added to that standard deviation"
    )
    clip_low: float = hyper(
        0.2, low=0.0, high=1.0, source="PPO's; DeepSeekMath does not state it", doc="how far below 1 the ratio may pay"
    )
    clip_high: float = hyper(
        0.2,
        low=0.0,
        high=100.0,
        source="PPO's; DeepSeekMath does not state it",
        doc="how far above 1 the ratio may pay",
    )
    beta: float = hyper(
        0.04,
        low=0.0,
        high=10.0,
        source="DeepSeekMath (2402.03300) section 4.2; R1-Zero uses 0.001",
        doc="weight of the KL penalty to the reference, the leash",
    )
    updates: int = hyper(4, low=1, high=1000, source="chosen for the picture (DeepSeekMath: 1)", doc="steps per batch")


def loss(rollouts: Rollouts, params: Params) -> Terms:
    """Minus the clipped surrogate of group-relative advantages, plus beta times k3 (DeepSeekMath, 2402.03300, eq. 3-4).

        J = 1/G sum_i 1/|o_i| sum_t { min(rho A_i, clip(rho, 1 - e, 1 + e) A_i) - beta k3_it }
        A_i = (r_i - mean of its group) / std of its group          k3 = pi_ref/pi - log(pi_ref/pi) - 1

    Mean over an answer's tokens, then over answers. The ratio is to the old policy, the KL to the reference. The
    gradient of k3 as a loss is that of KL(ref || pi), not of KL(pi || ref).
    Holds constant: rewards, old_logp, ref_logp (not needed at beta = 0). Ignores: values.
    """
    mask = rollouts.mask
    advantages = spread(group_relative(rollouts.rewards, rollouts.group, params.scale, params.ddof, params.eps), mask)
    ratio = token_ratio(rollouts.logp, rollouts.old_logp, mask)
    surrogate, gate = clipped(ratio, advantages, params.clip_low, params.clip_high)
    policy = -sequence_mean(surrogate, mask)
    reference = rollouts.need("ref_logp") if params.beta > 0 else rollouts.ref_logp
    kl = policy * 0 if reference is None else sequence_mean(k3(rollouts.logp, reference, mask), mask)
    entropy = mean_entropy(rollouts.entropies, surrogate, mask)
    total = policy + params.beta * kl
    return Terms(total, policy, kl, policy * 0, entropy, advantages, ratio, gate)


OBJECTIVE = Objective(NAME, Params, loss)
