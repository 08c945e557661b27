"""From what an experiment has computed to the arrays of its trace."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from torch import Tensor

from objectives.experiments import Array, Values


def pack(
    schema: Mapping[str, Array], computed: Mapping[str, Values | Tensor | list[str] | tuple[str, ...]]
) -> dict[str, Values]:
    """The arrays of `schema`, in its order, as contiguous numpy arrays. Raises KeyError if the names differ."""
    if set(schema) != set(computed):
        raise KeyError(f"computed but not declared, or the reverse: {sorted(set(schema) ^ set(computed))}")
    return {name: _values(computed[name]) for name in schema}


def _values(value: Values | Tensor | list[str] | tuple[str, ...]) -> Values:
    return np.array(value.detach().numpy() if isinstance(value, Tensor) else value, order="C")
