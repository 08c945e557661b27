"""Experiments: pure functions from hyperparameters to named arrays, and the claims that a narrator may make of them.

Each module here has

    NAME      the name of its trace
    KEYS      the hyperparameters it may read, "table.key" or "table.*"
    SCHEMA    name -> Array, for every array that `run` returns
    run(h)    hyperparameters ("table.key" -> value) -> arrays
    NUMBERS   name -> (what it is, function of the arrays): what may be spoken
    CLAIMS    name -> (a sentence, function of the arrays): what may be said only if it came out so
    PRINTED     if there are any: the hyperparameters that a picture may print; no other change of one redraws it
    IDLE      if there are any: hyperparameter -> why, within wide bounds, it changes none of the arrays
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from numpy.typing import NDArray

Values = NDArray[Any]
Arrays = Mapping[str, Values]
Number = tuple[str, Callable[[Arrays], float]]
Claim = tuple[str, Callable[[Arrays], bool]]


class Array(NamedTuple):
    """What an array of a trace is: the names of its dimensions (space-separated), its unit, one line of meaning."""

    dims: str
    unit: str
    doc: str


__all__ = ["Array", "Arrays", "Claim", "Number", "Values"]
