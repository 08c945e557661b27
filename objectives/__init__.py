"""Twelve training rules as pure functions of a batch of sampled answers: six that are told, six of their family.

Read `rollouts` first, then in `losses` `reinforce`, `baseline`, `trpo`, `ppo`, `grpo`, `dapo`: they have the same
shape, so that any two can be read as a diff. They are put together from `estimators`. `training` makes them move in one
of the `worlds`, `surfaces` draws what they see, `experiments` holds what is filmed. README.md says how to use one on
tensors of your own:

    rule = OBJECTIVES["grpo"]
    terms = rule.loss(Rollouts(...), rule.Params(beta=0.04))
    terms.total.backward()
"""

from objectives.losses import OBJECTIVES, SIX
from objectives.registry import Objective, Registry
from objectives.rollouts import Rollouts, Terms

__all__ = ["OBJECTIVES", "SIX", "Objective", "Registry", "Rollouts", "Terms"]
