"""GRPO: the group mean as baseline, the group's standard deviation as scale, and a KL penalty to the reference."""

from __future__ import annotations

from dataclasses import dataclass

from objectives.estimators.advantages import graded_in_groups
from objectives.estimators.kl_penalty import KLPenalty
from objectives.losses.families import Averaged, Clip, EntropyBonus, GroupScale, KLTerm
from objectives.losses.settings import setting
from objectives.losses.terms import assemble, clipped_surrogate
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "grpo"


@dataclass(frozen=True)
class Params(EntropyBonus, KLTerm, Averaged, Clip, GroupScale):
    """Settings of GRPO."""

    clip_low: float = setting(0.2, "PPO's; DeepSeekMath does not state it")
    clip_high: float = setting(0.2, "PPO's; DeepSeekMath does not state it")
    surrogate: str = setting()
    ratio_level: str = setting()
    aggregation: str = setting("sequence", "DeepSeekMath (2402.03300) eq. 3; TRL's default is dapo, its bnpo: token")
    beta: float = setting(0.04, "DeepSeekMath (2402.03300) section 4.2; R1-Zero uses 0.001")
    kl_estimator: str = setting("k3", "DeepSeekMath (2402.03300) eq. 4; TRL; verl low_var_kl")
    updates: int = setting(4, "chosen for the picture (DeepSeekMath: 1)")


def loss(rollouts: Rollouts, params: Params) -> Terms:
    """Minus the clipped surrogate of group-relative advantages, plus beta times k3 (DeepSeekMath, 2402.03300, eq. 3-4).

        J = 1/G sum_i 1/|o_i| sum_t { min(rho A_i, clip(rho, 1 - e, 1 + e) A_i) - beta k3_it }
        A_i = (r_i - mean of its group) / std of its group          k3 = pi_ref/pi - log(pi_ref/pi) - 1

    Mean over an answer's tokens, then over answers (`aggregation`). The ratio is to the old policy, the KL to the
    reference. The gradient of k3 as a loss is that of KL(ref || pi), not of KL(pi || ref).
    Holds constant: rewards, old_logp, ref_logp (not needed at beta = 0). Ignores: values.
    """
    penalty = KLPenalty.of(params)
    graded = graded_in_groups(penalty.rewards(rollouts), rollouts.group, params)
    advantages = penalty.subtract_kl_to_go(graded.unsqueeze(-1), rollouts)
    return assemble(rollouts, params, **clipped_surrogate(rollouts, params, advantages), penalty=penalty)


OBJECTIVE = Objective(NAME, Params, loss, paper="2402.03300")
