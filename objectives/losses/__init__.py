"""The rules, one file each. A file here that ends with `OBJECTIVE = Objective(...)` is found by itself."""

from pkgutil import iter_modules

from objectives.registry import Objective, Registry

__all__ = [info.name for info in iter_modules(__path__) if info.name.isidentifier()]

from objectives.losses import *  # noqa: F403  (each file of the folder, for Python and for whoever reads imports)

SIX = ("reinforce", "baseline", "trpo", "ppo", "grpo", "dapo")
"""The six that the film tells, in teaching order: each is a change to one before it."""


def _rank(rule: Objective) -> tuple[int, str, str]:
    return (SIX.index(rule.name) if rule.name in SIX else len(SIX), rule.paper, rule.name)


_FOUND = [globals()[name].OBJECTIVE for name in __all__ if hasattr(globals()[name], "OBJECTIVE")]
OBJECTIVES = Registry(*sorted(_FOUND, key=_rank))
"""All rules: the six, then their family in the order of the papers. A name that is taken is refused."""
