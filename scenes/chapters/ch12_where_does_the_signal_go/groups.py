"""How this chapter draws groups: mixed ones, and those whose answers are all right or all wrong."""

from __future__ import annotations

from scenes import theme

MIXED = theme.SYMBOLS["advantage"]
RIGHT, WRONG = theme.mix(theme.UP, theme.CANVAS, 0.55), theme.mix(theme.DOWN, theme.CANVAS, 0.55)
KINDS = ("mixed", "all right", "all wrong")
COLOURS = (MIXED, RIGHT, WRONG)
OFF, SHORT, FULL = range(3)  # what a run does with groups that agree: nothing, leaves them out, draws again


def percent(value: float, digits: int = 0) -> str:
    """A share as it is written."""
    return f"{100 * float(value):.{digits}f} \\%"
