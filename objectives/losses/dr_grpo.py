"""Dr. GRPO: GRPO without its two divisions, by the std of the group and by the length of the answer."""

from __future__ import annotations

from dataclasses import dataclass

from objectives.estimators.advantages import graded_in_groups
from objectives.estimators.kl_penalty import KLPenalty
from objectives.losses.families import Averaged, Clip, EntropyBonus, GroupScale, KLTerm
from objectives.losses.settings import setting
from objectives.losses.terms import assemble, clipped_surrogate
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "dr_grpo"


@dataclass(frozen=True)
class Params(EntropyBonus, KLTerm, Averaged, Clip, GroupScale):
    """Settings of Dr. GRPO."""

    scale: str = setting("none", "Dr. GRPO (2503.20783) section 3.2")
    ddof: int = setting(0, "only with scale; as GRPO's")
    eps: float = setting(1e-8, "only with scale; as GRPO's")
    clip_low: float = setting(0.2, "PPO's; sail-sg/understand-r1-zero")
    clip_high: float = setting(0.2, "PPO's; sail-sg/understand-r1-zero")
    surrogate: str = setting()
    aggregation: str = setting("constant", "Dr. GRPO (2503.20783) listing 1; TRL dr_grpo, verl seq-mean-token-sum-norm")
    beta: float = setting(0.0, "Dr. GRPO (2503.20783): none; TRL beta, verl kl_loss_coef, oat beta")
    kl_estimator: str = setting("k3", "as GRPO's; TRL; verl low_var_kl; oat")
    kl_place: str = setting("loss", "as GRPO's; TRL; verl use_kl_in_reward")
    updates: int = setting(1, "Dr. GRPO (2503.20783): one epoch")


def loss(rollouts: Rollouts, params: Params) -> Terms:
    """Minus the clipped surrogate, summed over tokens and divided by a constant (Dr. GRPO, 2503.20783, listing 1).

        J = 1/G sum_i 1/L sum_t min(rho A_i, clip(rho, 1 - e, 1 + e) A_i)          A_i = r_i - mean of its group

    Dividing by |o_i| pays for long wrong answers, dividing by the std favours questions that are nearly solved or
    nearly hopeless; both biases are gone. L is the budget of an answer (`length`), the same for all. The paper has no
    KL penalty; the libraries allow one (`beta`).
    Holds constant: rewards, old_logp, ref_logp (not needed at beta = 0). Ignores: values.
    """
    penalty = KLPenalty.of(params)
    graded = graded_in_groups(penalty.rewards(rollouts), rollouts.group, params)
    advantages = penalty.subtract_kl_to_go(graded.unsqueeze(-1), rollouts)
    return assemble(rollouts, params, **clipped_surrogate(rollouts, params, advantages), penalty=penalty)


OBJECTIVE = Objective(NAME, Params, loss, paper="2503.20783")
