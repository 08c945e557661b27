"""Six rules for learning, as pure functions of a batch of sampled answers.

Read `rollouts` first, then `reinforce`, `baseline`, `trpo`, `ppo`, `grpo`, `dapo`: the six have the same shape, so that
any two can be read as a diff. They are put together from `advantages`, `ratios`, `kl`, `critic` and `aggregate`.
`training` makes them move in one of the `worlds`, `surface` draws what they see, `experiments` holds what is filmed.

Use one on a batch of your own (`Rollouts` lists the fields):

    rule = OBJECTIVES["grpo"]
    terms = rule.loss(Rollouts(...), rule.Params(beta=0.04))
    terms.total.backward()
"""

from objectives import baseline, dapo, grpo, ppo, reinforce, trpo
from objectives.registry import Objective, Registry
from objectives.rollouts import Rollouts, Terms

__all__ = ["OBJECTIVES", "Objective", "Registry", "Rollouts", "Terms"]

OBJECTIVES = Registry(
    reinforce.OBJECTIVE,
    baseline.OBJECTIVE,
    trpo.OBJECTIVE,
    ppo.OBJECTIVE,
    grpo.OBJECTIVE,
    dapo.OBJECTIVE,
)
"""The six in teaching order: each is a change to one before it."""
