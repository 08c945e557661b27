"""Six rules for learning, as pure functions of a batch of sampled answers.

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
