"""RLOO: REINFORCE, and the mean reward of the other answers of its group is the baseline."""

from __future__ import annotations

from dataclasses import dataclass

from objectives.estimators.advantages import leave_one_out
from objectives.estimators.kl_penalty import KLPenalty
from objectives.losses.families import Averaged, Clip, EntropyBonus, KLTerm
from objectives.losses.settings import setting
from objectives.losses.terms import assemble, clipped_surrogate, whitened_answers
from objectives.registry import Objective
from objectives.rollouts import Rollouts, Terms

NAME = "rloo"


@dataclass(frozen=True)
class Params(EntropyBonus, KLTerm, Averaged, Clip):
    """Settings of RLOO."""

    singleton_group: str = setting()
    surrogate: str = setting("log", "RLOO (2402.14740) eq. 8; TRL, verl and OpenRLHF: ratio")
    ratio_level: str = setting("product", "TRL's RLOOTrainer: product; verl and OpenRLHF: token")
    clip_low: float = setting(0.2, "not in the paper; TRL epsilon")
    clip_high: float = setting(0.2, "not in the paper; TRL epsilon")
    dual_clip: float = setting(0.0, "1912.09729; off in the paper, TRL and OpenRLHF, verl 3")
    whiten: bool = setting(False, "not in the paper; TRL normalize_advantages")
    ddof: int = setting(1, "TRL, verl: torch.std")
    eps: float = setting(1e-4, "TRL")
    aggregation: str = setting("sum", "RLOO (2402.14740): the answer is one action; with TRL's product: sequence")
    beta: float = setting(0.03, "RLOO (2402.14740) appendix C, as in TRL's paper index")
    kl_estimator: str = setting("k1", "RLOO (2402.14740) eq. 3; TRL, verl")
    kl_place: str = setting("reward", "RLOO (2402.14740) eq. 3; OpenRLHF: return")
    updates: int = setting(1, "RLOO (2402.14740): on policy")


def loss(rollouts: Rollouts, params: Params) -> Terms:
    """Minus the log-probability weighed by reward minus the others' mean (RLOO, 2402.14740, eq. 8).

        J = mean_i A_i sum_t log pi(o_it)       A_i = r_i - mean_{j != i} r_j       r_i holds -beta KL of the answer

    G / (G - 1) times the advantage of Dr. GRPO. Sum over the tokens of an answer, mean over answers.
    `surrogate="ratio"` gives the form of the libraries, where a batch may be used more than once.
    Holds constant: rewards, old_logp, ref_logp (not needed at beta = 0). Ignores: values.
    """
    penalty = KLPenalty.of(params)
    graded = leave_one_out(penalty.rewards(rollouts), rollouts.group, params.singleton_group)
    graded = whitened_answers(graded.unsqueeze(-1), rollouts, params)
    advantages = penalty.subtract_kl_to_go(graded, rollouts)
    return assemble(rollouts, params, **clipped_surrogate(rollouts, params, advantages), penalty=penalty)


OBJECTIVE = Objective(NAME, Params, loss, paper="2402.14740")
