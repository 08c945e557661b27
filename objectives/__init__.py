"""Twelve rules for learning, as pure functions of a batch of sampled answers: six that are told, six of their family.

Read `rollouts` first, then `reinforce`, `baseline`, `trpo`, `ppo`, `grpo`, `dapo`: the six have the same shape, so that
any two can be read as a diff, and so has each file of `family`. They are put together from `advantages`, `ratios`,
`kl`, `leash`, `critic` and `aggregate`. `training` makes them move in one of the `worlds`, `surface` draws what they
see, `experiments` holds what is filmed. README.md says how to use one on tensors of your own:

    rule = OBJECTIVES["grpo"]
    terms = rule.loss(Rollouts(...), rule.Params(beta=0.04))
    terms.total.backward()
"""

from objectives import baseline, dapo, grpo, ppo, reinforce, trpo
from objectives.family import MEMBERS
from objectives.registry import Objective, Registry
from objectives.rollouts import Rollouts, Terms

__all__ = ["OBJECTIVES", "SIX", "Objective", "Registry", "Rollouts", "Terms"]

SIX = ("reinforce", "baseline", "trpo", "ppo", "grpo", "dapo")
"""The six that the film tells, in teaching order: each is a change to one before it."""

OBJECTIVES = Registry(
    reinforce.OBJECTIVE,
    baseline.OBJECTIVE,
    trpo.OBJECTIVE,
    ppo.OBJECTIVE,
    grpo.OBJECTIVE,
    dapo.OBJECTIVE,
    *MEMBERS,
)
"""All twelve: the six, then their family in the order of the papers."""
