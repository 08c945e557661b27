"""What the clips of this chapter share: colours, and where the tokens of the one answer stand."""

from __future__ import annotations

import numpy as np

from scenes import theme
from scenes.theme import FloatArray

VALUE, REWARD, ADVANTAGE = (theme.SYMBOLS[name] for name in ("value", "reward", "advantage"))
PROMPT = "What is 2+2?"


def edges(left: float, right: float, tokens: int) -> FloatArray:
    """Canvas x of the gaps between tokens: before the first, between two, after the last; [tokens + 1]."""
    return np.linspace(left, right, tokens + 1)


def middles(gaps: FloatArray) -> FloatArray:
    """Canvas x of the tokens themselves, [tokens]."""
    return (gaps[1:] + gaps[:-1]) / 2


def shortly(value: float) -> str:
    """A number to two digits behind the point, without zeros at its end: 0.8, 0.36."""
    return f"{round(value, 2) + 0.0:g}"
