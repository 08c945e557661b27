"""Relatives of the six: each is one of them with one idea changed. One file, one objective.

A file in this folder that ends with `OBJECTIVE = Objective(...)` is found by itself; a name that is taken is refused.
"""

from pkgutil import iter_modules

from objectives.registry import Objective

__all__ = [info.name for info in iter_modules(__path__)]

from objectives.family import *  # noqa: F403  (each file of the folder, for Python and for whoever reads imports)

MEMBERS: tuple[Objective, ...] = tuple(
    sorted((globals()[name].OBJECTIVE for name in __all__), key=lambda objective: (objective.paper, objective.name))
)
"""In the order of their papers."""
